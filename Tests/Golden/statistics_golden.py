"""Golden numbers of every statistic: writes statistics.json beside itself.

Run: python3 Tests/Golden/statistics_golden.py     (scipy 1.17.1, numpy 2.4.6, mpmath 1.3.0)
Samples are not stored but made on both sides by SplitMix64 and arithmetic that rounds the same
everywhere; see `Recipe` and Tests/DriftTests/Recipe.swift. `calls` names what made each number.
"""

import json
import math
import pathlib
import warnings
from fractions import Fraction

import mpmath
import numpy
import scipy
from scipy import stats
from scipy.spatial.distance import jensenshannon

mpmath.mp.dps = 40
warnings.simplefilter("ignore")
golden = {"versions": {"scipy": scipy.__version__, "numpy": numpy.__version__,
                       "mpmath": mpmath.__version__}}


# Samples


def draws(seed, count):
    """SplitMix64."""
    with numpy.errstate(over="ignore"):
        state = numpy.uint64(seed) + numpy.uint64(0x9E3779B97F4A7C15) * numpy.arange(
            1, count + 1, dtype=numpy.uint64)
        mixed = (state ^ (state >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> numpy.uint64(31))


def uniform(seed, count):
    return (draws(seed, count) >> numpy.uint64(11)).astype(float) * 2.0**-53


def shape(name, seed, count):
    if name == "uniform":
        return uniform(seed, count)
    if name == "bell":
        u = uniform(seed, 4 * count).reshape(count, 4)
        return ((u[:, 0] + u[:, 1]) + u[:, 2]) + u[:, 3]
    if name == "skewed":
        u = uniform(seed, count)
        return (u * u) * (u * u)
    if name == "eighths":
        return numpy.floor(uniform(seed, count) * 40) / 8
    if name == "integers":
        return (draws(seed, count) % numpy.uint64(1000)).astype(float)
    if name == "few":
        return (draws(seed, count) % numpy.uint64(4)).astype(float)
    if name == "zeros":
        return numpy.array([-0.0, 0.0, 1.0])[(draws(seed, count) % numpy.uint64(3)).astype(int)]
    if name == "inflated":
        u = uniform(seed, count)
        return numpy.where(u < 0.7, 0.0, u)
    if name == "subnormal":
        return (draws(seed, count) % numpy.uint64(1000)).astype(float) * 2.0**-1074
    if name == "one":
        return numpy.ones(count)
    raise ValueError(name)


class Recipe:
    def __init__(self, name, seed, count, scale=1.0, shift=0.0):
        self.name, self.seed, self.count = name, seed, count
        self.scale, self.shift = scale, shift

    def values(self):
        return shape(self.name, self.seed, self.count) * self.scale + self.shift

    def json(self):
        return {"shape": self.name, "seed": self.seed, "count": self.count,
                "scale": self.scale, "shift": self.shift}


def number(value):
    value = float(value)
    return value if math.isfinite(value) else None


# Along the line


def merged(x, y):
    """Counts of both samples at each distinct value."""
    points, where = numpy.unique(numpy.concatenate([x, y]) + 0.0, return_inverse=True)
    r = numpy.bincount(where[:len(x)], minlength=len(points))
    c = numpy.bincount(where[len(x):], minlength=len(points))
    return points, r, c


def kuiper(x, y):
    _, r, c = merged(x, y)
    lead = [int(a) for a in numpy.cumsum(r * len(y) - c * len(x))]
    spread = max(0, max(lead)) - min(0, min(lead))
    value = Fraction(spread, len(x) * len(y))
    size = mpmath.mpf(len(x)) * len(y) / (len(x) + len(y))
    root = mpmath.sqrt(size)
    scaled = (root + mpmath.mpf("0.155") + mpmath.mpf("0.24") / root) * (
        mpmath.mpf(value.numerator) / value.denominator)
    square = scaled * scaled
    if scaled < mpmath.mpf("0.4"):
        tail = mpmath.mpf(1)
    else:
        tail = 2 * mpmath.nsum(lambda j: (4 * j * j * square - 1) * mpmath.exp(-2 * j * j * square),
                               [1, 60])
    return float(value), float(mpmath.log(min(tail, mpmath.mpf(1))))


def cramer_von_mises_tail(x):
    """1 - the Bessel series of Anderson and Darling 1952, at 60 digits."""
    with mpmath.workdps(60):
        x = mpmath.mpf(x)
        def term(k):
            y = 4 * k + 1
            q = mpmath.mpf(y) ** 2 / (16 * x)
            weight = mpmath.gamma(k + mpmath.mpf(1) / 2) / mpmath.factorial(k)
            return (weight / (mpmath.pi ** mpmath.mpf("1.5") * mpmath.sqrt(x)) * mpmath.sqrt(y)
                    * mpmath.exp(-q) * mpmath.besselk(mpmath.mpf(1) / 4, q))
        total, k = mpmath.mpf(0), 0
        while True:
            part = term(k)
            total += part
            if part < mpmath.mpf(10) ** -58:
                break
            k += 1
        return mpmath.log(1 - total)


def cramer_von_mises(x, y):
    """scipy's without ties. It takes ties at the middle of their ranks, by which two equal constants
    are different at p = 1e-10; with ties F - G is taken before and at each value instead."""
    m, n = len(x), len(y)
    size = m + n
    points, r, c = merged(x, y)
    lead = numpy.cumsum(r * n - c * m).tolist()
    total = sum((a + b) * (before * before + at * at)
                for a, b, before, at in zip(r.tolist(), c.tolist(), [0] + lead, lead))
    value = Fraction(total, 2 * m * n * size * size)
    result = {"value": float(value)}
    if len(points) == size and min(m, n) > 1:
        library = stats.cramervonmises_2samp(x, y, method="asymptotic")
        assert abs(library.statistic - float(value)) < 1e-9 * max(1, library.statistic)
        if library.pvalue > 1e-5:
            result["p"] = number(library.pvalue)
    variance = Fraction((size + 1) * (4 * m * n * size - 3 * (m * m + n * n) - 2 * m * n),
                        45 * size * size * 4 * m * n)
    if variance > 0:
        mean = Fraction(size + 1, 6 * size)
        shift = value - mean
        root = mpmath.sqrt(45 * mpmath.mpf(variance.numerator) / variance.denominator)
        scaled = mpmath.mpf(1) / 6 + mpmath.mpf(shift.numerator) / shift.denominator / root
        if 0.02 < scaled < 25:
            result["log_p"] = float(cramer_von_mises_tail(scaled))
    return result


def bins(x, y):
    ordered = numpy.sort(x)
    deciles = [ordered[-(-len(x) * i // 10) - 1] for i in range(1, 10)]
    edges, repeats = numpy.unique(deciles, return_counts=True)
    # what lies below an atom, and above the edge before it, has a bin of its own
    starts = numpy.concatenate([[-numpy.inf], edges])
    both = numpy.concatenate([x, y])
    below = [numpy.nextafter(edge, -numpy.inf)
             for edge, start, times in zip(edges, starts, repeats)
             if times > 1 and ((both > start) & (both < edge)).any()]
    edges = numpy.unique(numpy.concatenate([edges, below]))
    count = lambda v: numpy.bincount(numpy.searchsorted(edges, v, side="left"),
                                     minlength=len(edges) + 1)
    return count(x), count(y)


def line(x, y):
    m, n = len(x), len(y)
    result = {}
    ks = stats.ks_2samp(x, y)
    result["ks"] = {"value": number(ks.statistic), "p": number(ks.pvalue)}
    value, log_p = kuiper(x, y)
    result["kuiper"] = {"value": value, "log_p": log_p}
    mw = stats.mannwhitneyu(y, x, method="asymptotic")
    result["mann_whitney"] = {"value": number(mw.statistic / m / n), "p": number(mw.pvalue)}
    result["wasserstein"] = {"value": number(stats.wasserstein_distance(x, y))}
    result["energy"] = {"value": number(stats.energy_distance(x, y))}
    result["cramer_von_mises"] = cramer_von_mises(x, y)
    points, _, _ = merged(x, y)
    if m + n > 3 and len(points) > 1:
        ad = stats.anderson_ksamp([x, y], midrank=True)
        result["anderson_darling"] = {"value": number(ad.statistic), "p": number(ad.pvalue)}
    result["quantiles"] = [
        number(numpy.sort(y)[-(-n * p // 100) - 1]) for p in (1, 5, 10, 25, 50, 75, 90, 95, 99)]
    return result


def moments(x, y):
    """By fractions: numpy's own sums are off by more than ours for large offsets."""
    def of(v):
        exact = [Fraction(float(a)) for a in v] if len(v) <= 2000 else None
        if exact is None:
            mean = math.fsum(v) / len(v)
            return mean, math.sqrt(math.fsum((a - mean) ** 2 for a in v) / len(v))
        mean = sum(exact) / len(v)
        variance = sum((a - mean) ** 2 for a in exact) / len(v)
        root = mpmath.sqrt(mpmath.mpf(variance.numerator) / variance.denominator)
        return float(mean), float(root)
    (mean_x, std_x), (mean_y, std_y) = of(x), of(y)
    result = {"mean": mean_y, "std": std_y}
    if std_x > 0:
        result["mean_shift"] = (mean_y - mean_x) / std_x
        result["std_ratio"] = std_y / std_x
        result["normalized_wasserstein"] = number(stats.wasserstein_distance(x, y) / std_x)
        median = lambda v: numpy.sort(v)[-(-len(v) // 2) - 1]
        result["median_shift"] = number((median(y) - median(x)) / std_x)
    if min(len(x), len(y)) > 1 and std_x + std_y > 0 and std_x < 1e100:
        t = stats.ttest_ind(y, x, equal_var=False)
        result["welch_t"] = {"value": number(t.statistic), "df": number(t.df),
                             "p": number(t.pvalue)}
    return result


# Over bins


def grouped(r, c, numeric):
    """10 expected values; see ContingencyTable.regrouped. Groups, and rare ones that joined."""
    table = [(int(a), int(b)) for a, b in zip(r, c)]
    m, n = sum(a for a, _ in table), sum(b for _, b in table)
    add = lambda a, b: (a[0] + b[0], a[1] + b[1])
    groups, rest = [], (0, 0)
    if numeric:
        for bin in table:
            rest = add(rest, bin)
            if Fraction(rest[0] * min(m, n), m) >= 10:
                groups.append(rest)
                rest = (0, 0)
        if rest != (0, 0):
            groups[-1:] = [add(groups[-1] if groups else (0, 0), rest)]
        return groups, None
    is_small = lambda bin: Fraction(sum(bin) * min(m, n), m + n) < 10
    is_rare = lambda bin: Fraction(sum(bin) * m, m + n) < 10
    by_name = [table[i] for i in sorted(range(len(table) - 1), key=lambda i: f"c{i}".encode())]
    groups = [bin for bin in by_name if not is_small(bin)]
    rest, part = table[-1], (0, 0)  # what the reference does not list
    for bin in by_name:
        if is_small(bin) and is_rare(bin):
            rest = add(rest, bin)
        elif is_small(bin):
            part = add(part, bin)
            if not is_small(part):
                groups.append(part)
                part = (0, 0)
    rest = add(rest, part)
    if rest != (0, 0) and groups and is_small(rest):
        rarest = min(range(len(groups)), key=lambda i: sum(groups[i]))
        groups[rarest] = add(groups[rarest], rest)
        return groups, rest
    return groups + [rest] * (rest != (0, 0)), None


def grouped_tail(statistic, groups, rare):
    """Chi-squared, of two groups with Yates' correction; with Fisher's test of the rare ones.

    None of one group without rare ones: it says nothing.
    """
    if len(groups) == 1 and not (rare and sum(rare) >= 5):
        return None
    (m, n), size = numpy.array(groups).sum(axis=0), numpy.array(groups).sum()
    if len(groups) == 2:
        difference = abs(Fraction(int(groups[0][0] * n - groups[0][1] * m), int(size)))
        left = max(Fraction(0), 1 - Fraction(1, 2) / difference) if difference else 0
        statistic *= float(left) ** 2
    p = stats.chi2.sf(statistic, len(groups) - 1) if len(groups) > 1 else 1.0
    if rare and sum(rare) >= 5:
        exact = stats.fisher_exact([[rare[1], n - rare[1]], [rare[0], m - rare[0]]]).pvalue
        p = min(1, 2 * min(p, exact))
    return float(p)


def likelihood_ratio(groups):
    m, n = sum(a for a, _ in groups), sum(b for _, b in groups)
    total = mpmath.mpf(0)
    for a, b in groups:
        for seen, side in ((a, m), (b, n)):
            if seen:
                total += seen * mpmath.log(mpmath.mpf(seen) * (m + n) / (mpmath.mpf(a + b) * side))
    return float(2 * total)


def divergences(r, c, numeric):
    r, c = numpy.asarray(r, dtype=float), numpy.asarray(c, dtype=float)
    p, q = r / r.sum(), c / c.sum()
    smooth_p = (r + 0.5) / (r.sum() + len(r) / 2)
    smooth_q = (c + 0.5) / (c.sum() + len(c) / 2)
    js = jensenshannon(p, q, base=2)
    result = {
        "psi": float(((smooth_p - smooth_q) * numpy.log(smooth_p / smooth_q)).sum()),
        "kl": float(stats.entropy(smooth_q, smooth_p)),
        "js_distance": number(js), "js_divergence": number(js * js),
        "hellinger": float(numpy.sqrt(((numpy.sqrt(p) - numpy.sqrt(q)) ** 2).sum() / 2)),
        "total_variation": float(abs(p - q).sum() / 2),
        "l_infinity": float(abs(p - q).max()),
    }
    full = numpy.array([(a, b) for a, b in zip(r, c) if a or b]).T
    if full.shape[1] > 1:
        result["cramers_v"] = float(stats.contingency.association(full.astype(int), method="cramer"))
    groups, rare = grouped(r, c, numeric)
    table = numpy.array(groups).T
    for name, law in (("chi_squared", None), ("g_test", "log-likelihood")):
        if table.shape[1] > 1:
            test = stats.chi2_contingency(table, correction=False, lambda_=law)
            value = test.statistic
            if law:  # scipy's sum cancels
                value = likelihood_ratio(groups)
                assert abs(value - test.statistic) < 1e-9 * max(1, value)
            p = grouped_tail(value, groups, rare)
            if not law and not rare:
                assert math.isclose(p, stats.chi2_contingency(table).pvalue, rel_tol=1e-9,
                                    abs_tol=1e-300)
            result[name] = {"value": float(value), "df": float(test.dof), "p": p}
        else:
            p = grouped_tail(0.0, groups, rare)
            result[name] = {"value": None, "df": None if p is None else 0.0, "p": p}
    index = [numpy.array([(g[i] + 1) / (sum(h[i] for h in groups) + len(groups))
                          for g in groups]) for i in (0, 1)]
    index = float(((index[0] - index[1]) * numpy.log(index[0] / index[1])).sum())
    result["psi_p"] = grouped_tail(index / (1 / r.sum() + 1 / c.sum()), groups, rare)
    if full.shape[1] == 2:
        fisher = stats.fisher_exact(full[::-1].astype(int))
        result["fisher"] = {"value": number(fisher.statistic), "p": float(fisher.pvalue)}
    return result


R = Recipe
pairs = []
for index, (m, n) in enumerate(((1, 1), (1, 2), (2, 3), (8, 5), (8, 50), (50, 8), (100, 100),
                                (1000, 100), (5000, 300), (300, 5000), (20_000, 20_000))):
    seed = 100 * index
    pairs += [(R("bell", seed + 1, m), R("bell", seed + 2, n)),
              (R("bell", seed + 3, m), R("bell", seed + 4, n, 1.25, 0.125)),
              (R("eighths", seed + 5, m), R("eighths", seed + 6, n, 1.0, 0.25))]
pairs += [
    (R("integers", 1, 50_000), R("integers", 2, 50_000)),
    (R("integers", 3, 1_000_000), R("integers", 4, 1_000_000, 1.0, 3.0)),
    (R("integers", 5, 1_000_000), R("integers", 6, 1000, 1.0, 40.0)),
    (R("few", 7, 1_000_000), R("few", 8, 17)),
    (R("few", 9, 12), R("few", 10, 100_000)),
    (R("integers", 11, 500), R("integers", 12, 400, 2.0, -100.0)),
    (R("one", 0, 50), R("one", 0, 20)),
    (R("one", 0, 50), R("one", 0, 20, 1.0, 1.0)),
    (R("one", 0, 50), R("bell", 13, 70)),
    (R("bell", 14, 70), R("one", 0, 50, 2.0)),
    (R("uniform", 15, 200), R("uniform", 16, 150, 1.0, 2.0)),
    (R("uniform", 17, 200), R("uniform", 18, 150, 1.0, -2.0)),
    (R("uniform", 19, 200), R("uniform", 20, 150, 4.0, -1.5)),
    (R("zeros", 21, 300), R("zeros", 22, 200)),
    (R("zeros", 23, 3), R("zeros", 24, 2)),
    (R("inflated", 25, 800), R("inflated", 26, 500)),
    (R("inflated", 27, 800), R("inflated", 28, 500, 1.5)),
    (R("subnormal", 29, 300), R("subnormal", 30, 200)),
    (R("subnormal", 31, 300), R("subnormal", 32, 200, 2.0)),
    (R("uniform", 33, 400, 2e300, -1e300), R("uniform", 34, 300, 2e300, -1e300)),
    (R("uniform", 35, 400, 2e300, -1e300), R("uniform", 36, 300, 1e300, 0.0)),
    (R("uniform", 37, 400, 2e-300, -1e-300), R("uniform", 38, 300, 1e-300, 0.0)),
    (R("skewed", 39, 3000), R("skewed", 40, 700)),
    (R("skewed", 41, 3000), R("skewed", 42, 700, 1.5)),
    (R("bell", 43, 1000, 1e-3, 1e6), R("bell", 44, 1000, 1e-3, 1e6)),
    (R("bell", 45, 40_000), R("bell", 46, 60)),
    (R("bell", 47, 60), R("bell", 48, 40_000, 1.0, 0.01)),
]
cases = []
for reference, current in pairs:
    x, y = reference.values(), current.values()
    r, c = bins(x, y)
    over_bins = divergences(r, c, numeric=True)
    for name in ("l_infinity", "cramers_v", "fisher"):
        over_bins.pop(name, None)
    cases.append({"reference": reference.json(), "current": current.json(), "line": line(x, y),
                  "moments": moments(x, y), "bins": over_bins})
golden["pairs"] = cases

tables = {
    "equal": ([100] * 4 + [0], [10] * 4 + [0]),
    "two values": ([800, 200, 0], [70, 30, 0]),
    "two values, rare": ([9990, 10, 0], [95, 5, 0]),
    "two values, one side": ([50, 50, 0], [0, 7, 0]),
    "two values, balanced": ([5000, 5000, 0], [5000, 5000, 0]),
    "two values, large": ([600_000, 400_000, 0], [590_000, 410_000, 0]),
    "one unseen": ([600, 300, 100, 0], [590, 305, 104, 1]),
    "many unseen": ([600, 300, 100, 0], [500, 250, 90, 60]),
    "one value": ([500, 0], [40, 0]),
    "disjoint": ([50, 50, 0, 0], [0, 0, 20, 30]),
    "rare ones": ([1000, 500, 20, 3, 2, 1, 1, 0], [90, 60, 3, 0, 1, 0, 1, 1]),
    "tiny window": ([1000, 500, 20, 3, 0], [3, 2, 0, 0, 0]),
    "small ones by name": ([1000] * 12 + [0], [8, 2, 7, 5, 3, 6, 4, 5, 1, 9, 0, 6, 1]),
    "zipf": ([10_000 // (k + 1) for k in range(200)] + [0],
             [3000 // (k + 1) for k in range(200)] + [4]),
    "reversed zipf": ([10_000 // (k + 1) for k in range(200)] + [0],
                      [3000 // (200 - k) for k in range(200)] + [4]),
}
golden["tables"] = [
    {"name": name, "reference": r, "current": c, "bins": divergences(r, c, numeric=False)}
    for name, (r, c) in tables.items()
]


# Laws, by mpmath


golden["cramer_von_mises"] = [
    {"x": x, "log_p": float(cramer_von_mises_tail(x))}
    for x in (0.02, 0.05, 0.1, 0.2, 0.347, 0.461, 0.743, 1.168, 2, 3, 5, 7.9, 8.1, 12, 20)]


def student(t, freedom):
    t, freedom = mpmath.mpf(t), mpmath.mpf(freedom)
    with mpmath.workdps(60):
        p = mpmath.betainc(freedom / 2, mpmath.mpf(1) / 2, 0, freedom / (freedom + t * t),
                           regularized=True)
        return float(mpmath.log(p))


golden["student"] = [
    {"t": t, "freedom": f, "log_p": student(t, f)}
    for f in (1, 1.5, 2, 7.25, 30, 100.5, 1000, 1e5)
    for t in (0, 1e-8, 0.1, 0.7, 1, 2, 3.5, 10, 40, 200)]


def hypergeometric_tail(a, b, c, d):
    """Two-sided Fisher by exact integers: tables at most as probable as [[a, b], [c, d]]."""
    row, other, column = a + b, c + d, a + c
    weight = lambda k: math.comb(row, k) * math.comb(other, column - k)
    seen = weight(a)
    hits = sum(w for w in map(weight, range(max(0, column - other), min(row, column) + 1))
               if w <= seen)
    return float(mpmath.log(mpmath.mpf(hits)) - mpmath.log(math.comb(row + other, column)))


golden["fisher"] = [
    {"table": t, "log_p": hypergeometric_tail(*t)}
    for t in ((1, 9, 11, 3), (3, 1, 1, 3), (0, 5, 5, 0), (2, 8, 20, 80), (10, 10, 10, 10),
              (500, 500, 400, 600), (5, 995, 60, 940), (0, 200, 3000, 100), (1000, 1, 0, 900),
              (1500, 1500, 1501, 1499))]

ps = [1e-5, 0.04, 0.3, 0.001, 0.02, 0.5, 0.04]
golden["corrections"] = {
    "p": ps,
    "bonferroni": [min(1, p * len(ps)) for p in ps],
    "holm": [min(1, max(sorted(ps)[j] * (len(ps) - j) for j in range(sorted(ps).index(p) + 1)))
             for p in ps],
    "benjamini_hochberg": [float(p) for p in stats.false_discovery_control(ps)],
}
golden["calls"] = {
    "ks": "scipy.stats.ks_2samp(reference, current)",
    "kuiper": "exact integers; p by Stephens' sum in mpmath",
    "mann_whitney": "scipy.stats.mannwhitneyu(current, reference, method='asymptotic') / (m n)",
    "wasserstein": "scipy.stats.wasserstein_distance(reference, current)",
    "energy": "scipy.stats.energy_distance(reference, current)",
    "cramer_von_mises":
        "m n / N^2 sum (F - G)^2 in fractions, equal to scipy.stats.cramervonmises_2samp("
        "method='asymptotic') without ties; log_p: Bessel series in mpmath",
    "anderson_darling": "scipy.stats.anderson_ksamp([reference, current], midrank=True)",
    "quantiles": "numpy.sort(current)[ceil(n p) - 1]",
    "welch_t": "scipy.stats.ttest_ind(current, reference, equal_var=False)",
    "moments": "fractions.Fraction, math.fsum for more than 2000 values",
    "chi_squared": "scipy.stats.chi2_contingency(grouped, correction=False)",
    "g_test": "2 sum observed log(observed / expected) of grouped in mpmath, scipy.stats.chi2.sf",
    "cramers_v": "scipy.stats.contingency.association(method='cramer')",
    "fisher": "scipy.stats.fisher_exact; log_p by exact integers",
    "kl": "scipy.stats.entropy(q, p)",
    "js_distance": "scipy.spatial.distance.jensenshannon(p, q, base=2)",
    "corrections": "scipy.stats.false_discovery_control for Benjamini-Hochberg",
}
text = json.dumps(golden, allow_nan=False, separators=(", ", ": "))
# One case a line, so that a change shows.
for compact, spread in ((": [{", ": [\n{"), ("}, {\"", "},\n{\""), ("}], ", "}\n],\n")):
    text = text.replace(compact, spread)
pathlib.Path(__file__).with_name("statistics.json").write_text(text + "\n")

"""Golden numbers of the rooms Drift and Sketches: writes drift.json beside itself.

Run: python3 Tests/Golden/drift_golden.py
Every group in the JSON has `call`: what made its numbers. Logarithms of tails below the smallest
double are by mpmath at 60 digits, sums over integers by Python's exact integers and fractions.
"""

import json
import math
import pathlib
import random
import warnings
from fractions import Fraction

import mpmath
import numpy
import scipy
from scipy import special, stats
from scipy.spatial.distance import jensenshannon

mpmath.mp.dps = 60
golden = {
    "versions": {
        "scipy": scipy.__version__,
        "numpy": numpy.__version__,
        "mpmath": mpmath.__version__,
    }
}


def group(name, call, cases):
    golden[name] = {"call": call, "cases": cases}


# Special functions


def chi_squared_tail(x, freedom):
    half = mpmath.mpf(freedom) / 2
    return mpmath.gammainc(half, mpmath.mpf(x) / 2, mpmath.inf, regularized=True)


chi_squared = []
for freedom in (1, 2, 3, 9, 10, 19, 100, 999, 10_000):
    for x in (0, 1e-300, 1e-8, 0.1, 1, 5, 20, 100, 1000, 9000, 9990, 10_005, 11_000, 20_000, 1e6):
        q = chi_squared_tail(x, freedom)
        chi_squared.append(
            {"x": x, "freedom": freedom, "p": float(q), "log_p": float(mpmath.log(q))}
        )
group("chi_squared", "mpmath.gammainc(freedom/2, x/2, inf, regularized=True)", chi_squared)

normal_quantile = []
for p in (1e-300, 1e-100, 1e-20, 1e-9, 5e-4, 0.01, 0.025, 0.07, 0.1, 0.3, 0.5, 0.6, 0.9, 0.975,
          0.999):
    guess = mpmath.mpf(float(special.ndtri(p)))
    z = mpmath.findroot(lambda z: mpmath.log(mpmath.ncdf(z)) - mpmath.log(mpmath.mpf(p)), guess)
    normal_quantile.append({"p": p, "z": float(z)})
group("normal_quantile", "mpmath.findroot(log ncdf(z) = log p)", normal_quantile)

stirling = []
for x in (0.5, 1, 7.5, 15.5, 16, 17.5, 30, 1000, 10**9):
    exact_error = (mpmath.loggamma(mpmath.mpf(x) + 1) - (mpmath.mpf(x) + 0.5) * mpmath.log(x) + x
                   - mpmath.log(2 * mpmath.pi) / 2)
    stirling.append({"x": x, "value": float(exact_error)})
group("stirling_error", "loggamma(x + 1) - (x + 1/2) log(x) + x - log(2 pi)/2 in mpmath", stirling)


# One-sample Kolmogorov-Smirnov laws


def smirnov(x, n):
    """Exact sum, P(D+ >= x)."""
    x = mpmath.mpf(x)
    return x * sum(
        mpmath.binomial(n, j) * (x + mpmath.mpf(j) / n) ** (j - 1)
        * (1 - x - mpmath.mpf(j) / n) ** (n - j)
        for j in range(int(mpmath.ceil(n * (1 - x))))
    )


def smirnov_trapezoid(x, n, nodes=6000):
    """The same for huge n: the sum's terms are smooth, so every h-th of them is enough."""
    x, n = mpmath.mpf(x), mpmath.mpf(n)
    h = mpmath.floor(n * (1 - x) / nodes)
    def term(j):
        log = (mpmath.loggamma(n + 1) - mpmath.loggamma(j + 1) - mpmath.loggamma(n - j + 1)
               + (j - 1) * mpmath.log(x + j / n) + (n - j) * mpmath.log(1 - x - j / n))
        return mpmath.exp(log)
    return x * h * mpmath.fsum(term(k * h) for k in range(1, nodes))


one_sided = []
for n, x in ((3, 0.9), (10, 0.55), (140, 0.2), (141, 0.125), (500, 0.1), (500, 0.8), (2000, 0.04),
             (2000, 0.3), (2000, 0.6), (2000, 0.99)):
    p = smirnov(x, n)
    one_sided.append({"n": n, "x": x, "log_p": float(mpmath.log(p))})
group("one_sided", "Smirnov's sum in mpmath", one_sided)
wide = []
for n, x in ((10**6, 0.0015), (10**6, 0.01), (10**6, 0.0185), (10**9, 0.0001), (10**9, 0.0005),
             (10**12, 2e-6), (10**12, 1.5e-5)):
    wide.append({"n": n, "x": x, "log_p": float(mpmath.log(smirnov_trapezoid(x, n)))})
group("one_sided_huge", "Smirnov's sum in mpmath, every h-th term", wide)

kolmogorov = []
for n in (1, 2, 3, 8, 20, 100, 140, 141, 200, 1000, 10_000, 99_990, 500_000):
    for scaled in (0.01, 0.1, 0.2, 0.3, 0.5, 0.7, 0.83, 0.9, 1.0, 1.2, 1.4, 1.48, 1.49, 1.7, 2, 2.1,
                   3, 5, 8, 12, 18):
        x = scaled / math.sqrt(n)
        if x < 1:
            kolmogorov.append({"n": n, "x": x, "p": float(stats.kstwo.sf(x, n))})
group("kolmogorov", "scipy.stats.kstwo.sf(x, n)", kolmogorov)


# Two-sample Kolmogorov-Smirnov


def separated(m, n):
    return float(mpmath.log(2) - mpmath.log(mpmath.binomial(m + n, n)))


def samples_at(m, n, shift):
    """Two even samples of [0, 1), one moved by `shift`, which is then about their distance."""
    return (numpy.arange(m) + 0.5) / m, (numpy.arange(n) + 0.5) / n + shift


exact = []
sizes = ((1, 1), (1, 2), (2, 2), (8, 8), (8, 5), (1, 10_000), (30, 30), (100, 100), (100, 99),
         (1000, 1000), (1000, 999), (1000, 500), (3000, 2000), (10_000, 10_000), (10_000, 300))
for m, n in sizes:
    for shift in (0, 0.01, 0.03, 0.1, 0.2, 0.5, 2):
        reference, current = samples_at(m, n, shift)
        with warnings.catch_warnings(record=True) as complaints:
            warnings.simplefilter("always")
            result = stats.ks_2samp(reference, current, method="exact")
        if complaints:  # scipy's own recursion failed and it fell back
            print("not exact in scipy:", m, n, result.statistic, result.pvalue)
            continue
        exact.append({"m": m, "n": n, "d": float(result.statistic), "p": float(result.pvalue)})
group("two_sample_exact", "scipy.stats.ks_2samp(reference, current, method='exact')", exact)

deep = []
for n, height in ((1000, 1000), (10_000, 3000), (10_000, 9999)):
    terms = ((-1) ** (i - 1) * Fraction(math.comb(2 * n, n - i * height), math.comb(2 * n, n))
             for i in range(1, n // height + 1))
    p = 2 * sum(terms)
    deep.append({
        "m": n, "n": n, "d": height / n,
        "log_p": float(mpmath.log(p.numerator) - mpmath.log(p.denominator)),
    })
group("two_sample_deep", "2 sum (-1)^(i-1) C(2n, n-ih) / C(2n, n) in fractions", deep)

asymptotic = []
for m, n, d in ((20_000, 1, 0.7), (20_000, 5, 0.5), (50_000, 20, 0.2), (50_000, 100, 0.1),
                (50_000, 500, 0.04), (50_000, 500, 0.08), (50_000, 500, 0.5), (50_000, 5000, 0.01),
                (50_000, 5000, 0.03), (10**6, 10**6, 0.001), (10**6, 10**6, 0.002),
                (10**6, 10**6, 0.01), (10**6, 10**6, 0.02)):
    en = float(m) * n / (m + n)
    asymptotic.append({"m": m, "n": n, "d": d, "p": float(stats.kstwo.sf(d, numpy.round(en)))})
group("two_sample_asymptotic", "scipy.stats.kstwo.sf(d, round(m n / (m + n)))", asymptotic)
group("separated", "mpmath.log(2) - mpmath.log(mpmath.binomial(m + n, n))", [
    {"m": m, "n": n, "log_p": separated(m, n)}
    for m, n in ((20_000, 1), (10**6, 10), (10**6, 10**6), (10**9, 12_345))
])


# Divergences over bins

bins = {
    "equal": ([100] * 10, [10] * 10),
    "constant": ([0, 500, 0], [0, 40, 0]),
    "one bin": ([7], [9]),
    "disjoint": ([50, 50, 0, 0], [0, 0, 20, 30]),
    "one value": ([10, 20, 30], [0, 1, 0]),
    "unseen": ([900, 90, 10, 0], [80, 10, 1, 9]),
    "close": ([10**12, 10**12, 10**12], [10**12 + 1000, 10**12, 10**12 - 1000]),
    "huge": ([10**15, 3 * 10**15, 10**14, 7], [3 * 10**14, 10**15, 10**14, 0]),
    "moved": ([100, 110, 90, 105, 95, 100, 99, 101, 102, 98], [1, 2, 4, 8, 10, 14, 20, 25, 30, 36]),
    "many": (
        [10_000 // (k + 1) for k in range(300)] + [0],
        [3000 // (300 - k) for k in range(300)] + [5],
    ),
}


def entropy(share):
    s = mpmath.mpf(share.numerator) / share.denominator
    return s * mpmath.log(s, 2) if s else s


divergences = []
for name, (reference, current) in bins.items():
    r, c = (numpy.array(side, dtype=float) for side in (reference, current))
    p = (r + 0.5) / (r.sum() + len(r) / 2)
    q = (c + 0.5) / (c.sum() + len(c) / 2)
    psi = float(((q - p) * numpy.log(q / p)).sum())
    variance = 1 / c.sum() + 1 / r.sum()
    exactly = [
        (Fraction(a, sum(reference)), Fraction(b, sum(current))) for a, b in zip(reference, current)
    ]
    jensen = sum((entropy(a) + entropy(b)) / 2 - entropy((a + b) / 2) for a, b in exactly)
    with numpy.errstate(invalid="ignore"):
        library = float(jensenshannon(r, c, base=2))
    divergences.append({
        "name": name, "reference": reference, "current": current,
        "psi": psi, "expectation": float((len(r) - 1) * variance),
        "jensen_shannon": float(mpmath.sqrt(max(jensen, 0))),
        # scipy's sum comes out negative, its root NaN, where the distance is near 1e-10
        "jensen_shannon_scipy": None if math.isnan(library) else library,
        "total_variation": float(sum(abs(a - b) for a, b in exactly) / 2),
    })
group("divergences", "numpy formula; jensen_shannon by mpmath; fractions for TV;"
      " scipy.spatial.distance.jensenshannon(base=2)", divergences)


# Newcombe's interval, method 10


def wilson(hits, n, z):
    p = mpmath.mpf(hits) / n
    root = z * mpmath.sqrt(p * (1 - p) / n + z * z / (4 * mpmath.mpf(n) ** 2))
    shrink = 1 + z * z / n
    return (p + z * z / (2 * n) - root) / shrink, (p + z * z / (2 * n) + root) / shrink


newcombe = []
for a, n, b, m, alpha in (
    # The examples of Newcombe's table II; 56/70 - 48/80 gives 0.0524 ... 0.3339 there
    (56, 70, 48, 80, 0.05), (9, 10, 3, 10, 0.05), (6, 7, 2, 7, 0.05), (5, 56, 0, 29, 0.05),
    (0, 10, 0, 20, 0.05), (0, 10, 0, 10, 0.05), (10, 10, 0, 20, 0.05), (10, 10, 0, 10, 0.05),
    (30, 1000, 10, 50_000, 0.001), (0, 1000, 2500, 50_000, 0.001), (1000, 1000, 0, 50_000, 0.001),
    (1, 1, 0, 1, 0.001), (5 * 10**8, 10**9, 5 * 10**8 + 10**6, 10**9, 0.001),
    (7, 100, 7, 100, 1e-9),
):
    z = mpmath.sqrt(2) * mpmath.erfinv(1 - mpmath.mpf(alpha))
    p, q = mpmath.mpf(a) / n, mpmath.mpf(b) / m
    (l1, u1), (l2, u2) = wilson(a, n, z), wilson(b, m, z)
    lower = p - q - mpmath.hypot(p - l1, u2 - q)
    upper = p - q + mpmath.hypot(u1 - p, q - l2)
    bound = max(lower, 0) + max(-upper, 0)
    newcombe.append({"hits": a, "n": n, "reference_hits": b, "m": m, "alpha": alpha,
                     "lower": float(lower), "upper": float(upper), "bound": float(bound)})
group("newcombe", "Newcombe 1998, method 10, in mpmath", newcombe)


# Lower bounds of drift

lower_bounds = []
for d, bound, m, n, alpha, delta in (
    (0.3, 0, 50_000, 500, 0.001, 0.01), (0.3, 0.0005, 50_000, 500, 0.05, 0.001),
    (1, 0, 10, 1, 0.001, 0.01), (1, 0, 10**9, 10**9, 0.001, 0.01),
):
    allowance = math.sqrt(math.log(2 / delta) / 2 / m) + math.sqrt(math.log(2 / alpha) / 2 / n)
    lower_bounds.append({"distance": d, "bound": bound, "m": m, "n": n, "alpha": alpha,
                         "delta": delta, "value": max(0, d - bound - allowance)})
group("drift_numeric", "the formula of design.md, section 5", lower_bounds)
lower_bounds = []
for name in ("unseen", "moved", "many", "disjoint", "equal"):
    reference, current = bins[name]
    r, c = (numpy.array(side, dtype=float) for side in (reference, current))
    v = 1 / c.sum() + 1 / r.sum()
    pooled = (r + c) / (r.sum() + c.sum())
    tv = 0.5 * numpy.abs(r / r.sum() - c / c.sum()).sum()
    excess = 0.5 * numpy.sqrt(pooled * (1 - pooled) * v).sum()
    # what the reference lacks, by Good's estimate: values seen once, and those beyond the limit
    excess += 0.5 * (reference[-1] + reference[:-1].count(1)) / r.sum()
    value = tv - excess - math.sqrt(math.log(1 / 0.01) / 2 * v)
    lower_bounds.append({"name": name, "reference": reference, "current": current, "alpha": 0.01,
                         "value": max(0, float(value))})
group("drift_categorical", "the formula of design.md, section 5, in numpy", lower_bounds)


# Moments

generator = random.Random(20260101)
moments = []
series = {
    "integers": [1, 2, 3, 4, 1_000_003],
    "negative": [-5, -6, -7.25, -100],
    "around minus one step": [-1, -1, -1, -2],
    "far and narrow": [1e9 + generator.gauss(0, 1e-3) for _ in range(500)],
    "far and narrow, negative": [-1e9 + generator.gauss(0, 1e-3) for _ in range(500)],
    "milliseconds": [1_790_000_000_000 + generator.randrange(60_000) for _ in range(500)],
    "both signs": [generator.gauss(0, 3) for _ in range(1000)],
    "tiny": [generator.gauss(1e-200, 1e-201) for _ in range(100)],
    "large": [generator.gauss(1e200, 1e199) for _ in range(100)],
    "constant": [0.1] * 7,
    "zero": [0.0, -0.0],
}
for name, values in series.items():
    ordered = sorted(Fraction(v) for v in values)
    spread = float(ordered[int(0.99 * (len(values) - 1))] - ordered[int(0.01 * (len(values) - 1))])
    exactly = [Fraction(v) for v in values]
    mean = sum(exactly) / len(exactly)
    variance = sum((v - mean) ** 2 for v in exactly) / len(exactly)
    deviation = mpmath.sqrt(mpmath.mpf(variance.numerator) / variance.denominator)
    moments.append({"name": name, "values": [float(v) for v in values], "spread": spread,
                    "magnitude": max(abs(float(v)) for v in values),
                    "mean": float(mean), "deviation": float(deviation)})
group("moments", "fractions.Fraction", moments)

text = json.dumps(golden, allow_nan=False, separators=(", ", ": "))
# One case a line, so that a change shows.
for compact, spread in (('"cases": [{', '"cases": [\n{'), ("}, {", "},\n{"), ("}]}, ", "}\n]},\n")):
    text = text.replace(compact, spread)
pathlib.Path(__file__).with_name("drift.json").write_text(text + "\n")

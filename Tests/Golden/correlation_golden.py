"""Golden rank correlations and their change: writes correlation.json beside itself.

Run: python3 Tests/Golden/correlation_golden.py     (scipy 1.17.1, mpmath 1.3.0)
`spearman` is scipy.stats.spearmanr(first, second).statistic. `changes` compare two coefficients by
Fisher's z with the variance (1 + r^2 / 2) / (n - 3) of Bonett and Wright (2000), in mpmath.
"""

import json
import pathlib
import random

import mpmath
import scipy
from scipy import stats

mpmath.mp.dps = 40


def z(r, n):
    """Finite for 1 too: a perfect order may have been missed by half the step to the next one."""
    most = 1 - max(mpmath.mpf(2) ** -32, mpmath.mpf(6) / (n * (n * n - 1)))
    return mpmath.atanh(max(-most, min(most, mpmath.mpf(r))))


def change(r, n, s, m):
    variance = (1 + mpmath.mpf(r) ** 2 / 2) / (n - 3) + (1 + mpmath.mpf(s) ** 2 / 2) / (m - 3)
    tail = mpmath.erfc(abs(z(r, n) - z(s, m)) / mpmath.sqrt(variance) / mpmath.sqrt(2))
    return {"current": r, "count": n, "reference": s, "reference_count": m,
            "p": float(tail), "log_p": float(mpmath.log(tail))}


rng = random.Random(20130107)
bell = [rng.gauss(0, 1) for _ in range(255)]
small = [rng.randrange(20) for _ in range(200)]
zeros = [max(0.0, rng.gauss(0, 1)) for _ in range(150)]
pairs = {
    "bell": (bell, [x + rng.gauss(0, 1) for x in bell]),
    "independent": (bell, [rng.gauss(0, 1) for _ in bell]),
    "falling": (bell, [-x ** 3 for x in bell]),
    "rising": (bell[:51], [2.0 ** x for x in bell[:51]]),
    "parabola": (bell, [x * x for x in bell]),
    "ties": (small, [x // 3 + rng.randrange(4) for x in small]),
    "zeros": (zeros, [x * rng.random() for x in zeros]),
    "few": ([x % 2 for x in small], [x // 10 + rng.randrange(2) for x in small]),
    "ten": (bell[:10], [x + rng.gauss(0, 0.5) for x in bell[:10]]),
}
golden = {
    "versions": {"scipy": scipy.__version__, "mpmath": mpmath.__version__},
    "pairs": [
        {"name": name, "first": first, "second": second,
         "spearman": float(stats.spearmanr(first, second).statistic)}
        for name, (first, second) in pairs.items()
    ],
    "changes": [change(*case) for case in [
        (0.5, 100, 0.5, 10_000), (0.5, 100, 0.3, 10_000), (-0.25, 10, 0.25, 10),
        (0.9, 5000, 0.95, 10_000), (0.0, 50, 0.1, 400), (1.0, 100, 0.99, 10_000),
        (1.0, 10, -1.0, 10), (1.0, 100_000, 1.0, 10_000), (-0.6, 1_000_000, 0.6, 10_000),
    ]],
}
path = pathlib.Path(__file__).with_name("correlation.json")
path.write_text(json.dumps(golden) + "\n")

"""Golden rank correlations: writes correlation.json beside itself.

Run: python3 Tests/Golden/correlation_golden.py     (scipy 1.17.1)
`spearman` is scipy.stats.spearmanr(first, second).statistic.
"""

import json
import pathlib
import random

import scipy
from scipy import stats

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
    "versions": {"scipy": scipy.__version__},
    "pairs": [
        {"name": name, "first": first, "second": second,
         "spearman": float(stats.spearmanr(first, second).statistic)}
        for name, (first, second) in pairs.items()
    ],
}
path = pathlib.Path(__file__).with_name("correlation.json")
path.write_text(json.dumps(golden) + "\n")

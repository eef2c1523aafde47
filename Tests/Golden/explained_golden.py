"""Golden shares of a prediction's shift: writes explained.json beside itself.

Run: python3 Tests/Golden/explained_golden.py     (numpy 2.4.6, scipy 1.17.1)
Mean ranks are those of scipy.stats.rankdata over the reference's predictions, less a half and over
their number; bins are numpy.digitize at the distinct inverted-CDF deciles, right ends included; the
observed shift is the AUC of scipy.stats.mannwhitneyu less a half. Rows without a value are a bin.
"""

import json
import pathlib
import random

import numpy
import scipy
from scipy import stats

rng = random.Random(20130107)


def rows(count, shift, paris, strange):
    made = []
    for _ in range(count):
        x = round(rng.gauss(shift, 1), 2)
        city = rng.choices(["Paris", "Rome", "Oslo"], [paris, 0.3, 0.1])[0]
        city = "Atlantis" if rng.random() < strange else city
        base = {"Paris": 1.2, "Rome": 0, "Oslo": -1, "Atlantis": 2}[city]
        score = round(0.8 * x + base + rng.gauss(0, 0.7), 1)
        made.append({"x": None if rng.random() < 0.1 + shift / 9 else x,
                     "city": None if rng.random() < 0.05 else city,
                     "noise": round(rng.random(), 2),
                     "score": None if rng.random() < 0.04 else score})
    return made


reference = rows(400, 0, 0.3, 0)
windows = [rows(200, 0.9, 0.3, 0), rows(200, 0.5, 1.2, 0.05), rows(200, 0.4, 0.9, 0.1),
           rows(200, 0, 0.3, 0)]


def bins_of(field):
    values = [row[field] for row in reference if row[field] is not None]
    if isinstance(values[0], str):
        names = sorted(set(values))
        return lambda v: "none" if v is None else v if v in names else "unseen"
    edges = numpy.unique(numpy.quantile(values, numpy.arange(1, 10) / 10, method="inverted_cdf"))
    return lambda v: "none" if v is None else int(numpy.digitize(v, edges, right=True))


scored = [row for row in reference if row["score"] is not None]
scores = [row["score"] for row in scored]
ranks = (stats.rankdata(scores) - 0.5) / len(scores)


def explains(field, window):
    current = [row["score"] for row in window if row["score"] is not None]
    test = stats.mannwhitneyu(current, scores, method="asymptotic")
    if test.pvalue >= 0.001:
        return None
    bin_of = bins_of(field)
    shift = 0.0
    for name in {bin_of(row[field]) for row in reference + window}:
        own = [rank for row, rank in zip(scored, ranks) if bin_of(row[field]) == name]
        mean = numpy.mean(own) if own else 0.5
        q = numpy.mean([bin_of(row[field]) == name for row in window])
        p = numpy.mean([bin_of(row[field]) == name for row in reference])
        shift += (q - p) * mean
    observed = test.statistic / len(current) / len(scores) - 0.5
    return float(min(1, max(0, shift / observed)))


golden = {
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__},
    "reference": reference,
    "windows": [
        {"rows": window,
         "explains": {field: explains(field, window) for field in ["x", "city", "noise"]}}
        for window in windows
    ],
}
path = pathlib.Path(__file__).with_name("explained.json")
path.write_text(json.dumps(golden) + "\n")

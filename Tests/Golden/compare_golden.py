#!/usr/bin/env python3
"""Numbers that `leeway compare --exact` must reproduce, by numpy and scipy.

    python3 Tests/Golden/compare_golden.py     (writes compare_golden.json beside itself)

Two parts: small samples, data included (ties, constants, missing values, categories), and January
against July of the flights in deploy/demo, by the local date in `flight_id`, numbers only.
Written with numpy 2.4.6 and scipy 1.17.1; the versions used stand in the file.
"""
import gzip
import json
import pathlib

import numpy
import scipy
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp


# The oracle of PSI: design.md 5 in numpy, and nothing of Leeway's.
def edges_of(reference, current):
    ordered = numpy.sort(numpy.asarray(reference, dtype=float))
    ranks = [-(-len(ordered) * i // 10) for i in range(1, 10)]  # ceil, in integers
    edges, repeats = numpy.unique([ordered[rank - 1] for rank in ranks], return_counts=True)
    # what lies below an atom, and above the edge before it, has a bin of its own
    both = numpy.concatenate([ordered, numpy.asarray(current, dtype=float)])
    starts = numpy.concatenate([[-numpy.inf], edges])
    below = [numpy.nextafter(edge, -numpy.inf)
             for edge, start, times in zip(edges, starts, repeats)
             if times > 1 and ((both > start) & (both < edge)).any()]
    return numpy.unique(numpy.concatenate([edges, below]))


def bins_of(values, edges):  # (a, b], the outer bins open
    where = numpy.searchsorted(edges, numpy.asarray(values, dtype=float), side="left")
    return numpy.bincount(where, minlength=len(edges) + 1)


def cells_of(values, categories):
    counts = [sum(value == category for value in values) for category in categories]
    return numpy.array(counts + [len(values) - sum(counts)])


def psi_of(reference, current):
    size = len(reference)
    p = (reference + 0.5) / (reference.sum() + size / 2)
    q = (current + 0.5) / (current.sum() + size / 2)
    return float(((q - p) * numpy.log(q / p)).sum())


def divergences(reference, current):
    p, q = reference / reference.sum(), current / current.sum()
    return {
        "psi": psi_of(reference, current),
        "js_distance": float(jensenshannon(p, q, base=2)),
        "total_variation": float(abs(p - q).sum() / 2),
        "counts_reference": reference.tolist(),
        "counts_current": current.tolist(),
    }


def moments_of(values):
    with numpy.errstate(over="ignore"):
        moments = {"mean": float(numpy.mean(values)), "std": float(numpy.std(values))}
    return {name: value for name, value in moments.items() if numpy.isfinite(value)}


def numeric(reference, current):
    reference = [float(v) for v in reference if v is not None]
    current = [float(v) for v in current if v is not None]
    edges = edges_of(reference, current)
    return {
        "ks": float(ks_2samp(reference, current).statistic),
        "edges": edges.tolist(),
        **moments_of(current),
        **divergences(bins_of(reference, edges), bins_of(current, edges)),
    }


def categorical(reference, current):
    names = sorted(set(reference), key=lambda name: (-reference.count(name), name.encode()))
    return {
        "categories": names,
        **divergences(cells_of(reference, names), cells_of(current, names)),
    }


def small_samples():
    random = numpy.random.default_rng(20240607)
    normal = random.normal(10, 3, 400).tolist()
    shifted = random.normal(11, 3, 250).tolist()
    ties = random.integers(0, 6, 300).tolist()
    other_ties = random.integers(1, 9, 130).tolist()
    holes = [None if i % 7 == 0 else v for i, v in enumerate(normal)]
    letters = random.choice(list("aabbbcd"), 300).tolist()
    others = random.choice(list("abbcde"), 90).tolist()
    samples = {
        "continuous": (normal, shifted),
        "ties": (ties, other_ties),
        "missing": (holes, shifted),
        "constant_reference": ([5] * 50, [4, 5, 5, 6]),
        "constant_both": ([5] * 50, [5] * 9),
        "one_value": ([1.5], [1.5]),
        "apart": ([1, 2, 3], [10, 11, 12, 13]),
        "large": ([1e300, -1e300, 1e-300, 0, 0], [1e300, 0, -0.0]),
        "letters": (letters, others),
        "unseen_only": (["x", "y", "y"], ["z", "z"]),
    }
    for name, (reference, current) in samples.items():
        is_text = isinstance(reference[0] or 0.0, str)
        yield {
            "name": name,
            "reference": reference,
            "current": current,
            "expected": (categorical if is_text else numeric)(reference, current),
        }


def month(rows, text):
    return [row for row in rows if row["flight_id"].startswith(text)]


def flights():
    demo = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"
    rows = []
    for name in ["reference.ndjson.gz", "stream.ndjson.gz"]:
        with gzip.open(demo / name, "rt") as lines:
            rows += [json.loads(line) for line in lines if '"2013-01-' in line or '"2013-07-' in line]
    january, july = month(rows, "2013-01"), month(rows, "2013-07")
    fields = {}
    for field in january[0]:
        values = [row[field] for row in january], [row[field] for row in july]
        if not all(isinstance(value, (int, float)) for value in values[0] if value is not None):
            continue
        fields[field] = numeric(*values)
    return {"rows_reference": len(january), "rows_current": len(july), "fields": fields}


golden = {
    "numpy": numpy.__version__,
    "scipy": scipy.__version__,
    "samples": list(small_samples()),
    "flights": flights(),
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")

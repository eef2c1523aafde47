#!/usr/bin/env python3
"""Numbers that `leeway compare --compat` must reproduce: writes compatibility.json beside itself.

    python3 Tests/Golden/compatibility_golden.py FOLDER

evidently 0.7.23 and nannyml 0.13.1 with pandas 2, numpy 2 and scipy 1.17.1 compute their numbers
themselves. So does TFDV: FOLDER holds the unpacked wheels of tensorflow-data-validation 1.16.1 and
tfx-bsl 1.21.0 (`pip download --no-deps`), of which only the sketch, `quantiles_util.py` and the C++
validation are loaded; beside them pyarrow, protobuf and tensorflow-metadata are needed.
Azure (azureml-assets, data_drift_compute_metrics), Deequ 2.0.21 (Distance.scala,
QuantileNonSample.scala) and SageMaker (documentation) cannot be installed: their numbers come from
transcriptions of the formulas below, which share nothing with Leeway's code. `versions` in the file
says what was used.
"""
import collections
import importlib.util
import json
import math
import os
import pathlib
import sys
import warnings

os.environ.update(DO_NOT_TRACK="1", NML_DISABLE_USAGE_LOGGING="1")
warnings.simplefilter("ignore")

import evidently
import nannyml
import numpy
import pandas
import pyarrow
import scipy
from evidently.core.datasets import infer_column_type
from evidently.legacy.calculations.data_drift import get_one_column_drift
from evidently.legacy.options.data_drift import DataDriftOptions
from evidently.legacy.utils.data_operations import DatasetColumns, DatasetUtilityColumns
from scipy.spatial.distance import jensenshannon
from scipy.stats import chisquare, wasserstein_distance
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2


def load(path):
    file = pathlib.Path(sys.argv[1]) / path
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tfx_bsl = load("tfx_bsl/cc/tfx_bsl_extension.so")
tfdv = load("tensorflow_data_validation/pywrap/tensorflow_data_validation_extension.so")
quantiles_util = load("tensorflow_data_validation/utils/quantiles_util.py")


def number(value):
    return float(value) if value is not None and math.isfinite(value) else None


def entry(name, value, threshold=None, drifted=None):
    """A statistic; drifted is None where the tool has no threshold."""
    return {"name": name, "value": number(value), "threshold": number(threshold),
            "drifted": None if drifted is None or number(value) is None else bool(drifted)}


# Evidently and NannyML: the packages


def evidently_of(reference, current):
    def drift(method):
        kind = infer_column_type(current["x"])
        columns = DatasetColumns(
            utility_columns=DatasetUtilityColumns(), target_type=None, task=None,
            num_feature_names=["x"], cat_feature_names=[], text_feature_names=[],
            datetime_feature_names=[], target_names=None)
        return get_one_column_drift(
            current_data=current, reference_data=reference, column_name="x",
            options=DataDriftOptions(all_features_stattest=method), dataset_columns=columns,
            column_type=kind, agg_data=True)

    result = []
    for method in (None, "psi"):
        try:
            found = drift(method)
        except ValueError:
            result.append(entry("none", None))
            continue
        result.append(entry(found.stattest_name, found.drift_score, found.stattest_threshold,
                            found.drift_detected))
    return result


NANNYML = {
    "numeric": ["jensen_shannon", "hellinger", "kolmogorov_smirnov", "wasserstein"],
    "categorical": ["jensen_shannon", "hellinger", "l_infinity", "chi2"],
}


def nannyml_of(reference, current, kind):
    methods = NANNYML[kind]
    try:
        calculator = nannyml.UnivariateDriftCalculator(
            column_names=["x"], treat_as_categorical=["x"] if kind == "categorical" else None,
            **{"numeric": {"continuous_methods": methods},
               "categorical": {"categorical_methods": methods}}[kind]).fit(reference)
        calculator.chunker = nannyml.SizeBasedChunker(chunk_size=len(current))
        frame = calculator.calculate(current).filter(period="analysis").to_df()
    except Exception as error:
        print("  nannyml:", type(error).__name__, str(error)[:80])
        return [entry(method, None) for method in methods]
    result = []
    for method in methods:
        value = frame["x", method, "value"].iloc[0]
        threshold = frame["x", method, "upper_threshold"].iloc[0]
        result.append(entry(method, value, threshold, frame["x", method, "alert"].iloc[0]))
    return result


# TFDV: its sketch, its histogram and its validation


def statistics_of(values, kind):
    present = [value for value in values if value is not None]
    stats = statistics_pb2.DatasetFeatureStatistics(num_examples=len(values))
    feature = stats.features.add()
    feature.path.step.append("x")
    if kind == "numeric":
        feature.type = statistics_pb2.FeatureNameStatistics.FLOAT
        common, own = feature.num_stats.common_stats, feature.num_stats
        if present:
            sketch = tfx_bsl.sketches.QuantilesSketch(0.01, 1 << 32, 1)
            sketch.AddValues(pyarrow.array(present, type=pyarrow.float64()))
            quantiles, counts = (
                array.flatten().to_numpy(zero_copy_only=False)
                for array in sketch.GetQuantilesAndCumulativeWeights(1000))
            own.histograms.add().CopyFrom(quantiles_util.generate_equi_width_histogram(
                quantiles, counts, min(present), max(present), 10, 0))
    else:
        feature.type = statistics_pb2.FeatureNameStatistics.STRING
        common, own = feature.string_stats.common_stats, feature.string_stats
        for label, count in collections.Counter(present).most_common():
            own.rank_histogram.buckets.add(label=label, sample_count=count)
    common.num_non_missing, common.num_missing = len(present), len(values) - len(present)
    common.min_num_values = common.max_num_values = 1
    return stats


TFDV = {"infinity_norm": "L_INFTY", "jensen_shannon_divergence": "JENSEN_SHANNON_DIVERGENCE",
        "normalized_abs_difference": "NORMALIZED_ABSOLUTE_DIFFERENCE"}


def tfdv_of(reference, current, kind):
    names = list(TFDV) if kind == "categorical" else ["jensen_shannon_divergence"]
    schema = schema_pb2.Schema()
    feature = schema.feature.add(name="x")
    feature.type = schema_pb2.BYTES if kind == "categorical" else schema_pb2.FLOAT
    for name in names:
        getattr(feature.drift_comparator, name).threshold = 0
    anomalies = anomalies_pb2.Anomalies()
    arguments = [statistics_of(current, kind), schema, None, statistics_of(reference, kind)]
    bytes_of = [a.SerializeToString() if a is not None else b"" for a in arguments]
    anomalies.ParseFromString(tfdv.validation.ValidateFeatureStatistics(
        *bytes_of, b"", b"", b"", b"", False))
    types = anomalies_pb2.DriftSkewInfo.Measurement.Type
    found = {types.Name(m.type): m.value
             for info in anomalies.drift_skew_info for m in info.drift_measurements}
    return [entry(name, found.get(TFDV[name])) for name in names]


# Azure, Deequ, SageMaker: transcribed


def dual_histogram(reference, current):
    count = math.ceil(math.log2(min(len(reference), len(current))) + 1)
    low, high = min(reference + current), max(reference + current)
    edges = [low + k * ((high - low) / count) for k in range(count + 1)]
    steps = [b - a for a, b in zip(edges, edges[1:])]
    even = max(steps) - min(steps) < 1e-10

    def histogram(values):  # pyspark's RDD.histogram
        counts = [0] * (count + 1)
        for v in values:
            if edges[0] <= v <= edges[-1]:
                where = (int((v - edges[0]) / ((edges[-1] - edges[0]) / count)) if even
                         else int(numpy.searchsorted(edges, v, side="right")) - 1)
                counts[where] += 1
        return counts[:-2] + [counts[-2] + counts[-1]]

    return histogram(reference), histogram(current)


def azure_of(reference, current, kind):
    rows = reference
    r, c = ([v for v in side if v is not None] for side in (reference, current))
    whole = kind == "numeric" and all(float(v).is_integer() for v in r + c)
    categorical = kind == "categorical" or whole and len(set(rows)) / len(rows) < 0.05
    name = "JensenShannonDistance" if categorical else "NormalizedWassersteinDistance"
    if not r or not c:
        return [entry(name, None, 0.5)]
    if categorical:
        keys = sorted(set(r) | set(c))
        counts = [[side.count(key) for key in keys] for side in (r, c)]
        p, q = ([n / len(side) for n in row] for side, row in zip((r, c), counts))
        value = jensenshannon(p, q, base=2)
    else:
        counts = dual_histogram(r, c) if min(r + c) < max(r + c) else None
        value = None
        if len(r) > 1:
            value = wasserstein_distance(r, c) / max(numpy.std(r, ddof=1), 0.001)
    result = [entry(name, value, 0.5, value is not None and value > 0.5)]
    if counts:
        psi = sum(((b + 1) / len(c) - (a + 1) / len(r))
                  * math.log(((b + 1) / len(c)) / ((a + 1) / len(r))) for a, b in zip(*counts))
        result.append(entry("PopulationStabilityIndex", psi, 0.5, psi > 0.5))
    return result


def linf_robust(simple, n, m):
    return max(0.0, simple - 1.8 * math.sqrt((n + m) / (n * m)))


def largest_gap(r, c):
    """Of two distribution functions, given as counts by value."""
    def functions(counts):
        total, sums, ranks = sum(counts.values()), 0, []
        for value in sorted(set(r) | set(c)):
            sums += counts.get(value, 0)
            ranks.append(sums / total)
        return ranks
    return max(abs(a - b) for a, b in zip(functions(r), functions(c)))


def deequ_chi_squared(sample, expected):
    total = sum(n for key, n in sample.items() if key in expected)
    scale = total / sum(expected.values())
    sample = {key: float(n) for key, n in sample.items()}
    expected = {key: n * scale for key, n in sorted(expected.items())}
    while len(expected) >= 2:
        least, allowed = (10, 0) if len(expected) == 2 else (5, int(0.2 * len(expected)))
        if sum(n < least for n in expected.values()) <= allowed:
            break
        smallest = min(expected, key=expected.get)
        moved = expected.pop(smallest), sample.pop(smallest, 0.0)
        second = min(expected, key=expected.get)
        expected[second] += moved[0]
        sample[second] = sample.get(second, 0.0) + moved[1]
    if len(expected) < 2 or total == 0:
        return None
    return chisquare([sample.get(key, 0.0) for key in expected], list(expected.values())).pvalue


def gaps(reference, current, kind, sketch):
    r, c = (collections.Counter(v for v in side if v is not None)
            for side in (reference, current))
    if not r or not c:
        return None
    if kind == "categorical":
        n, m = sum(r.values()), sum(c.values())
        return max(abs(r[key] / n - c[key] / m) for key in set(r) | set(c)), n, m, r, c
    if sketch:  # getRankMap: a map by value, so that ties count once until something is discarded
        r, c = (dict.fromkeys(s, 1) if sum(s.values()) <= 2050 else s for s in (r, c))
    return largest_gap(r, c), sum(r.values()), sum(c.values()), r, c


def deequ_of(reference, current, kind):
    found = gaps(reference, current, kind, sketch=True)
    if found is None:
        return [entry("linf_robust", None)]
    simple, n, m, r, c = found
    result = [entry("linf_robust", linf_robust(simple, n, m)), entry("linf_simple", simple)]
    if kind == "categorical":
        result.append(entry("chi-square p_value", deequ_chi_squared(dict(c), dict(r))))
    return result


def sagemaker_of(reference, current, kind):
    found = gaps(reference, current, kind, sketch=False)
    if found is None:
        return [entry("linf_robust", None, 0.1)]
    simple, n, m, _, _ = found
    robust = linf_robust(simple, n, m)
    return [entry("linf_robust", robust, 0.1, robust > 0.1),
            entry("linf_simple", simple, 0.1, simple > 0.1)]


# Pairs of samples


def pairs():
    random = numpy.random.default_rng(20261121)

    def normal(mean, deviation, count, digits=3):
        return random.normal(mean, deviation, count).round(digits).tolist()

    def whole(low, high, count):
        return random.integers(low, high, count).astype(float).tolist()

    def letters(text, count):
        return random.choice(list(text), count).tolist()

    holes = [None if i % 7 == 0 else v for i, v in enumerate(normal(10, 3, 210))]
    yield "continuous", normal(10, 3, 400), normal(11, 3, 250)
    yield "same law", normal(0, 1, 500), normal(0, 1, 120)
    yield "ties", whole(0, 6, 300), whole(1, 8, 130)
    yield "integers", whole(0, 60, 260), whole(5, 70, 150)
    yield "whole and not", whole(0, 60, 260), normal(30, 12, 90)
    yield "five halves", (numpy.array(whole(0, 5, 300)) / 2).tolist(), \
        (numpy.array(whole(0, 5, 77)) / 2).tolist()
    yield "two values", whole(0, 2, 200), (numpy.array(whole(0, 10, 100)) > 2).astype(float).tolist()
    yield "constant", [5.0] * 50, [5.0] * 20
    yield "constant apart", [5.0] * 50, [6.5] * 20
    yield "constant reference", [0.25] * 40, normal(0, 1, 30)
    yield "disjoint", normal(0, 1, 100), normal(500, 1, 80)
    yield "one and one", [1.0], [2.0]
    yield "one current", normal(0, 1, 60), [0.125]
    yield "few", normal(0, 1, 12), normal(0, 1, 3)
    yield "missing", holes, normal(10, 3, 80)
    yield "no current", normal(0, 1, 40), [None] * 10
    yield "no reference", [None] * 40, normal(0, 1, 10)
    yield "outlier", normal(0, 1, 300), normal(0, 1, 100) + [1e6]
    yield "large and small", [1e12, -1e12, 0.0, 1e-300, 3.0] * 12, [1e12, -0.0, 2.0, 2.5, 7.0] * 5
    yield "medium", normal(0, 1, 1500, 2), normal(0.3, 1, 700, 2)
    yield "medium ties", (numpy.array(whole(0, 4, 1200)) / 2).tolist(), \
        (numpy.array(whole(1, 5, 300)) / 2).tolist()
    yield "zero-inflated", (numpy.maximum(0, normal(-1, 1, 1200, 2))).tolist(), \
        (numpy.maximum(0, normal(-0.5, 1, 300, 2))).tolist()
    yield "large", normal(0, 1, 10_000, 2) + [40.0], normal(0.3, 1.5, 900, 2) + [-60.0, 90.5, 91.0]
    yield "letters", letters("aabbbcd", 300), letters("abbcde", 90)
    yield "one unseen", letters("ab", 1000), letters("ab", 200) + ["z"]
    yield "binary", letters("ab", 100), letters("aab", 60)
    yield "one category", ["a"] * 30, ["a"] * 11
    yield "other category", ["a"] * 30, ["b"] * 11
    yield "disjoint categories", letters("abc", 60), letters("xyz", 50)
    yield "many categories", letters("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ", 1500), \
        letters("abcdefghijklmnopqrstuvwxyzABC", 400)
    yield "rare categories", letters("a" * 40 + "b" * 30 + "cdefg", 240), \
        letters("a" * 30 + "b" * 30 + "cdh", 130)
    yield "missing categories", [None if i % 5 == 0 else v for i, v in
                                 enumerate(letters("abc", 120))], letters("abcc", 70)
    yield "no current category", letters("ab", 40), [None] * 5
    yield "few categories", letters("abc", 10), ["a", "d"]
    yield "text", [f"name {i}" for i in range(30)], [f"name {i}" for i in range(20, 45)]


def frame(values, kind):
    if kind == "categorical":
        return pandas.DataFrame({"x": pandas.Series(values, dtype="object")})
    present = [value for value in values if value is not None]
    if len(present) == len(values) and all(value.is_integer() for value in values):
        return pandas.DataFrame({"x": numpy.array(values, dtype="int64")})
    return pandas.DataFrame({"x": numpy.array([math.nan if v is None else v for v in values])})


def golden():
    for name, reference, current in pairs():
        print(name)
        kind = "categorical" if any(isinstance(v, str) for v in reference) else "numeric"
        frames = frame(reference, kind), frame(current, kind)
        yield {
            "name": name, "reference": reference, "current": current,
            "evidently": evidently_of(*frames),
            "nannyml": nannyml_of(*frames, kind),
            "tfdv": tfdv_of(reference, current, kind),
            "azure": azure_of(reference, current, kind),
            "deequ": deequ_of(reference, current, kind),
            "sagemaker": sagemaker_of(reference, current, kind),
        }


versions = {module.__name__: module.__version__
            for module in (evidently, nannyml, numpy, pandas, scipy)}
versions |= {"tensorflow-data-validation": "1.16.1", "tfx-bsl": "1.21.0", "azureml-assets": "0.3.12",
             "deequ": "2.0.21"}
lines = ",\n".join(json.dumps(pair, separators=(",", ":")) for pair in golden())
text = f'{{"versions":{json.dumps(versions)},\n"pairs":[\n{lines}\n]}}\n'
pathlib.Path(__file__).with_name("compatibility.json").write_text(text)

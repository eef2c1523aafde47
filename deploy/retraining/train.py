#!/usr/bin/env python3
"""Fits the demo's delay model anew: `train.py ROWS.ndjson FOLDER` writes FOLDER/model.json.

The stream has no outcomes, so the new model learns the old one's scores on the rows it is to know:
ridge regression on their log odds, with means, scales, limits and levels of these rows alone. Yours
joins its labels by `flight_id` instead. Nothing but the standard library is used.
"""
import json
import math
import sys
from pathlib import Path

NUMBERS = ("distance", "humidity", "wind_speed", "precipitation", "pressure", "visibility")
TEXTS = ("carrier", "origin")
RIDGE = 1.0
LIMITS = (0.01, 0.99)


def quantile(ordered, share):
    """The inverted distribution function of values in order."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def learn_scales(rows):
    """Of each number its limits, mean and deviation; of each text its levels."""
    numbers = {}
    for name in NUMBERS:
        values = sorted(row[name] for row in rows if row[name] is not None)
        low, high = quantile(values, LIMITS[0]), quantile(values, LIMITS[1])
        held = [min(max(value, low), high) for value in values]
        mean = math.fsum(held) / len(held)
        variance = math.fsum((value - mean) ** 2 for value in held) / len(held)
        numbers[name] = {"low": low, "high": high, "mean": mean, "scale": math.sqrt(variance) or 1.0}
    return {"numbers": numbers, "levels": {n: sorted({row[n] for row in rows}) for n in TEXTS}}


def inputs(row, scales):
    """The row's inputs that are not 0, as pairs of a place and a value."""
    angle = 2 * math.pi * row["hour"] / 24
    found = [(0, 1.0)]
    found += enumerate((math.sin(angle), math.cos(angle), math.sin(2 * angle), math.cos(2 * angle)), 1)
    place = len(found)
    for name in NUMBERS:
        scale, value = scales["numbers"][name], row[name]
        value = scale["mean"] if value is None else min(max(value, scale["low"]), scale["high"])
        found.append((place, (value - scale["mean"]) / scale["scale"]))
        place += 1
    for name in TEXTS:
        levels = scales["levels"][name]
        if row[name] in levels:
            found.append((place + levels.index(row[name]), 1.0))
        place += len(levels)
    return found


def solve(matrix, right):
    """Gaussian elimination with partial pivoting."""
    size = len(right)
    rows = [matrix[i][:] + [right[i]] for i in range(size)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            if factor:
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    weights = [0.0] * size
    for i in reversed(range(size)):
        known = sum(rows[i][k] * weights[k] for k in range(i + 1, size))
        weights[i] = (rows[i][size] - known) / rows[i][i]
    return weights


def fit(rows, scales):
    size = 5 + len(NUMBERS) + sum(len(levels) for levels in scales["levels"].values())
    matrix = [[RIDGE if i == k and i > 0 else 0.0 for k in range(size)] for i in range(size)]
    right = [0.0] * size
    for row in rows:
        score = min(max(row["delay_probability"], 1e-4), 1 - 1e-4)
        target = math.log(score / (1 - score))
        found = inputs(row, scales)
        for i, left in found:
            right[i] += left * target
            line = matrix[i]
            for k, value in found:
                line[k] += left * value
    return solve(matrix, right)


def score(row, model):
    """What the new model says of a row."""
    logit = sum(value * model["weights"][i] for i, value in inputs(row, model["scales"]))
    return round(1 / (1 + math.exp(-logit)), 4)


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    if not rows:
        raise SystemExit("no rows to train on")
    scales = learn_scales(rows)
    model = {"rows": len(rows), "scales": scales, "weights": fit(rows, scales)}
    away = math.fsum(abs(score(row, model) - row["delay_probability"]) for row in rows) / len(rows)
    model["mean_change"] = away
    path = Path(sys.argv[2]) / "model.json"
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
    print(f"{path}: {len(rows)} rows; scores are {away:.4f} from the old ones on average")


if __name__ == "__main__":
    main()

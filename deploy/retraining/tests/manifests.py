"""Holds the manifests of Argo Events against an event as Leeway writes it, and prints the job.

    python3 manifests.py FOLDER > job.json

Filters and parameters are read as Argo Events reads them: paths of the event, which stands in the
body. What comes out is the job that would be made.
"""

import json
import re
import sys
from pathlib import Path

import yaml

REQUEST = {
    "specversion": "1.0",
    "id": "0f" * 32,
    "source": "/monitors/flight-delay",
    "type": "io.leeway.retrain.request.v1",
    "data": {
        "monitor": "flight-delay", "trigger": "RetrainOnDrift", "reason": "drift", "rows": 38_958,
        "offsets": [{"topic": "flights.scored", "partition": 0, "start": 0, "end": 9}],
        "dry_run": False,
    },
}
OTHERS = [
    ("type", "io.leeway.retrain.silenced.v1"), ("type", "io.leeway.retrain.refused.v1"),
    ("monitor", "other"), ("dry_run", True), ("rows", 4_999),
]


def at(value, path):
    """The value at a path with dots; numbers are places of a list."""
    for name in path.split("."):
        value = value[int(name)] if isinstance(value, list) else value.get(name)
        if value is None:
            return None
    return value


def passes(event, filters):
    for test in filters:
        found = at({"body": event}, test["path"])
        if test["type"] == "bool":
            holds = found in [text == "true" for text in test["value"]]
        elif test["type"] == "number":
            assert test["comparator"] == ">="
            holds = any(found >= float(text) for text in test["value"])
        else:
            holds = any(re.fullmatch(text, found) for text in test["value"])
        if not holds:
            return False
    return True


def put(job, parameter, event):
    source = parameter["src"]
    if "dataKey" in source:
        value = at({"body": event}, source["dataKey"])
    else:
        pattern = r"(.*)\{\{ \.Input\.(\S+) \| substr (\d+) (\d+) \}\}(.*)"
        before, path, start, end, after = re.fullmatch(pattern, source["dataTemplate"]).groups()
        value = before + at({"body": event}, path)[int(start):int(end)] + after
    *folder, last = parameter["dest"].split(".")
    place = at(job, ".".join(folder))
    assert isinstance(place.get(last), str), parameter["dest"]
    appends = parameter.get("operation") == "append"
    place[last] = place[last] + value if appends else value


def main():
    folder = Path(sys.argv[1])
    source = yaml.safe_load((folder / "eventsource.yaml").read_text())
    sensor = yaml.safe_load((folder / "sensor.yaml").read_text())
    [dependency] = sensor["spec"]["dependencies"]
    kafka = source["spec"]["kafka"][dependency["eventName"]]
    assert dependency["eventSourceName"] == source["metadata"]["name"]
    assert kafka["jsonBody"] is True
    assert yaml.safe_load(kafka["config"]) == {"consumer": {"isolationLevel": 1}}
    filters = dependency["filters"]
    assert filters["dataLogicalOperator"] == "and"
    assert passes(REQUEST, filters["data"])
    for name, value in OTHERS:
        event = json.loads(json.dumps(REQUEST))
        (event if name in event else event["data"])[name] = value
        assert not passes(event, filters["data"]), (name, value)
    [trigger] = sensor["spec"]["triggers"]
    job = trigger["template"]["k8s"]["source"]["resource"]
    for parameter in trigger["template"]["k8s"]["parameters"]:
        assert parameter["src"]["dependencyName"] == dependency["name"]
        put(job, parameter, REQUEST)
    assert job["metadata"]["name"] == "retrain-" + "0f" * 20
    [container] = job["spec"]["template"]["spec"]["containers"]
    assert container["env"][0]["name"] == "LEEWAY_REQUEST"
    assert container["env"][0]["value"] == REQUEST["id"]
    json.dump(job, sys.stdout)


if __name__ == "__main__":
    main()

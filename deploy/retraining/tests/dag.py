"""Parses the DAG with the installed Airflow, and asks its watcher about events.

    python3 dag.py     # AIRFLOW_HOME must be an empty folder
"""

import json
import sys
from pathlib import Path

DAGS = Path(__file__).resolve().parent.parent / "airflow"
sys.path.insert(0, str(DAGS))

import airflow  # noqa: E402
from airflow.dag_processing.dagbag import DagBag  # noqa: E402
from airflow.providers.apache.kafka.triggers.await_message import AwaitMessageTrigger  # noqa: E402
from airflow.serialization.serialized_objects import DagSerialization  # noqa: E402
from airflow.sdk.definitions.asset import Asset  # noqa: E402
from jinja2 import Environment, StrictUndefined  # noqa: E402


class Message:
    """A record as the consumer hands it over."""

    def __init__(self, value):
        self._value = value

    def value(self):
        return self._value


def event(**changes):
    data = {"monitor": "flight-delay", "rows": 38_958, "dry_run": False}
    kind = changes.pop("type", "io.leeway.retrain.request.v1")
    return json.dumps({"id": "ab", "type": kind, "data": {**data, **changes}}).encode()


def check_events(meant):
    request = event()
    assert meant(Message(request)) == "ab"
    assert meant(Message(event(rows=5_000))) is not None
    others = [
        None, b"", b"\xff", b"[]", b"{}", b'{"data": 1, "type": "io.leeway.retrain.request.v1"}',
        event(type="io.leeway.retrain.silenced.v1"), event(monitor="other"), event(dry_run=True),
        event(rows=4_999),
    ]
    assert [meant(Message(other)) for other in others] == [None] * len(others)


def check_command(task):
    """What the shell is given is the ids of the requests, one a line."""
    first, second = "ab", "cd"

    class Event:
        def __init__(self, payload):
            self.extra = {"from_trigger": True, "payload": payload}

    events = {"asset": [Event(first), Event(second)]}
    template = Environment(undefined=StrictUndefined).from_string(task.env["REQUESTS"])
    assert template.render(triggering_asset_events=events).split("\n")[:2] == [first, second]


def main():
    bag = DagBag(dag_folder=str(DAGS / "leeway_retraining.py"))
    assert not bag.import_errors, bag.import_errors
    assert list(bag.dags) == ["leeway_retraining"]
    dag = bag.dags["leeway_retraining"]
    DagSerialization.to_dict(dag)
    assert [task.task_id for task in dag.tasks] == ["retrain"]
    check_command(dag.tasks[0])
    [asset] = dag.timetable.asset_condition.objects
    assert isinstance(asset, Asset)
    [watcher] = asset.watchers
    name, arguments = watcher.trigger.serialize()
    assert name.endswith(AwaitMessageTrigger.__name__), name
    assert arguments["topics"] == ["leeway.retraining"]
    module, function = arguments["apply_function"].rsplit(".", 1)
    check_events(getattr(__import__(module), function))
    print(f"Airflow {airflow.__version__} parses the DAG, and its watcher passes on what is meant")


if __name__ == "__main__":
    main()

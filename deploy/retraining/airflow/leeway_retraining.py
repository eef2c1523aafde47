"""Answers retraining requests of a Leeway monitor in Airflow 3: one run for each request.

A watcher reads `<prefix>.retraining` in the triggerer, and passes on the requests that are meant by
flat scalars of the event. The request's id becomes the run's input, by which `retrain.sh` reads the
event from the topic: it may be larger than an environment. Wants apache-airflow-providers-apache-kafka and
-common-messaging, and a connection `leeway_kafka` whose configuration is that of a consumer:

    {"bootstrap.servers": "kafka:9092", "group.id": "leeway-airflow",
     "isolation.level": "read_committed", "auto.offset.reset": "earliest",
     "enable.auto.commit": false}

This file must stand in the folder of the DAGs: the watcher imports `meant` by its name.
"""

from __future__ import annotations

import json
from datetime import timedelta

from airflow.providers.common.messaging.triggers.msg_queue import MessageQueueTrigger
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Asset, AssetWatcher

MONITOR = "flight-delay"
TOPIC = "leeway.retraining"
FEWEST_ROWS = 5_000


def meant(message):
    """The request's id, where it asks this pipeline to train; else None, and it is passed over."""
    value = message.value()
    if value is None:
        return None
    try:
        event = json.loads(value.decode("utf-8"))
        data = event["data"]
        if event["type"] != "io.leeway.retrain.request.v1" or data["monitor"] != MONITOR:
            return None
        return None if data["dry_run"] or data["rows"] < FEWEST_ROWS else event["id"]
    except (ValueError, KeyError, TypeError):
        return None


requests = Asset(
    "leeway_retraining_requests",
    watchers=[
        AssetWatcher(
            name="leeway_retraining",
            trigger=MessageQueueTrigger(
                scheme="kafka",
                kafka_config_id="leeway_kafka",
                topics=[TOPIC],
                apply_function="leeway_retraining.meant",
                poll_timeout=1,
                poll_interval=5,
            ),
        )
    ],
)

with DAG(
    dag_id="leeway_retraining",
    schedule=[requests],
    catchup=False,
    max_active_runs=1,
    tags=["leeway"],
):
    # Several events may start one run, each of which is a line.
    BashOperator(
        task_id="retrain",
        bash_command=(
            "for request in $REQUESTS; do "
            "LEEWAY_REQUEST=$request /opt/leeway/retrain.sh < /dev/null || exit 1; done"
        ),
        env={
            "REQUESTS": (
                "{% for events in triggering_asset_events.values() %}{% for event in events %}"
                "{{ event.extra.payload }}\n"
                "{% endfor %}{% endfor %}"
            ),
            "LEEWAY_BROKERS": "kafka:9092",
            "LEEWAY_MONITOR": "/opt/leeway/monitor.yaml",
            "LEEWAY_WORK": "/var/lib/leeway",
            "LEEWAY_PROFILE": (
                "--time scheduled_departure --window 7d --exclude flight_id"
                " --exclude model_version --exclude tail_number --prediction delay_probability"
            ),
        },
        append_env=True,
        retries=3,
        retry_delay=timedelta(minutes=5),
    )

"""Monitors of the benchmark's events: what they know, their files, and what they wrote."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Iterator

from confluent_kafka import Consumer, KafkaError, TopicPartition

from programs import Programs

# The reference lacks this category and numbers above this one, so that monitors count them apart.
UNSEEN = ("category_3", "value-0")
RANGE = ("number_0", 500.0)
PATIENCE = 120.0


class Reference:
    """What is learned, from events that lack a category and large numbers."""

    def __init__(self, programs: Programs, folder: Path) -> None:
        self.path = folder / "reference.json"
        self.ranges = folder / "ranges.json"
        events = subprocess.run(
            [programs.hot_path, "events", "40000", "12"], capture_output=True, text=True, check=True
        )
        rows = [json.loads(line) for line in events.stdout.splitlines()]
        rows = [row for row in rows if row[UNSEEN[0]] != UNSEEN[1] and row[RANGE[0]] <= RANGE[1]]
        rows = rows[:20_000]
        learned = folder / "learned.ndjson"
        learned.write_text("".join(json.dumps(row) + "\n" for row in rows))
        command = [programs.leeway, "profile", str(learned), "-o", str(self.path)]
        command += ["--time", "event_time", "--exclude", "event_id"]
        subprocess.run(command, check=True, capture_output=True)
        numbers = [name for name in rows[0] if name.startswith("number_")]
        columns = {name: [row[name] for row in rows] for name in numbers}
        ends = {name: [min(column), max(column)] for name, column in columns.items()}
        self.ranges.write_text(json.dumps(ends))
        self.categories = {row[UNSEEN[0]] for row in rows}


def write_monitor(
    programs: Programs,
    folder: Path,
    topic: str,
    output: str,
    reference: Path,
    delivery: str = "exactly_once",
    window: str = "1h",
) -> Path:
    """The file of a monitor of one topic, with topics of its own."""
    rules = subprocess.check_output([programs.hot_path, "rules"], text=True)
    (folder / "rules.yaml").write_text(rules)
    file = folder / f"monitor-{output}.yaml"
    file.write_text(f"""\
version: 1
monitor: bench
source: {{ topics: [{topic}] }}
fields: {{ id: event_id, time: event_time }}
reference: {reference}
window: {{ size: {window} }}
rules: [rules.yaml]
output: {{ prefix: {output} }}
delivery: {delivery}
""")
    return file


def totals(brokers: str, topic: str) -> dict[str, int]:
    """What all windows of a monitor hold together."""
    sums = {"records": 0, "late": 0, "rejected": 0, "unseen": 0, "outside": 0}
    for event in records(brokers, topic):
        data = event["data"]
        sums["records"] += data["records"]
        sums["late"] += data["late"]
        sums["rejected"] += sum(data["rejected"].values())
        fields = {entry["field"]: entry for entry in data["fields"]}
        if fields:
            sums["unseen"] += count_of(fields[UNSEEN[0]], "unseen")
            sums["outside"] += count_of(fields[RANGE[0]], "out_of_range")
    return sums


def count_of(entry: dict, share: str) -> int:
    """A share is of the field's values."""
    return round(entry["statistics"][share]["value"] * entry["n"])


def records(brokers: str, topic: str) -> Iterator[dict]:
    """All that is committed in a topic."""
    settings = {"bootstrap.servers": brokers, "group.id": "bench-check"}
    consumer = Consumer({**settings, "enable.partition.eof": True, "enable.auto.commit": False})
    try:
        partitions = consumer.list_topics(topic, timeout=PATIENCE).topics[topic].partitions
        consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
        unread = set(partitions)
        while unread:
            message = consumer.poll(PATIENCE)
            if message is None:
                raise RuntimeError(f"{topic} cannot be read")
            if (error := message.error()) is None:
                yield json.loads(message.value())
            elif error.code() == KafkaError._PARTITION_EOF:
                unread.discard(message.partition())
            else:
                raise RuntimeError(f"{topic} cannot be read: {error}")
    finally:
        consumer.close()

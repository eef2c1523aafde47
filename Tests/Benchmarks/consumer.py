"""What a user would write instead: confluent-kafka, orjson and numpy.

consumer.py BROKERS TOPIC EVENTS RANGES: counts 20 bins of each number and the categories, and
prints a line of JSON as the other clients do, with what a monitor must have counted, too. RANGES is
a file with the numbers' [least, most] by name.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter

import numpy
import orjson
from confluent_kafka import Consumer, TopicPartition

CATEGORIES = [f"category_{index}" for index in range(5)]
PATIENCE = 30.0


def assigned(brokers: str, topic: str) -> tuple[Consumer, list[TopicPartition]]:
    """A consumer, and all partitions' beginnings."""
    consumer = Consumer(
        {"bootstrap.servers": brokers, "group.id": "python", "enable.auto.commit": False}
    )
    count = len(consumer.list_topics(topic, timeout=PATIENCE).topics[topic].partitions)
    places = []
    for partition in range(count):
        place = TopicPartition(topic, partition)
        place.offset = consumer.get_watermark_offsets(place, timeout=PATIENCE)[0]
        places.append(place)
    return consumer, places


class Statistics:
    """Histograms of the numbers and counts of the categories."""

    def __init__(self, ranges: dict[str, list[float]]) -> None:
        self.ranges = ranges
        self.edges = {name: numpy.linspace(*ends, 21) for name, ends in ranges.items()}
        self.bins = {name: numpy.zeros(20, dtype=int) for name in ranges}
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in CATEGORIES}
        self.values: dict[str, int] = {name: 0 for name in ranges}

    def add(self, rows: list[dict]) -> None:
        for name, edges in self.edges.items():
            column = numpy.array([row[name] for row in rows], dtype=float)
            self.values[name] += len(column)
            self.bins[name] += numpy.histogram(column, edges)[0]
        for name, counts in self.counts.items():
            counts.update([row[name] for row in rows])

    def totals(self) -> dict:
        """Values out of their range, by number, and categories' counts."""
        outside = {name: self.values[name] - int(bins.sum()) for name, bins in self.bins.items()}
        return {"outside": outside, "categories": self.counts}


def main(brokers: str, topic: str, wanted: str, ranges: str) -> None:
    with open(ranges, encoding="utf-8") as file:
        statistics = Statistics(json.load(file))
    consumer, places = assigned(brokers, topic)
    taken = 0
    start, used = time.monotonic(), time.process_time()
    consumer.assign(places)
    while taken < int(wanted):
        messages = consumer.consume(min(10_000, int(wanted) - taken), timeout=PATIENCE)
        if not messages:
            sys.exit("nothing comes any more")
        rows = [orjson.loads(message.value()) for message in messages if not message.error()]
        statistics.add(rows)
        taken += len(rows)
    seconds = time.monotonic() - start
    result = {
        "events": taken,
        "seconds": seconds,
        "cpu_seconds": time.process_time() - used,
    }
    print(json.dumps(result | statistics.totals()))


main(*sys.argv[1:])

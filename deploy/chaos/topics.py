"""Reads whole topics as a consumer that trusts only committed transactions."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

CALL_TIMEOUT = 10.0


@dataclass(frozen=True)
class Record:
    """One record as it stands in its partition."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, str] = field(default_factory=dict)


def reader(brokers: str, isolation: str = "read_committed", group: str = "chaos.reader") -> Consumer:
    """A consumer that is given its partitions and commits nothing."""
    return Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": group,
            "isolation.level": isolation,
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "enable.partition.eof": True,
            "log_level": 2,
        }
    )


def partitions(consumer: Consumer, topic: str) -> list[int]:
    """The topic's partitions."""
    found = consumer.list_topics(topic, timeout=CALL_TIMEOUT).topics[topic]
    if found.error is not None:
        raise KafkaException(found.error)
    return sorted(found.partitions)


def end_offsets(brokers: str, topic: str, isolation: str) -> dict[int, int]:
    """Behind the last record of each partition; with `read_committed`, the last decided one."""
    consumer = reader(brokers, isolation)
    try:
        return {
            partition: consumer.get_watermark_offsets(
                TopicPartition(topic, partition), timeout=CALL_TIMEOUT
            )[1]
            for partition in partitions(consumer, topic)
        }
    finally:
        consumer.close()


def read(brokers: str, topic: str, timeout: float = 120.0) -> dict[int, list[Record]]:
    """All committed records of a topic, by partition, in the order of their offsets."""
    consumer = reader(brokers)
    found: dict[int, list[Record]] = {partition: [] for partition in partitions(consumer, topic)}
    consumer.assign([TopicPartition(topic, partition, 0) for partition in found])
    unfinished = set(found)
    deadline = time.monotonic() + timeout
    try:
        while unfinished:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{topic}: partitions {sorted(unfinished)} were not read in time")
            for message in consumer.consume(5000, timeout=1.0):
                error = message.error()
                if error is None:
                    found[message.partition()].append(record(message))
                elif error.code() == KafkaError._PARTITION_EOF:
                    unfinished.discard(message.partition())
                elif not error.retriable():
                    raise KafkaException(error)
    finally:
        consumer.close()
    return found


def record(message) -> Record:
    """A message of the client as a plain value."""
    headers = {name: (value or b"").decode() for name, value in message.headers() or []}
    return Record(message.partition(), message.offset(), message.key(), message.value(), headers)

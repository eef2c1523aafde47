"""The seeded stream of the chaos test: the same seed gives the same records in the same partitions.

Out of order, with late, rejected, filtered and empty records, clocks that run ahead, two model
versions, and a drift in the middle.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from random import Random
from typing import Callable, Iterator

from confluent_kafka import KafkaException, Producer

START_MS = 1_750_000_000_000 // 300_000 * 300_000
FIELDS = {
    "amount": "numeric",
    "latency": "numeric",
    "country": "categorical",
    "channel": "categorical",
    "score": "numeric",
}
COUNTRIES = ("DE", "FR", "IT", "ES", "PL")
CHANNELS = ("app", "web", "shop")
JITTER_MS = 15_000
PARTITION_LAG_MS = 1_500
STRAY_DISTANCE = 500
UNREADABLE = (
    b'{"at": 17500000',
    b"[1, 2, 3]",
    b'"text"',
    b'{"kind": "scored", "country": "\xff\xfe"}',
    b'{"kind": "scored", "amount": 1.5}',
    b'{"kind": "scored", "at": null}',
    b'{"kind": "scored", "at": "soon"}',
    b'{"kind": "scored", "at": true}',
    b'{"kind": "scored", "at": 1750000000}',
)


@dataclass(frozen=True)
class Plan:
    """How much of the stream there is, and how fast event time goes."""

    seed: int
    events: int
    rate: int
    partitions: int
    speed: float
    empty_payloads: bool = False
    strays: bool = True

    @property
    def milliseconds_per_event(self) -> float:
        return 1000 * self.speed / self.rate


def features(random: Random, drifts: bool) -> dict[str, object]:
    """What a model saw and said."""
    amount = random.lognormvariate(3.6 if drifts else 3.0, 0.5)
    country = random.choices(COUNTRIES, (1, 2, 3, 4, 5) if drifts else (5, 4, 3, 2, 1))[0]
    return {
        "amount": round(amount, 2),
        "latency": round(random.gammavariate(3, 12), 1),
        "country": "CZ" if drifts and random.random() < 0.02 else country,
        "channel": random.choice(CHANNELS),
        "score": round(min(1.0, random.betavariate(2, 5) * (1.3 if drifts else 1.0)), 4),
    }


def spoil(event: dict[str, object], random: Random) -> None:
    """Takes values away, or gives them a wrong type."""
    chance = random.random()
    if chance < 0.010:
        del event["amount"]
    elif chance < 0.015:
        event["score"] = None
    elif chance < 0.020:
        event["country"] = ""
    elif chance < 0.023:
        event["latency"] = "12.5"
    elif chance < 0.025:
        event["surprise"] = 1


def event_time(now: float, partition: int, random: Random, may_stray: bool) -> tuple[int, bool]:
    """An event's time in milliseconds, and whether its clock is far off."""
    at = START_MS + now - partition * PARTITION_LAG_MS - random.expovariate(3 / JITTER_MS)
    chance = random.random()
    if chance < 0.008:
        at -= random.uniform(60_000, 900_000)
    elif chance < 0.009 and may_stray:
        return int(at + random.choice((180_000, 3_600_000, 31_536_000_000))), True
    return int(at), False


def records(plan: Plan) -> Iterator[tuple[int, bytes | None]]:
    """Partition and payload of every record, in order."""
    random = Random(plan.seed)
    since_stray = [0] * plan.partitions
    for number in range(plan.events):
        progress = number / plan.events
        partition = min(int(random.random() * plan.partitions * 1.02), plan.partitions - 1)
        since_stray[partition] += 1
        chance = random.random()
        if chance < 0.003:
            yield partition, b"" if plan.empty_payloads and chance < 0.001 else None
        elif chance < 0.008:
            yield partition, random.choice(UNREADABLE)
        else:
            may_stray = since_stray[partition] > STRAY_DISTANCE and number > plan.events / 20
            may_stray = may_stray and plan.strays
            now = number * plan.milliseconds_per_event
            at, strays = event_time(now, partition, random, may_stray)
            if strays:
                since_stray[partition] = 0
            event = {"at": at, "id": number, "kind": "scored" if chance < 0.99 else "probe"}
            event["model"] = "8" if progress > 0.4 + 0.2 * random.random() else "7"
            event |= features(random, 0.35 < progress < 0.7)
            spoil(event, random)
            yield partition, json.dumps(event).encode()


def reference_rows(seed: int, count: int, milliseconds_per_row: float) -> Iterator[bytes]:
    """Rows to learn what is normal from."""
    random = Random(f"reference {seed}")
    for number in range(count):
        row = {"at": int(START_MS - 86_400_000 + number * milliseconds_per_row)}
        yield json.dumps(row | features(random, drifts=False)).encode()


class Feeder(threading.Thread):
    """Writes the stream at its rate, each record once and in order, without transactions."""

    FLUSH_LIMIT = 120.0

    def __init__(self, brokers: str, topic: str, plan: Plan, say: Callable[[str], None]) -> None:
        super().__init__(name="feeder", daemon=True)
        self.topic = topic
        self.plan = plan
        self.say = say
        self.failures: list[str] = []
        self.producer = Producer(
            {
                "bootstrap.servers": brokers,
                "enable.idempotence": True,
                "linger.ms": 20,
                "message.timeout.ms": 300_000,
                "queue.buffering.max.messages": 1_000_000,
                "log_level": 2,
            }
        )

    def run(self) -> None:
        started = time.monotonic()
        for number, (partition, value) in enumerate(records(self.plan)):
            if number % 100 == 0:
                self.producer.poll(0)
                time.sleep(max(0.0, started + number / self.plan.rate - time.monotonic()))
            try:
                self.producer.produce(self.topic, value, partition=partition, on_delivery=self.note)
            except (KafkaException, BufferError) as error:
                self.failures.append(str(error))
                break
        left = self.producer.flush(self.FLUSH_LIMIT)
        if left:
            self.failures.append(f"{left} records could not be written")
        self.say(f"stream: {self.plan.events} records written, {len(self.failures)} failures")

    def note(self, error, _message) -> None:
        """Hears what became of a record."""
        if error is not None:
            self.failures.append(str(error))

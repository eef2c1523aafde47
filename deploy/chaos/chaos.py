#!/usr/bin/env python3
"""Chaos on a real broker: kills, stops and scales `leeway run`, bounces brokers, then checks it all.

All choices come from --seed. Afterwards the output under `read_committed` must be what verify.py
recomputes from the source, and byte for byte what `leeway replay` makes of the same partitions.
"""

from __future__ import annotations

import argparse
import heapq
import json
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Callable

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

import stream
import topics
import verify
import versions
from fleet import Fleet
from replays import LATENESS_S, MONITOR, compare_replay, run

HERE = Path(__file__).resolve().parent
NAMES = ("a", "b", "c", "d", "e")
WINDOWS = [{"size_s": 60, "every_s": 60}, {"size_s": 300, "every_s": 60}]
POLL = 0.05


def write_monitor(directory: Path, prefix: str, topic: str) -> None:
    """The monitor's file, and the same in the words of verify.py."""
    text = f"""\
version: 1
monitor: {MONITOR}
source:
  topics: [{topic}]
  where: {{ kind: scored }}
fields:
  time: {{ field: at, unit: ms }}
  id: id
  prediction: score
  model_version: model
reference: reference.json
window: {{ size: 1m }}
lateness: {LATENESS_S}s
idle_after: off
rules: [{HERE / "rules.yaml"}]
output: {{ prefix: {prefix} }}
"""
    (directory / "monitor.yaml").write_text(text, encoding="utf-8")
    definition = {
        "monitor": MONITOR,
        "topic": topic,
        "prefix": prefix,
        "time": "at",
        "where": {"kind": "scored"},
        "model_version": "model",
        "fields": stream.FIELDS,
        "windows": WINDOWS,
        "lateness_s": LATENESS_S,
    }
    (directory / "definition.json").write_text(json.dumps(definition, indent=2), encoding="utf-8")


def learn_reference(leeway: str, directory: Path, plan: stream.Plan, name: str, seed: int) -> None:
    """Makes rows, and a profile of them."""
    rows = directory / f"{name}.ndjson"
    with rows.open("wb") as file:
        for row in stream.reference_rows(seed, 40_000, plan.milliseconds_per_event):
            file.write(row + b"\n")
    profile = ["profile", str(rows), "-o", str(directory / f"{name}.json")]
    run([leeway, *profile, "--time", "at", "--window", "1m", "--exclude", "at"])


def make_source(brokers: str, topic: str, partitions: int) -> None:
    """Creates the source topic with as many copies as the cluster makes by default."""
    admin = AdminClient({"bootstrap.servers": brokers, "log_level": 2})
    made = admin.create_topics([NewTopic(topic, partitions, replication_factor=-1)])
    made[topic].result()


# --------------------------------------------------------------------------------------------------
# What happens to them


@dataclass
class Brokers:
    """Brokers that are killed and started by commands given from outside."""

    kill: str
    start: str
    ids: list[str]
    say: Callable[[str], None]
    is_away: bool = False
    back_at: float = float("-inf")
    bounces: int = 0

    RECOVERY = 20.0

    @property
    def are_disturbed(self) -> bool:
        return self.is_away or time.monotonic() - self.back_at < self.RECOVERY

    def bounce(self, broker: str, seconds: float) -> None:
        """Kills a broker and starts it again, beside everything else."""
        if self.is_away:
            return
        self.is_away = True
        self.bounces += 1
        threading.Thread(target=self.work, args=(broker, seconds), daemon=True).start()

    def work(self, broker: str, seconds: float) -> None:
        self.say(f"kill broker {broker}, for {seconds:.1f} s")
        self.call(self.kill, broker)
        time.sleep(seconds)
        self.call(self.start, broker)
        self.say(f"broker {broker} is back")
        self.is_away, self.back_at = False, time.monotonic()

    def call(self, command: str, broker: str) -> None:
        text = command.replace("{}", broker) if "{}" in command else f"{command} {broker}"
        done = subprocess.run(text, shell=True, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.say(f"`{text}` failed: {done.stdout}{done.stderr}")


@dataclass
class Choices:
    """How often what happens."""

    every: tuple[float, float]
    actions: list[str]
    bounce_every: tuple[float, float]
    pause: tuple[float, float]


@dataclass
class Chaos:
    """Draws one action after the other and carries it out."""

    random: Random
    fleet: Fleet
    brokers: Brokers | None
    choices: Choices
    wanted: int = 3
    kills: list[tuple[float, str, bool]] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    agenda: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    tickets: count = field(default_factory=count)

    WEIGHTS = {"kill": 60, "evaluator": 12, "term": 10, "pause": 12, "scale": 6}

    def at(self, seconds: float, action: Callable[[], None]) -> None:
        """Puts something on the agenda."""
        heapq.heappush(self.agenda, (time.monotonic() + seconds, next(self.tickets), action))

    def run(self, is_over: Callable[[], bool]) -> None:
        """Goes on until it is over."""
        self.at(self.random.uniform(*self.choices.every), self.next)
        if self.brokers is not None:
            self.at(self.random.uniform(*self.choices.bounce_every), self.bounce)
        while not is_over():
            while self.agenda and self.agenda[0][0] <= time.monotonic():
                heapq.heappop(self.agenda)[2]()
            self.supervise()
            time.sleep(POLL)

    def supervise(self) -> None:
        """Starts those again that ended, as somebody who runs them would."""
        tolerates = self.brokers is not None and self.brokers.are_disturbed
        for name in self.fleet.watch(tolerates):
            self.at(self.random.uniform(0, 5), lambda name=name: self.revive(name))

    def revive(self, name: str) -> None:
        if name in NAMES[: self.wanted]:
            self.fleet.begin(name)

    def next(self) -> None:
        """The next action."""
        names = [name for name in self.WEIGHTS if name in self.choices.actions]
        name = self.random.choices(names, [self.WEIGHTS[name] for name in names])[0]
        # Drawn whatever happens, so that the same seed makes the same choices.
        pick, pause = self.random.random(), self.random.uniform(0, 5)
        length = self.random.uniform(*self.choices.pause)
        size = self.random.choice((1, 3, 3, 5))
        up = sorted(instance.name for instance in self.fleet.up)
        victim = up[int(pick * len(up))] if up else None
        if name == "evaluator":
            name, victim = "kill", self.fleet.evaluator or victim
        if name == "scale":
            self.scale(size)
        elif victim is not None:
            self.strike(name, victim, pause, length)
        self.at(self.random.uniform(*self.choices.every), self.next)

    def strike(self, name: str, victim: str, pause: float, length: float) -> None:
        self.counts[name] += 1
        if name == "kill":
            self.kills.append((time.monotonic(), victim, self.fleet.evaluator == victim))
            self.fleet.kill(victim)
            self.at(pause, lambda: self.revive(victim))
        elif name == "term":
            self.fleet.ask(victim)
        elif name == "pause":
            self.fleet.pause(victim)
            self.at(length, lambda: self.fleet.resume(victim))

    def scale(self, size: int) -> None:
        self.counts["scale"] += 1
        self.fleet.say(f"scale to {size}")
        self.wanted = size
        for name in NAMES[size:]:
            self.fleet.ask(name)
        for name in NAMES[:size]:
            self.fleet.begin(name)

    def bounce(self) -> None:
        if self.brokers is not None:
            broker = self.random.choice(self.brokers.ids)
            self.brokers.bounce(broker, self.random.uniform(2, 12))
        self.at(self.random.uniform(*self.choices.bounce_every), self.bounce)

    def heal(self) -> None:
        """Everything runs again, three of them."""
        self.agenda.clear()
        while self.brokers is not None and self.brokers.is_away:
            self.fleet.watch(tolerates=True)
            time.sleep(POLL)
        self.wanted = 3
        for name in list(self.fleet.instances):
            self.fleet.resume(name)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.fleet.watch(tolerates=self.brokers is not None and self.brokers.are_disturbed)
            for name in NAMES[:3]:
                self.fleet.begin(name)
            if all(self.fleet.instance(name).start.asked is None for name in NAMES[:3]):
                break
            time.sleep(POLL)
        for name in NAMES[3:]:
            self.fleet.ask(name)


class Watcher(threading.Thread):
    """Notes when window records become visible."""

    def __init__(self, brokers: str, topic: str) -> None:
        super().__init__(name="watcher", daemon=True)
        self.consumer = topics.reader(brokers)
        self.topic = topic
        self.seen: list[float] = []

    def run(self) -> None:
        found = topics.partitions(self.consumer, self.topic)
        self.consumer.assign([TopicPartition(self.topic, partition, 0) for partition in found])
        while True:
            message = self.consumer.poll(1.0)
            if message is not None and message.error() is None:
                self.seen.append(time.monotonic())


# --------------------------------------------------------------------------------------------------
# Waiting until all is counted


@dataclass
class Lag:
    """How far the two groups have come."""

    brokers: str
    definition: verify.Definition

    def committed(self, group: str, topic: str) -> dict[int, int]:
        name = f"{self.definition.prefix}.{self.definition.monitor}.{group}"
        consumer = topics.reader(self.brokers, group=name)
        try:
            places = [TopicPartition(topic, p) for p in topics.partitions(consumer, topic)]
            found = consumer.committed(places, timeout=topics.CALL_TIMEOUT)
            return {place.partition: max(0, place.offset) for place in found}
        finally:
            consumer.close()

    def behind(self, group: str, topic: str, ends: dict[int, int]) -> int:
        done = self.committed(group, topic)
        return sum(max(0, end - done[partition]) for partition, end in ends.items())

    def wait(self, limit: float, watch: Callable[[], object]) -> list[str]:
        """Waits for the collectors to reach the source's end, then for the evaluator."""
        partials = f"{self.definition.prefix}.{self.definition.monitor}.partials"
        deadline = time.monotonic() + limit
        for group, topic in (("collect", self.definition.topic), ("evaluate", partials)):
            ends = self.ends(topic, deadline)
            while (behind := self.patiently(group, topic, ends)) != 0:
                watch()
                if time.monotonic() > deadline:
                    return [f"group {group} is still {behind} behind {limit:.0f} s after the end"]
                time.sleep(0.3)
        return []

    def ends(self, topic: str, deadline: float) -> dict[int, int]:
        while True:
            try:
                return topics.end_offsets(self.brokers, topic, "read_uncommitted")
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def patiently(self, group: str, topic: str, ends: dict[int, int]) -> int | None:
        """How far behind; None while the brokers do not answer."""
        try:
            return self.behind(group, topic, ends)
        except KafkaException:
            return None


# --------------------------------------------------------------------------------------------------
# The run


class Log:
    """What happened, with seconds since the beginning."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("a", encoding="utf-8")
        self.start = time.monotonic()
        self.lock = threading.Lock()

    def say(self, text: str) -> None:
        line = f"{time.monotonic() - self.start:8.2f} {time.strftime('%H:%M:%S')} {text}"
        with self.lock:
            self.file.write(line + "\n")
            self.file.flush()
            print(line, flush=True)


def spread(values: list[float]) -> str:
    """Smallest, middle and largest of some seconds."""
    if not values:
        return "none"
    middle = statistics.median(values)
    return f"{min(values):.1f} / {middle:.1f} / {max(values):.1f} s (n={len(values)})"


def takeovers(chaos: Chaos, fleet: Fleet, seen: list[float]) -> tuple[list[float], list[float]]:
    """After each SIGKILL of the evaluator: until another restored, until the next window is seen."""
    restored, visible = [], []
    for killed, _, was_evaluator in chaos.kills:
        after = [at for at, _, _ in fleet.evaluations if at > killed]
        if not was_evaluator or not after:
            continue
        restored.append(after[0] - killed)
        windows = [at for at in seen if at > after[0]]
        if windows:
            visible.append(windows[0] - killed)
    return restored, visible


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--brokers", required=True, metavar="HOST:PORT,…")
    parser.add_argument("--leeway", required=True, help="the program to test")
    parser.add_argument("--work", required=True, type=Path, help="directory for all artefacts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=90)
    parser.add_argument("--rate", type=int, default=3000, help="events per second")
    parser.add_argument("--speed", type=float, default=60, help="event time over real time")
    parser.add_argument("--partitions", type=int, default=6)
    parser.add_argument("--processes", type=int, default=3, choices=range(1, 6))
    parser.add_argument("--every", default="1-5", help="seconds between two actions")
    parser.add_argument("--actions", default=",".join(Chaos.WEIGHTS), help="which; '' for none")
    parser.add_argument("--pause", default="5-40", help="seconds between SIGSTOP and SIGCONT")
    parser.add_argument("--kill-broker", metavar="CMD", help="shell command; {} is the broker")
    parser.add_argument("--start-broker", metavar="CMD", help="shell command; {} is the broker")
    parser.add_argument("--broker-ids", default="1,2,3")
    parser.add_argument("--bounce-every", default="12-25", help="seconds between two bounces")
    parser.add_argument("--empty-payloads", action="store_true", help="beside tombstones")
    parser.add_argument("--settle", type=float, default=180, help="limit for the lag to become 0")
    parser.add_argument("--publish", choices=("rules", "reference"), help="others, in the middle")
    parser.add_argument("--self-test", action="store_true", help="of verify.py, at the end")
    return parser.parse_args()


def span(text: str) -> tuple[float, float]:
    """A range of seconds."""
    low, _, high = text.partition("-")
    return float(low), float(high or low)


def main() -> int:
    options = parse()
    prefix = f"chaos{options.seed}.{int(time.time())}"
    directory = options.work / prefix
    directory.mkdir(parents=True)
    log = Log(directory / "actions.log")
    log.say(f"seed {options.seed}, {options.seconds} s, artefacts in {directory}")
    plan = stream.Plan(
        options.seed,
        options.rate * options.seconds,
        options.rate,
        options.partitions,
        options.speed,
        options.empty_payloads,
        # What clocks that run ahead brought before it was known is late for another reference.
        strays=options.publish != "reference",
    )
    topic = f"{prefix}.source"
    write_monitor(directory, prefix, topic)
    learn_reference(options.leeway, directory, plan, "reference", options.seed)
    make_source(options.brokers, topic, options.partitions)
    init = [options.leeway, "init", str(directory / "monitor.yaml"), "-b", options.brokers]
    run([*init, "--partitions", "2"])
    command = [options.leeway, "run", str(directory / "monitor.yaml"), "-b", options.brokers]
    fleet = Fleet([*command, "-X", "session.timeout.ms=6000"], directory, log.say)
    try:
        return carry_out(options, plan, directory, log, fleet)
    finally:
        fleet.destroy()


def carry_out(
    options: argparse.Namespace, plan: stream.Plan, directory: Path, log: Log, fleet: Fleet
) -> int:
    """The disturbed stream, the healing, the checks."""
    definition = verify.Definition.load(str(directory / "definition.json"))
    watcher = Watcher(options.brokers, f"{definition.prefix}.windows")
    watcher.start()
    brokers = None
    if options.kill_broker and options.start_broker:
        ids = options.broker_ids.split(",")
        brokers = Brokers(options.kill_broker, options.start_broker, ids, log.say)
    choices = Choices(
        span(options.every),
        [name for name in options.actions.split(",") if name],
        span(options.bounce_every),
        span(options.pause),
    )
    chaos = Chaos(Random(options.seed), fleet, brokers, choices, wanted=options.processes)
    for name in NAMES[: options.processes]:
        fleet.begin(name)
    if options.publish:
        publish_later(options, plan, directory, log)
    feeder = stream.Feeder(options.brokers, definition.topic, plan, log.say)
    feeder.start()
    if choices.actions:
        over_at = time.monotonic() + options.seconds
        chaos.run(lambda: time.monotonic() >= over_at)
    else:
        feeder.join()
    log.say("healing")
    chaos.heal()
    feeder.join()
    healed = time.monotonic()
    lag = Lag(options.brokers, definition)
    failures = lag.wait(options.settle, lambda: fleet.watch())
    log.say(f"lag is 0 after {time.monotonic() - healed:.1f} s" if not failures else failures[0])
    fleet.stop_all()
    failures += feeder.failures[:5] + fleet.failures
    failures += check(options, directory, definition)
    summarize(log, chaos, fleet, watcher, brokers)
    for failure in failures:
        log.say(f"FAILED {failure}")
    log.say("FAILED" if failures else "passed")
    return 1 if failures else 0


def publish_later(
    options: argparse.Namespace, plan: stream.Plan, directory: Path, log: Log
) -> None:
    """Another rule, or another reference too, in the middle of the storm."""
    changes_reference = options.publish == "reference"
    if changes_reference:
        learn_reference(options.leeway, directory, plan, "reference-next", options.seed + 1)
    path = versions.write_next(directory, changes_reference)
    command = [options.leeway, "publish", str(path), "-b", options.brokers]
    versions.Publisher(options.seconds / 2, lambda: run(command), log.say).start()


def check(
    options: argparse.Namespace, directory: Path, definition: verify.Definition
) -> list[str]:
    """verify.py as a program of its own, and the replay."""
    script = [sys.executable, str(HERE / "verify.py"), "--brokers", options.brokers]
    script += ["--definition", str(directory / "definition.json")]
    if options.self_test:
        script.append("--self-test")
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    (directory / "verify.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    print(done.stdout + done.stderr)
    failures = [] if done.returncode == 0 else [f"verify.py: exit code {done.returncode}"]
    logs = verify.read_logs(options.brokers, definition)
    differences = compare_replay(options.leeway, options.brokers, directory, definition, logs)
    (directory / "replay.txt").write_text("\n".join(differences), encoding="utf-8")
    return failures + differences[:20]


def summarize(
    log: Log, chaos: Chaos, fleet: Fleet, watcher: Watcher, brokers: Brokers | None
) -> None:
    """What was measured."""
    restored, visible = takeovers(chaos, fleet, watcher.seen)
    log.say(f"actions: {dict(chaos.counts)}; broker bounces: {brokers.bounces if brokers else 0}")
    log.say(f"evaluator killed to restored elsewhere: {spread(restored)}")
    log.say(f"evaluator killed to next window seen: {spread(visible)}")
    log.say(f"start to restored: {spread([seconds for _, _, seconds in fleet.evaluations])}")
    log.say(f"SIGTERM to end: {spread(fleet.exit_times)}")


if __name__ == "__main__":
    sys.exit(main())

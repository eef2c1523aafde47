#!/usr/bin/env python3
"""Checks what a monitor wrote against its source topic, by other code than its own.

Reads every partition of the source and recomputes, from the definitions alone, which window each
record belongs to and what each window's record must say; then reads the outputs as a
`read_committed` consumer. Exits 1 with a list of differences when they are not the same.

--self-test damages what was read, in several ways, and demands that each damage is found.
"""

from __future__ import annotations

import argparse
import copy
import heapq
import json
import sys
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from math import gcd
from typing import Callable, Iterator

import topics
from topics import Record

SECOND = 1_000_000
SHOWN_DIFFERENCES = 20


# --------------------------------------------------------------------------------------------------
# What is checked


@dataclass(frozen=True)
class Definition:
    """What the monitor's file says, as far as counts follow from it."""

    monitor: str
    topic: str
    prefix: str
    time: str
    where: dict[str, str]
    model_version: str
    fields: dict[str, str]
    windows: list[tuple[int, int]]
    lateness: int

    @staticmethod
    def load(path: str) -> "Definition":
        with open(path, encoding="utf-8") as file:
            raw = json.load(file)
        return Definition(
            monitor=raw["monitor"],
            topic=raw["topic"],
            prefix=raw["prefix"],
            time=raw["time"],
            where=raw["where"],
            model_version=raw["model_version"],
            fields=raw["fields"],
            windows=[(w["size_s"] * SECOND, w["every_s"] * SECOND) for w in raw["windows"]],
            lateness=raw["lateness_s"] * SECOND,
        )

    @property
    def pane(self) -> int:
        """The longest slice of time of which every window is a whole number."""
        return gcd(*(length for window in self.windows for length in window))


@dataclass
class Logs:
    """Everything that was read."""

    source: dict[int, list[Record]]
    windows: list[Record]
    alerts: list[Record]
    retraining: list[Record]
    dead_letters: list[Record]


# --------------------------------------------------------------------------------------------------
# What ought to be there


@dataclass
class Population:
    """Accepted records of one pane or window and model version."""

    records: int = 0
    values: Counter = field(default_factory=Counter)
    missing: Counter = field(default_factory=Counter)
    covers: dict[int, tuple[int, int]] = field(default_factory=dict)

    def add(self, other: "Population") -> None:
        self.records += other.records
        self.values.update(other.values)
        self.missing.update(other.missing)
        for partition, (start, end) in other.covers.items():
            first, last = self.covers.get(partition, (start, end))
            self.covers[partition] = (min(first, start), max(last, end))


@dataclass
class Content:
    """All records of one pane or window: accepted ones by version, the others by what they are."""

    populations: dict[str | None, Population] = field(default_factory=dict)
    others: Counter = field(default_factory=Counter)

    def add(self, other: "Content") -> None:
        for version, population in other.populations.items():
            self.populations.setdefault(version, Population()).add(population)
        self.others.update(other.others)

    @property
    def read(self) -> int:
        accepted = sum(population.records for population in self.populations.values())
        return accepted + sum(self.others.values())


class Clock:
    """How far event time has come in one partition.

    The third largest time of the last 64 records that were not late, and it never goes back. A
    record is late when the end of its pane, and the lateness after it, are not after the watermark.
    """

    MEMORY = 64
    RANK = 3
    NEAR_PANES = 750
    FAR_PANES = 250

    def __init__(self, pane: int, lateness: int) -> None:
        self.pane = pane
        self.lateness = lateness
        self.watermark: int | None = None
        self.recent: deque[int] = deque(maxlen=self.MEMORY)
        self.far: set[int] = set()

    def admit(self, instant: int) -> str | int:
        """The record's pane, or `late`, or `pane_limit`."""
        pane = instant // self.pane
        if self.watermark is not None and (pane + 1) * self.pane + self.lateness <= self.watermark:
            return "late"
        is_refused = self.is_far(pane) and not self.opens(pane)
        self.recent.append(instant)
        if (self.watermark is None or instant > self.watermark) and len(self.recent) >= self.RANK:
            third = heapq.nlargest(self.RANK, self.recent)[-1]
            self.watermark = third if self.watermark is None else max(self.watermark, third)
        return "pane_limit" if is_refused else pane

    def is_far(self, pane: int) -> bool:
        return self.watermark is None or pane > self.watermark // self.pane + self.NEAR_PANES

    def opens(self, pane: int) -> bool:
        if pane not in self.far:
            self.far = {other for other in self.far if self.is_far(other)}
            if len(self.far) >= self.FAR_PANES:
                return False
            self.far.add(pane)
        return True


@dataclass
class Partition:
    """What one partition's records come to."""

    panes: dict[int, Content]
    before_first: Counter
    watermark: int | None
    read: int
    rejected: dict[int, str]


REJECTED = "rejected:"
# In milliseconds; so large a number of them that the year is beyond 9899 is of another unit.
YEAR_101 = -58_979_923_200_000


def fate(definition: Definition, value: bytes | None) -> tuple[str | int, dict | None]:
    """What a record's bytes alone decide: its time in microseconds, or why it has none."""
    if not value:
        return "filtered", None
    try:
        event = json.loads(value.decode("utf-8"))
    except UnicodeDecodeError:
        return REJECTED + "bad_utf8", None
    except ValueError:
        return REJECTED + "bad_json", None
    if not isinstance(event, dict):
        return REJECTED + "not_an_object", None
    if any(event.get(name) != wanted for name, wanted in definition.where.items()):
        return "filtered", None
    return milliseconds(event.get(definition.time)), event


def milliseconds(value: object) -> str | int:
    """A time in milliseconds since 1970, as microseconds."""
    if value is None or value == "":
        return REJECTED + "no_time"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return REJECTED + "bad_time"
    if value != 0 and not 1e11 <= abs(value) < 1e14:
        return REJECTED + "bad_time_unit"
    if value < YEAR_101:
        return REJECTED + "bad_time"
    return int(value * 1000)


def population(definition: Definition, event: dict, record: Record) -> Population:
    """A single accepted record."""
    one = Population(records=1, covers={record.partition: (record.offset, record.offset + 1)})
    for name, kind in definition.fields.items():
        value = event.get(name)
        if value is None or value == "":
            one.missing[name] = 1
        elif (kind == "numeric") == (isinstance(value, (int, float)) and value is not True):
            one.values[name] = 1
    return one


def reread(definition: Definition, records: list[Record]) -> Partition:
    """Decides about every record of a partition, in order."""
    clock = Clock(definition.pane, definition.lateness)
    panes: dict[int, Content] = defaultdict(Content)
    before_first: Counter = Counter()
    rejected: dict[int, str] = {}
    for record in records:
        current = None if clock.watermark is None else clock.watermark // clock.pane
        verdict, event = fate(definition, record.value)
        if event is not None and isinstance(verdict, int):
            verdict = clock.admit(verdict)
            if verdict == "pane_limit":
                verdict = REJECTED + verdict
        if isinstance(verdict, int) and event is not None:
            version = event.get(definition.model_version)
            one = population(definition, event, record)
            panes[verdict].populations.setdefault(version, Population()).add(one)
            continue
        (before_first if current is None else panes[current].others)[verdict] += 1
        if str(verdict).startswith(REJECTED):
            rejected[record.offset] = str(verdict)[len(REJECTED) :]
    return Partition(dict(panes), before_first, clock.watermark, len(records), rejected)


@dataclass
class Expectation:
    """Every window that must have been written, and every record that could not be used."""

    windows: dict[tuple[int, int], Content]
    rejected: dict[tuple[int, int], str]
    horizon: int | None
    problems: list[str]


def expect(definition: Definition, source: dict[int, list[Record]]) -> Expectation:
    """Recomputes all windows that the slowest partition allows to close."""
    parts = {number: reread(definition, records) for number, records in source.items()}
    panes: dict[int, Content] = defaultdict(Content)
    unplaced: Counter = Counter()
    for part in parts.values():
        unplaced.update(part.before_first)
        for pane, content in part.panes.items():
            panes[pane].add(content)
    marks = [part.watermark for part in parts.values()]
    horizon = None if None in marks else min(mark for mark in marks if mark is not None)
    windows: dict[tuple[int, int], Content] = {}
    problems: list[str] = []
    for size, every in definition.windows:
        closed = list(close(definition, size, every, panes, horizon))
        if closed:
            closed[0][1].others.update(unplaced)
        windows.update(closed)
        if size == every:
            problems += conservation(size, closed, panes, unplaced, parts, definition.pane)
    rejected = {
        (number, offset): reason
        for number, part in parts.items()
        for offset, reason in part.rejected.items()
    }
    return Expectation(windows, rejected, horizon, problems)


def close(
    definition: Definition, size: int, every: int, panes: dict[int, Content], horizon: int | None
) -> Iterator[tuple[tuple[int, int], Content]]:
    """The windows of one size that are closed, in order, empty ones too."""
    if horizon is None or not panes:
        return
    first = min(panes) * definition.pane
    start = ((first - size) // every + 1) * every
    while start + size + definition.lateness <= horizon:
        content = Content()
        for pane in range(start // definition.pane, (start + size) // definition.pane):
            if pane in panes:
                content.add(panes[pane])
        yield (start, start + size), content
        start += every


def conservation(
    size: int,
    closed: list[tuple[tuple[int, int], Content]],
    panes: dict[int, Content],
    unplaced: Counter,
    parts: dict[int, Partition],
    pane: int,
) -> list[str]:
    """Every record read stands in exactly one window, closed or still open."""
    end = closed[-1][0][1] if closed else None
    in_closed = sum(content.read for _, content in closed)
    still_open = sum(content.read for at, content in panes.items() if end is None or at * pane >= end)
    waiting = 0 if closed else sum(unplaced.values())
    read = sum(part.read for part in parts.values())
    if in_closed + still_open + waiting == read:
        return []
    return [f"verify.py itself: windows of {size // SECOND}s hold {in_closed}+{still_open}, read {read}"]


# --------------------------------------------------------------------------------------------------
# What is there


def instant(text: str) -> int:
    """RFC 3339 in UTC, as it is written in outputs, as microseconds."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    seconds = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(seconds.timestamp()) * SECOND + int(fraction.ljust(6, "0") or 0)


def shown(window: tuple[int, int]) -> str:
    """A window for people."""
    start, end = (
        datetime.fromtimestamp(edge / SECOND, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        for edge in window
    )
    return f"window {start}..{end}"


def events(definition: Definition, records: list[Record], kind: str) -> list[dict]:
    """The CloudEvents of this monitor among an output's records."""
    found = [json.loads(record.value) for record in records if record.value]
    return [
        event
        for event in found
        if event["source"] == f"/monitors/{definition.monitor}" and event["type"] == kind
    ]


def repeated(what: str, ids: list[str]) -> list[str]:
    """A complaint for each id that stands more than once."""
    return [f"{what} {id} stands {count} times" for id, count in Counter(ids).items() if count > 1]


def check_windows(definition: Definition, logs: Logs, expected: Expectation) -> list[str]:
    """Compares every window's record with what it must say."""
    found = events(definition, logs.windows, "io.leeway.window.v1")
    differences = repeated("window id", [event["id"] for event in found])
    by_window: dict[tuple[int, int], dict[str | None, dict]] = defaultdict(dict)
    for event in found:
        data = event["data"]
        window = (instant(data["window_start"]), instant(data["window_end"]))
        if "empty_windows" in data:
            differences.append(f"{shown(window)}: a gap that nothing in the source explains")
            continue
        version = data.get("model_version")
        if version in by_window[window]:
            differences.append(f"{shown(window)} version {version} stands twice")
        by_window[window][version] = data
    differences += [
        f"{shown(window)} is missing ({content.read} records)"
        for window, content in expected.windows.items()
        if window not in by_window
    ]
    for window, versions in sorted(by_window.items()):
        content = expected.windows.get(window)
        if content is None:
            differences.append(f"{shown(window)} must not be there: not closed, or no such window")
        else:
            differences += check_window(definition, window, versions, content)
    return differences


def check_window(
    definition: Definition,
    window: tuple[int, int],
    versions: dict[str | None, dict],
    content: Content,
) -> list[str]:
    """Compares the records of one window, one for each model version."""
    wanted = content.populations or {None: Population()}
    if set(versions) != set(wanted):
        return [f"{shown(window)}: versions {list(versions)}, expected {list(wanted)}"]
    first = min(wanted, key=lambda version: (version is not None, (version or "").encode()))
    differences = []
    for version, data in versions.items():
        others = content.others if version == first else Counter()
        right = record_of(definition, wanted[version], others, content.read if version == first else 0)
        for name, value in right.items():
            if value != (seen := said(definition, data)[name]):
                differences.append(f"{shown(window)} version {version}: {name} {seen}, expected {value}")
    return differences


def record_of(
    definition: Definition, population: Population, others: Counter, read: int
) -> dict[str, object]:
    """What a window's record must say, by name."""
    return {
        "records": population.records,
        "read": read,
        "late": others["late"],
        "filtered": others["filtered"],
        "rejected": {
            reason[len(REJECTED) :]: count
            for reason, count in others.items()
            if str(reason).startswith(REJECTED)
        },
        "n": {name: population.values[name] for name in definition.fields},
        "missing": {name: population.missing[name] for name in definition.fields},
        "offsets": sorted((p, start, end) for p, (start, end) in population.covers.items()),
        "integrity": "ok",
    }


def said(definition: Definition, data: dict) -> dict[str, object]:
    """What a window's record says, by the same names."""
    fields = {entry["field"]: entry for entry in data["fields"]}
    none = {"n": 0, "missing": 0}
    return {
        "records": data["records"],
        "read": data.get("read", 0),
        "late": data["late"],
        "filtered": data["filtered"],
        "rejected": data["rejected"],
        "n": {name: fields.get(name, none)["n"] for name in definition.fields},
        "missing": {name: fields.get(name, none)["missing"] for name in definition.fields},
        "offsets": sorted((c["partition"], c["start"], c["end"]) for c in data["offsets"]),
        "integrity": data["integrity"],
    }


LEGAL = {
    None: {"pending", "firing"},
    "pending": {"firing", "resolved"},
    "firing": {"resolved"},
    "resolved": set(),
}


def check_alerts(definition: Definition, logs: Logs, expected: Expectation) -> list[str]:
    """Every alert goes from pending over firing to resolved, and each step stands once."""
    found = events(definition, logs.alerts, "io.leeway.alert.v1")
    differences = repeated("alert event id", [event["id"] for event in found])
    states: dict[str, str] = {}
    ends: dict[str, int] = {}
    subjects: dict[tuple, str] = {}
    for event in found:
        data = event["data"]
        name, state = data["alert"], data["state"]
        window = (instant(data["window_start"]), instant(data["window_end"]))
        subject = (data["rule"], data.get("field"), data.get("model_version"))
        if state not in LEGAL[states.get(name)]:
            differences.append(f"alert {name} goes from {states.get(name)} to {state}")
        if ends.get(name, 0) >= window[1]:
            differences.append(f"alert {name} becomes {state} in a window not after its last")
        if subjects.get(subject, name) != name:
            differences.append(f"alert {name} begins while another of {subject} is open")
        if window not in expected.windows:
            differences.append(f"alert {name} {state}: {shown(window)} is not closed")
        states[name], ends[name] = state, window[1]
        subjects[subject] = name
        if state == "resolved":
            del subjects[subject]
    return differences


def check_retraining(definition: Definition, logs: Logs, expected: Expectation) -> list[str]:
    """Every request stands once, after a window that closed, for alerts that were firing then."""
    found = events(definition, logs.retraining, "io.leeway.retrain.request.v1")
    differences = repeated("retraining request", [event["id"] for event in found])
    ends = {window[1] for window in expected.windows}
    firing = firing_spans(events(definition, logs.alerts, "io.leeway.alert.v1"))
    seen: set[tuple[str, int]] = set()
    for event in found:
        data = event["data"]
        end = instant(data["window_end"])
        if (data["trigger"], end) in seen:
            differences.append(f"{data['trigger']} asks twice at {data['window_end']}")
        seen.add((data["trigger"], end))
        if end not in ends:
            differences.append(f"{data['trigger']} asks at {data['window_end']}: no window ends there")
        for alert in data["alerts"]:
            start, until = firing.get(alert, (end + 1, end + 1))
            if not start <= end < until:
                differences.append(f"{data['trigger']} at {data['window_end']}: {alert} is not firing")
    return differences


def firing_spans(alerts: list[dict]) -> dict[str, tuple[int, float]]:
    """From when until when each alert fired."""
    spans: dict[str, tuple[int, float]] = {}
    for event in alerts:
        data = event["data"]
        end = instant(data["window_end"])
        if data["state"] == "firing":
            spans[data["alert"]] = (end, float("inf"))
        elif data["alert"] in spans:
            spans[data["alert"]] = (spans[data["alert"]][0], end)
    return spans


def check_dead_letters(definition: Definition, logs: Logs, expected: Expectation) -> list[str]:
    """Every rejected record has one dead letter, with its place and reason, and no other has one."""
    prefix = "__connect.errors."
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for letter in logs.dead_letters:
        headers = letter.headers
        if headers[prefix + "topic"] != definition.topic:
            continue
        place = (int(headers[prefix + "partition"]), int(headers[prefix + "offset"]))
        found[place].append(headers["leeway.errors.code"])
    return [
        f"dead letters of partition {place[0]} offset {place[1]}: {found.get(place, [])}, expected "
        f"{[expected.rejected[place]] if place in expected.rejected else []}"
        for place in sorted(set(found) | set(expected.rejected))
        if found.get(place, []) != [expected.rejected.get(place)]
    ]


def differences_of(definition: Definition, logs: Logs) -> list[str]:
    """Everything that is wrong."""
    expected = expect(definition, logs.source)
    checks = (check_windows, check_alerts, check_retraining, check_dead_letters)
    return expected.problems + [
        difference for check in checks for difference in check(definition, logs, expected)
    ]


# --------------------------------------------------------------------------------------------------
# Damage that must be found


def rewritten(record: Record, change: Callable[[dict], None]) -> Record:
    """A record whose event was changed."""
    event = json.loads(record.value or b"{}")
    change(event)
    return Record(
        record.partition, record.offset, record.key, json.dumps(event).encode(), record.headers
    )


def changed(logs: Logs, output: str, change: Callable[[dict], None], at: float = 0.5) -> None:
    """Changes the event in the middle of an output."""
    records = getattr(logs, output)
    index = int(len(records) * at)
    records[index] = rewritten(records[index], change)


def renamed(event: dict) -> None:
    """Gives a copy an id of its own, so that only its content betrays it."""
    event["id"] = "0" * 64


def bump(name: str) -> Callable[[dict], None]:
    """Adds one to a count."""

    def change(event: dict) -> None:
        event["data"][name] += 1

    return change


def bump_field(name: str) -> Callable[[dict], None]:
    """Adds one to a count of the first field."""

    def change(event: dict) -> None:
        event["data"]["fields"][0][name] += 1

    return change


def widen(event: dict) -> None:
    """Adds a record to the first offset range."""
    event["data"]["offsets"][0]["end"] += 1


def doubled(records: list[Record], change: Callable[[dict], None] | None = None) -> None:
    """Repeats the record in the middle."""
    record = records[len(records) // 2]
    records.append(rewritten(record, change) if change else record)


def dropped(records: list[Record]) -> None:
    """Leaves out the record in the middle."""
    del records[len(records) // 2]


def usable(definition: Definition, logs: Logs) -> int:
    """A record of partition 0, early in the stream, that is accepted."""
    records = logs.source[min(logs.source)]
    return next(
        index
        for index in range(len(records) // 4, len(records))
        if isinstance(fate(definition, records[index].value)[0], int)
    )


def drop_source(definition: Definition, logs: Logs) -> None:
    """Leaves a source record out, as if the monitor had counted one too many."""
    del logs.source[min(logs.source)][usable(definition, logs)]


def double_source(definition: Definition, logs: Logs) -> None:
    """Repeats a source record, as if the monitor had missed one."""
    records, index = logs.source[min(logs.source)], usable(definition, logs)
    records.insert(index, records[index])


def refire(logs: Logs) -> None:
    """Repeats an alert's last step under another id, as a restart without memory would."""
    doubled(logs.alerts, renamed)


DAMAGES: dict[str, Callable[[Definition, Logs], object]] = {
    "a source record is dropped": drop_source,
    "a source record is doubled": double_source,
    "a window is dropped": lambda d, l: dropped(l.windows),
    "the last window is dropped": lambda d, l: l.windows.pop(),
    "a window is doubled": lambda d, l: doubled(l.windows),
    "a window is doubled under another id": lambda d, l: doubled(l.windows, renamed),
    "records are one too many": lambda d, l: changed(l, "windows", bump("records")),
    "late is one too many": lambda d, l: changed(l, "windows", bump("late")),
    "filtered is one too many": lambda d, l: changed(l, "windows", bump("filtered")),
    "n of a field is one too many": lambda d, l: changed(l, "windows", bump_field("n")),
    "missing of a field is one too many": lambda d, l: changed(l, "windows", bump_field("missing")),
    "an offset range is one too wide": lambda d, l: changed(l, "windows", widen),
    "an alert is doubled": lambda d, l: doubled(l.alerts),
    "an alert is doubled under another id": lambda d, l: refire(l),
    "a request is doubled": lambda d, l: doubled(l.retraining),
    "a request is doubled under another id": lambda d, l: doubled(l.retraining, renamed),
    "a dead letter is dropped": lambda d, l: dropped(l.dead_letters),
    "a dead letter is doubled": lambda d, l: doubled(l.dead_letters),
}


def self_test(definition: Definition, logs: Logs) -> list[str]:
    """The damages that went unnoticed."""
    unnoticed = []
    for name, damage in DAMAGES.items():
        damaged = copy.copy(logs)
        damaged.source = {number: list(records) for number, records in logs.source.items()}
        for output in ("windows", "alerts", "retraining", "dead_letters"):
            setattr(damaged, output, list(getattr(logs, output)))
        damage(definition, damaged)
        found = differences_of(definition, damaged)
        print(f"self-test: {name}: {found[0] if found else 'NOT FOUND'}")
        if not found:
            unnoticed.append(f"self-test: {name}, and nothing was found")
    return unnoticed


# --------------------------------------------------------------------------------------------------
# The command


def undecided(brokers: str, names: list[str], patience: float) -> list[str]:
    """Topics whose last transactions have not ended."""
    deadline = time.monotonic() + patience
    while True:
        hanging = [
            f"{name}: transactions are still open ({committed} of {everything})"
            for name in names
            if (committed := topics.end_offsets(brokers, name, "read_committed"))
            != (everything := topics.end_offsets(brokers, name, "read_uncommitted"))
        ]
        if not hanging or time.monotonic() > deadline:
            return hanging
        time.sleep(1)


def output_names(definition: Definition) -> list[str]:
    """The topics of the outputs, in the order of `Logs`."""
    return [
        f"{definition.prefix}.{name}" for name in ("windows", "alerts", "retraining", "dead-letters")
    ]


def read_logs(brokers: str, definition: Definition) -> Logs:
    """Reads the source and all outputs."""
    outputs = [
        [record for _, records in sorted(topics.read(brokers, name).items()) for record in records]
        for name in output_names(definition)
    ]
    return Logs(topics.read(brokers, definition.topic), *outputs)


def report(definition: Definition, logs: Logs, differences: list[str]) -> None:
    """Says what was compared, and what is wrong."""
    source = sum(len(records) for records in logs.source.values())
    print(
        f"{source} source records in {len(logs.source)} partitions; {len(logs.windows)} windows, "
        f"{len(logs.alerts)} alert events, {len(logs.retraining)} requests, "
        f"{len(logs.dead_letters)} dead letters of {definition.monitor}"
    )
    for difference in differences[:SHOWN_DIFFERENCES]:
        print(f"DIFFERENCE {difference}")
    if len(differences) > SHOWN_DIFFERENCES:
        print(f"… and {len(differences) - SHOWN_DIFFERENCES} more")
    print("verify: no difference" if not differences else f"verify: {len(differences)} differences")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--brokers", required=True, metavar="HOST:PORT,…")
    parser.add_argument("--definition", required=True, help="JSON: what the monitor's file says")
    parser.add_argument("--self-test", action="store_true", help="damage what was read as well")
    parser.add_argument("--patience", type=float, default=30, help="seconds for open transactions")
    options = parser.parse_args()
    definition = Definition.load(options.definition)
    internal = [f"{definition.prefix}.{definition.monitor}.{name}" for name in ("partials", "state")]
    names = output_names(definition) + internal
    differences = undecided(options.brokers, names, options.patience)
    logs = read_logs(options.brokers, definition)
    differences += differences_of(definition, logs)
    report(definition, logs, differences)
    if options.self_test and not differences:
        differences = self_test(definition, logs)
        print("self-test: passed" if not differences else "self-test: FAILED")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())

"""A topic read to its end by the monitor, by a bare drain and by a Python consumer, in turns.

All clients are processes of their own and are timed from the assignment of the partitions until the
last record; a monitor must have committed it by then. What it counted is compared with what the
Python consumer counted of the same topic.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator

from confluent_kafka import Consumer, TopicPartition

from monitors import PATIENCE, RANGE, UNSEEN, Reference, totals, write_monitor
from programs import Programs, peak_megabytes
from report import Row

HERE = Path(__file__).resolve().parent
ROUNDS = 9
PARTITIONS = 128
# As many events of 411 bytes as the embedded broker keeps: 5 MiB a partition.
EVENTS = 12_000 * PARTITIONS
# Beside the rounds a monitor runs as `leeway run`.
RUN_ROUNDS = 3
LARGE_QUEUE = "queued.max.messages.kbytes=1572864"

# A figure of one client's result.
Value = Callable[[dict], float]


class WrongTotal(Exception):
    """The monitor has counted something else than there was."""


@dataclass
class Bench:
    """Brokers full of events, and the clients' results round by round."""

    programs: Programs
    reference: Reference
    folder: Path
    brokers: str
    prefix: str
    delivery: str
    settings: list[str]
    # What the command line makes that the embedded broker cannot.
    creates_topics: bool
    results: dict[str, list[dict]] = field(default_factory=dict)
    runs: int = 0

    def run(self) -> list[Row]:
        for number in range(ROUNDS):
            print(f"round {number + 1} of {ROUNDS}", flush=True)
            self.round()
            if number % (ROUNDS // RUN_ROUNDS) == 0:
                self.note("run", self.leeway_run())
        return self.rows()

    def round(self) -> None:
        self.note("drain-none", self.drain("none"))
        self.note("leeway-none", self.leeway("none"))
        self.note("python", self.python())
        self.note("leeway-large-queue", self.leeway("none", LARGE_QUEUE))
        self.note("leeway-small-windows", self.leeway("none", window="1m"))
        for codec in ("lz4", "zstd"):
            self.note(f"drain-{codec}", self.drain(codec))
            self.note(f"leeway-{codec}", self.leeway(codec))

    def note(self, client: str, result: dict) -> None:
        if result["events"] != EVENTS:
            raise WrongTotal(f"{client} read {result['events']} events of {EVENTS}")
        self.results.setdefault(client, []).append(result)

    # What is measured

    def drain(self, codec: str) -> dict:
        topic = f"{self.prefix}.events-{codec}"
        return self.programs.client(
            self.programs.drain, self.brokers, topic, str(EVENTS), *self.settings
        )

    def python(self) -> dict:
        return self.programs.client(
            self.programs.python,
            str(HERE / "consumer.py"),
            self.brokers,
            f"{self.prefix}.events-none",
            str(EVENTS),
            str(self.reference.ranges),
        )

    def leeway(self, codec: str, *settings: str, window: str = "1h") -> dict:
        monitor, output = self.monitor(codec, window)
        program = self.programs.end_to_end
        result = self.programs.client(
            program, "monitor", str(monitor), self.brokers, str(EVENTS), *settings
        )
        return result | {"windows": totals(self.brokers, f"{output}.windows")}

    def leeway_run(self) -> dict:
        """The command itself, which is told to stop when it has committed the last record."""
        monitor, output = self.monitor("none")
        errors = self.folder / "errors"
        with errors.open("w") as file:
            command = [self.programs.leeway, "run", str(monitor), "-b", self.brokers]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=file)
        try:
            committed = self.wait_for_commits(f"{output}.bench.collect")
            memory = peak_megabytes(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"leeway run: {errors.read_text()}")
        return {
            "events": committed,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "resident_megabytes": memory,
        }

    def wait_for_commits(self, group: str) -> int:
        """Waits until as many records are committed as there are; says how many those are."""
        topic = f"{self.prefix}.events-none"
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer = Consumer({"bootstrap.servers": self.brokers, "group.id": group})
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            places = consumer.committed(partitions, timeout=PATIENCE)
            committed = sum(max(0, place.offset) for place in places)
            if committed >= EVENTS:
                return committed
            time.sleep(0.2)
        raise RuntimeError("leeway run has not committed all records")

    def monitor(self, codec: str, window: str = "1h") -> tuple[Path, str]:
        """A monitor with topics of its own: its file, and what their names begin with."""
        output = f"{self.prefix}-{self.runs}"
        self.runs += 1
        topic = f"{self.prefix}.events-{codec}"
        file = write_monitor(
            self.programs, self.folder, topic, output, self.reference.path, self.delivery, window
        )
        if self.creates_topics:
            command = [self.programs.leeway, "init", str(file), "-b", self.brokers]
            subprocess.run(command, check=True, capture_output=True)
        return file, output

    # What came of it

    def rows(self) -> list[Row]:
        self.check()
        rows = [
            self.ratio("end_to_end_of_c_drain", "leeway-none", "drain-none"),
            self.ratio("end_to_end_of_python", "leeway-none", "python"),
            self.row("cpu_seconds_per_million", "s", "leeway-none", cpu),
            self.ratio("cpu_of_c_drain", "leeway-none", "drain-none", cpu),
            self.ratio("cpu_of_python", "leeway-none", "python", cpu),
            self.ratio("lz4_of_drain", "leeway-lz4", "drain-lz4"),
            self.ratio("zstd_of_drain", "leeway-zstd", "drain-zstd"),
            self.ratio("small_queue_of_large", "leeway-none", "leeway-large-queue"),
            self.ratio("small_windows_of_large", "leeway-small-windows", "leeway-none"),
            self.row("leeway_run_cpu_seconds_per_million", "s", "run", cpu),
            self.row("leeway_run_resident_megabytes", "MB", "run", resident),
        ]
        for client in self.results:
            if client == "run":
                continue
            name = client.replace("-", "_")
            rows.append(self.row(f"{name}_events_per_second", "events/s", client, rate))
            rows.append(self.row(f"{name}_cpu_seconds_per_million", "s", client, cpu))
        return rows

    def ratio(self, name: str, left: str, right: str, value: Value | None = None) -> Row:
        """Of events per second, or of something else."""
        value = value or rate
        pairs = zip(self.results[left], self.results[right])
        return Row.of(name, "ratio", [value(one) / value(other) for one, other in pairs])

    def row(self, name: str, unit: str, client: str, value: Value) -> Row:
        return Row.of(name, unit, [value(result) for result in self.results[client]])

    def check(self) -> None:
        """What the monitors counted against what the Python consumer did."""
        naive = self.results["python"][0]
        categories = naive["categories"][UNSEEN[0]]
        known = sum(categories.get(name, 0) for name in self.reference.categories)
        expected = {
            "records": EVENTS,
            "late": 0,
            "rejected": 0,
            "unseen": EVENTS - known,
            "outside": naive["outside"][RANGE[0]],
        }
        for client, results in self.results.items():
            for result in results:
                found = result.get("windows", expected)
                if found != expected:
                    raise WrongTotal(f"{client} counted {found} where there are {expected}")
        print(f"totals of all rounds: {expected}")


def rate(result: dict) -> float:
    return result["events"] / result["seconds"]


def cpu(result: dict) -> float:
    return result["cpu_seconds"] / result["events"] * 1e6


def resident(result: dict) -> float:
    return result["resident_megabytes"]


@contextmanager
def embedded_broker(programs: Programs) -> Iterator[str]:
    """A broker in a process of its own, which ends with its standard input."""
    runs = 5 * ROUNDS + RUN_ROUNDS
    command = [programs.end_to_end, "broker", "bench", str(EVENTS), str(runs)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        brokers = process.stdout.readline().strip()
        if not brokers:
            raise RuntimeError("the embedded broker has not begun")
        yield brokers
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            # It was still being filled.
            process.kill()
            process.wait()


def embedded(programs: Programs, folder: Path) -> list[Row]:
    """The rows on the embedded broker."""
    reference = Reference(programs, folder)
    settings = subprocess.check_output([programs.end_to_end, "settings"], text=True).split()
    with embedded_broker(programs) as brokers:
        # Its transactions promise nothing.
        return Bench(
            programs, reference, folder, brokers, "bench", "at_least_once", settings, False
        ).run()


def real(programs: Programs, folder: Path, brokers: str) -> list[Row]:
    """The rows on brokers that are there; their names end with `_kafka`."""
    reference = Reference(programs, folder)
    settings = subprocess.check_output([programs.end_to_end, "settings"], text=True).split()
    prefix = f"leeway-bench-{os.urandom(4).hex()}"
    subprocess.run([programs.end_to_end, "fill", brokers, prefix, str(EVENTS)], check=True)
    bench = Bench(programs, reference, folder, brokers, prefix, "exactly_once", settings, True)
    rows = bench.run()
    for row in rows:
        row.name += "_kafka"
    return rows

"""Processes of `leeway run`, one for each instance name, with what they said and how they ended."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

EXIT_LIMIT = 10.0
DEAF_LIMIT = 0.5
"""Seconds after a start in which SIGTERM may still end a process that has not begun anything."""
EVALUATES = "evaluating from offset"


@dataclass
class Start:
    """One life of an instance."""

    process: subprocess.Popen
    at: float
    killed: bool = False
    asked: float | None = None


@dataclass
class Instance:
    """One name, and the process that has it now."""

    name: str
    start: Start | None = None
    paused: bool = False
    starts: int = 0

    @property
    def is_up(self) -> bool:
        return self.start is not None and not self.paused


@dataclass
class Fleet:
    """All instances, and what happened to them."""

    command: list[str]
    directory: Path
    say: Callable[[str], None]
    instances: dict[str, Instance] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    exit_times: list[float] = field(default_factory=list)
    evaluations: list[tuple[float, str, float]] = field(default_factory=list)
    """Moment, instance and seconds since its start, of each restored state."""

    def instance(self, name: str) -> Instance:
        return self.instances.setdefault(name, Instance(name))

    @property
    def up(self) -> list[Instance]:
        return [instance for instance in self.instances.values() if instance.is_up]

    @property
    def evaluator(self) -> str | None:
        """Who restored the state last, if it still runs."""
        moment, name = self.evaluations[-1][:2] if self.evaluations else (0.0, "")
        instance = self.instance(name) if name else None
        if instance is None or instance.start is None or instance.start.at > moment:
            return None
        return name

    def begin(self, name: str) -> None:
        """Starts an instance that does not run."""
        instance = self.instance(name)
        if instance.start is not None:
            return
        instance.starts += 1
        process = subprocess.Popen(
            [*self.command, "--instance", name],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        instance.start = Start(process, time.monotonic())
        self.say(f"start {name} (pid {process.pid})")
        threading.Thread(
            target=self.listen, args=(name, instance.start, instance.starts), daemon=True
        ).start()

    def listen(self, name: str, start: Start, number: int) -> None:
        """Writes down what a process says, with the time."""
        with open(self.directory / f"{name}.log", "a", encoding="utf-8") as log:
            log.write(f"--- start {number}, pid {start.process.pid}\n")
            for line in start.process.stderr or []:
                now = time.monotonic()
                log.write(f"{time.strftime('%H:%M:%S')}.{int(time.time() * 1000) % 1000:03} {line}")
                log.flush()
                if EVALUATES in line:
                    self.evaluations.append((now, name, now - start.at))
                    self.say(f"{name} evaluates: {line.strip()}")

    def kill(self, name: str) -> None:
        """SIGKILL."""
        instance = self.instance(name)
        if instance.start is None:
            return
        role = " (the evaluator)" if self.evaluator == name else ""
        self.say(f"SIGKILL {name}{role}")
        instance.start.killed = True
        instance.start.process.kill()
        instance.start.process.wait()
        instance.start, instance.paused = None, False

    def pause(self, name: str) -> None:
        """SIGSTOP."""
        instance = self.instance(name)
        if not instance.is_up or instance.start is None or instance.start.asked is not None:
            return
        role = " (the evaluator)" if self.evaluator == name else ""
        self.say(f"SIGSTOP {name}{role}")
        instance.start.process.send_signal(signal.SIGSTOP)
        instance.paused = True

    def resume(self, name: str) -> None:
        """SIGCONT."""
        instance = self.instance(name)
        if instance.start is None or not instance.paused:
            return
        self.say(f"SIGCONT {name}")
        instance.start.process.send_signal(signal.SIGCONT)
        instance.paused = False

    def ask(self, name: str) -> None:
        """SIGTERM; `watch` sees whether it obeys in time."""
        instance = self.instance(name)
        if instance.start is None or instance.start.asked is not None:
            return
        self.resume(name)
        self.say(f"SIGTERM {name}")
        instance.start.asked = time.monotonic()
        instance.start.process.terminate()

    def watch(self, tolerates: bool = False) -> list[str]:
        """Notes who has ended, and who should have.

        Args:
            tolerates: brokers are away, so that a commit at the end may fail.

        Returns:
            The names of those that ended.
        """
        ended = []
        for instance in self.instances.values():
            start = instance.start
            if start is None:
                continue
            code = start.process.poll()
            now = time.monotonic()
            if code is not None:
                instance.start, instance.paused = None, False
                ended.append(instance.name)
                self.judge(instance.name, start, code, now, tolerates)
            elif start.asked is not None and now - start.asked > 3 * EXIT_LIMIT:
                self.fail(f"{instance.name} has not ended {3 * EXIT_LIMIT:.0f} s after SIGTERM")
                self.kill(instance.name)
        return ended

    def judge(self, name: str, start: Start, code: int, now: float, tolerates: bool) -> None:
        """Whether an end was as it must be."""
        if start.asked is None:
            self.fail(f"{name} ended by itself with exit code {code}")
            return
        seconds = now - start.asked
        self.exit_times.append(seconds)
        self.say(f"{name} ended after {seconds:.1f} s with exit code {code}")
        if seconds > EXIT_LIMIT:
            self.fail(f"{name} needed {seconds:.1f} s to end")
        was_deaf = code == -signal.SIGTERM and start.asked - start.at < DEAF_LIMIT
        if code != 0 and not was_deaf and not (tolerates and code == 69):
            self.fail(f"{name} ended with exit code {code} on SIGTERM")

    def fail(self, text: str) -> None:
        self.failures.append(text)
        self.say(f"FAILURE {text}")

    def stop_all(self) -> None:
        """SIGTERM to everyone, and the verdict."""
        for name in self.instances:
            self.ask(name)
        while any(instance.start is not None for instance in self.instances.values()):
            self.watch()
            time.sleep(0.02)

    def destroy(self) -> None:
        """Leaves no process behind, whatever happened."""
        for name in self.instances:
            self.kill(name)

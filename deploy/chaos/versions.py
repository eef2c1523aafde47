"""A second version of the monitor, published in the middle of the storm, and what must come of it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Callable

import topics
import verify

HERE = Path(__file__).resolve().parent
ACTIVATED = "io.leeway.version.activated.v1"


def write_next(directory: Path, changes_reference: bool) -> Path:
    """The monitor's files with another rule, and perhaps another reference, in the same windows."""
    rules = (HERE / "rules.yaml").read_text(encoding="utf-8")
    (directory / "rules-next.yaml").write_text(rules.replace("0.05", "0.08"), encoding="utf-8")
    text = (directory / "monitor.yaml").read_text(encoding="utf-8")
    text = text.replace(str(HERE / "rules.yaml"), "rules-next.yaml")
    if changes_reference:
        text = text.replace("reference.json", "reference-next.json")
    path = directory / "monitor-next.yaml"
    path.write_text(text, encoding="utf-8")
    return path


class Publisher(threading.Thread):
    """Publishes once, after some seconds, and again while the brokers are away."""

    def __init__(self, seconds: float, publish: Callable[[], str], say: Callable[[str], None]) -> None:
        super().__init__(name="publisher", daemon=True)
        self.seconds = seconds
        self.publish = publish
        self.say = say
        self.is_over = threading.Event()

    def run(self) -> None:
        self.is_over.wait(self.seconds)
        for _ in range(30):
            try:
                return self.say(self.publish().strip())
            except RuntimeError as error:
                self.say(f"publish: {str(error).splitlines()[-1]}")
                self.is_over.wait(2)


def switched(brokers: str, prefix: str) -> int | None:
    """The event time from which the newest version judges; None while it does not."""
    found = None
    for records in topics.read(brokers, f"{prefix}.control").values():
        for record in records:
            if record.value and record.value.startswith(b"{"):
                event = json.loads(record.value)
                if event["type"] == ACTIVATED:
                    found = verify.instant(event["data"]["from"])
    return found


def judged(lines: list[bytes], switch: int, by_new: bool) -> list[bytes]:
    """Those about windows that begin before the switch, or else all others."""
    def start(line: bytes) -> int:
        return verify.instant(json.loads(line)["data"]["window_start"])

    return [line for line in lines if (start(line) >= switch) == by_new]


def configurations(lines: list[bytes]) -> set[str]:
    return {json.loads(line)["data"]["config"] for line in lines}


def expected(
    old: dict[str, list[bytes]], new: dict[str, list[bytes]], switch: int
) -> tuple[list[bytes], list[bytes]]:
    """All windows, and the alerts of the old version: of what two replays say, one for each.

    Long windows of the old version close beside the new one's short ones, in the order of their ends.
    """
    def end(line: bytes) -> int:
        return verify.instant(json.loads(line)["data"]["window_end"])

    windows = judged(old["windows"], switch, False) + judged(new["windows"], switch, True)
    windows.sort(key=end)
    return windows, judged(old["alerts"], switch, False)

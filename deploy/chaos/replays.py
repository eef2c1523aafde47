"""The comparison with a replay: the same partitions' records, read from files by one process."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import topics
import verify
import versions

MONITOR = "chaos"
LATENESS_S = 30


def run(command: list[str], accepted: tuple[int, ...] = (0,)) -> str:
    """Runs a command to its end."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in accepted:
        raise RuntimeError(f"{shlex.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def dump(directory: Path, source: dict[int, list[topics.Record]]) -> list[str]:
    """Each partition as a file whose line numbers are its offsets."""
    paths = []
    for partition, records in sorted(source.items()):
        path = directory / f"partition-{partition}.ndjson"
        with path.open("wb") as file:
            for number, record in enumerate(records):
                if record.offset != number:
                    raise RuntimeError(f"partition {partition}: offset {record.offset} at line {number}")
                file.write((record.value or b"") + b"\n")
        paths.append(str(path))
    return paths


def by_key(values: list[bytes]) -> dict[str, list[bytes]]:
    """Events in their order, apart by the key they have in the topic."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for value in values:
        found[f"{MONITOR}/{json.loads(value)['subject']}"].append(value)
    return found


def without_expiry(value: bytes) -> bytes:
    """A request without what only the brokers know: when retention may have eaten its records."""
    return re.sub(rb',"expires":"[^"]*"', b"", value, count=1)


def compare(name: str, live: list[topics.Record], replayed: list[bytes], horizon: int) -> list[str]:
    """Differences between an output and a replay's, up to where the live run has closed windows."""
    end = "window_end"
    closed = [
        line
        for line in replayed
        if verify.instant(json.loads(line)["data"][end]) + LATENESS_S * verify.SECOND <= horizon
    ]
    wanted, differences = by_key(closed), []
    found = by_key([without_expiry(record.value or b"") for record in live])
    for record in live:
        if (record.key or b"").decode() not in found:
            differences.append(f"{name}: key {record.key!r} is not that of its event")
    for key in sorted(set(wanted) | set(found)):
        left, right = found.get(key, []), wanted.get(key, [])
        if left == right:
            continue
        missing = Counter(right) - Counter(left)
        extra = Counter(left) - Counter(right)
        differences.append(
            f"{name} of {key}: {len(left)} live, {len(right)} replayed, {sum(missing.values())} "
            f"missing, {sum(extra.values())} too many or different"
        )
        for what, odd in (("missing", missing), ("extra", extra)):
            differences += [f"  {what}: {value[:600].decode()}" for value in list(odd)[:2]]
    return differences


def compare_replay(
    leeway: str, brokers: str, directory: Path, definition: verify.Definition, logs: verify.Logs
) -> list[str]:
    """Replays the dumped partitions and compares all outputs byte by byte."""
    horizon = verify.expect(definition, logs.source).horizon
    if horizon is None:
        return ["a partition has no watermark: nothing can be compared"]
    paths = dump(directory, logs.source)
    outputs = replay(leeway, directory, "monitor", paths)
    if (directory / "monitor-next.yaml").exists():
        switch = versions.switched(brokers, definition.prefix)
        if switch is None:
            return ["the version that was published never judged"]
        following = replay(leeway, directory, "monitor-next", paths)
        configurations = versions.configurations(outputs["windows"])
        outputs["windows"], outputs["alerts"] = versions.expected(outputs, following, switch)
        logs.alerts = [
            record
            for record in logs.alerts
            if versions.configurations([record.value or b"{}"]) <= configurations
        ]
        # Cooldowns and pending alerts go from one version to the other: no replay has them.
        logs.retraining, outputs["retraining"] = [], []
    differences = []
    for name, replayed in outputs.items():
        live = getattr(logs, name)
        print(f"replay: {name}: {len(live)} live, {len(replayed)} replayed to the very end")
        differences += compare(name, live, replayed, horizon)
    return differences


def replay(leeway: str, directory: Path, monitor: str, paths: list[str]) -> dict[str, list[bytes]]:
    """What a monitor makes of the partitions' files, by output."""
    out = directory / f"replay-{monitor}"
    run([leeway, "replay", str(directory / f"{monitor}.yaml"), "--input", *paths, "-o", str(out)])
    names = ("windows", "alerts", "retraining")
    return {name: (out / f"{name}.ndjson").read_bytes().splitlines() for name in names}

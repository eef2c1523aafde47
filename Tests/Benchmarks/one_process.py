"""Commands of `leeway` on the demo's data: profile, replay, and the demo with its broker."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

from report import Row

DEMO = Path("deploy/demo")
ROUNDS = 5


def rows(leeway: str, folder: Path) -> list[Row]:
    """Events per second and the most memory held, of each command."""
    stream = folder / "stream.ndjson"
    with gzip.open(DEMO / "stream.ndjson.gz") as source, stream.open("wb") as target:
        shutil.copyfileobj(source, target)
    with stream.open("rb") as file:
        events = sum(1 for _ in file)
    commands = {
        "profile": [
            "profile", str(stream), "-o", str(folder / "profile.json"),
            "--exclude", "flight_id,tail_number,model_version",
            "--time", "scheduled_departure", "--window", "7d",
        ],
        "replay": [
            "replay", str(DEMO / "monitor.yaml"), "--input", str(stream),
            "--output", str(folder / "replayed"),
        ],
        "demo": ["demo", "--data", str(DEMO)],
    }
    result = []
    for name, command in commands.items():
        print(f"{name} …", flush=True)
        measured = [measure([leeway, *command]) for _ in range(ROUNDS)]
        rates = [events / seconds for seconds, _ in measured]
        result.append(Row.of(f"{name}_events_per_second", "events/s", rates))
        memory = [megabytes for _, megabytes in measured]
        result.append(Row.of(f"{name}_resident_megabytes", "MB", memory))
    return result


def measure(command: list[str]) -> tuple[float, float]:
    """Seconds that a command takes, and the most megabytes it holds."""
    # wait4 would tell of this process' memory, too, and time has next to none.
    timed = ["/usr/bin/time", "--quiet", "-f", "%e %M", *command]
    done = subprocess.run(timed, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:2])}: {done.stderr}")
    seconds, kilobytes = done.stderr.split()[-2:]
    return float(seconds), int(kilobytes) / 1024

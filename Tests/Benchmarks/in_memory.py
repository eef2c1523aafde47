"""What one process allocates and holds while it counts events."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from monitors import write_monitor
from programs import Programs
from report import Row

# Whole batches, and some windows more in twice as many.
ALLOCATION_EVENTS = 50 * 2048
# 700 of them, and it is 10⁸ events.
RESIDENT_SECONDS = int(os.environ.get("RESIDENT_SECONDS", "60"))
# With five categories and one more field they are a hundred.
RESIDENT_NUMBERS = 94


def allocations(hot_path: str, tools: Path, folder: Path) -> Row:
    """Allocations per event, as the difference between counting some events and twice as many."""
    counts = []
    everything = 2 * ALLOCATION_EVENTS
    for events in (ALLOCATION_EVENTS, everything):
        path = folder / "allocations"
        environment = {
            **os.environ,
            "LD_PRELOAD": str((tools / "allocations.so").resolve()),
            "ALLOCATIONS": str(path),
        }
        command = [hot_path, "allocations", str(events), str(everything)]
        subprocess.run(command, check=True, env=environment)
        counts.append(int(path.read_text()))
    value = (counts[1] - counts[0]) / ALLOCATION_EVENTS
    return Row.of("allocations_per_event", "allocations", [value])


def resident(programs: Programs, folder: Path) -> list[Row]:
    """The most memory that `leeway replay` holds of events of 100 fields, for about a minute."""
    print(f"{RESIDENT_SECONDS} seconds of events of 100 fields …", flush=True)
    learned = folder / "wide.ndjson"
    with learned.open("w") as file:
        command = [programs.hot_path, "events", "20000", str(RESIDENT_NUMBERS)]
        subprocess.run(command, check=True, stdout=file)
    reference = folder / "wide.json"
    command = [programs.leeway, "profile", str(learned), "-o", str(reference)]
    command += ["--time", "event_time", "--exclude", "event_id"]
    subprocess.run(command, check=True, capture_output=True)
    monitor = write_monitor(programs, folder, "events", "wide", reference, window="1m")
    return replay(programs, folder, monitor)


def replay(programs: Programs, folder: Path, monitor: Path) -> list[Row]:
    """Feeds a pipe, and says how many events it took."""
    stream = subprocess.Popen(
        [programs.hot_path, "stream", str(RESIDENT_SECONDS), str(RESIDENT_NUMBERS)],
        stdout=subprocess.PIPE,
    )
    command = [programs.leeway, "replay", str(monitor), "--input", "-"]
    command += ["-o", str(folder / "wide-output")]
    # wait4 would tell of this process' memory, too, and time has next to none.
    timed = ["/usr/bin/time", "--quiet", "-f", "%M", *command]
    done = subprocess.run(timed, stdin=stream.stdout, capture_output=True, text=True)
    # Whoever writes is to hear that nobody reads any more.
    stream.stdout.close()
    if stream.wait() != 0 or done.returncode != 0:
        sys.exit(f"leeway replay: {done.stderr}")
    totals = dict(line.split() for line in done.stdout.splitlines()[1:3])
    if totals["read"] != totals["accepted"]:
        sys.exit(f"leeway replay has accepted {totals['accepted']} of {totals['read']} events")
    return [
        Row.of("resident_megabytes", "MB", [int(done.stderr.split()[-1]) / 1024]),
        Row.of("resident_events", "events", [float(totals["read"])]),
    ]

"""`make bench`: every row of the benchmark, one table, and .build/bench.json.

Exits 1 when a row is above its limit or a monitor has counted wrongly.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import end_to_end
import in_memory
import one_process
from programs import Programs
from report import Report, Row


def rows_of(program: str) -> list[Row]:
    """The rows that a program prints; it fails when one of them is above its limit."""
    print(f"{Path(program).name} …", flush=True)
    done = subprocess.run([program], stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{program} ended with {done.returncode}")
    return Row.read(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of the release build's programs")
    parser.add_argument("tools", type=Path, help="of what run.sh has compiled")
    parser.add_argument("output", type=Path, help="the file of all rows")
    arguments = parser.parse_args()
    programs = Programs(
        leeway=str(arguments.folder / "leeway"),
        end_to_end=str(arguments.folder / "EndToEnd"),
        hot_path=str(arguments.folder / "HotPath"),
        drain=str(arguments.tools / "drain"),
        python=sys.executable,
    )
    version = subprocess.check_output([programs.drain], text=True).strip()
    report = Report(version)
    with tempfile.TemporaryDirectory(prefix="leeway-bench-") as name:
        folder = Path(name)
        report.rows += end_to_end.embedded(programs, folder)
        if brokers := os.environ.get("LEEWAY_TEST_BROKERS"):
            report.rows += end_to_end.real(programs, folder, brokers)
        report.rows += rows_of(programs.hot_path)
        report.rows.append(in_memory.allocations(programs.hot_path, arguments.tools, folder))
        report.rows += in_memory.resident(programs, folder)
        report.rows += one_process.rows(programs.leeway, folder)
    for program in ("StatisticsCost", "AlertLatency"):
        report.rows += rows_of(str(arguments.folder / program))
    arguments.output.write_text(report.json())
    print(f"\n{report.table()}")
    excessive = [row.name for row in report.rows if row.limit and row.min > row.limit]
    if excessive:
        sys.exit(f"above their limits: {', '.join(excessive)}")


if __name__ == "__main__":
    # Whoever ends this process ends those that it has started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        main()
    except end_to_end.WrongTotal as error:
        sys.exit(f"wrong total: {error}")

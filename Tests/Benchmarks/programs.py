"""The programs that a benchmark runs."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Programs:
    """What is run."""

    leeway: str
    end_to_end: str
    hot_path: str
    drain: str
    python: str

    def client(self, *arguments: str) -> dict:
        """The line of JSON that a client ends with."""
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments[:3])}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])


def peak_megabytes(process: int) -> float:
    """The most memory that a process has held; what wait4 tells begins with its parent's."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024

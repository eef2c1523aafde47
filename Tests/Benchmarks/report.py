"""Rows of the benchmark: the table, and what later runs are compared with."""

from __future__ import annotations

import json
import os
import statistics
from dataclasses import asdict, dataclass, field


@dataclass
class Row:
    """What was measured, several times."""

    name: str
    value: float
    unit: str
    min: float
    max: float
    rounds: int = 1
    limit: float | None = None

    @classmethod
    def of(cls, name: str, unit: str, values: list[float]) -> Row:
        return cls(name, statistics.median(values), unit, min(values), max(values), len(values))

    @classmethod
    def read(cls, lines: str) -> list[Row]:
        return [cls(**json.loads(line)) for line in lines.splitlines()]


def figure(value: float) -> str:
    """Four digits that matter, and all of them before the point."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


@dataclass
class Report:
    """All rows, and the machine they were measured on."""

    librdkafka: str
    rows: list[Row] = field(default_factory=list)
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def machine(self) -> dict:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
        return {
            "processor": models[0] if models else os.uname().machine,
            "cores": len(os.sched_getaffinity(0)),
            "system": f"{os.uname().sysname} {os.uname().release}",
            "librdkafka": self.librdkafka,
            "load_at_start": round(self.load, 1),
        }

    def table(self) -> str:
        head = ["row", "median", "min", "max", "unit", "rounds", "limit"]
        lines = [head] + [
            [
                row.name,
                figure(row.value),
                figure(row.min),
                figure(row.max),
                row.unit,
                str(row.rounds),
                "" if row.limit is None else figure(row.limit),
            ]
            for row in self.rows
        ]
        widths = [max(len(line[index]) for line in lines) for index in range(len(head))]
        right = {1, 2, 3, 5, 6}
        text = [", ".join(f"{name} {value}" for name, value in self.machine.items()), ""]
        for line in lines:
            cells = [
                cell.rjust(width) if index in right else cell.ljust(width)
                for index, (cell, width) in enumerate(zip(line, widths))
            ]
            text.append("  ".join(cells).rstrip())
        return "\n".join(text)

    def json(self) -> str:
        rows = [
            {name: value for name, value in asdict(row).items() if value is not None}
            for row in self.rows
        ]
        lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
        return f'{{"machine":{json.dumps(self.machine)},"rows":[\n{lines}\n]}}\n'

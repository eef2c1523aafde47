"""Writes the expressions of a Grafana board as Prometheus rules, for promtool to read."""
import json
import re
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    board = json.load(file)
rules = [
    {"record": f"panel{panel['id']}:{target['refId']}", "expr": re.sub(r"\$\w+", ".+", target["expr"])}
    for panel in board["panels"]
    for target in panel["targets"]
]
assert rules, "a board without expressions"
json.dump({"groups": [{"name": "board", "rules": rules}]}, sys.stdout)

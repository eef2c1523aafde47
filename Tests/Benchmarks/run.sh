#!/bin/sh
# Measures the release build on the demo's data, what statistics cost, and how late its alerts are,
# on an embedded broker and on those that LEEWAY_TEST_BROKERS names. Writes .build/bench.json; fails
# when statistics cost too much or alerts are late.
# Usage: Tests/Benchmarks/run.sh PATH_OF_LEEWAY   (from the repository's folder)
set -eu
leeway=$1
demo=deploy/demo
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gzip -dc $demo/stream.ndjson.gz > "$work/stream.ndjson"
events=$(wc -l < "$work/stream.ndjson")

# Median seconds and largest resident kilobytes of five runs of a command.
measure() {
  for _ in 1 2 3 4 5; do
    /usr/bin/time -f '%e %M' -o "$work/time" "$@" > "$work/out" 2> "$work/err"
    cat "$work/time"
  done | sort -n | sed -n 3p
}

report() { # name, events, seconds, kilobytes
  awk -v name="$1" -v events="$2" -v seconds="$3" -v kilobytes="$4" 'BEGIN {
    printf "{\"name\":\"%s\",\"events\":%d,\"seconds\":%.2f,", name, events, seconds
    printf "\"events_per_second\":%d,\"resident_megabytes\":%.0f}\n", \
      events / seconds, kilobytes / 1024
  }'
}

{
  # shellcheck disable=SC2046
  report profile "$events" $(measure "$leeway" profile "$work/stream.ndjson" -o "$work/p.json" \
    --exclude flight_id,tail_number,model_version --time scheduled_departure --window 7d)
  # shellcheck disable=SC2046
  report replay "$events" $(measure "$leeway" replay $demo/monitor.yaml \
    --input "$work/stream.ndjson" --output "$work/replayed")
  # shellcheck disable=SC2046
  report demo "$events" $(measure "$leeway" demo --data $demo)
  "$(dirname "$leeway")/StatisticsCost" || : > "$work/over"
  "$(dirname "$leeway")/AlertLatency" || : > "$work/over"
} | tee .build/bench.json
[ ! -e "$work/over" ]

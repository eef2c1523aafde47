#!/bin/sh
# Compiles what the benchmark compares with, and measures all: one table, and .build/bench.json.
# Fails when a row is above its limit, or a monitor has counted wrongly. LEEWAY_TEST_BROKERS names
# brokers to be measured beside the embedded one.
# Usage: Tests/Benchmarks/run.sh FOLDER_OF_RELEASE_BUILD   (from the repository's folder)
set -eu
release=$1
here=Tests/Benchmarks
tools=.build/bench
venv=.build/bench-venv
mkdir -p "$tools"

# shellcheck disable=SC2046  # pkg-config gives several words
cc -O2 -Wall -Wextra -o "$tools/drain" "$here/drain.c" $(pkg-config --cflags --libs rdkafka)
cc -O2 -Wall -Wextra -shared -fPIC -o "$tools/allocations.so" "$here/allocations.c"

# What a user would write instead needs a client and a decoder.
if ! "$venv/bin/python" -c 'import confluent_kafka, numpy, orjson' 2>/dev/null; then
  echo "installing confluent-kafka, orjson and numpy (Python consumer to compare with) in $venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet confluent-kafka orjson numpy
fi
exec "$venv/bin/python" "$here/bench.py" "$release" "$tools" .build/bench.json

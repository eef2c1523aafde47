#!/bin/sh
# Regressions of the hot path by ratio and by allocations: nothing here is in seconds. Fails when a
# row is above its limit.
# Usage: Tests/Benchmarks/smoke.sh FOLDER_OF_RELEASE_BUILD   (from the repository's folder)
set -eu
release=$1
tools=.build/bench
mkdir -p "$tools"
cc -O2 -Wall -Wextra -shared -fPIC -o "$tools/allocations.so" Tests/Benchmarks/allocations.c

"$release/HotPath" smoke

# What counting so many events allocates, of twice as many that are there.
events=$((50 * 2048))
allocations() {
  ALLOCATIONS="$tools/allocations" LD_PRELOAD="$tools/allocations.so" \
    "$release/HotPath" allocations "$1" $((2 * events))
  cat "$tools/allocations"
}
more=$(($(allocations $((2 * events))) - $(allocations "$events")))
echo "allocations for $events events more: $more"
# Windows and batches may allocate, events may not.
[ "$more" -lt $((events / 20)) ] || { echo "events are allocated for"; exit 1; }

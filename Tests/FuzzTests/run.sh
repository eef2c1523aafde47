#!/bin/sh
# Lets libFuzzer make up bytes for everything that reads what others wrote.
# Usage: Tests/FuzzTests/run.sh SECONDS [TARGET…]   (from the repository's folder)
# What it has found interesting stays in .build/fuzz/corpus, and the next run goes on from there.
set -eu
seconds=$1
shift
fuzz=.build/fuzz
export LEEWAY_FUZZ=list
# A trap is libFuzzer's to catch.
export SWIFT_BACKTRACE=enable=no
# What Swift makes once and keeps, the sanitizer takes for lost.
export ASAN_OPTIONS=detect_leaks=0
flags="--product Fuzz --scratch-path $fuzz -Xswiftc -sanitize=fuzzer -Xswiftc -O"
# shellcheck disable=SC2086  # several options
swift build $flags --explicit-target-dependency-import-check error
# shellcheck disable=SC2086  # several options
library=$(swift build $flags --show-bin-path)
# The C++ part is built with checks of addresses, see Package.swift.
clang -fsanitize=fuzzer,address -Wl,-rpath,"$library" -Wl,--no-as-needed -L"$library" -lFuzz -lstdc++ \
  -o "$fuzz/leeway-fuzz"
# shellcheck disable=SC2046  # a name each
[ $# -gt 0 ] || set -- $("$fuzz/leeway-fuzz" 2>/dev/null)

failed=""
mkdir -p "$fuzz/found"
for target in "$@"; do
  corpus=$fuzz/corpus/$target
  mkdir -p "$corpus" "Tests/FuzzTests/Corpus/$target"
  LEEWAY_FUZZ=$target LEEWAY_FUZZ_SEEDS=$corpus "$fuzz/leeway-fuzz" >/dev/null 2>&1
  echo "$target: $seconds s"
  LEEWAY_FUZZ=$target "$fuzz/leeway-fuzz" -max_total_time="$seconds" -timeout=60 -max_len=8192 \
    -rss_limit_mb=2048 -print_final_stats=1 -verbosity=1 -artifact_prefix="$fuzz/found/$target-" \
    "$corpus" "Tests/FuzzTests/Corpus/$target" >"$fuzz/$target.log" 2>&1 || {
      failed="$failed $target"
      tail -40 "$fuzz/$target.log"
    }
  sed -n 's/^stat::number_of_executed_units: */  inputs: /p' "$fuzz/$target.log"
done
[ -z "$failed" ] || { echo "found something in$failed: $fuzz/found" >&2; exit 1; }

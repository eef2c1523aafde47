#!/bin/sh
# Applies each mutation to a copy of the tree: the test it names must then fail an expectation.
# With arguments, only those: Tests/Mutations/run.sh Tests/Mutations/5-bad-clocks.patch
set -eu
cd "$(dirname "$0")/../.."
copy=.build/mutants
log=.build/mutants.log
[ $# -gt 0 ] || set -- Tests/Mutations/*.patch

header() { sed -n "s/^$1: //p; /^diff /q" "$2"; }

# The tree as it stands, with its times, so that little of an earlier build is built again.
copy_tree() {
  rm -rf "$copy"
  mkdir -p "$copy"
  git ls-files -z -co --exclude-standard | tar -cf - --null -T - | tar -xf - -C "$copy"
  [ ! -f Package.resolved ] || cp -p Package.resolved "$copy"
}

# swift build or swift test in the copy; what it says is in the log.
in_copy() {
  action=$1
  shift
  swift "$action" --package-path "$copy" --scratch-path .build/mutants-build "$@" >"$log" 2>&1
}

# Builds the copy, runs one test (the parenthesis ends its name), and says what became of it.
outcome() {
  if ! in_copy build --build-tests; then
    echo 'does not build'
  elif in_copy test --skip-build --disable-xctest --filter "$1\\("; then
    if grep -q 'Test run with 1 test ' "$log"; then echo SURVIVED; else echo 'no such test'; fi
  elif grep -q 'Expectation failed' "$log"; then
    echo caught
  else
    echo crashed
  fi
}

copy_tree
for patch; do
  test=$(header Test "$patch")
  [ "$(outcome "$test")" = SURVIVED ] && continue
  echo "$test does not pass without any mutation; see $log"
  exit 1
done

table=
for patch; do
  name=$(basename "$patch" .patch)
  log=.build/mutants-$name.log
  start=$(date +%s)
  git apply --directory="$copy" "$patch"
  found=$(outcome "$(header Test "$patch")")
  git apply --directory="$copy" --reverse "$patch"
  echo "$name: $found; see $log"
  row=$(printf '%-14s %4d s  %s' "$found" $(($(date +%s) - start)) "$(header Promise "$patch")")
  table="$table$row
"
done
printf '\n%s' "$table"
! printf '%s' "$table" | grep -qv '^caught'

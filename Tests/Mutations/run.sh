#!/bin/sh
# Applies each mutation to a copy of the tree: the test it names must then fail an expectation.
# With arguments, only those: Tests/Mutations/run.sh Tests/Mutations/5-bad-clocks.patch
# What was seen of the tree as it stands is not tried again: a run that was cut short goes on.
set -eu
# What one small bug does to the simulated worlds shows in a few of them.
export LEEWAY_SEEDS="${LEEWAY_SEEDS:-64}"
cd "$(dirname "$0")/../.."
copy=.build/mutants
log=.build/mutants.log
seen=.build/mutants-seen
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

# Where it is kept what one mutation of this very tree came to.
row() {
  { git ls-files -z -co --exclude-standard | grep -zv '^Tests/Mutations/.*patch$' \
    | xargs -0 sha256sum; cat "$1"; } | sha256sum | sed "s|^\([0-9a-f]*\).*|$seen/\1|"
}

mkdir -p "$seen"
left=
for patch; do [ -f "$(row "$patch")" ] || left="$left $patch"; done

[ -z "$left" ] || copy_tree
for patch in $left; do
  test=$(header Test "$patch")
  [ "$(outcome "$test")" = SURVIVED ] && continue
  echo "$test does not pass without any mutation; see $log"
  exit 1
done

for patch in $left; do
  name=$(basename "$patch" .patch)
  log=.build/mutants-$name.log
  start=$(date +%s)
  git apply --directory="$copy" "$patch"
  found=$(outcome "$(header Test "$patch")")
  git apply --directory="$copy" --reverse "$patch"
  echo "$name: $found; see $log"
  printf '%-14s %4d s  %s\n' "$found" $(($(date +%s) - start)) "$(header Promise "$patch")" \
    >"$(row "$patch")"
done

echo
for patch; do cat "$(row "$patch")"; done
for patch; do grep -q '^caught' "$(row "$patch")"; done

#!/bin/sh
# Runs retrain.sh with a `leeway` that notes how it is called and does as if.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
scene=$(mktemp -d)
trap 'rm -rf "$scene"' EXIT
id=0f0f
data='"monitor":"flight-delay","rows":2,"dry_run":false'
request="{\"specversion\":\"1.0\",\"id\":\"$id\",\"type\":\"io.leeway.retrain.request.v1\",\"data\":{$data}}"

cat > "$scene/leeway" << 'END'
#!/bin/sh
echo "$*" >> "$SCENE/calls"
[ "$1" != "${FAILS:-}" ] || exit 66
case "$*" in *--show*) cat "$SCENE/request.json" ;; esac
while [ $# -gt 0 ]; do
  if [ "$1" = -o ]; then echo '{"made": 1}' > "$2"; fi
  shift
done
END
chmod +x "$scene/leeway"
echo "old" > "$scene/reference.json"
export SCENE="$scene" LEEWAY="$scene/leeway" LEEWAY_BROKERS=b:1 LEEWAY_MONITOR="$scene/monitor.yaml"
export LEEWAY_WORK="$scene/work" LEEWAY_PREFIX=shop LEEWAY_PROFILE="--time at --exclude id"

fail() { echo "retrain.sh: $*" >&2; exit 1; }

# expect WHAT CALLS…: what was called since the last time, one line each.
expect() {
  what=$1
  shift
  printf '%s\n' "$@" > "$scene/expected"
  touch "$scene/calls"
  sed "s|$scene/||g" "$scene/calls" > "$scene/found"
  [ -n "${1:-}" ] || : > "$scene/expected"
  diff "$scene/expected" "$scene/found" >&2 || fail "$what"
  rm "$scene/calls"
}

exported="export work/$id/request.json -b b:1 --prefix shop -o work/$id/rows.ndjson"
learned="profile --trigger work/$id/request.json -b b:1 --prefix shop --time at --exclude id"
learned="$learned -o reference.json.new"
published="publish monitor.yaml -b b:1"
completed="retrain monitor.yaml -b b:1 --completed $id"

echo "$request" | LEEWAY_TRAIN=true "$here/retrain.sh" 2> "$scene/said" || fail "fails"
expect "does not go through all steps" "$exported" "$learned" "$published" "$completed"
grep -q made "$scene/reference.json" || fail "leaves the old reference"

# The same again, by its id: every step may be repeated, and no event is too large to be handed over.
printf '{"padding":"%0200000d",%s\n' 0 "${request#?}" > "$scene/request.json"
LEEWAY_REQUEST=$id LEEWAY_TRAIN=true "$here/retrain.sh" 2> "$scene/said" < /dev/null || fail "fails"
expect "does not do it again" "retrain monitor.yaml -b b:1 --show $id" "$exported" "$learned" \
  "$published" "$completed"

# A new model may have another version in the stream.
echo "$request" | LEEWAY_MODEL_VERSION=8 LEEWAY_TRAIN=true "$here/retrain.sh" 2> "$scene/said" ||
  fail "fails"
expect "does not say the model's version" "$exported" "$learned" "$published" \
  "$completed --model-version 8"

# What fails leaves the request open, and the reference as it was until the new one is whole.
echo "old" > "$scene/reference.json"
for step in export profile; do
  if echo "$request" | FAILS=$step LEEWAY_TRAIN=true "$here/retrain.sh" 2> "$scene/said"; then
    fail "says nothing of a $step that fails"
  fi
  grep -q old "$scene/reference.json" || fail "replaces the reference without $step"
  grep -q -e --completed "$scene/calls" && fail "completes without $step"
  rm "$scene/calls"
done

# A training that fails ends the lock: the request is answered, and nobody is to try it again.
echo "$request" | LEEWAY_TRAIN=false "$here/retrain.sh" 2> "$scene/said" ||
  fail "has a training tried again that was said to have failed"
expect "does not say that training failed" "$exported" \
  "$completed --failed --reason the training of retrain.sh failed"

# Other events, and what is only said, ask for nothing.
for text in "$(echo "$request" | sed 's/request\.v1/verdict.v1/')" \
  "$(echo "$request" | sed 's/"dry_run":false/"dry_run":true/')"; do
  echo "$text" | LEEWAY_TRAIN=true "$here/retrain.sh" 2> "$scene/said" || fail "fails"
  expect "acts on what asks for nothing" ""
done
echo "retrain.sh goes through all steps, and may be stopped at each"

#!/bin/sh
# Answers one request to train: exports its rows, trains, learns the new reference from the same
# rows, publishes it, and says that it is done.
#
#   retrain.sh < request.json            # or LEEWAY_REQUEST, its id: then it is read from the topic
#
# Every step may be repeated: whatever stops it in between, run it again with the same request. A
# training that fails is said (`--failed`), which ends the lock of the request; anything else is not,
# so that whoever started this may try again.
#
#   LEEWAY_BROKERS   host:port of the brokers
#   LEEWAY_MONITOR   the monitor's file; its `reference` is replaced, so keep it where it can be
#   LEEWAY_REFERENCE the reference's file; reference.json beside the monitor's file
#   LEEWAY_WORK      where rows and models go, in a folder for each request; ./retraining
#   LEEWAY_TRAIN     command that trains, called with ROWS.ndjson and the FOLDER for its model
#   LEEWAY_PROFILE   options of `leeway profile`, those that the old reference was learned with
#   LEEWAY_PREFIX    first part of the topics' names; leeway
#   LEEWAY_MODEL_VERSION  the new model's version in the stream, where it has another one
#   LEEWAY           the command; leeway
set -eu

here=$(cd "$(dirname "$0")" && pwd)
brokers=${LEEWAY_BROKERS:?the brokers, host:port}
monitor=${LEEWAY_MONITOR:?the file of the monitor}
reference=${LEEWAY_REFERENCE:-$(dirname "$monitor")/reference.json}
train=${LEEWAY_TRAIN:-python3 $here/train.py}
leeway=${LEEWAY:-leeway}
prefix=${LEEWAY_PREFIX:-leeway}
work=${LEEWAY_WORK:-retraining}

say() { echo "retrain.sh: $*" >&2; }

mkdir -p "$work"
taken=$(mktemp "$work/request.XXXXXX")
trap 'rm -f "$taken"' EXIT
if [ -n "${LEEWAY_REQUEST:-}" ]; then
  "$leeway" retrain "$monitor" -b "$brokers" --show "$LEEWAY_REQUEST" > "$taken"
else
  cat > "$taken"
fi

# What the event is: its type, its id, and whether it is only said what would be asked.
meaning=$(python3 -c '
import json, sys
event = json.load(open(sys.argv[1], encoding="utf-8"))
print(event["type"], event["id"], event["data"].get("dry_run", False))
' "$taken")
type=${meaning%% *}
rest=${meaning#* }
id=${rest%% *}
if [ "$type" != io.leeway.retrain.request.v1 ]; then
  say "$type asks for nothing"
  exit 0
fi
if [ "${rest#* }" = True ]; then
  say "request $id is a dry run"
  exit 0
fi

folder=$work/$id
mkdir -p "$folder"
mv "$taken" "$folder/request.json"

say "request $id: exporting"
"$leeway" export "$folder/request.json" -b "$brokers" --prefix "$prefix" -o "$folder/rows.ndjson" >&2

say "request $id: training on $(wc -l < "$folder/rows.ndjson") rows"
# shellcheck disable=SC2086  # a command with its arguments
if ! $train "$folder/rows.ndjson" "$folder" >&2; then
  "$leeway" retrain "$monitor" -b "$brokers" --completed "$id" --failed \
    --reason "the training of ${0##*/} failed" >&2
  # The request is answered: a scheduler that tries again would train for nobody.
  exit 0
fi

# Beside the old one first, so that a reference is there as a whole or not at all.
say "request $id: learning the reference"
# shellcheck disable=SC2086  # options
"$leeway" profile --trigger "$folder/request.json" -b "$brokers" --prefix "$prefix" \
  ${LEEWAY_PROFILE:-} -o "$reference.new" >&2
mv "$reference.new" "$reference"
"$leeway" publish "$monitor" -b "$brokers" >&2
"$leeway" retrain "$monitor" -b "$brokers" --completed "$id" \
  ${LEEWAY_MODEL_VERSION:+--model-version "$LEEWAY_MODEL_VERSION"} >&2
say "request $id: done"

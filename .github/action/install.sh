#!/usr/bin/env bash
# Installs curate into a folder of its own, so that the job's Python stays as it is: the action's own, or a version asked for.
# Its dependencies are those of requirements/action.lock, installed only if their hashes are right.
# -I: Python looks for no module in the checkout, which may hold a venv.py or a pip.py.
set -euo pipefail
folder="$RUNNER_TEMP/curate-venv"
wanted="$GITHUB_ACTION_PATH"
if [ -n "${INPUT_VERSION:-}" ]; then wanted="corpus-curate==$INPUT_VERSION"; fi
"${PYTHON:-python3}" -I -m venv "$folder"
cd "$RUNNER_TEMP"
install() { "$folder/bin/python" -I -m pip install --quiet --disable-pip-version-check "$@"; }
install --require-hashes -r "$GITHUB_ACTION_PATH/requirements/build.lock"
install --require-hashes -r "$GITHUB_ACTION_PATH/requirements/action.lock"
install --no-deps --no-build-isolation -- "$wanted"
"$folder/bin/python" -I -m pip check --disable-pip-version-check  # another version may need other dependencies
echo "$folder/bin" >>"$GITHUB_PATH"

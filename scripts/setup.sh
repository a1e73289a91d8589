#!/usr/bin/env bash
# Makes .venv with the pinned packages and this project in it; returns at once when nothing has changed since.
#
#   PYTHON    the interpreter to use; otherwise the newest of 3.11 to 3.14 that can make a virtual environment
#   PIP_ARGS  more arguments for pip, such as "--extra-index-url URL" or "--find-links FOLDER"
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=.venv
stamp=$venv/.setup-done
supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'

# The state that a finished set-up leaves behind: where the checkout lies and what it asks for.
state() { pwd -P && cat pyproject.toml constraints.txt | cksum; }

candidates() {
  local name
  for name in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3}; do
    command -v "$name" >/dev/null && "$name" -c "$supported" 2>/dev/null && echo "$name"
  done || true
}

able_python() {
  local name
  for name in $(candidates); do
    "$name" -c 'import venv, ensurepip' 2>/dev/null && echo "$name" && return
  done
  return 1
}

# Debian and Ubuntu ship Python without its venv module; it comes as a package of its own.
add_venv_module() {
  local name package
  name=$(candidates | head -n 1)
  if [[ -z $name ]]; then
    echo "No Python 3.11 to 3.14 found (looked for: ${PYTHON:-python3.11 to python3.14, python3})." >&2
    echo "On Debian or Ubuntu: sudo apt-get install python3 python3-venv. Elsewhere: python.org." >&2
    return 1
  fi
  package=$("$name" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))')
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package"
  else
    echo "$name cannot make virtual environments; run this once: sudo apt-get install -y $package" >&2
    return 1
  fi
}

make_venv() {
  local python
  if ! python=$(able_python); then
    add_venv_module || exit 1
    python=$(able_python) || exit 1
  fi
  echo "Making $venv with $("$python" --version)"
  rm -rf "$venv"
  "$python" -m venv "$venv"
}

# pip writes RECORD last: a package without one was cut off half-way, and pip would take it for whole.
drop_half_installed() {
  local info
  for info in "$venv"/lib/python*/site-packages/*.dist-info; do
    [[ ! -d $info || -f $info/RECORD ]] || rm -rf "$info"
  done
}

usable_venv() {
  [[ -x $venv/bin/python ]] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 &&
    "$venv/bin/python" -c "$supported" && { [[ ! -f $stamp ]] || [[ $(head -n 1 "$stamp") == "$(pwd -P)" ]]; }
}

finished() { [[ -x $venv/bin/python && -f $stamp && $(cat "$stamp") == "$(state)" ]]; }

if finished; then exit 0; fi
if command -v flock >/dev/null; then
  exec 9<.
  flock 9 # two set-ups at once would trip over each other
  if finished; then exit 0; fi
fi

wanted=$(state)
usable_venv || make_venv
rm -f "$stamp"
drop_half_installed
echo "Installing the pinned packages (the first time downloads PyTorch and Qt: several minutes)"
# shellcheck disable=SC2086  # PIP_ARGS is a list of words
"$venv/bin/python" -m pip install --disable-pip-version-check --constraint constraints.txt ${PIP_ARGS:-} \
  --editable '.[train,test]'
echo "$wanted" >"$stamp"

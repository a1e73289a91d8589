#!/usr/bin/env bash
# Sees that the system libraries Qt loads are there: installs the missing ones when root, else prints the line to run.
#
#   scripts/system-libraries.sh run|test
#
# Exits 1 only if something is missing without which the job cannot start: for `run` that takes a display (without one
# the program works in the terminal and loads no Qt), for `test` only what Qt's offscreen platform loads.
set -euo pipefail

job=${1:-run}
PATH=$PATH:/usr/sbin:/sbin # where ldconfig is, for users whose PATH leaves it out

# Each line: shared library, Debian package.
load_libraries="
libEGL.so.1 libegl1
libGL.so.1 libgl1
libxkbcommon.so.0 libxkbcommon0
libfontconfig.so.1 libfontconfig1
libdbus-1.so.3 libdbus-1-3
libglib-2.0.so.0 libglib2.0-0
"
sound_libraries="
libpulse.so.0 libpulse0
"
window_libraries="
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libX11-xcb.so.1 libx11-xcb1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-shape.so.0 libxcb-shape0
"

# Prints the packages of those libraries in $1 that the linker does not find.
missing_packages() {
  local cache library package
  cache=$(ldconfig -p)
  while read -r library package; do
    [[ -z $library || $cache == *"$library "* ]] || echo "$package"
  done <<<"$1"
}

has_display() { [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; }

essential() {
  if [[ $job == test ]]; then
    missing_packages "$load_libraries"
  elif has_display; then
    missing_packages "$load_libraries$window_libraries"
  fi
}

desirable() {
  missing_packages "$load_libraries$window_libraries$sound_libraries"
  [[ -d /usr/share/fonts/truetype/dejavu ]] || echo fonts-dejavu-core
  [[ $job != test ]] || command -v Xvfb >/dev/null || echo xvfb
  [[ $job != test ]] || command -v pulseaudio >/dev/null || echo pulseaudio
  [[ $job != test ]] || command -v paplay >/dev/null || echo pulseaudio-utils
}

install() {
  local try
  export DEBIAN_FRONTEND=noninteractive
  for try in 1 2 3; do
    apt-get update -qq && apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" && return
    echo "apt-get failed (attempt $try of 3)" >&2
  done
  return 1
}

if [[ $(uname -s) != Linux ]]; then
  exit 0 # the Qt wheels for macOS bring everything with them
fi
if ! command -v ldconfig >/dev/null; then
  echo "System libraries: not checked (no ldconfig here). Qt needs EGL, GL, xkbcommon, fontconfig, D-Bus and the xcb-util libraries."
  exit 0
fi

packages=$(desirable | sort -u | tr '\n' ' ')
[[ -n $packages ]] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "System libraries: install what your distribution calls these Debian packages: $packages"
  exit 0
fi
if [[ $(id -u) == 0 ]]; then
  echo "System libraries: installing $packages"
  # shellcheck disable=SC2086  # one word a package
  install $packages || true
else
  echo "System libraries are missing; run this once:"
  echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages"
fi
if [[ -n $(essential) ]]; then
  echo "System libraries: $(essential | tr '\n' ' ')must be there before this can start." >&2
  exit 1
fi

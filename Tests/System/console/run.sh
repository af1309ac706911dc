#!/bin/sh
# Tests/System/console/run.sh OUTPUT_DIR PATH_TO_console-sample
#
# Drives the console in a real browser (headless Chromium of Debian): signs in, opens an agent, sees a finding appear
# live, tries the keys, checks every page with axe-core in both colour schemes and two widths, and leaves screenshots
# in OUTPUT_DIR. Everything runs in a network namespace of its own where that is allowed, else on loopback only.
set -eu

if [ $# -ne 2 ]; then
  echo "usage: $0 OUTPUT_DIR PATH_TO_console-sample" >&2
  exit 2
fi
mkdir -p "$1"
output=$(cd "$1" && pwd)
sample=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
[ -x "$sample" ] || { echo "run.sh: $2 is no program; build it with: swift build --product console-sample" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/trammel/console-browser

missing=
command -v chromium >/dev/null || missing="$missing chromium"
command -v chromedriver >/dev/null || missing="$missing chromium-driver"
fc-list 2>/dev/null | grep -qi inter || missing="$missing fonts-inter"
python3 -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ]; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "run.sh: needs packages, run: sudo apt-get install -y --no-install-recommends$missing" >&2
    exit 3
  fi
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
if [ ! -x "$cache/venv/bin/python" ] || ! "$cache/venv/bin/python" -c 'import selenium' 2>/dev/null; then
  mkdir -p "$cache"
  python3 -m venv "$cache/venv"
  "$cache/venv/bin/pip" install -q 'selenium==4.49.0' 2>/dev/null || "$cache/venv/bin/pip" install -q 'selenium>=4,<5'
fi
if [ ! -s "$cache/axe.min.js" ]; then
  # The wheel carries axe-core 4.12; the older axe-selenium-python carries 3.1, which knows no newer rules.
  (cd "$cache" && venv/bin/pip download -q --no-deps 'axe-playwright-python==0.1.8' &&
    venv/bin/python -c 'import glob, zipfile
wheel = zipfile.ZipFile(sorted(glob.glob("axe_playwright_python-*.whl"))[-1])
name = next(n for n in wheel.namelist() if n.endswith("axe.min.js"))
open("axe.min.js", "wb").write(wheel.read(name))')
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
# The picture should not depend on which sans the machine has.
cat >"$work/fonts.conf" <<XML
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include>
<match target="pattern"><test name="family"><string>system-ui</string></test><edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>
<match target="pattern"><test name="family"><string>sans-serif</string></test><edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>
</fontconfig>
XML
export FONTCONFIG_FILE="$work/fonts.conf"
set -- "$cache/venv/bin/python" "$here/browser.py" "$output" "$sample" "$cache/axe.min.js" "$work"
if unshare -n true 2>/dev/null; then
  unshare -n sh -c 'ip link set lo up 2>/dev/null || ifconfig lo up; exec "$@"' sh "$@"
else
  "$@"
fi

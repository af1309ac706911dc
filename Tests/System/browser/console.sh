#!/usr/bin/env bash
# The console in a real browser: signs in, opens an agent, sees a finding appear live; every page with axe-core.
set -uo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
sample=${TRAMMEL_BIN:-}/console-sample
[ -x "$sample" ] || { echo "FAIL  TRAMMEL_BIN must name the folder with console-sample, got: '${TRAMMEL_BIN:-}'"; exit 1; }
pictures=$(mktemp -d)
trap 'rm -rf "$pictures"' EXIT
"$here/console/run.sh" "$pictures" "$sample"
code=$?
# 3: packages are missing and may not be installed here; the line before says which.
[ $code = 3 ] && exit 77
exit $code

#!/usr/bin/env bash
# The command reference in docs/ says what the program says, and a reference that does not is refused.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
[ -x "${TRAMMEL:-}" ] || { echo "FAIL  TRAMMEL must name the program, got: '${TRAMMEL:-}'"; exit 1; }
"$root/Scripts/make-reference" --check "$TRAMMEL" || exit 1
echo "ok    docs/reference/cli.md is what the help says"

# The check itself can fail: a program with another help text.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '#!/bin/sh\n"%s" "$@" | sed "s/Ctrl-C ends it/Nothing ends it/"\n' "$TRAMMEL" >"$folder/trammel"
chmod +x "$folder/trammel"
if "$root/Scripts/make-reference" --check "$folder/trammel" >"$folder/out" 2>&1; then
  echo "FAIL  a stale reference was not noticed"
  exit 1
fi
grep -q 'is stale; run: Scripts/make-reference' "$folder/out" || { echo "FAIL  stale, but not said so"; cat "$folder/out"; exit 1; }
echo "ok    a stale reference is refused, with the command that renews it"

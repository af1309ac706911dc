#!/bin/sh
# Kills two writers of one ledger 200 times at random moments (kill -9) and checks after each that no acknowledged event
# is lost and the chain verifies. Takes about a minute and a half. More or fewer: TRAMMEL_CRASH_ROUNDS.
set -eu
cd "$(dirname "$0")/../.."
export TRAMMEL_CRASH_ROUNDS="${TRAMMEL_CRASH_ROUNDS:-200}"
# With the tests as `make test` has built them; a filter that matches nothing would end with 0 as well.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! Scripts/swift test --skip-build --disable-xctest --filter 'LedgerTests.CrashTests' "$@" >"$log" 2>&1; then
  tail -40 "$log"
  exit 1
fi
grep -E 'Test run with [1-9][0-9]* test' "$log" || { echo "no crash test ran"; exit 1; }

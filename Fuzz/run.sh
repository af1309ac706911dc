#!/usr/bin/env bash
# Fuzzes one decoder: Fuzz/run.sh TARGET SECONDS [libFuzzer flags]. Seeds are in Corpus/TARGET; what is found goes to a
# folder of the build, a crash is left in the current folder. Every module is instrumented, or coverage guides nothing.
set -eu
target=${1:?usage: run.sh TARGET SECONDS}
seconds=${2:?usage: run.sh TARGET SECONDS}
shift 2
here=$(dirname "$(realpath "$0")")
build=${TRAMMEL_FUZZ_BUILD:-$here/.build}
export TRAMMEL_INSTRUMENT=fuzzer SWIFT_DETERMINISTIC_HASHING=1 SWIFT_BACKTRACE=enable=no
swift build --package-path "$here" --scratch-path "$build" -c release --product fuzz
mkdir -p "$build/found/$target"
TRAMMEL_FUZZ=$target "$build/release/fuzz" -max_total_time="$seconds" -max_len=9000 -print_final_stats=1 "$@" \
  "$build/found/$target" "$here/Corpus/$target"

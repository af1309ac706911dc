#!/usr/bin/env bash
# Fuzzes one parser: Fuzz/run.sh TARGET SECONDS [libFuzzer flags]; Fuzz/run.sh build only builds. Seeds are in
# Corpus/TARGET; what is found goes to a folder of the build, crashes to its folder crashes/. Every module is instrumented,
# or coverage guides nothing. TRAMMEL_FUZZ_ADDRESS=0 leaves AddressSanitizer out; TRAMMEL_FUZZ_LEDGER=1 adds the ledger.
set -eu
target=${1:?usage: run.sh TARGET SECONDS}
here=$(dirname "$(realpath "$0")")
build=${TRAMMEL_FUZZ_BUILD:-$here/.build}
export TRAMMEL_INSTRUMENT=fuzzer,address SWIFT_DETERMINISTIC_HASHING=1 SWIFT_BACKTRACE=enable=no
if [ "${TRAMMEL_FUZZ_ADDRESS:-1}" = 0 ]; then TRAMMEL_INSTRUMENT=fuzzer; fi
if [ "${TRAMMEL_FUZZ_BUILT:-0}" != 1 ]; then
  if [ "$(basename "$(dirname "$here")" | tr A-Z a-z)" = fuzz ]; then
    echo "run.sh: SwiftPM takes a clone in a folder named fuzz for this package itself; give the clone another name" >&2
    exit 3
  fi
  swift build --package-path "$here" --scratch-path "$build" -c release --product fuzz
fi
if [ "$target" = build ]; then exit; fi
seconds=${2:?usage: run.sh TARGET SECONDS}
shift 2
mkdir -p "$build/found/$target" "$build/crashes"
# The runtime keeps what it allocates for types; that is no leak.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0} TRAMMEL_FUZZ=$target
case $target in
  dns | quic) length=9000 ;;
  capture | flow-source | flows | imports | log-source | logs | traffic) length=16384 ;;
  *) length=4096 ;;
esac
# What reads the same bytes starts from the same seeds, with the same words.
kin=$target
case $target in
  flow-source) kin=flows ;;
  log-source) kin=logs ;;
  traffic) kin=capture ;;
esac
# The first folder is where what is found goes.
seeds=("$build/found/$target" "$here/Corpus/$target")
if [ "$kin" != "$target" ]; then seeds+=("$here/Corpus/$kin"); fi
words=$here/Words/$kin
if [ -e "$words" ]; then set -- "-dict=$words" "$@"; fi
exec "$build/release/fuzz" -max_total_time="$seconds" -max_len=$length -timeout=20 -rss_limit_mb=2048 -detect_leaks=0 \
  -artifact_prefix="$build/crashes/$target-" -print_final_stats=1 "$@" "${seeds[@]}"

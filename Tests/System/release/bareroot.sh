#!/usr/bin/env bash
# The release program runs on a Debian that has nothing but itself: no Swift, no SQLite, no ICU.
set -euo pipefail
cd "$(dirname "$0")/../../.."
release=${TRAMMEL_RELEASE:-$(Scripts/build release-path)}
[ "$(id -u)" = 0 ] || { echo "needs root, to make a root file system"; exit 77; }
[ -x "$release" ] || { echo "no release build at hand; make one with: make release"; exit 77; }
Scripts/need mmdebstrap binutils
cache=${XDG_CACHE_HOME:-$HOME/.cache}/trammel
mkdir -p "$cache"
tar=$cache/bare-bookworm.tar
new=$cache/bare-bookworm-new.tar
if [ ! -s "$tar" ]; then
  # The kind of root follows from the name: .tar makes an archive.
  rm -rf "$new"
  mmdebstrap --quiet --variant=minbase bookworm "$new" || { echo "mmdebstrap could not make a root"; exit 77; }
  mv "$new" "$tar"
fi
root=$(mktemp -d)
trap 'umount -q "$root/proc" 2>/dev/null || true; rm -rf --one-file-system "$root"' EXIT
tar -xf "$tar" -C "$root"
[ -z "$(find "$root" -name 'libswift*' -o -name 'libsqlite3*' | head -1)" ] || { echo "FAIL the root is not bare"; exit 1; }
install -m 0755 "$release" "$root/usr/bin/trammel"
# Where /proc is not mounted a program sees no arguments.
mount -t proc proc "$root/proc"
run() { unshare --net chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/bin:/bin "$@"; }
failed=0
check() { # check WHAT WORD COMMAND...: its output must have the word
  local what=$1 word=$2 out
  shift 2
  if out=$(run "$@" 2>&1) && [[ $out == *"$word"* ]]; then echo "ok $what"; else
    echo "FAIL $what: no '$word' in: $(head -c 400 <<<"$out")"
    failed=1
  fi
}
needed=$(readelf -d "$release" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p' | sort | tr '\n' ' ')
for library in $needed; do
  case $library in libc.so.6 | libm.so.6 | libgcc_s.so.1 | ld-linux*) ;; *)
    echo "FAIL it needs $library, which a bare Debian may not have"
    failed=1 ;;
  esac
done
echo "ok it needs $needed"
check "it starts: $(run trammel --version 2>&1 | head -1)" "trammel " trammel --version
check "the demo finds its agents" openclaw- trammel up --demo --once
check "it looks at the bare machine" '"trammel.inventory/1"' trammel up --once --state /var/tmp/state --json
check "its ledger holds" holds trammel ledger verify --state /var/tmp/state
size=$(stat -c %s "$release")
echo "ok size $((size / 1000000)) MB of at most 95"
[ "$size" -lt 95000000 ] && [ "$failed" = 0 ]

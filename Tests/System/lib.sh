# Shared by the system tests: a cell in which the real program looks at real programs, and the words of a check.
#
#   . "$(dirname "$0")/lib.sh"
#   need_packages nodejs
#   cell "$@"                # what follows runs inside
#
# The cell is the script again, as process 1 of namespaces of its own (mount, network, process ids, host name): it sees its
# own processes only, has nothing but loopback, empty /home, /root, /tmp and /run, and one ordinary user, ada. When the script ends, so
# does everything it started. Nothing outside the cell and its folder is written.

set -uo pipefail
[ -z "${CELL:-}" ] || export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
root=${CELL_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}

skip() { printf '%s\n' "$*"; exit 77; }
fail() {
  printf 'FAIL  %s\n' "$1"
  shift
  [ $# = 0 ] || printf '      %s\n' "$@"
  exit 1
}
ok() { printf 'ok    %s\n' "$*"; }

need_packages() {
  [ -z "${CELL:-}" ] || return 0
  "$root/Scripts/need" iproute2 procps python3 util-linux mount "$@" || skip "packages cannot be had here: $*"
}

cell() {
  if [ -n "${CELL:-}" ]; then
    furnish
    return
  fi
  [ -x "${TRAMMEL:-}" ] || fail "TRAMMEL must name the program" "got: '${TRAMMEL:-}'"
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || skip "needs root (or sudo without a password) to make namespaces; try: sudo -E make test-system"
    exec sudo -n --preserve-env=TRAMMEL,XDG_CACHE_HOME bash "$0" "$@"
  fi
  unshare --mount --net --pid --uts --fork true 2>/dev/null || skip "this kernel or container allows root no namespaces"
  CELL=$(mktemp -d /var/tmp/trammel-test.XXXXXX) || fail "no folder below /var/tmp"
  CELL_ROOT=$root
  TRAMMEL=$(readlink -f "$TRAMMEL")
  cell_process=
  trap 'end_cell; exit 143' TERM INT HUP
  trap end_cell EXIT
  export CELL CELL_ROOT TRAMMEL
  # In the background, so that a signal is heard at once.
  unshare --mount --net --pid --uts --fork --kill-child --mount-proc bash "$0" "$@" &
  cell_process=$!
  local code=0
  wait "$cell_process" || code=$?
  exit "$code"
}

end_cell() {
  trap - TERM INT HUP EXIT
  if [ -n "$cell_process" ]; then
    kill -KILL "$cell_process" 2>/dev/null
    wait "$cell_process" 2>/dev/null
  fi
  # What a container engine leaves behind of its groups.
  find /sys/fs/cgroup -mindepth 1 -maxdepth 6 -depth -type d -path "*trammel-test-${CELL##*.}*" -exec rmdir {} + 2>/dev/null
  rm -rf --one-file-system "$CELL"
}

# Inside: what lies below the places that are about to be covered is mounted elsewhere first.
furnish() {
  chmod 711 "$CELL"
  mkdir -p "$CELL"/{bin,tree,library,etc,out}
  touch "$CELL/bin/trammel"
  mount --bind "$TRAMMEL" "$CELL/bin/trammel"
  mount --bind "$CELL_ROOT" "$CELL/tree"
  mount -o remount,bind,ro "$CELL/tree"
  local folder number=0
  LIBRARIES=
  for folder in $(ldd "$TRAMMEL" 2>/dev/null | sed -n 's|.*=> \(/.*\)/[^/]* (.*|\1|p' | sort -u); do
    case $folder/ in
    /root/* | /home/* | /tmp/*)
      number=$((number + 1))
      mkdir -p "$CELL/library/$number"
      mount --bind "$folder" "$CELL/library/$number"
      LIBRARIES=$LIBRARIES${LIBRARIES:+:}$CELL/library/$number
      ;;
    esac
  done
  if [ -n "${KEEP:-}" ]; then # one more folder to take inside
    mkdir -p "$CELL/kept"
    mount --bind "$KEEP" "$CELL/kept"
  fi
  TRAMMEL=$CELL/bin/trammel
  tree=$CELL/tree
  tests=$CELL/tree/Tests/System
  out=$CELL/out
  state=$CELL/state
  hostname box
  ip link set lo up
  for folder in /root /home /tmp /run; do mount -t tmpfs -o mode=0755 cell "$folder"; done
  chmod 0700 /root
  chmod 1777 /tmp
  # What the machine itself has installed is none of the test's business.
  for folder in /data /etc/systemd/system /etc/systemd/user /etc/cloudflared /var/lib/containers /var/lib/docker /var/lib/tailscale \
    /usr/lib/node_modules /usr/local/lib/node_modules; do
    [ ! -d "$folder" ] || mount -t tmpfs -o mode=0755 cell "$folder"
  done
  awk -F: '$3 < 1000 { print }' /etc/passwd >"$CELL/etc/passwd"
  echo 'ada:x:12345:12345:Ada:/home/ada:/bin/bash' >>"$CELL/etc/passwd"
  mount --bind "$CELL/etc/passwd" /etc/passwd
  install -d -m 0750 -o 12345 -g 12345 /home/ada
  cd /
}

# clean COMMAND...: with an environment that holds nothing of the person who runs the tests.
clean() { env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="${HOME_OF:-/root}" LANG=C.UTF-8 "$@"; }
# exec_clean: the same for a command in the background, whose $! is then the command itself.
exec_clean() { exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="${HOME_OF:-/root}" LANG=C.UTF-8 "$@"; }
# as_ada COMMAND...: as the ordinary user.
as_ada() { HOME_OF=/home/ada clean setpriv --reuid 12345 --regid 12345 --clear-groups -- "$@"; }
trammel() { clean ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" "$@"; }
ada_trammel() { as_ada env ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" "$@"; }
# up_once NAME [ARGUMENT...]: one look with its judgement, as $out/NAME.json; the program must end with 0.
up_once() {
  local name=$1
  shift
  trammel up --once --json --state "$state" "$@" >"$out/$name.json" 2>"$out/$name.err" ||
    fail "trammel up --once --json ends with 0" "got: $?" "stderr: $(head -c 2000 "$out/$name.err")"
}

# json NAME EXPRESSION: what a Python expression says of $out/NAME.json. See look.py for its words.
json() { python3 "$tests/look.py" "$out/$1.json" "$2"; }
# check TEXT NAME EXPRESSION [SHOW]: the expression must be true; where it is not, SHOW says what came.
check() {
  local got
  got=$(json "$2" "$3" 2>&1)
  [ "$got" = True ] && { ok "$1"; return; }
  fail "$1" "expected: $3" "got: ${got:0:400}" "there: $(json "$2" "${4:-summary()}" 2>&1 | head -c 3000)"
}
# same TEXT EXPECTED GOT
same() { [ "$2" = "$3" ] && ok "$1" || fail "$1" "expected: $2" "got: $3"; }
# has TEXT FILE WORDS: the file holds the words.
has() { grep -qF -- "$3" "$2" && ok "$1" || fail "$1" "expected in it: $3" "got: $(head -c 2000 "$2")"; }
hasnt() { ! grep -qF -- "$3" "$2" && ok "$1" || fail "$1" "expected nowhere: $3" "got: $(grep -nF -- "$3" "$2" | head -c 1000)"; }

# wait_for SECONDS WHAT COMMAND...: until the command succeeds; the limit is a failure.
wait_for() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || fail "waited for $what" "command: $*" "processes: $(ps -eo pid,args | cut -c1-120 | head -30)"
    sleep 0.05
  done
}
listens() { ss -Htln "sport = :$1" | grep -q .; }
gone() { ! kill -0 "$1" 2>/dev/null; }
# stop PID: ends a process that this script started, and waits for it.
stop() { kill "$1" 2>/dev/null; wait "$1" 2>/dev/null || true; }

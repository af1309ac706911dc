#!/usr/bin/env bash
# audit.sh: an audit of one large installation and of a host with fifty, and jewels over a large home, each beside what a
# shell can do at least with the same files. In a cell with made-up homes; Markdown tables on stdout.
#
# TRAMMEL names the program, ROUNDS how often each runs (default: 5), FILES how many files the home for jewels has (default:
# 500000), PEER a detect-secrets (default: that of the path, else it is left out), PARTS which of one, host and jewels.
CELL_ROOT=${CELL_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
. "$CELL_ROOT/Tests/System/lib.sh"
need_packages findutils jq
if [ -z "${CELL:-}" ]; then
  PEER=${PEER:-$(command -v detect-secrets || true)}
  # Of a virtual environment: the cell covers /tmp and /root, so its folder is taken inside.
  [ -z "$PEER" ] || export KEEP=$(dirname "$(dirname "$PEER")")
  export ROUNDS=${ROUNDS:-5} FILES=${FILES:-500000} PARTS=${PARTS:-one host jewels}
fi
cell "$@"

bench=$tree/Benchmarks
make_homes() { # make_homes COUNT SESSIONS SKILLS
  rm -rf /home/u* "$state"
  grep -v '^u[0-9]' "$CELL/etc/passwd" >"$CELL/passwd" && cat "$CELL/passwd" >"$CELL/etc/passwd"
  python3 "$bench/make_installations.py" /home "$@" >>"$CELL/etc/passwd"
}
tmpfs_size=$(df --output=avail -m "$CELL" | tail -1)
mount -t tmpfs -o mode=0755,size=$((tmpfs_size < 6000 ? tmpfs_size : 6000))m homes /home
cat >"$CELL/peer.sh" <<'END'
# The floor: every file's status, and one program that reads each file of settings.
find "$1" -type f -print0 | xargs -0 stat -c '%a %U %n' >/dev/null
find "$1" -maxdepth 3 -name openclaw.json -print0 | xargs -0 -n 1 jq -e .gateway.bind >/dev/null
END
chmod 644 "$CELL/peer.sh"
measure() { # measure TITLE NAME=COMMAND...: rounds in turns, medians of clock and processor
  python3 "$bench/turns.py" "$ROUNDS" "$@"
}
run="env -i PATH=/usr/bin:/bin HOME=/root ${LIBRARIES:+LD_LIBRARY_PATH=$LIBRARIES} $TRAMMEL"
echo "$(trammel --version), $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1 /proc/loadavg)"
echo
part() { case " $PARTS " in *" $1 "*) ;; *) return 1 ;; esac }
if part one; then
  make_homes 1 2000 300
  measure "One installation: 2,000 sessions, 300 skills, $(find /home -type f | wc -l) files" \
    "trammel audit=$run audit --json --fail-on never --state $state" "find, stat, jq=bash $CELL/peer.sh /home"
fi
if part host; then
  make_homes 50 40 6
  measure "A host with 50 installations, $(find /home -type f | wc -l) files" \
    "trammel audit=$run audit --json --fail-on never --state $state" "find, stat, jq=bash $CELL/peer.sh /home"
fi
if part jewels; then
  rm -rf /home/u*
  umount /home
  mkdir -p "$CELL/big" && mount --bind "$CELL/big" /home
  python3 "$tree/Tests/Assess/Homes/big_home.py" /home/dev "$FILES"
  chown -R 12345:12345 /home/dev
  python3 "$tree/Tests/Assess/Homes/seed_home.py" seeded /home/dev "$CELL/planted.json" 3
  set -- "trammel jewels=$run jewels /home/dev --json --state $state" "find, grep=bash -c 'find /home/dev -type f | wc -l; grep -rlE \"AKIA[A-Z2-7]{16}\" /home/dev | wc -l'"
  [ -z "${KEEP:-}" ] || set -- "$@" "detect-secrets, files outside node_modules and .git=env -i PATH=/usr/bin:/bin HOME=/root PYTHONPATH=$(echo "$CELL"/kept/lib/python3*/site-packages) python3 -m detect_secrets scan --all-files --no-verify --exclude-files 'node_modules/|\.git/|\.cache/' /home/dev"
  ROUNDS=${BIG_ROUNDS:-2} measure "A home of $FILES files, with planted credentials" "$@"
fi

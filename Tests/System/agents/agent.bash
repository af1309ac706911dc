# Shared by the tests of real agents: each from its package, in an environment that is kept, against a model that obeys an attacker.
#
#   . "$(dirname "$0")/agent.sh"
#   install_agent NAME PACKAGE==VERSION
#   cell "$@"
#   place_agent
#   start_model
. "$(dirname "$0")/../lib.sh"

# install_agent NAME PACKAGE==VERSION: a Python environment below the user's cache, made once. It is made and used at the
# same path, /home/ada/agent, since an environment cannot be moved; outside the cell that path exists in a mount namespace only.
install_agent() {
  KEEP=${XDG_CACHE_HOME:-$HOME/.cache}/trammel/agents/$1-${2##*==}
  export KEEP
  [ -z "${CELL:-}" ] || return 0
  need_packages python3-venv
  [ -e "$KEEP/.complete" ] && return 0
  [ "$(id -u)" = 0 ] || return 0 # the cell starts it again as root
  local log
  log=$(mktemp)
  rm -rf "$KEEP"
  mkdir -p "$KEEP"
  if ! unshare --mount sh -ec 'mount -t tmpfs install /home
      mkdir -p /home/ada/agent
      mount --bind "$1" /home/ada/agent
      /usr/bin/python3 -m venv /home/ada/agent
      /home/ada/agent/bin/pip install -q --disable-pip-version-check "$2"
      touch /home/ada/agent/.complete' sh "$KEEP" "$2" >"$log" 2>&1; then
    rm -rf "$KEEP"
    tail -3 "$log"
    rm -f "$log"
    skip "$2 cannot be had here from the Python package index"
  fi
  rm -f "$log"
}

# place_agent: inside the cell, the environment is where it was made.
place_agent() {
  mkdir -p /home/ada/agent
  mount --bind "$CELL/kept" /home/ada/agent
  mount -o remount,bind,ro /home/ada/agent
}

# as_user COMMAND...: ada runs it in her home, in the background; standard input is closed.
as_user() {
  (cd /home/ada && exec setpriv --reuid 12345 --regid 12345 --clear-groups -- \
    env -i PATH=/home/ada/agent/bin:/usr/bin:/bin HOME=/home/ada LANG=C.UTF-8 TERM=dumb "$@") </dev/null >>"$out/agent.log" 2>&1 &
  agent=$!
}

# start_model: the mock on port 4747, whose one command is easily known again among processes.
start_model() {
  command="tail -f /dev/null; echo over"
  exec_python "$tests/agents/mock_model.py" 4747 "$command" >"$out/model.log" 2>&1 &
  wait_for 10 "the mock model" listens 4747
}
exec_python() { exec env -i PATH=/usr/bin:/bin HOME=/nonexistent python3 "$@"; }
acts() { pgrep -f '^tail -f /dev/null' >/dev/null; }
wait_until_it_acts() { # the agent has asked the model, and runs what the model wanted
  local end=$((SECONDS + $1))
  until acts; do
    [ $SECONDS -lt $end ] || fail "waited until the agent runs the model's command" "model: $(tail -5 "$out/model.log")" "agent: $(tail -c 1500 "$out/agent.log")"
    sleep 0.1
  done
}

# audited KIND FOLDER MOST: the files that the program wrote itself are read and judged: of its own rules at most MOST are
# not measured, each with a reason.
audited() {
  trammel audit "$2" --json --fail-on never --state "$state" >"$out/audit.json" 2>"$out/audit.err" || fail "audit of $1 ends with 0" "$(cat "$out/audit.err")"
  check "audit: what the program itself wrote is judged" audit \
    "len({f['rule'] for f in d['findings'] if f['rule'].startswith('$1.')}) >= 12 and len({f['rule'] for f in d['findings'] if f['rule'].startswith('$1.') and f['outcome'] == 'not-measured'}) <= $3" \
    "sorted((f['rule'], f['outcome'], f.get('not_measured', '')) for f in d['findings'] if f['rule'].startswith('$1.') and f['outcome'] == 'not-measured')"
  check "and read without a fault" audit "all(f['outcome'] != 'fail' for f in d['findings'] if f['rule'] in ('configuration.unreadable', '$1.invalid-file', '$1.unknown-key'))" "[f for f in d['findings'] if f['rule'] in ('configuration.unreadable', '$1.invalid-file', '$1.unknown-key')]"
}

#!/usr/bin/env bash
# `up` on a host without a screen: says how to reach the console from elsewhere, serves it under its own name only, and ends when told.
. "$(dirname "$0")/lib.sh"
need_packages curl openssh-client
cell "$@"

start() { # start NAME [ARGUMENT...]
  local name=$1
  shift
  exec_clean USER=ada ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$@" "$TRAMMEL" up --state "$state" --console 127.0.0.1:7717 >"$out/$name.log" 2>"$out/$name.err" &
  watcher=$!
  wait_for 30 "the console on port 7717" listens 7717
  wait_for 10 "its last line" grep -q 'Ctrl-C ends it' "$out/$name.log"
}
start first
has "names the console" "$out/first.log" "http://trammel.localhost:7717/"
has "prints the ssh line" "$out/first.log" "ssh -L 7717:127.0.0.1:7717 ada@box"
link=$(grep -oE 'http://trammel\.localhost:7717/[^ ]*' "$out/first.log" | head -1)
line=$(grep -oE 'ssh -L .*' "$out/first.log")
ssh -G ${line#ssh } >"$out/ssh.txt" 2>&1
has "which ssh understands" "$out/ssh.txt" "localforward 7717 [127.0.0.1]:7717"

ask() { curl -s -m 10 --noproxy '*' -D "$out/head" -o "$out/body" "$@"; }
ask http://127.0.0.1:7717/ || fail "something answers on 127.0.0.1"
hasnt "under 127.0.0.1 there is no cookie" <(tr A-Z a-z <"$out/head") "set-cookie"
has "but the name to use" "$out/body" "http://trammel.localhost:7717/"
hasnt "and no agent's data" "$out/body" "<table"
for host in localhost:7717 evil.example.org trammel.localhost.evil.example.org:7717 "[::1]:7717"; do
  ask -H "Host: $host" "http://127.0.0.1:7717${link#http://trammel.localhost:7717}" || fail "something answers under $host"
  hasnt "under $host there is no cookie, not even for the link" <(tr A-Z a-z <"$out/head") "set-cookie"
done
ask -H "Host: trammel.localhost:7717" http://127.0.0.1:7717/agents
grep -qE '^HTTP/1.1 (30[237]|401)' "$out/head" && ok "without a session no page" || fail "without a session no page" "$(head -1 "$out/head")"
# The link signs in once, under the name, from a browser that goes where it is told.
jar=$CELL/jar
go() { curl -s -m 10 --noproxy '*' --resolve trammel.localhost:7717:127.0.0.1 -b "$jar" -c "$jar" -D "$out/head" -o "$out/body" "$@"; }
go -L "$link" || fail "the link answers"
if grep -qi '^set-cookie: __Host-trammel=[^;]' "$out/head"; then
  grep -i '^set-cookie: __Host-trammel=' "$out/head" >"$out/cookie"
  has "the link signs in, with a cookie that scripts cannot read" "$out/cookie" "HttpOnly"
  has "that no other site sends" "$out/cookie" "SameSite=Strict"
  has "and that stays with this name" "$out/cookie" "Secure"
else
  fail "the link signs in" "$(cat "$out/head")" "$(head -c 600 "$out/body")"
fi
ask -H "Host: trammel.localhost:7717" "http://127.0.0.1:7717${link#http://trammel.localhost:7717}"
grep -qi '^set-cookie: __Host-trammel=[^;]' "$out/head" && fail "the link works once" "$(cat "$out/head")"
ok "the link works once"

kill -TERM "$watcher"
wait "$watcher"
same "ends with 0 on SIGTERM" 0 $?
wait_for 5 "the port to be free" sh -c '! ss -Htln "sport = :7717" | grep -q .'
same "says nothing on stderr" "" "$(cat "$out/first.err")"

start second
kill -INT "$watcher"
wait "$watcher"
same "ends with 0 on Ctrl-C" 0 $?
start third DISPLAY=:0
hasnt "with a screen there is no ssh line" "$out/third.log" "ssh -L"
# A second one on the same port says what is wrong.
trammel up --state "$CELL/state2" --console 127.0.0.1:7717 >"$out/busy.log" 2>"$out/busy.err"
same "a port that is taken is the host's fault" 3 $?
has "and is named" "$out/busy.err" "7717"
kill -TERM "$watcher"
wait "$watcher"
same "ends with 0 again" 0 $?
clean ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" up --state "$state" --console 0.0.0.0:7717 >"$out/open.log" 2>"$out/open.err"
same "anywhere but loopback it refuses" 2 $?

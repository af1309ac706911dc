#!/usr/bin/env bash
# Tunnel programs that lead to an agent's port: each is tied to the agent it opens, and one that leads elsewhere is none of it.
. "$(dirname "$0")/lib.sh"
need_packages nodejs openssh-client gcc libc6-dev
cell "$@"

home=/home/ada
# A program that is called ngrok and does nothing: what is seen of a tunnel is its name, its arguments and its connections.
cat >$CELL/idle.c <<'END'
#include <unistd.h>
int main(void) { for (;;) pause(); }
END
cc -o $CELL/bin/ngrok $CELL/idle.c || fail "a compiler makes a program"
cp $CELL/bin/ngrok $CELL/bin/bore
cp $CELL/bin/ngrok $CELL/bin/cloudflared
chmod 755 $CELL/bin/{ngrok,bore,cloudflared}
here() { (cd $home && exec setpriv --reuid 12345 --regid 12345 --clear-groups -- env -i PATH=/usr/bin:/bin HOME=$home "$@") >/dev/null 2>&1 & started=$!; }

here node "$tests/standin/openclaw-gateway.mjs" gateway --port 18789 --bind loopback
wait_for 20 "the gateway" listens 18789
here python3 -m http.server 8000 --bind 127.0.0.1
wait_for 20 "a web server" listens 8000

up_once before
check "without a tunnel there is no finding" before "'host.tunnel' not in rules('openclaw')" "rules('openclaw')"

here $CELL/bin/ngrok http 8000
elsewhere=$started
wait_for 5 "ngrok" pgrep -x ngrok
up_once elsewhere
check "a tunnel to another port is no finding of the agent" elsewhere "kinds() == ['openclaw'] and 'host.tunnel' not in rules('openclaw')" "rules('openclaw')"
check "but it was looked at" elsewhere "any(s['source'] == 'tunnel' and 'ngrok' in s['looked'] for s in d['sources'])" "d['sources']"
stop "$elsewhere"

try() { # try NAME WORDS COMMAND...: a tunnel to the gateway; the finding must say the words
  local name=$1 words=$2
  shift 2
  here "$@"
  wait_for 5 "$name" sh -c "tr '\0' ' ' </proc/$started/cmdline | grep -q 18789"
  wait_for 5 "$name" sh -c "! readlink /proc/$started/exe | grep -qE 'setpriv|env'"
  up_once "$name"
  check "$name: one agent" "$name" "kinds() == ['openclaw']"
  check "$name: seen as a tunnel" "$name" "'tunnel' in sources('openclaw')" "(summary(), d['sources'])"
  check "$name: a finding" "$name" "'host.tunnel' in rules('openclaw')" "(summary(), rules('openclaw'))"
  check "$name: that names it and the port" "$name" "all(w in str(finding('openclaw', 'host.tunnel')) for w in ('$words', '18789'))" "finding('openclaw', 'host.tunnel')"
  stop "$started"
}
try ngrok ngrok $CELL/bin/ngrok http 18789
check "open to the internet is critical" ngrok "finding('openclaw', 'host.tunnel')['severity'] == 'critical'" "finding('openclaw', 'host.tunnel')"
try ngrok-address ngrok $CELL/bin/ngrok http --log=stdout http://127.0.0.1:18789
try bore bore $CELL/bin/bore local 18789 --to bore.example.org
try cloudflared cloudflared $CELL/bin/cloudflared tunnel --url http://localhost:18789
# A real ssh whose connection waits in a proxy command for ever.
mkfifo $CELL/never
chmod 666 $CELL/never
exec 9<>$CELL/never
try ssh "ssh -R" ssh -N -R 80:localhost:18789 -o BatchMode=yes -o ProxyCommand="cat $CELL/never" relay.example.org
try localhost.run localhost.run ssh -R80:localhost:18789 -o BatchMode=yes -o ProxyCommand="cat $CELL/never" nokey@localhost.run

up_once after
check "when it ends, the finding is closed" after "'host.tunnel' not in rules('openclaw') and 'tunnel' not in sources('openclaw')" "summary()"

#!/usr/bin/env bash
# find probe from another network namespace: what a gateway's bind address promises, a connection proves or disproves.
#
# The cell is the machine of the gateway, 10.77.0.1; a neighbour with the other end of the cable, 10.77.0.2, probes it.
# Nothing leaves the two. What the program must print, beside the inventory's own members:
#
#   trammel find probe TARGET... [--yes] --json
#   {"schema": "trammel.inventory/1", "host": …, "agents": [Agent], "sources": [SourceStatus of "probe"],
#    "endpoints": [{"address", "port", "state": open|refused|silent|unreachable|untouched, "kind"?, "era"?, "version"?,
#                   "confidence"?, "auth"?, "tls"?, "tls_version"?, "http"?, "websocket"?, "server"?, "banner"?,
#                   "redirect"?, "control_page"?, "reasons"?, "asked": [], "reachable_from": []}]}
#
# It ends with 0 whether or not an agent was found, and with 2, one line on stderr and nothing sent where a target is none
# or wants --yes.
. "$(dirname "$0")/lib.sh"
need_packages nodejs openssl
cell "$@"

home=/home/ada
unshare --net sleep infinity &
neighbour=$!
wait_for 5 "the neighbour" sh -c "[ \$(readlink /proc/$neighbour/ns/net) != \$(readlink /proc/self/ns/net) ]"
ip link add wire0 type veth peer name wire1
ip link set wire1 netns $neighbour
ip address add 10.77.0.1/24 dev wire0
ip link set wire0 up
nsenter --net=/proc/$neighbour/ns/net sh -c 'ip address add 10.77.0.2/24 dev wire1; ip link set wire1 up; ip link set lo up'

# near NAME TARGET...: a probe from the machine of the gateway. far NAME TARGET...: from the neighbour. Both must end with 0.
near() {
  local name=$1
  shift
  trammel find probe "$@" --json --state "${near_state:-$CELL/near}" >"$out/$name.json" 2>"$out/$name.err" ||
    fail "find probe $* ends with 0" "got: $?" "stderr: $(head -c 2000 "$out/$name.err")"
}
in_neighbour() {
  nsenter --net=/proc/$neighbour/ns/net unshare --uts sh -c 'hostname neighbour; exec "$@"' sh \
    env -i PATH=/usr/bin:/bin HOME=/nonexistent ${LIBRARIES:+LD_LIBRARY_PATH=$LIBRARIES} "$@"
}
far() {
  local name=$1
  shift
  in_neighbour "$TRAMMEL" find probe "$@" --json --state "$CELL/neighbour" >"$out/$name.json" 2>"$out/$name.err" ||
    fail "find probe $* from the neighbour ends with 0" "got: $?" "stderr: $(head -c 2000 "$out/$name.err")"
}
start() { # start BIND
  (cd $home && exec setpriv --reuid 12345 --regid 12345 --clear-groups -- \
    env -i PATH=/usr/bin:/bin HOME=$home node "$tests/standin/openclaw-gateway.mjs" gateway --port 18789 --bind "$1") >"$out/gateway.log" 2>&1 &
  gateway=$!
  wait_for 20 "the gateway on port 18789" listens 18789
}
endpoint="(lambda port: next(e for e in d['endpoints'] if e['port'] == port))"

# Bound to loopback: there for this machine, closed for everybody else.
start loopback
near loopback-near 127.0.0.1:18789
check "a gateway on loopback answers its own machine" loopback-near "kinds() == ['openclaw'] and $endpoint(18789)['reachable_from'] == ['127.0.0.1']" "d"
check "without TLS, as a connection showed" loopback-near "$endpoint(18789)['tls'] is False" "d"
near loopback-lan 10.77.0.1:18789
check "and not on its address in the network" loopback-lan "$endpoint(18789)['state'] == 'refused' and agents == []" "d"
far loopback-far 10.77.0.1:18789
check "the neighbour is refused" loopback-far "$endpoint(18789)['state'] == 'refused' and $endpoint(18789)['reachable_from'] == [] and agents == []" "d"
up_once loopback-host
check "which is what the host's own look says" loopback-host "listeners('openclaw') == [('127.0.0.1', 18789, 'loopback')]" "listeners('openclaw')"
stop "$gateway"

# Bound to every address, and to the one in the network: reachable, and by whom is told.
for bind in lan 10.77.0.1; do
  start "$bind"
  up_once "$bind-host"
  check "bound to $bind the host says so" "$bind-host" "[l['scope'] for l in agent('openclaw')['listeners']] == ['lan']" "listeners('openclaw')"
  far "$bind-far" 10.77.0.1:18789
  check "bound to $bind the neighbour reaches it" "$bind-far" "kinds() == ['openclaw'] and [(l['address'], l['port'], l['reachable_from']) for l in agent('openclaw')['listeners']] == [('10.77.0.1', 18789, ['10.77.0.2'])]" "d"
  check "recognised with one safe request and three that follow" "$bind-far" "$endpoint(18789)['asked'][0] == 'GET /healthz' and len($endpoint(18789)['asked']) <= 4 and 'WebSocket upgrade' not in $endpoint(18789)['asked']" "d"
  check "as one of another machine" "$bind-far" "agent('openclaw')['host']['id'].startswith('mac:')" "agent('openclaw')['host']"
  check "evidence names its source and can be looked up again" "$bind-far" "sources('openclaw') == ['probe'] and all(e.get('proof') for e in evidence('openclaw', 'probe'))" "d"
  stop "$gateway"
done

# The machine's own probe joins its own record.
start lan
near_state=$state near own 10.77.0.1:18789
up_once own-host
check "one record for what runs, lies on the disk and was reached" own-host "kinds() == ['openclaw'] and sources('openclaw') == ['installation', 'listener', 'probe', 'process']" "summary()"
check "and who reached it stays in the evidence" own-host "evidence('openclaw', 'probe')[0]['data']['probed_from'] == '10.77.0.1'" "summary()"

# A network: found without being named, and hosts that are not there are counted.
far net 10.77.0.0/29
check "a gateway is found in its network" net "kinds() == ['openclaw'] and 'silent' in d['sources'][0]['looked']" "d['sources']"
stop "$gateway"

# What is asked, and what not: a listener that writes down what it hears.
cat >"$CELL/hear.py" <<'END'
import socket, sys, threading
answers = {"escape": b"HTTP/1.1 200 OK\r\nServer: \x1b]0;owned\x07\r\nContent-Length: 2\r\n\r\nok", "silent": b"", "endless": b"HTTP/1.1 200 OK\r\n"}
def serve(peer, log, kind):
    with peer:
        heard = peer.recv(65536)
        open(log, "ab").write(heard)
        try:
            peer.sendall(answers[kind])
            while kind == "endless":
                peer.sendall(b"X: y\r\n" * 100)
            if kind != "escape":
                peer.recv(65536)
        except OSError:
            pass
port, log, kind = int(sys.argv[1]), sys.argv[2], sys.argv[3]
open(log, "ab").close()
with socket.create_server(("10.77.0.1", port)) as listener:
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0], log, kind), daemon=True).start()
END
for row in "7001 escape" "7002 silent" "7003 endless" "9100 escape"; do
  set -- $row
  python3 "$CELL/hear.py" "$1" "$out/heard-$1" "$2" &
  wait_for 10 "the listener on $1" listens "$1"
done
begin=$SECONDS
far strange 10.77.0.1:7001 10.77.0.1:7002 10.77.0.1:7003 10.77.0.1:9100
[ $((SECONDS - begin)) -lt 30 ] && ok "servers that never end are left" || fail "servers that never end are left" "took $((SECONDS - begin)) s"
check "strangers are no agents" strange "agents == [] and {e['state'] for e in d['endpoints'] if e['port'] != 9100} == {'open'}" "d"
check "a printer is not touched" strange "$endpoint(9100)['state'] == 'untouched'" "d"
same "not even by a connection that says nothing" 0 "$(stat -c %s "$out/heard-9100")"
has "the request says who asks" "$out/heard-7001" "User-Agent: Trammel/"
for word in Authorization Cookie Origin '"connect"'; do hasnt "and carries no $word" "$out/heard-7001" "$word"; done
! grep -q $'\x1b' "$out/strange.json" && ok "terminal escapes of a server are shown, not obeyed" || fail "terminal escapes of a server are shown, not obeyed"
in_neighbour "$TRAMMEL" find probe 10.77.0.1:7001 --state "$CELL/neighbour" >"$out/strange.txt" 2>&1
! grep -q $'\x1b' "$out/strange.txt" && ok "in text as well" || fail "in text as well" "$(cat -v "$out/strange.txt" | head -20)"

# TLS: that it is spoken, and which.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=openclaw-gateway -keyout "$CELL/key.pem" -out "$CELL/cert.pem" 2>/dev/null
for row in "19789 -tls1_3" "7443 -tls1_2"; do
  set -- $row
  openssl s_server -accept "$1" -cert "$CELL/cert.pem" -key "$CELL/key.pem" -quiet "$2" </dev/zero >/dev/null 2>&1 &
  wait_for 10 "openssl on $1" listens "$1"
done
far tls 10.77.0.1:19789 10.77.0.1:7443
check "TLS is told with its version" tls "[($endpoint(p)['tls'], $endpoint(p).get('tls_version')) for p in (19789, 7443)] == [(True, 'TLS 1.3'), (True, 'TLS 1.2')]" "d"

# What needs a yes, and what is no target: one line, nothing sent.
refuse() { # refuse WORDS TARGET
  in_neighbour "$TRAMMEL" find probe "$2" --json --state "$CELL/neighbour" >"$out/refused.json" 2>"$out/refused.err"
  same "find probe $2 is refused" 2 $?
  has "and says why" "$out/refused.err" "$1"
  same "in one line" 1 "$(wc -l <"$out/refused.err")"
  same "with nothing on stdout" 0 "$(stat -c %s "$out/refused.json")"
}
refuse --yes 10.77.0.0/16
refuse --yes 198.51.100.7
refuse --yes 2001:db8::7
refuse URL http://10.77.0.1:18789/
refuse port 10.77.0.1:99999
refuse resolve no-such-host.invalid:18789

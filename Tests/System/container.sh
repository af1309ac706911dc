#!/usr/bin/env bash
# An agent in a container of podman, its port published by conmon: found by image, label and port, and judged.
. "$(dirname "$0")/lib.sh"
need_packages podman runc conmon netavark aardvark-dns iptables busybox-static
cell "$@"

# Storage, networks and run files of this engine lie inside the cell.
install -d -m 0711 /var/lib/containers
mountpoint -q /var/lib/containers || mount -t tmpfs -o mode=0711 cell /var/lib/containers
install -d /run/lock /run/containers /run/libpod
mount -o remount,exec /run 2>/dev/null
group=trammel-test-${CELL##*.}
engine() { (cd / && clean podman --runtime runc --cgroup-manager cgroupfs --storage-driver vfs "$@"); }
trap 'engine rm -fa -t 0 >/dev/null 2>&1' EXIT

root=$CELL/image
mkdir -p $root/{bin,www,proc,sys,dev,etc,tmp,app,home/node/.openclaw}
cp /bin/busybox $root/bin/busybox
for name in sh httpd sleep cat; do ln -sf busybox $root/bin/$name; done
cp $root/bin/busybox $root/bin/openclaw-gateway-httpd
echo hello >$root/www/index.html
echo '{"name":"openclaw","version":"2026.3.2"}' >$root/app/package.json
tar -C $root -cf $CELL/image.tar . || fail "an image is packed"
import() { # import NAME CHANGE...
  local name=$1 changes=() change
  shift
  for change in "$@"; do changes+=(--change "$change"); done
  engine import -q "${changes[@]}" $CELL/image.tar "$name" >$out/import.log 2>&1 || skip "podman imports no image here: $(tail -1 $out/import.log)"
}
import localhost/openclaw:2026.3.2 'LABEL org.opencontainers.image.title=openclaw' 'LABEL org.opencontainers.image.version=2026.3.2'
import localhost/openclaw:local
import localhost/web:1
run() { engine run -d --cgroup-parent $group --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 "$@" >$out/run.log 2>&1; }
run --name web -p 8080:80 localhost/web:1 /bin/httpd -f -p 80 -h /www || skip "podman starts no container here: $(tail -1 $out/run.log)"
listens 8080 || wait_for 20 "a web server in a container" listens 8080
up_once web
check "a container without an agent is none" web "agents == []"

token=tok-container-1b2c3d-not-for-anybody
run --name claw -p 18789:18789 -e OPENCLAW_GATEWAY_TOKEN=$token -v /home/ada:/home/node/work --cap-add NET_ADMIN \
  localhost/openclaw:2026.3.2 /bin/httpd -f -p 18789 -h /www || fail "a second container starts" "$(cat $out/run.log)"
wait_for 20 "its port" listens 18789
ss -Htlnp "sport = :18789" | grep -q conmon || fail "the listener belongs to conmon" "$(ss -Htlnp)"
ok "the listener belongs to conmon"
up_once claw
check "one agent" claw "kinds() == ['openclaw']"
check "running" claw "agent('openclaw')['status'] == 'running'"
check "by its container" claw "'container' in sources('openclaw')"
check "with the version of the label" claw "agent('openclaw')['version'] == '2026.3.2'" "agent('openclaw')"
check "its published port, as far as it reaches" claw "[(l['port'], l['scope'] != 'loopback') for l in agent('openclaw')['listeners'] if l['port'] == 18789] == [(18789, True)]" "agent('openclaw')['listeners']"
check "a port published past the firewall is a finding" claw "'container.published-ports' in rules('openclaw') and '18789' in str(finding('openclaw', 'container.published-ports'))" "rules('openclaw')"
check "rights over the network of the host's are told" claw "'NET_ADMIN' in str(agent('openclaw')['evidence'])" "evidence('openclaw', 'container')"
check "what it may write of the host is told" claw "'/home/ada' in str(evidence('openclaw', 'container'))" "evidence('openclaw', 'container')"
check "the token's value is nowhere" claw "'$token' not in str(d)"
same "nor in what is kept" "" "$(grep -rla -- $token $state)"
id=$(json claw "agents[0]['id']")

# A container of its user's that only loopback reaches is judged so; privileged and with the engine's socket is the worst.
engine rm -f -t 0 claw >/dev/null 2>&1
run --name claw -p 127.0.0.1:18789:18789 localhost/openclaw:local /bin/httpd -f -p 18789 -h /www || fail "a container starts again" "$(cat $out/run.log)"
wait_for 20 "its port" listens 18789
up_once loopback
check "published on loopback only" loopback "[(l['address'], l['scope']) for l in agent('openclaw')['listeners'] if l['port'] == 18789] == [('127.0.0.1', 'loopback')]" "(summary(), d['sources'])"
check "is no finding" loopback "'container.published-ports' not in rules('openclaw')" "rules('openclaw')"

engine rm -f -t 0 claw >/dev/null 2>&1
mkdir -p /run/podman
touch /run/podman/podman.sock
run --name claw --privileged -v /run/podman/podman.sock:/run/podman.sock localhost/openclaw:2026.3.2 /bin/httpd -f -p 18789 -h /www || fail "a privileged container starts" "$(cat $out/run.log)"
up_once privileged
check "privileged is critical" privileged "finding('openclaw', 'container.privileged')['severity'] == 'critical'" "rules('openclaw')"
check "and so is the engine's socket in it" privileged "'container.engine-socket' in rules('openclaw')" "(rules('openclaw'), evidence('openclaw', 'container'))"

engine stop -t 0 claw >/dev/null 2>&1
up_once stopped
check "stopped is installed, not running" stopped "kinds() == ['openclaw'] and agent('openclaw')['status'] in ('installed', 'enabled')" "summary()"
engine rm -f -t 0 claw >/dev/null 2>&1
up_once removed
check "an image alone is no agent" removed "agents == []"

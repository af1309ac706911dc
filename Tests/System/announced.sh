#!/usr/bin/env bash
# A gateway that is announced by the machine's own avahi-daemon: what is heard on the wire joins what is seen on the host.
. "$(dirname "$0")/lib.sh"
need_packages nodejs avahi-daemon
cell "$@"

home=/home/ada
# A segment of two: this machine, and a neighbour that only has the other end of the cable.
unshare --net sleep infinity &
neighbour=$!
wait_for 5 "the neighbour" sh -c "[ \$(readlink /proc/$neighbour/ns/net) != \$(readlink /proc/self/ns/net) ]"
ip link add wire0 type veth peer name wire1
ip link set wire1 netns $neighbour
ip address add 10.77.0.1/24 dev wire0
ip link set wire0 up
nsenter --net=/proc/$neighbour/ns/net sh -c 'ip address add 10.77.0.2/24 dev wire1; ip link set wire1 up; ip link set lo up'

(cd $home && exec setpriv --reuid 12345 --regid 12345 --clear-groups -- env -i PATH=/usr/bin:/bin HOME=$home node "$tests/standin/openclaw-gateway.mjs" gateway --port 18789 --bind lan) >/dev/null 2>&1 &
gateway=$!
wait_for 20 "the gateway" listens 18789

mkdir -p $CELL/avahi/services /run/avahi-daemon
chown avahi: /run/avahi-daemon
cat >$CELL/avahi/avahi-daemon.conf <<'END'
[server]
host-name=box
allow-interfaces=wire0
enable-dbus=no
use-ipv6=no
[publish]
publish-workstation=no
END
cat >$CELL/avahi/services/openclaw.service <<'END'
<service-group>
  <name>box (OpenClaw)</name>
  <service>
    <type>_openclaw-gw._tcp</type>
    <port>18789</port>
    <txt-record>role=gateway</txt-record>
    <txt-record>gatewayPort=18789</txt-record>
    <txt-record>lanHost=box.local</txt-record>
    <txt-record>cliPath=/home/ada/.npm-global/bin/openclaw</txt-record>
    <txt-record>sshPort=22</txt-record>
  </service>
</service-group>
END
mount --bind $CELL/avahi /etc/avahi
avahi-daemon --no-rlimits --no-chroot >$out/avahi.log 2>&1 &
daemon=$!
wait_for 20 "avahi to register the service" grep -q 'successfully established' $out/avahi.log

up_once here
check "one record for what runs, listens, lies on the disk and is announced" here "kinds() == ['openclaw'] and sources('openclaw') == ['installation', 'listener', 'mdns', 'process']"
check "its listener is told once" here "listeners('openclaw') == [('0.0.0.0', 18789, 'lan')]" "listeners('openclaw')"
check "the announcement names its instance" here "'box (OpenClaw)' in str(evidence('openclaw', 'mdns'))" "evidence('openclaw', 'mdns')"
check "and what it tells everybody: the user's name" here "'ada' in str(evidence('openclaw', 'mdns'))" "evidence('openclaw', 'mdns')"
check "avahi itself is no agent, and was not disturbed" here "len(agents) == 1"
gone "$daemon" && fail "avahi still runs" "$(tail -3 $out/avahi.log)"
ok "avahi still runs beside it"
id=$(json here "agents[0]['id']")

# The neighbour sees the announcement alone: another machine's agent, of which it knows only what was said.
nsenter --net=/proc/$neighbour/ns/net unshare --uts sh -c 'hostname neighbour; exec "$@"' sh \
  unshare --pid --fork --mount-proc env -i PATH=/usr/bin:/bin HOME=/nonexistent ${LIBRARIES:+LD_LIBRARY_PATH=$LIBRARIES} "$TRAMMEL" find mdns --json --for 4s --state $CELL/neighbour >$out/heard.json 2>$out/heard.err
same "find mdns on the neighbour ends with 0" 0 $?
check "hears the gateway at its address" heard "len(agents) == 1 and ('10.77.0.1', 18789) in [(l['address'], l['port']) for l in agents[0]['listeners']]" "agents"
check "as one of another machine" heard "agents[0]['host']['id'] != d['host']['id'] and agents[0]['status'] == 'announced'" "agents"

# The daemon says goodbye; the agent stays what it is.
stop "$daemon"
up_once silent
check "not announced any more, but the same agent" silent "[a['id'] for a in agents] == ['$id'] and sources('openclaw') == ['installation', 'listener', 'process']" "summary()"
stop "$gateway"

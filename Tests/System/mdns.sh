#!/usr/bin/env bash
# find mdns against a real avahi-daemon, in network namespaces of its own: TRAMMEL=PATH Tests/System/mdns.sh
#
# One namespace is a switch; behind it sit an announcer, a watcher with its own avahi-daemon, and a stranger.
# Nothing is sent on an interface of the machine. Needs root, avahi-daemon, iproute2, python3.
# Prints one line for each check; exit 1 where one failed, 77 where it cannot run here and why.
set -u
trammel=$(realpath "${TRAMMEL:?names the program}")
here=$(dirname "$(realpath "$0")")/mdns
skip() { echo "skipped: $1"; exit 77; }
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
"$(dirname "$(realpath "$0")")/../../Scripts/need" avahi-daemon iproute2 python3 || skip "packages cannot be had here: avahi-daemon iproute2 python3"
id=tml$$
work=$(mktemp -d)
export TRAMMEL_STATE=$work/state
pids=()
failed=0
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null; done
  for ns in a w h s n; do ip netns del "$id$ns" 2>/dev/null; done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM
in_ns() { local ns=$1; shift; ip netns exec "$id$ns" "$@"; }
# in_ns for `&`: replaces the subshell, so that $! is the program itself and can be ended.
exec_ns() { local ns=$1; shift; exec ip netns exec "$id$ns" "$@"; }
# check NAME COMMAND...: one line, with what was measured where the command printed it.
check() {
  local name=$1 said; shift
  if said=$("$@" 2>&1); then echo "ok    $name${said:+ ($said)}"; else echo "FAIL  $name${said:+: $said}"; failed=1; fi
}
# json FILE EXPRESSION: true where the Python expression over the document `d` is; it may print what it measured.
json() {
  python3 - "$1" "$2" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
# One entry for each announcement: several of one address and port are one agent in the inventory.
agents = [dict(a, evidence=[e]) for a in d["agents"] for e in a["evidence"] if e["source"] == "mdns" and a["status"] != "lost"]
data = lambda a: a["evidence"][0]["data"]
named = lambda name: [a for a in agents if data(a)["instance"] == name]
leaks = lambda a: {l["what"]: l["value"] for l in data(a)["leaks"]}
source = d["sources"][0]
result = eval(sys.argv[2])
if not result:
    print("looked: " + source["looked"], source["skipped"], [data(a)["instance"] for a in agents][:4])
elif result is not True:
    print(result)
sys.exit(0 if result else 1)
PY
}
# look NAMESPACE FILE ARGUMENTS...: one round as JSON.
look() { local ns=$1 file=$2; shift 2; in_ns "$ns" "$trammel" find mdns --json "$@" >"$work/$file" 2>"$work/$file.err"; }
# wait_for FILE TEXT: until a daemon's log says it, ten seconds at most.
wait_for() {
  timeout 10 sh -c 'until grep -q "$2" "$1" 2>/dev/null; do sleep 0.1; done' - "$1" "$2" || { echo "FAIL  waiting for \"$2\" in $1"; cat "$1"; exit 1; }
}
avahi_pid=
# avahi NAMESPACE HOSTNAME SERVICE...: a daemon of its own, ready when it has registered its services.
avahi() {
  local ns=$1 host=$2 dir=$work/avahi-$1; shift 2
  rm -rf "$dir"; mkdir -p "$dir/services"
  printf '[server]\nhost-name=%s\nallow-interfaces=e0\nenable-dbus=no\nuse-ipv4=yes\nuse-ipv6=yes\n[publish]\npublish-workstation=no\n' "$host" >"$dir/avahi-daemon.conf"
  for service in "$@"; do cp "$service" "$dir/services/$(basename "$service" .xml).service"; done
  exec_ns "$ns" sh -c 'mkdir -p /run/avahi-daemon; mount -t tmpfs t /run/avahi-daemon; chown avahi: /run/avahi-daemon; mount --bind "$0" /etc/avahi; exec avahi-daemon --no-rlimits --no-chroot' "$dir" >"$dir/log" 2>&1 &
  avahi_pid=$!
  pids+=("$avahi_pid")
  wait_for "$dir/log" "Server startup complete"
  [ $# = 0 ] || wait_for "$dir/log" "successfully established"
}

for ns in a w h s n; do ip netns add "$id$ns" || skip "this host does not allow network namespaces"; in_ns $ns ip link set lo up; done
in_ns s ip link add br0 type bridge mcast_snooping 0
in_ns s ip link set br0 up
host=1
for ns in a w h; do
  in_ns s ip link add "p$ns" type veth peer name e0 netns "$id$ns"
  in_ns s ip link set "p$ns" master br0 up
  in_ns $ns sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.e0.accept_dad=0
  in_ns $ns ip link set e0 address "00:16:3e:77:00:0$host"
  in_ns $ns ip addr add "10.77.0.$host/24" dev e0
  in_ns $ns ip addr add "fd77::$host/64" dev e0 nodad
  in_ns $ns ip link set e0 up
  host=$((host + 1))
done

# Nothing there.
look w empty --for 2s
check "an empty segment shows no agent and names the interface" json "$work/empty" 'not agents and "e0 (IPv4, IPv6)" in source["looked"]'

# An announcer, found by asking.
avahi a studio "$here/service.xml"
announcer=$avahi_pid
look w active --for 3s
check "a real avahi announcement is found" json "$work/active" 'len(named("studio (OpenClaw)")) == 1'
check "address, port and host come from the records" json "$work/active" '(lambda a: a["listeners"][0]["address"] == "10.77.0.1" and a["listeners"][0]["port"] == 18789 and a["host"]["name"] == "studio.local")(named("studio (OpenClaw)")[0])'
check "card and maker are known" json "$work/active" '(lambda a: a["host"]["mac"] == "00:16:3e:77:00:01" and a["host"]["vendor"])(named("studio (OpenClaw)")[0])'
check "IPv6 addresses are there too" json "$work/active" 'any(l["address"].startswith("f") for l in named("studio (OpenClaw)")[0]["listeners"])'
check "full mode, and what leaks by name" json "$work/active" '(lambda a: data(a)["mode"] == "full" and leaks(a)["userName"] == "ada" and leaks(a)["installPath"] == "/home/ada/.npm-global/bin/openclaw" and leaks(a)["sshPort"] == "22" and leaks(a)["tailnetName"] == "studio.example-tailnet.ts.net" and leaks(a)["hostName"] == "studio.local")(named("studio (OpenClaw)")[0])'
in_ns w "$trammel" find mdns --for 3s >"$work/text"
check "the table for a person says the same" grep -q "user name *ada *(cliPath)" "$work/text"
[ -z "${SHOW:-}" ] || cat "$work/text"
look w oneif --for 2s --interface e0
check "--interface listens there" json "$work/oneif" 'len(named("studio (OpenClaw)")) == 1'

# IPv6 alone.
in_ns w ip -4 addr flush dev e0
look w six --for 3s
check "found over IPv6 alone" json "$work/six" '(lambda a: all(":" in x for x in data(a)["announced_by"]) and "e0 (IPv6)" in source["looked"])(named("studio (OpenClaw)")[0])'
in_ns w ip addr add 10.77.0.2/24 dev e0

# A goodbye, and an announcement that comes later, heard without asking.
look w goodbye --for 6s & looker=$!
sleep 2; kill "$announcer"; wait "$announcer" 2>/dev/null; wait $looker
check "a goodbye takes it away" json "$work/goodbye" 'not agents and source["looked"]'
look w passive --for 7s --passive & looker=$!
sleep 1; avahi a studio "$here/legacy.xml"; announcer=$avahi_pid; wait $looker
check "a legacy type is heard without asking, minimal mode" json "$work/passive" '(lambda a: data(a)["era"] == "Moltbot" and data(a)["mode"] == "minimal" and "listening only" in source["looked"] and "userName" not in leaks(a))(named("studio (Moltbot)")[0])'

# The same as a stream of changes.
kill "$announcer"; wait "$announcer" 2>/dev/null
in_ns w "$trammel" find mdns --follow --for 8s >"$work/follow" & looker=$!
sleep 1; avahi a studio "$here/service.xml" "$here/legacy.xml"; sleep 3; kill "$avahi_pid"; wait "$avahi_pid" 2>/dev/null; wait $looker
check "--follow prints what appears and what goes" sh -c 'grep -q "appeared .*studio (OpenClaw) as _openclaw-gw._tcp at 10.77.0.1:18789 on e0, full mode" "$0" && grep -q "gone .*studio (Moltbot).*(goodbye)" "$0" || { cat "$0"; exit 1; }' "$work/follow"
[ -z "${SHOW:-}" ] || cat "$work/follow"
avahi a studio "$here/legacy.xml"; announcer=$avahi_pid

# A second machine with the same name: avahi renames itself.
avahi h studio "$here/legacy.xml"
twin=$avahi_pid
look w twins --for 3s
check "a conflict suffix is recognised" json "$work/twins" 'any(data(a).get("conflict_suffix") == 2 for a in agents) and len(agents) == 2'
kill "$twin"; wait "$twin" 2>/dev/null

# A client that looks for gateways.
look w asked --for 4s --passive & looker=$!
sleep 1; in_ns h python3 "$here/ask.py" browse e0 _openclaw-gw._tcp.local; wait $looker
check "a question for gateways is evidence" json "$work/asked" '[q for q in d["queries"] if q["address"] == "10.77.0.3" and q["service_type"] == "_openclaw-gw._tcp"] and True'

# Sharing the port with the watcher's own avahi-daemon, which is an announcer as well.
avahi w watcher "$here/service.xml"
look w shared --for 9s & looker=$!
sleep 1
four=$(in_ns h python3 "$here/ask.py" unicast 10.77.0.2 watcher.local 5)
six=$(in_ns h python3 "$here/ask.py" unicast fd77::2 watcher.local 5)
check "5 of 5 unicast packets reach avahi while trammel listens, IPv4" test "$four" = 5
check "5 of 5 unicast packets reach avahi while trammel listens, IPv6" test "$six" = 5
wait $looker
check "meanwhile trammel hears the segment" json "$work/shared" 'len(named("studio (Moltbot)")) == 1'
check "what this machine announces is tied to this machine" json "$work/shared" '(lambda own: own and own[0]["host"]["id"] == d["host"]["id"])([a for a in agents if "10.77.0.2" in data(a)["announced_by"]])'
exec_ns w python3 "$here/ask.py" steal 6 >"$work/steal" & thief=$!
pids+=($thief); wait_for "$work/steal" holding
stolen=$(in_ns h python3 "$here/ask.py" unicast 10.77.0.2 watcher.local 5)
check "control: a wildcard socket does take them away" test "$stolen" = 0
kill $thief 2>/dev/null

# A hostile announcer beside the real one.
python3 - "$trammel" "$id" "$work" <<'PY' & looker=$!
import resource, subprocess, sys
trammel, ident, work = sys.argv[1:]
with open(work + "/hostile", "w") as out:
    subprocess.run(["ip", "netns", "exec", ident + "w", trammel, "find", "mdns", "--json", "--for", "8s"], stdout=out)
open(work + "/memory", "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
PY
sleep 2; in_ns h python3 "$here/hostile.py" e0 5000; wait $looker
check "5000 made-up instances are capped" json "$work/hostile" '(lambda n: n if 0 < n <= 32 else False)(len([a for a in agents if data(a)["announced_by"] == ["10.77.0.3"]]))'
check "what was left out is counted" json "$work/hostile" 'source["skipped"] if source["skipped"].get("instances over the cap", 0) > 500 and source["skipped"].get("damaged records", 0) >= 5 and source["skipped"].get("malformed messages", 0) >= 1 and source["skipped"].get("oversized packets", 0) == 1 and source["skipped"]["damaged records"] < 100 else False'
check "the flood is said once" json "$work/hostile" 'len([b for b in source["blind"] if "beyond the cap" in b["what"]]) == 1'
check "the real one is still seen" json "$work/hostile" 'len(named("studio (Moltbot)")) == 1'
check "a sound record beside a damaged one survives" json "$work/hostile" 'len(named("beside-damage")) == 1 and len(named("before-the-cut")) == 1'
check "escapes and markup stay text" json "$work/hostile" 'any("\\027[2J" in data(a)["instance"] for a in agents) and not any(ord(c) < 32 for a in agents for c in data(a)["instance"])'
check "TXT never overrides the service record" json "$work/hostile" '(lambda a: a["listeners"][0]["port"] == 4444 and data(a)["txt_port_differs"] == "18789")(named("liar")[0])'
check "an address that the sender does not have is worth less" json "$work/hostile" 'all(a["evidence"][0]["confidence"] == "low" for a in named("liar"))'
check "memory stays bounded" sh -c 'kb=$(cat "$0"); echo "peak $((kb / 1024)) MB"; [ "$kb" -lt 90000 ]' "$work/memory"

# Interfaces that are not there, that come, and an early end.
look n none --for 1s; code=$?
check "no interface: exit 3, and it says so" json "$work/none" "$code == 3 and source['blind'][0]['remedy']"
look w wrong --for 1s --interface nope0; code=$?
check "a wrong --interface: exit 3, named" json "$work/wrong" "$code == 3 and 'nope0: there is no such interface' in source['blind'][0]['what'] and True"
in_ns h ip link set e0 down
look h late --for 9s & looker=$!
sleep 1; in_ns h ip link set e0 up; wait $looker
check "an interface that comes up later is used" json "$work/late" 'len(agents) >= 1'
in_ns w timeout -s INT 3 "$trammel" find mdns --for 10m --json >"$work/early"; code=$?
check "Ctrl-C ends it and keeps what was heard" json "$work/early" 'len(named("studio (Moltbot)")) == 1'
exit $failed

#!/usr/bin/env bash
# find capture over what real programs sent (wire/captures, made by wire/record.sh), and live, in a cell.
. "$(dirname "$0")/lib.sh"
need_packages curl bind9-dnsutils dnsmasq-base openssl ethtool gzip zstd libpcap0.8
cell "$@"

# look NAME FILE...: must end with 0.
look() {
  local name=$1
  shift
  trammel find capture "$@" --no-inventory --json --state "$state" >"$out/$name.json" 2>"$out/$name.err" ||
    fail "find capture ends with 0 on $*" "got: $?" "stderr: $(head -c 2000 "$out/$name.err")"
}
failed=
for capture in "$tests"/wire/captures/*.pcap; do
  name=$(basename "$capture" .pcap)
  look "$name" "$capture"
  truth=${capture%.pcap}.json
  text="$name: $(json "$name" "'%d frames, %d questions, %d + %d hellos' % (d['capture']['frames'], d['capture']['dns']['queries'], d['capture']['tls']['client_hellos'], d['capture']['quic']['client_hellos'])")"
  text="$text; $(json "$name" "', '.join(h['verdict'] + (' ' + h['kind'] if 'kind' in h else '') for h in d['hosts'])")"
  if differences=$(python3 "$tests/wire/compare.py" "$truth" "$out/$name.json" 2>&1); then ok "$text"; else
    printf 'FAIL  %s\n' "$text"
    printf '%s\n' "$differences" | sed 's/^/      /'
    failed=yes
  fi
done

# All at once: what is said of a host does not depend on who else is in the capture.
look all "$tests"/wire/captures/*.pcap
check "all captures together name the same agents" all \
  "sorted((h.get('kind') or '', h['addresses'][0]) for h in d['hosts'] if h['verdict'] == 'agent') == sorted((w.get('kind') or '', a) for f in __import__('glob').glob('$tests/wire/captures/*.json') for a, w in __import__('json').load(open(f))['hosts'].items() if w['verdict'] == 'agent')" \
  "[(h['verdict'], h.get('kind'), h['addresses']) for h in d['hosts']]"
trammel find capture "$tests/wire/captures/claude.pcap" --json --state "$state" >"$out/kept.json" 2>&1 || fail "find capture ends with 0" "$(head -c 500 "$out/kept.json")"
check "an agent of a capture is in the document" kept "kinds() == ['claude-code'] and sources('claude-code') == ['wire']" "d['agents']"
trammel agents --json --state "$state" >"$out/agents.json" 2>"$out/agents.err" || fail "agents ends with 0" "$(cat "$out/agents.err")"
check "and in the inventory" agents "kinds() == ['claude-code']" "d['agents']"

# Live: the neighbour has a resolver and a TLS server, this side asks.
unshare --net sleep infinity &
neighbour=$!
wait_for 5 "the neighbour" sh -c "[ \$(readlink /proc/$neighbour/ns/net) != \$(readlink /proc/self/ns/net) ]"
ip link add wire0 type veth peer name wire1
ip link set wire1 netns $neighbour
ip address add 10.20.0.10/24 dev wire0
ip link set wire0 up
ip route add default via 10.20.0.1
there() { nsenter --net=/proc/$neighbour/ns/net "$@"; }
there sh -c 'ip link set lo up; ip address add 10.20.0.1/24 dev wire1; ip address add 203.0.113.2/32 dev lo; ip link set wire1 up; ethtool -K wire1 tx off tso off gso off gro off' >/dev/null
ethtool -K wire0 tx off tso off gso off gro off >/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -keyout "$CELL/key.pem" -out "$CELL/cert.pem" 2>/dev/null
there dnsmasq --keep-in-foreground --no-resolv --no-hosts --conf-file=/dev/null --user=root --pid-file= --host-record=api.openai.com,203.0.113.2 --local=/#/ 2>/dev/null &
there openssl s_server -accept 443 -cert "$CELL/cert.pem" -key "$CELL/key.pem" -www >/dev/null 2>&1 &
listens_there() { there ss -Hltun "sport = :$1" | grep -q .; }
wait_for 10 "the resolver" listens_there 53
wait_for 10 "the TLS server" listens_there 443
traffic() {
  local round
  for round in 1 2 3; do
    dig @10.20.0.1 +tries=1 +time=1 api.openai.com A >/dev/null
    dig @10.20.0.1 +tcp +tries=1 +time=1 api.openai.com A >/dev/null
    curl -sSk --max-time 3 --resolve api.openai.com:443:203.0.113.2 https://api.openai.com/v1/models -o /dev/null
    sleep 0.3
  done
}
# listen NAME ARGUMENT...: in the background; it has begun when its ring is open, which /proc tells.
listen() {
  local name=$1
  shift
  (exec_clean ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" find capture --no-inventory --json --state "$state" "$@") >"$out/$name.json" 2>"$out/$name.err" &
  listener=$!
  wait_for 10 "the ring" sh -c "grep -q wire0 /proc/net/packet 2>/dev/null || [ \$(wc -l </proc/net/packet) -gt 1 ]"
}
listen live -i wire0 --for 8s --write "$out/out.pcap"
sleep 0.3
for set in CapEff CapPrm; do # of every thread: the kernel keeps them apart
  same "while it listens, $set is empty in every thread" 0000000000000000 "$(sed -n "s/^$set:[[:space:]]*//p" /proc/$listener/task/*/status | sort -u | paste -sd' ')"
done
traffic
wait "$listener"
same "find capture -i ends with 0 after its time" 0 $?
check "live: three hellos of curl" live "d['capture']['tls']['client_hellos'] == 3 and list(d['capture']['tls']['ja4']) == ['t13d3112h2_e8f1e7e78f70_b26ce05bbdd6']" "d['capture']['tls']"
check "live: six questions, three of them over TCP" live "d['capture']['dns']['queries'] == 6 and d['capture']['dns']['over_tcp'] == 6" "d['capture']['dns']"
check "live: the host's verdict" live "[(h['addresses'], h['verdict']) for h in d['hosts'] if h['verdict'] != 'nothing'] == [(['10.20.0.10'], 'model-traffic')]" "d['hosts']"
check "live: no frame was dropped" live "not [k for k in d['sources'][0]['skipped'] if 'drop' in k]" "d['sources']"
look again "$out/out.pcap"
same "what was written says the same again" "$(json live "{k: v for k, v in d['capture'].items() if k not in ('first', 'last')}")" "$(json again "{k: v for k, v in d['capture'].items() if k not in ('first', 'last')}")"
same "of the hosts too" "$(json live "[(h['addresses'], h['verdict'], h['statement']) for h in d['hosts']]")" "$(json again "[(h['addresses'], h['verdict'], h['statement']) for h in d['hosts']]")"
listen ended -i wire0 --for 10m
traffic
kill -INT "$listener"
wait "$listener"
same "Ctrl-C ends it with 0" 0 $?
check "and keeps what was seen" ended "d['capture']['tls']['client_hellos'] == 3" "d['capture']['tls']"

# An expression: in the kernel for one interface, beside the ring for all of them.
listen filtered -i wire0 --for 10m --bpf 'tcp port 443'
sleep 0.3
for set in CapEff CapPrm; do
  same "with --bpf, $set is empty in every thread" 0000000000000000 "$(sed -n "s/^$set:[[:space:]]*//p" /proc/$listener/task/*/status | sort -u | paste -sd' ')"
done
traffic
kill -INT "$listener"
wait "$listener"
same "--bpf: Ctrl-C ends it with 0" 0 $?
check "--bpf 'tcp port 443': the hellos and no question" filtered "d['capture']['tls']['client_hellos'] == 3 and d['capture']['dns']['queries'] == 0" "d['capture']"
listen any -i any --for 10m --bpf 'port 53'
sleep 0.3
traffic
kill -INT "$listener"
wait "$listener"
same "--bpf on any: ends with 0" 0 $?
check "--bpf 'port 53' on all interfaces: the questions and no hello; the rest is counted" any "d['capture']['tls']['client_hellos'] == 0 and d['capture']['dns']['queries'] >= 6 and d['sources'][0]['skipped'].get('frames filtered out by --bpf', 0) > 10" "(d['capture'], d['sources'])"

# CAP_NET_RAW is enough, without root; and it is given up too.
as_ada mkdir -p /home/ada/.trammel
(HOME_OF=/home/ada exec_clean setpriv --reuid 12345 --regid 12345 --clear-groups --inh-caps -all,+net_raw --ambient-caps -all,+net_raw -- \
  env ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" find capture -i wire0 --for 10m --no-inventory --json --state /home/ada/.trammel) >"$out/raw.json" 2>"$out/raw.err" &
listener=$!
wait_for 10 "the ring of a plain user" sh -c "[ \$(wc -l </proc/net/packet) -gt 1 ]"
sleep 0.3
for set in CapEff CapPrm CapAmb; do
  same "a plain user with CAP_NET_RAW: while it listens, $set is empty in every thread" 0000000000000000 "$(sed -n "s/^$set:[[:space:]]*//p" /proc/$listener/task/*/status | sort -u | paste -sd' ')"
done
traffic
kill -INT "$listener"
wait "$listener"
same "a plain user with CAP_NET_RAW: ends with 0" 0 $?
check "a plain user with CAP_NET_RAW sees the same" raw "d['capture']['tls']['client_hellos'] == 3" "d['capture']['tls']"

# What is refused: one line, nothing on stdout.
refuse() { # refuse TEXT CODE WORDS COMMAND...
  local text=$1 code=$2 words=$3
  shift 3
  "$@" >"$out/refused.json" 2>"$out/refused.err"
  same "$text: exit $code" "$code" $?
  same "$text: in one line" 1 "$(wc -l <"$out/refused.err")"
  grep -qiE -- "$words" "$out/refused.err" && ok "$text: $(head -c 150 "$out/refused.err" | sed "s|$CELL|CELL|g")" || fail "$text: says why" "expected: $words" "got: $(cat "$out/refused.err")"
}
ada_trammel find capture -i wire0 --for 1s --json --state /home/ada/.trammel >"$out/ada.json" 2>"$out/ada.err"
same "without CAP_NET_RAW: exit 3" 3 $?
grep -qhE 'CAP_NET_RAW|cap_net_raw' "$out/ada.json" "$out/ada.err" && ok "and the hint names what is missing" || fail "and the hint names what is missing" "$(cat "$out/ada.json" "$out/ada.err")"
grep -qhE 'sudo|setcap' "$out/ada.json" "$out/ada.err" && ok "and how to get it" || fail "and how to get it" "$(cat "$out/ada.json" "$out/ada.err")"
trammel find capture -i nope0 --for 1s --json --state "$state" >"$out/nope.json" 2>"$out/nope.err"
code=$?
{ [ $code = 2 ] || [ $code = 3 ]; } && grep -qh nope0 "$out/nope.json" "$out/nope.err" && ok "an interface that is not there is named, exit $code" || fail "an interface that is not there is named" "got: $code" "$(cat "$out/nope.json" "$out/nope.err")"
one=$tests/wire/captures/batch.pcap
: >"$out/empty"
printf 'these are words\n%.0s' $(seq 20) >"$out/words"
# Packed files, pipes, and both say what the file says.
seen() { json "$1" "{k: v for k, v in d['capture'].items()}"; }
look plain "$one"
gzip -c "$one" >"$out/packed.gz"
zstd -q -c "$one" >"$out/packed.zst"
for packed in packed.gz packed.zst; do
  look "$packed" "$out/$packed"
  same "$packed says what the file says" "$(seen plain)" "$(seen "$packed")"
done
mkfifo "$out/fifo"
cat "$one" >"$out/fifo" &
look fifo "$out/fifo"
same "a FIFO says what the file says" "$(seen plain)" "$(seen fifo)"
look stdin - < <(cat "$one")
same "standard input says what the file says" "$(seen plain)" "$(seen stdin)"
look named /dev/stdin < <(cat "$out/packed.zst")
same "a packed capture through a pipe says what the file says" "$(seen plain)" "$(seen named)"
look redirected - <"$one"
same "a file as standard input says what the file says" "$(seen plain)" "$(seen redirected)"
size=$(stat -c %s "$out/packed.gz")
head -c $((size / 2)) "$out/packed.gz" >"$out/half.gz"
look halfpacked "$out/half.gz"
check "a packed capture that breaks off: what came before is told, and that it breaks off" halfpacked "d['capture']['frames'] > 10 and any('gzip' in b['what'] if isinstance(b, dict) else 'gzip' in b for b in d['sources'][0]['blind'])" "d['sources']"
(cat "$one"; sleep 60) >"$out/fifo" &
(exec_clean ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" find capture "$out/fifo" --no-inventory --json --state "$state") >"$out/given.json" 2>"$out/given.err" &
listener=$!
sleep 2
kill -INT "$listener"
wait "$listener"
same "Ctrl-C ends the reading of a pipe with 0" 0 $?
same "and what came through it is told" "$(seen plain)" "$(seen given)"
# An expression for files.
look port53 "$one" --bpf 'port 53'
check "--bpf 'port 53': questions, no hello, and what was left out is counted" port53 "d['capture']['dns']['queries'] > 0 and d['capture']['tls']['client_hellos'] == 0 and d['sources'][0]['skipped']['frames filtered out by --bpf'] > 10" "(d['capture'], d['sources'])"
look port53packed "$out/packed.zst" --bpf 'port 53'
same "and of the packed file the same" "$(seen port53)" "$(seen port53packed)"
refuse "a wrong expression" 2 "bpf.*pcap-filter" trammel find capture "$one" --bpf 'port port' --json --state "$state"
refuse "a wrong expression, live" 2 "bpf.*pcap-filter" trammel find capture -i wire0 --for 1s --bpf 'port port' --json --state "$state"
refuse "an empty file" 2 "empty: " trammel find capture "$out/empty" --json --state "$state"
refuse "a text" 2 "words: no capture" trammel find capture "$out/words" --json --state "$state"
gzip -c "$out/words" >"$out/words.gz"
refuse "a packed text" 2 "words.gz: no capture" trammel find capture "$out/words.gz" --json --state "$state"
refuse "a folder" 2 "regular file" trammel find capture "$out" --json --state "$state"
refuse "no such file" 2 "nowhere" trammel find capture "$out/nowhere" --json --state "$state"
size=$(stat -c %s "$one")
head -c $((size / 2 + 7)) "$one" >"$out/half.pcap"
look half "$out/half.pcap"
check "a capture cut in the middle of a frame: the cut is counted" half "sum(d['sources'][0]['skipped'].values()) == 1 and d['capture']['frames'] > 10" "d['sources']"
# Without the library there is no expression, and everything else is as it was.
for library in $(ldconfig -p | sed -n 's/.*libpcap\.so.*=> //p'); do mount --bind /dev/null "$(readlink -f "$library")"; done
refuse "without libpcap: --bpf" 3 "apt install libpcap" trammel find capture "$one" --bpf 'port 53' --json --state "$state"
look unfiltered "$one"
same "without libpcap: a file says what it said" "$(seen plain)" "$(seen unfiltered)"
[ -z "$failed" ] || fail "all captures show what they must" "see above"

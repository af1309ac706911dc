#!/usr/bin/env bash
# find flows, fed by a real softflowd and by pmacctd's sfprobe that read captures of real programs, in a cell.
#
#   trammel find flows --listen ADDRESS:PORT --for DUR | FILE... [--capture FILE] [--dns-log FILE] --json
#   the inventory's members, "hosts", "capture", and
#   "flows": {"datagrams", "records", "bytes", "packets", "templates", "without_template", "damaged", "foreign", "dropped",
#             "exporters": [{"address", "domain", "format", "datagrams", "records", "lost", "restarts"}]}
. "$(dirname "$0")/lib.sh"
need_packages softflowd pmacct tcpdump
cell "$@"

captures=$tests/wire/captures
exports=$tests/wire/exports.py
# collect NAME ARGUMENT...: the collector in the background, ready when its port is open.
collect() {
  local name=$1
  shift
  (exec_clean ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" find flows --listen 127.0.0.1:2055 --json --state "$state" "$@") >"$out/$name.json" 2>"$out/$name.err" &
  collector=$!
  wait_for 10 "the collector" sh -c "ss -Hlun 'sport = :2055' | grep -q ."
}
# collected NAME: it has ended by Ctrl-C, with what it heard.
collected() {
  wait_for 10 "the collector to have read all" sh -c "[ \"\$(ss -Hlun 'sport = :2055' | awk '{ print \$2 }')\" = 0 ]"
  kill -INT "$collector"
  wait "$collector"
  same "$1: Ctrl-C ends it with 0" 0 $?
}
# record NAME: the datagrams as $CELL/NAME.pcap, until recorded.
record() {
  tcpdump -i lo -w "$CELL/$1.pcap" -s 9000 -B 16384 -U --immediate-mode -Z root udp port 2055 2>"$out/tcpdump" &
  recorder=$!
  wait_for 10 "tcpdump" grep -q "listening on" "$out/tcpdump"
}
recorded() {
  kill -INT $recorder
  wait $recorder
}
# softflow VERSION CAPTURE [ARGUMENT...]
softflow() {
  local version=$1 capture=$2
  shift 2
  timeout 20 softflowd -r "$capture" -n 127.0.0.1:2055 -v "$version" -d -c none -p "$CELL/softflowd.pid" "$@" >"$out/softflowd.log" 2>&1 ||
    fail "softflowd reads $capture" "got: $?" "$(tail -3 "$out/softflowd.log")"
}
agree() { # agree NAME FORMAT: all that is in $out/truth.json
  check "$1: records, packets and octets of the capture" "$1" "{k: d['flows'][k] for k in ('records', 'packets', 'bytes')} == {k: __import__('json').load(open('$out/truth.json'))[k] for k in ('records', 'packets', 'bytes')}" "[d['flows'], open('$out/truth.json').read()]"
  check "$1: the exporter, with nothing lost or damaged" "$1" "[(e['address'], e['format'], e['lost'], e['restarts']) for e in d['flows']['exporters']] == [('127.0.0.1', '$2', 0, 0)] and all(d['flows'][k] == 0 for k in ('damaged', 'foreign', 'without_template', 'dropped'))" "d['flows']"
}

# softflowd, each version: a task of Codex. Names come from the questions in the capture alone.
tcpdump -r "$captures/codex.pcap" -w "$CELL/questions.pcap" "udp port 53" 2>/dev/null
python3 "$exports" totals "$captures/codex.pcap" >"$out/truth.json"
for row in "5 netflow5" "9 netflow9" "10 ipfix"; do
  set -- $row
  record "$2"
  collect "$2" --no-inventory --capture "$CELL/questions.pcap"
  softflow "$1" "$captures/codex.pcap" "ip and (tcp or udp)"
  collected "$2"
  recorded
  agree "$2" "$2"
  check "$2: names label the flows, octets are those of each server" "$2" \
    "(lambda t, h: {p['domain']: (p['connections'], p['bytes_down'] <= sum(t['down'].values())) for p in h['providers']} == {'ab.chatgpt.com': (1, True), 'api.openai.com': (1, True), 'chatgpt.com': (3, True)})(__import__('json').load(open('$out/truth.json')), next(h for h in d['hosts'] if h['addresses'] == ['10.20.0.12']))" "d['hosts']"
  check "$2: a verdict, and not more than flows can tell" "$2" "next(h for h in d['hosts'] if h['addresses'] == ['10.20.0.12'])['verdict'] in ('likely-agent', 'model-traffic')" "d['hosts']"

  # The same datagrams in a capture, and one after another in a file.
  for kind in pcap raw; do
    file=$CELL/$2.pcap
    [ $kind = pcap ] || { file=$CELL/$2.raw; python3 "$exports" raw "$CELL/$2.pcap" "$file"; }
    trammel find flows "$file" --no-inventory --json --state "$state" >"$out/$2-$kind.json" 2>"$out/$2-$kind.err" ||
      fail "find flows $file ends with 0" "got: $?" "$(cat "$out/$2-$kind.err")"
    check "$2: the same out of a $kind file" "$2-$kind" "{k: d['flows'][k] for k in ('records', 'packets', 'bytes')} == {k: __import__('json').load(open('$out/truth.json'))[k] for k in ('records', 'packets', 'bytes')} and d['flows']['damaged'] == 0" "d['flows']"
  done
done

# IPv6, and several captures one after the other: an exporter that starts again is no loss.
python3 "$exports" totals "$captures/tools.pcap" 6 >"$out/truth.json"
for row in "9 netflow9" "10 ipfix"; do
  set -- $row
  collect "$2-six" --no-inventory
  softflow "$1" "$captures/tools.pcap" -6 "tcp or udp"
  collected "$2-six"
  agree "$2-six" "$2"
done
collect twice --no-inventory
softflow 9 "$captures/tools.pcap" -6 "tcp or udp"
softflow 9 "$captures/tools.pcap" -6 "tcp or udp"
collected twice
check "an exporter that starts again is no loss" twice "sum(e['lost'] for e in d['flows']['exporters']) == 0 and d['flows']['records'] == 2 * __import__('json').load(open('$out/truth.json'))['records']" "d['flows']"

# Templates are kept: a collector that starts again understands the data that follow.
for format in netflow9 ipfix; do
  collect "$format-first"
  python3 "$exports" send "$CELL/$format.pcap" 2055
  collected "$format-first"
  collect "$format-again"
  python3 "$exports" send "$CELL/$format.pcap" 2055 skip 1
  collected "$format-again"
  check "$format: after a restart the templates are still known" "$format-again" "d['flows']['records'] > 0 and d['flows']['without_template'] == 0 and d['flows']['templates'] == 0" "d['flows']"
  state=$CELL/fresh-$format collect "$format-fresh" --no-inventory
  python3 "$exports" send "$CELL/$format.pcap" 2055 skip 1
  collected "$format-fresh"
  check "$format: without them it says what it could not read" "$format-fresh" "d['flows']['records'] == 0 and d['flows']['without_template'] > 0 and d['sources'][0]['blind'] != []" "[d['flows'], d['sources']]"
done

# sFlow out of pmacctd, every frame a sample.
cat >"$CELL/pmacctd.conf" <<CONF
daemonize: false
pcap_savefile: $captures/tools.pcap
plugins: sfprobe
sfprobe_receiver: 127.0.0.1:2055
sfprobe_agentip: 10.20.0.1
sampling_rate: 1
CONF
record sflow
collect sflow --no-inventory
timeout 20 pmacctd -f "$CELL/pmacctd.conf" >"$out/pmacctd.log" 2>&1
wait_for 10 "the probe to have sent the rest" sh -c "! pgrep -x pmacctd"
collected sflow
recorded
samples=$(python3 "$exports" samples "$CELL/sflow.pcap")
[ "$samples" -gt 150 ] && ok "sFlow: pmacctd sent $samples samples" || fail "pmacctd sends its samples" "got: $samples"
check "sFlow: an exporter by its agent's address" sflow "[(e['address'], e['format'], e['lost']) for e in d['flows']['exporters'] if e['datagrams']] == [('10.20.0.1', 'sflow5', 0)] and d['flows']['damaged'] == 0 and d['flows']['foreign'] == 0" "d['flows']"
check "sFlow: a record for every sample" sflow "(d['flows']['records'], d['flows']['packets']) == ($samples, $samples)" "d['flows']"
check "sFlow: names come out of the samples themselves" sflow "'api.openai.com' in str(d['hosts'])" "d['hosts']"

# What is refused.
collect taken --no-inventory
trammel find flows --listen 127.0.0.1:2055 --for 1s --json --state "$state" >"$out/refused.json" 2>"$out/refused.err"
same "a port that is taken: exit 3" 3 $?
same "in one line: $(head -c 100 "$out/refused.err")" 1 "$(wc -l <"$out/refused.err")"
printf 'these are words' | python3 -c "import socket, sys; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(sys.stdin.buffer.read(), ('127.0.0.1', 2055))"
collected taken
check "a datagram that is no export is counted" taken "d['flows']['foreign'] == 1 and d['flows']['records'] == 0" "d['flows']"
for row in "127.0.0.1 2" "192.0.2.77:2055 2"; do
  set -- $row
  trammel find flows --listen "$1" --for 1s --json --state "$state" >"$out/refused.json" 2>"$out/refused.err"
  same "--listen $1: exit $2" "$2" $?
done
trammel find flows "$captures/../record.sh" --json --state "$state" >"$out/refused.json" 2>"$out/refused.err"
same "a text is no export: exit 2" 2 $?
same "in one line" 1 "$(wc -l <"$out/refused.err")"

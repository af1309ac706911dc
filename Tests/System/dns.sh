#!/usr/bin/env bash
# find dns over the logs of a real dnsmasq and a real unbound, at rest, packed and followed through rotation, in a cell.
#
#   trammel find dns LOG... --json             the inventory's members, "hosts", "capture" (counters) and "files"
#   trammel find dns LOG... --follow --json    one host a line, whenever something new is said of it
. "$(dirname "$0")/lib.sh"
need_packages bind9-dnsutils dnsmasq-base unbound gzip zstd
cell "$@"

for number in 1 11 12 13 14 15 16 17; do ip address add 10.20.0.$number/32 dev lo; done
names="api.anthropic.com api.openai.com chatgpt.com api.github.com openrouter.ai clawhub.ai www.example.com"
logs=$CELL/logs
mkdir -p "$logs"

dnsmasq_options=()
number=0
for name in $names; do
  number=$((number + 1))
  dnsmasq_options+=("--host-record=$name,203.0.113.$number")
  echo "local-data: \"$name. 300 IN A 203.0.113.$number\"" >>"$CELL/local-data"
done
serve_dnsmasq() { # serve_dnsmasq PORT LOG OPTION
  dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --user=root --pid-file= --listen-address=10.20.0.1 --bind-interfaces --port="$1" \
    --local=/#/ --address=/telemetry.example.net/0.0.0.0 "${dnsmasq_options[@]}" "$3" --log-facility="$logs/$2" &
}
serve_unbound() { # serve_unbound PORT LOG LINE...
  local port=$1 log=$2
  shift 2
  cat >"$CELL/unbound-$port.conf" <<CONF
server:
  directory: "$CELL"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  interface: 10.20.0.1@$port
  access-control: 10.20.0.0/24 allow
  do-not-query-localhost: no
  module-config: "iterator"
  verbosity: 1
  logfile: "$logs/$log"
$(printf '  %s: yes\n' "$@")
  local-zone: "." static
$(sed 's/^/  /' "$CELL/local-data")
remote-control:
  control-enable: no
CONF
  unbound -c "$CELL/unbound-$port.conf" -d 2>>"$out/unbound.err" &
}
serve_dnsmasq 53 dnsmasq.log --log-queries=extra
resolver=$!
serve_dnsmasq 54 dnsmasq-plain.log --log-queries
serve_unbound 5353 unbound.log log-queries
validator=$!
serve_unbound 5354 unbound-replies.log log-queries log-replies log-time-ascii
serve_unbound 5355 unbound-tags.log log-queries log-replies log-tag-queryreply
serve_unbound 5356 unbound-answers.log log-replies
hears() { ss -Hlun "sport = :$1" | grep -q .; }
for port in 53 54 5353 5354 5355 5356; do wait_for 10 "the resolver on port $port" hears $port; done

# ask PORT HOST NAME [TYPE...]
ask() {
  local port=$1 host=$2 name=$3 type
  shift 3
  for type in "${@:-A}"; do dig -b "10.20.0.$host" -p "$port" @10.20.0.1 +tries=1 +time=2 "$name" "$type" >/dev/null || fail "the resolver on port $port answers"; done
}
# work PORT: who asks for what.
work() {
  local round name
  for round in 1 2 3; do ask "$1" 11 api.anthropic.com A AAAA; done
  for name in chatgpt.com api.github.com api.openai.com; do ask "$1" 12 $name A AAAA; done
  ask "$1" 13 www.example.com A AAAA
  ask "$1" 13 telemetry.example.net A
  ask "$1" 14 chatgpt.com HTTPS A
  ask "$1" 15 openrouter.ai A
  ask "$1" 15 clawhub.ai A
}
look() { # look NAME FILE...
  local name=$1
  shift
  trammel find dns "$@" --no-inventory --json --state "$state" >"$out/$name.json" 2>"$out/$name.err" ||
    fail "find dns $* ends with 0" "got: $?" "stderr: $(head -c 2000 "$out/$name.err")"
}
host="(lambda address: next((h for h in d['hosts'] if address in h['addresses']), None))"
asked="{n['name']: n['queries'] for n in d['capture']['names']}"
all="{'api.anthropic.com': 6, 'chatgpt.com': 4, 'api.github.com': 2, 'api.openai.com': 2, 'www.example.com': 2, 'telemetry.example.net': 1, 'openrouter.ai': 1, 'clawhub.ai': 1}"
expect() { # expect NAME FORMAT
  check "$1: the format is detected, and no line is strange" "$1" "[(f['format'], f['malformed']) for f in d['files']] == [('$2', 0)]" "d['files']"
  check "$1: every question, once" "$1" "$asked == $all and d['capture']['dns']['queries'] == 19" "[$asked, d['capture']['dns']]"
  check "$1: who asks for a model service" "$1" "{a: h['providers'][0]['domain'] for h in d['hosts'] if h['verdict'] != 'nothing' for a in h['addresses'] if h['providers']}.items() >= {'10.20.0.11': 'api.anthropic.com', '10.20.0.15': 'openrouter.ai'}.items()" "d['hosts']"
  check "$1: names alone do not make an agent" "$1" "[h['addresses'] for h in d['hosts'] if h['verdict'] == 'agent'] == [] and agents == []" "d['hosts']"
  check "$1: and that they are names alone is said" "$1" "'names' in $host('10.20.0.11')['statement'] and $host('10.20.0.11')['verdict'] == 'model-traffic'" "$host('10.20.0.11')"
  check "$1: Codex's three names are a sign" "$1" "'codex.names' in [s['name'] for s in $host('10.20.0.12')['signs']]" "$host('10.20.0.12')"
  check "$1: no word of who asks for other things" "$1" "$host('10.20.0.13') is None" "$host('10.20.0.13')"
  check "$1: a registry of skills is an integration" "$1" "'clawhub.ai' in [i['domain'] for i in $host('10.20.0.15')['integrations']]" "$host('10.20.0.15')"
}
for row in "53 dnsmasq" "54 dnsmasq-plain" "5353 unbound" "5354 unbound-replies" "5355 unbound-tags"; do
  set -- $row
  work "$1"
  wait_for 10 "the log of $2" grep -qE "clawhub.ai(\.| is )" "$logs/$2.log"
  look "$2" "$logs/$2.log"
  expect "$2" "${2%%-*}"
done
work 5356
wait_for 10 "the log of answers" grep -q clawhub.ai "$logs/unbound-answers.log"
look answers "$logs/unbound-answers.log"
check "a log of answers alone names those who asked" answers "$host('10.20.0.11')['providers'][0]['domain'] == 'api.anthropic.com' and $host('10.20.0.13') is None and d['capture']['dns']['responses'] == 19" "d"
cp "$logs/dnsmasq.log" "$CELL/kept.log"
gzip -k "$CELL/kept.log"
zstd -q "$CELL/kept.log"
look gzip "$CELL/kept.log.gz"
expect gzip dnsmasq
look zstd "$CELL/kept.log.zst"
expect zstd dnsmasq
head -c $(($(stat -c %s "$CELL/kept.log.gz") / 2)) "$CELL/kept.log.gz" >"$CELL/half.gz"
refuse() { # refuse TEXT COMMAND...
  local text=$1
  shift
  "$@" >"$out/refused.json" 2>"$out/refused.err"
  same "$text: exit 2" 2 $?
  same "$text: in one line: $(head -c 110 "$out/refused.err" | sed "s|$CELL|CELL|g")" 1 "$(wc -l <"$out/refused.err")"
}
refuse "gzip that breaks off" trammel find dns "$CELL/half.gz" --json --state "$state"
printf 'these are words\n%.0s' $(seq 20) >"$CELL/words"
refuse "no log" trammel find dns "$CELL/words" --json --state "$state"
refuse "no such file" trammel find dns "$CELL/nowhere" --json --state "$state"
look both "$logs/dnsmasq.log" "$logs/unbound.log"
check "two logs at once" both "[f['format'] for f in d['files']] == ['dnsmasq', 'unbound'] and d['capture']['dns']['queries'] == 38" "[d['files'], d['capture']['dns']]"
trammel find dns "$logs/dnsmasq.log" --state "$state" --no-inventory >"$out/text" 2>&1
has "the table for a person names the host" "$out/text" 10.20.0.11

# Followed: what is there, what comes, and what comes after rotation.
follow() { # follow NAME LOG
  (exec_clean ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" find dns --follow "$2" --no-inventory --json --state "$state") >"$out/$1.lines" 2>"$out/$1.err" &
  follower=$!
}
line() { # line NAME ADDRESS WORD: a line about the address that has the word
  python3 - "$out/$1.lines" "$2" "$3" <<'PYTHON'
import json, sys
path, address, word = sys.argv[1:]
lines = [json.loads(line) for line in open(path)]
sys.exit(not any(address in l["addresses"] and any(word == p["domain"] for p in l["providers"] + l["integrations"]) for l in lines))
PYTHON
}
rotation() { # rotation NAME LOG PORT COMMAND...
  local name=$1 log=$2 port=$3
  shift 3
  follow "$name" "$log"
  wait_for 15 "what was there" line "$name" 10.20.0.11 api.anthropic.com
  ok "$name: what was there is told"
  ask "$port" 16 api.openai.com A AAAA
  wait_for 10 "a new host" line "$name" 10.20.0.16 api.openai.com
  ok "$name: what comes is told"
  mv "$log" "$log.1"
  ask "$port" 16 openrouter.ai A # still into the old file
  "$@"
  wait_for 10 "the new log" test -e "$log"
  ask "$port" 17 api.anthropic.com A AAAA
  wait_for 10 "a line after rotation" line "$name" 10.20.0.17 api.anthropic.com
  ok "$name: after rotation too"
  wait_for 10 "the last line of the old file" line "$name" 10.20.0.16 openrouter.ai
  ok "$name: nothing of the old file is lost"
  : >"$log" # emptied in place
  sleep 0.6 # longer than one look at the file: two sizes in one look cannot be told apart
  ask "$port" 17 openrouter.ai A AAAA
  wait_for 10 "a line after it was emptied" line "$name" 10.20.0.17 openrouter.ai
  ok "$name: after it was emptied too"
  kill -INT "$follower"
  wait "$follower"
  same "$name: Ctrl-C ends it with 0" 0 $?
  same "$name: nothing on stderr" "" "$(cat "$out/$name.err")"
}
rotation "dnsmasq followed" "$logs/dnsmasq.log" 53 kill -USR2 "$resolver"
rotation "unbound followed" "$logs/unbound.log" 5353 kill -HUP "$validator"

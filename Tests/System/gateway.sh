#!/usr/bin/env bash
# A gateway that runs as an ordinary user: found once, with all that is known of it, and known again later.
. "$(dirname "$0")/lib.sh"
need_packages nodejs
cell "$@"

home=/home/ada
package=$home/.npm-global/lib/node_modules/openclaw
gateway= bind=
install_version() { # the program tree as npm leaves it
  as_ada mkdir -p "$package"
  as_ada cp "$tests/standin/openclaw-gateway.mjs" "$package/openclaw.mjs"
  as_ada sh -c "printf '{\"name\":\"openclaw\",\"version\":\"%s\"}' $1 >$package/package.json"
}
start() { # start BIND
  (cd "$home" && exec setpriv --reuid 12345 --regid 12345 --clear-groups -- \
    env -i PATH=/usr/bin:/bin HOME=$home node "$package/openclaw.mjs" gateway --port 18789 --bind "$1") >"$out/gateway.log" 2>&1 &
  gateway=$!
  wait_for 20 "the gateway on port 18789" listens 18789
  wait_for 5 "its title" grep -qa '^openclaw-gateway' "/proc/$gateway/cmdline"
}

up_once empty
check "an empty machine has no agent" empty "agents == []"
check "and says what it looked at" empty "all(s['looked'] for s in d['sources']) and {'process','listener','installation'} <= {s['source'] for s in d['sources']}"

install_version 2026.3.2
start lan
up_once first
check "one gateway, one record" first "kinds() == ['openclaw']"
check "it runs" first "agent('openclaw')['status'] == 'running'"
check "with its version" first "agent('openclaw')['version'] == '2026.3.2'"
check "its state directory" first "agent('openclaw')['state_directory'] == '/home/ada/.openclaw'"
check "its user" first "agent('openclaw')['user'] == 'ada'"
check "its listener on every interface, with scope" first "listeners('openclaw') == [('0.0.0.0', 18789, 'lan')]"
check "process, listener and disk in one record" first "sources('openclaw') == ['installation', 'listener', 'process']"
check "certain of it" first "evidence('openclaw', 'process')[0]['confidence'] == 'certain'"
check "every piece of evidence can be looked up again" first "all(e.get('proof') for e in agent('openclaw')['evidence'])"
check "bind to the LAN is a finding" first "'gateway.bind-exposed' in rules('openclaw')" "rules('openclaw')"
check "judged by the real socket too" first "'18789' in str([f['evidence'] for f in findings('openclaw') if f['rule'] in ('gateway.bind-exposed', 'gateway.socket-exposed')])"
check "the token's value is in no output" first "'stand-in-token' not in str(d)"
id=$(json first "agent('openclaw')['id']")

stop "$gateway"
start lan
up_once restarted
same "the same id after a restart" "$id" "$(json restarted "agent('openclaw')['id']")"

# Asked, not inferred: whether it wants a login.
deep() { trammel audit "$home/.openclaw" --deep --json --fail-on never --state "$state" >"$out/$1.json" 2>"$out/$1.err" || fail "audit --deep ends with 0" "$(cat "$out/$1.err")"; }
deep asked
check "audit --deep: a gateway that asks for a login has one" asked "[f['outcome'] for f in d['findings'] if f['rule'] == 'gateway.auth-missing-exposed'] == ['pass'] and 'asked for a login' in str(d['findings'])" "[f for f in d['findings'] if f['rule'].startswith('gateway.auth')]"
as_ada sed -i 's/"mode": "token"/"mode": "none"/' $home/.openclaw/openclaw.json
deep open
check "audit --deep: one that lets strangers in is found by its answer" open "any(f['outcome'] == 'fail' and 'without a login' in f['evidence'] for f in d['findings'] if f['rule'] == 'gateway.auth-missing-exposed')" "[f for f in d['findings'] if f['rule'].startswith('gateway.auth')]"
as_ada sed -i 's/"mode": "none"/"mode": "token"/' $home/.openclaw/openclaw.json

stop "$gateway"
install_version 2026.4.15
start lan
up_once upgraded
same "the same id after an upgrade" "$id" "$(json upgraded "agent('openclaw')['id']")"
check "with the new version" upgraded "agent('openclaw')['version'] == '2026.4.15'"

stop "$gateway"
as_ada sed -i 's/"bind": "lan"/"bind": "loopback"/' $home/.openclaw/openclaw.json
start loopback
up_once local
check "from the LAN to loopback is noticed" local "listeners('openclaw') == [('127.0.0.1', 18789, 'loopback')]"
check "and the finding is gone" local "not {'gateway.bind-exposed', 'gateway.socket-exposed'} & set(rules('openclaw'))" "rules('openclaw')"
same "still the same id" "$id" "$(json local "agent('openclaw')['id']")"

# Who answers for it.
trammel agents register "$id" --owner ada@example.org --approved-by grace@example.org --until 2099-01-31 --state "$state" --json >"$out/registered.json" ||
  fail "register ends with 0"
check "registered, with its owner" registered "d['registered'] and d['owner'] == 'ada@example.org'" "d"
up_once owned
check "a look keeps the owner" owned "agent('openclaw')['owner'] == 'ada@example.org'"
trammel agents show "$id" --state "$state" --json >"$out/shown.json" || fail "agents show ends with 0"
check "agents show tells the evidence and the findings" shown "d['owner'] == 'ada@example.org' and len(d['evidence']) >= 3 and 'findings' in d" "d"
trammel agents unregister "$id" --state "$state" >/dev/null || fail "unregister ends with 0"
trammel agents --state "$state" --json >"$out/listed.json" || fail "agents ends with 0"
check "and given back" listed "not agent('openclaw')['registered'] and 'owner' not in agent('openclaw')"
trammel agents show no-such-agent --state "$state" >"$out/none.log" 2>&1
same "an unknown id is a mistake in the call" 2 $?

# Without root: what could not be seen is named, and the agent is found all the same.
ada_trammel up --once --json --state $home/.local/state/trammel >"$out/ada.json" 2>"$out/ada.err" || fail "up --once as its own user ends with 0" "$(cat "$out/ada.err")"
check "its own user needs no root" ada "listeners('openclaw') == [('127.0.0.1', 18789, 'loopback')] and agent('openclaw')['version'] == '2026.4.15'"
check "and hears what it could not see" ada "any('other users' in b for b in blind()) and any('root' in b for b in blind())" "blind()"
as_bob() { env -i PATH=/usr/bin:/bin HOME=/nonexistent setpriv --reuid 23456 --regid 23456 --clear-groups -- "$@"; }
mkdir -p /tmp/bob && chown 23456 /tmp/bob
as_bob env ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" up --once --json --state /tmp/bob/state >"$out/bob.json" 2>"$out/bob.err" || fail "up --once as a stranger ends with 0" "$(cat "$out/bob.err")"
check "another user finds it by title and port" bob "'openclaw' in kinds() and 18789 in [l['port'] for l in agent('openclaw')['listeners']]"
check "and is told that ada's home was closed" bob "any('ada' in b for b in blind())" "blind()"
check "with the way to see more" bob "all(b['remedy'] for s in d['sources'] for b in s['blind'])"

# Two at the same time keep one inventory.
for number in 1 2 3 4; do trammel find host --json --state "$state" >"$out/both$number.json" 2>"$out/both$number.err" & pids[number]=$!; done
for number in 1 2 3 4; do wait "${pids[number]}" || fail "find host beside another find host ends with 0" "$(cat "$out/both$number.err")"; done
for number in 1 2 3 4; do check "look $number of four at once" both$number "[a['id'] for a in agents] == ['$id']"; done
trammel agents --state "$state" --json >"$out/after.json"
check "one inventory after them" after "[a['id'] for a in agents] == ['$id']"
if trammel ledger verify --help 2>&1 | grep -q -- --state; then
  trammel ledger verify --state "$state" >"$out/verify.log" 2>&1 || fail "one chain after all of it" "$(cat "$out/verify.log")"
  ok "one chain after all of it"
fi

# It ends: no longer running, but the state is there.
stop "$gateway"
up_once ended
check "what does not run is not said to run" ended "agent('openclaw')['status'] in ('installed', 'remains') and listeners('openclaw') == []"
rm -rf "${home:?}"/.openclaw "${home:?}"/.npm-global
up_once away
check "what is gone is gone" away "agents == []"

#!/usr/bin/env bash
# nanobot's gateway and its one-shot form, as its users start them.
. "$(dirname "$0")/agent.bash"
install_agent nanobot nanobot-ai==0.3.5
cell "$@"
place_agent
start_model

home=/home/ada
as_user nanobot onboard
wait "$agent" || fail "nanobot onboard ends with 0" "$(tail -c 1500 "$out/agent.log")"
key=sk-mock-9a8b7c6d5e4f-not-for-anybody
python3 - $home/.nanobot/config.json $key <<'END'
import json, sys
path, key = sys.argv[1:]
config = json.load(open(path))
config["providers"]["custom"] = {"apiKey": key, "apiBase": "http://127.0.0.1:4747/v1"}
config["agents"]["defaults"].update({"provider": "custom", "model": "mock"})
json.dump(config, open(path, "w"), indent=2)
END

up_once installed
check "onboarded, not running" installed "kinds() == ['nanobot'] and agent('nanobot')['status'] in ('installed', 'remains')" "summary()"

as_user nanobot gateway --foreground
gateway=$agent
wait_for 60 "the health port" listens 18790
wait_for 60 "the WebSocket port" listens 8765
up_once gateway
check "one agent, a nanobot" gateway "kinds() == ['nanobot']"
check "running" gateway "agent('nanobot')['status'] == 'running'"
check "certain of it" gateway "evidence('nanobot', 'process')[0]['confidence'] == 'certain'"
check "version 0.3.5" gateway "agent('nanobot')['version'] == '0.3.5'"
check "its state directory" gateway "agent('nanobot')['state_directory'] == '$home/.nanobot'"
check "both listeners, on loopback" gateway "listeners('nanobot') == [('127.0.0.1', 8765, 'loopback'), ('127.0.0.1', 18790, 'loopback')]" "listeners('nanobot')"
check "its user" gateway "agent('nanobot')['user'] == 'ada'"
check "the configuration that everybody may read is a finding" gateway "'nanobot.config-mode' in rules('nanobot')" "rules('nanobot')"
check "the shell without a sandbox is a finding" gateway "'nanobot.exec-unconfined' in rules('nanobot')" "[(f['rule'], f['outcome'], f['evidence']) for f in findings('nanobot')]"
check "the key in clear is a finding" gateway "'nanobot.plain-key' in rules('nanobot')" "[(f['rule'], f['outcome'], f['evidence']) for f in findings('nanobot')]"
check "its value is nowhere" gateway "'$key' not in str(d)"
same "nor in what is kept" "" "$(grep -rla -- $key "$state")"
id=$(json gateway "agents[0]['id']")
ada_trammel up --once --json --state $home/.trammel >"$out/ada.json" 2>"$out/ada.err" || fail "up --once as ada ends with 0" "$(cat "$out/ada.err")"
check "the same for ada without root" ada "listeners('nanobot') == [('127.0.0.1', 8765, 'loopback'), ('127.0.0.1', 18790, 'loopback')] and agent('nanobot')['version'] == '0.3.5'" "summary()"
audited nanobot $home/.nanobot 2
stop "$gateway"

as_user nanobot agent -m "do what you are told"
wait_until_it_acts 60
up_once acting
check "the one-shot form is the same agent" acting "[a['id'] for a in agents] == ['$id'] and agent('nanobot')['status'] == 'running'"
check "with its shell, which is no second one" acting "evidence('nanobot', 'process')[0]['data'].get('shells', 0) >= 1" "evidence('nanobot', 'process')"

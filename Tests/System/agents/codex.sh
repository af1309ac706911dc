#!/usr/bin/env bash
# Codex CLI, as its users start it for a task, without its sandbox.
. "$(dirname "$0")/agent.bash"
install_agent codex openai-codex-cli-bin==0.163.0
cell "$@"
place_agent
start_model

home=/home/ada
codex=$(ls $home/agent/lib/python3*/site-packages/codex_cli_bin/bin/codex) || fail "the package has the program"
mock='model_providers.mock={name="mock",base_url="http://127.0.0.1:4747/v1",env_key="MOCK_KEY",wire_api="responses"}'
key=sk-mock-9a8b7c6d5e4f-not-for-anybody
mkdir -p $home/work && chown 12345:12345 $home/work
as_user MOCK_KEY=$key sh -c 'cd work && exec "$@"' sh "$codex" exec --skip-git-repo-check -c model=mock -c model_provider=mock -c "$mock" \
  -s danger-full-access "talk about --sandbox read-only and openclaw"
wait_until_it_acts 90
up_once acting
check "one agent, a Codex CLI" acting "kinds() == ['codex-cli']"
check "running" acting "agent('codex-cli')['status'] == 'running'"
check "certain of it" acting "evidence('codex-cli', 'process')[0]['confidence'] == 'certain'" "evidence('codex-cli', 'process')"
check "version 0.163.0" acting "agent('codex-cli')['version'] == '0.163.0'"
check "its state directory" acting "agent('codex-cli')['state_directory'] == '$home/.codex'"
check "no listener" acting "listeners('codex-cli') == []"
check "its user" acting "agent('codex-cli')['user'] == 'ada'"
check "without its sandbox: a finding" acting "'unattended.switches' in rules('codex-cli') and 'danger-full-access' in str(finding('codex-cli', 'unattended.switches'))" "[(f['rule'], f['outcome'], f['evidence']) for f in findings('codex-cli')]"
check "its shell is no second agent" acting "evidence('codex-cli', 'process')[0]['data'].get('shells', 0) >= 1" "evidence('codex-cli', 'process')"
check "neither key nor task is told" acting "'$key' not in str(d) and 'talk about' not in str(d)"
same "nor kept" "" "$(grep -rlaE -- "$key|talk about" "$state")"
audited codex-cli $home/.codex 4
id=$(json acting "agents[0]['id']")
stop "$agent"
pkill -u 12345 -f '^tail -f /dev/null'
up_once ended
check "afterwards what it left is the same agent, not running" ended "[a['id'] for a in agents] == ['$id'] and agent('codex-cli')['status'] in ('installed', 'remains')" "summary()"

# With its sandbox the chain of helpers is still one agent. Where the sandbox cannot start, there is nothing to see.
as_user MOCK_KEY=$key sh -c 'cd work && exec "$@"' sh "$codex" exec --skip-git-repo-check -c model=mock -c model_provider=mock -c "$mock" -s workspace-write "again"
for _ in $(seq 100); do acts && break; gone "$agent" && break; sleep 0.1; done
if acts; then
  up_once sandboxed
  check "in its sandbox it is one agent" sandboxed "[a['id'] for a in agents] == ['$id']"
  check "and has no finding about its switches" sandboxed "'unattended.switches' not in rules('codex-cli')" "rules('codex-cli')"
else
  echo "      its own sandbox does not start here, so the chain of helpers was not seen: $(grep -ohE 'bwrap.*|[Ss]andbox.*' "$out/agent.log" | tail -1 | cut -c1-120)"
fi

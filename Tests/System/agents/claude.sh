#!/usr/bin/env bash
# Claude Code, as a program or a script starts it for a task.
. "$(dirname "$0")/agent.bash"
install_agent claude claude-agent-sdk==0.2.187
cell "$@"
place_agent
start_model

home=/home/ada
claude=$(ls $home/agent/lib/python3*/site-packages/claude_agent_sdk/_bundled/claude) || fail "the package has the program"
key=sk-mock-9a8b7c6d5e4f-not-for-anybody
mkdir -p $home/work && chown 12345:12345 $home/work
run() { # run ARGUMENT...
  as_user ANTHROPIC_BASE_URL=http://127.0.0.1:4747 ANTHROPIC_API_KEY=$key CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
    sh -c 'cd work && exec "$@"' sh "$claude" -p "talk about --dangerously-skip-permissions and openclaw" --model mock "$@"
}
run --allowedTools Bash
wait_until_it_acts 90
up_once acting
check "one agent, a Claude Code" acting "kinds() == ['claude-code']"
check "running" acting "agent('claude-code')['status'] == 'running'"
check "certain of it" acting "evidence('claude-code', 'process')[0]['confidence'] == 'certain'" "evidence('claude-code', 'process')"
version=$("$claude" --version 2>/dev/null | cut -d' ' -f1)
same "the program's own version" 2.1.330 "$version"
check "found without running it" acting "agent('claude-code')['version'] == '$version'" "agent('claude-code')"
check "its state directory" acting "agent('claude-code')['state_directory'] == '$home/.claude'"
check "no listener" acting "listeners('claude-code') == []"
check "its user" acting "agent('claude-code')['user'] == 'ada'"
check "a switch that stands in its task is none" acting "'unattended.switches' not in rules('claude-code') or 'dangerously' not in str(finding('claude-code', 'unattended.switches'))" "[(f['rule'], f['outcome'], f['evidence']) for f in findings('claude-code')]"
check "its shell is no second agent" acting "evidence('claude-code', 'process')[0]['data'].get('shells', 0) >= 1" "evidence('claude-code', 'process')"
check "neither key nor task is told" acting "'$key' not in str(d) and 'talk about' not in str(d)"
same "nor kept" "" "$(grep -rlaE -- "$key|talk about" "$state")"
audited claude-code $home/.claude 4
id=$(json acting "agents[0]['id']")
stop "$agent"
pkill -u 12345 -f '^tail -f /dev/null'
wait_for 10 "the command to end" sh -c "! pgrep -f '^tail -f /dev/null'"
run --permission-mode bypassPermissions
wait_until_it_acts 90
up_once bypass
check "the next run is the same agent" bypass "[a['id'] for a in agents] == ['$id']"
check "permissions bypassed: a finding" bypass "'unattended.switches' in rules('claude-code') and 'bypassPermissions' in str(finding('claude-code', 'unattended.switches'))" "[(f['rule'], f['outcome'], f['evidence']) for f in findings('claude-code')]"
stop "$agent"
up_once ended
check "afterwards what it left is the same agent, not running" ended "[a['id'] for a in agents] == ['$id'] and agent('claude-code')['status'] in ('installed', 'remains')" "summary()"

#!/usr/bin/env bash
# A user unit with a token in it: found and judged by name; the value appears nowhere, not even in what Trammel keeps.
. "$(dirname "$0")/lib.sh"
need_packages nodejs
cell "$@"

home=/home/ada
token=tok-7f3a9c51d0e84b26-not-for-anybody
other=xoxb-4242424242-unit-test-of-trammel
units=$home/.config/systemd/user
mkdir -p $units/default.target.wants $units/openclaw-gateway.service.d $home/.openclaw/agents/main/agent
cat >$units/openclaw-gateway.service <<END
[Unit]
Description=OpenClaw Gateway (v2026.3.2)
After=network-online.target

[Service]
ExecStart=/usr/bin/node $home/.npm-global/lib/node_modules/openclaw/dist/index.js gateway --port 18789
Restart=always
Environment=HOME=$home
Environment="OPENCLAW_GATEWAY_TOKEN=$token"
Environment=OPENCLAW_SERVICE_MARKER=openclaw OPENCLAW_SERVICE_KIND=gateway OPENCLAW_SERVICE_VERSION=2026.3.2

[Install]
WantedBy=default.target
END
cat >$units/openclaw-gateway.service.d/more.conf <<END
[Service]
Environment=SLACK_BOT_TOKEN=$other
END
ln -s ../openclaw-gateway.service $units/default.target.wants/
echo '{"gateway": {"mode": "local", "bind": "loopback", "auth": {"mode": "token"}}}' >$home/.openclaw/openclaw.json
chmod 700 $home/.openclaw
chmod 600 $home/.openclaw/openclaw.json
chown -R 12345:12345 $home

nowhere() { # neither value in any output so far, nor in the state directory, in clear or in base64
  local value file
  for value in "$token" "$other" "$(printf %s "$token" | base64)" "$(printf %s "$other" | base64)"; do
    file=$(grep -rlaF -- "$value" "$out" "$state" "$CELL"/state* 2>/dev/null | head -3)
    [ -z "$file" ] || fail "$1: a token's value is nowhere" "found in: $file" "$(grep -aoF -- "$value" $file | head -2)"
  done
  ok "$1: a token's value is nowhere"
}

up_once unit
check "one agent" unit "kinds() == ['openclaw']"
check "started by itself" unit "agent('openclaw')['status'] == 'enabled'"
check "a secret in a unit is a finding" unit "'secrets.in-unit' in rules('openclaw')" "rules('openclaw')"
check "named by its variable" unit "'OPENCLAW_GATEWAY_TOKEN' in str([f for f in findings('openclaw') if f['rule'] == 'secrets.in-unit'])" "[f for f in findings('openclaw') if f['rule'] == 'secrets.in-unit']"
check "and by its file" unit "any('openclaw-gateway.service' in str(f['location']) for f in findings('openclaw') if f['rule'] == 'secrets.in-unit')"
check "one in a drop-in as well" unit "'SLACK_BOT_TOKEN' in str([f for f in findings('openclaw') if f['rule'] == 'secrets.in-unit'])" "[f for f in findings('openclaw') if f['rule'] == 'secrets.in-unit']"
nowhere "up --once --json"

# The same while it runs, with the token in the environment of the process, as systemd would start it.
mkdir -p $home/.npm-global/lib/node_modules/openclaw/dist
cp "$tests/standin/openclaw-gateway.mjs" $home/.npm-global/lib/node_modules/openclaw/dist/index.mjs
echo '{"name":"openclaw","version":"2026.3.2"}' >$home/.npm-global/lib/node_modules/openclaw/package.json
chown -R 12345:12345 $home
(cd $home && exec setpriv --reuid 12345 --regid 12345 --clear-groups -- env -i PATH=/usr/bin:/bin HOME=$home OPENCLAW_GATEWAY_TOKEN=$token SLACK_BOT_TOKEN=$other OPENCLAW_SERVICE_MARKER=openclaw \
  OPENCLAW_SERVICE_KIND=gateway OPENCLAW_SERVICE_VERSION=2026.3.2 node .npm-global/lib/node_modules/openclaw/dist/index.mjs gateway --port 18789) >/dev/null 2>&1 &
wait_for 20 "the gateway" listens 18789
up_once running
check "the unit and the process are one agent" running "kinds() == ['openclaw'] and agent('openclaw')['status'] == 'running'"
same "the same agent as before" "$(json unit "agents[0]['id']")" "$(json running "agents[0]['id']")"
check "the finding stays" running "'secrets.in-unit' in rules('openclaw')" "rules('openclaw')"
trammel up --once --state "$state" >"$out/up.txt" 2>&1 || fail "up --once ends with 0"
trammel agents show "$(json running "agents[0]['id']")" --state "$state" >"$out/show.txt" 2>&1 || fail "agents show ends with 0"
trammel find host --verbose --state "$state" >"$out/find.txt" 2>&1 || fail "find host ends with 0"
for format in text json sarif html markdown ocsf; do trammel audit --format $format --state "$state" >"$out/audit.$format" 2>&1; done
trammel ledger query --state "$state" >"$out/ledger.txt" 2>&1
trammel ledger export --format json --state "$state" >"$out/ledger.json" 2>&1
for file in ledger.txt ledger.json audit.json; do [ "$(wc -c <"$out/$file")" -gt 500 ] || fail "$file has content to look through" "$(head -c 300 "$out/$file")"; done
nowhere "after every verb"

# An ordinary user who cannot look into that home sees no value either; one who can, the same as root.
ada_trammel up --once --json --state $home/.state >"$out/ada.json" 2>&1 || fail "up --once as ada ends with 0"
check "ada sees it too" ada "'secrets.in-unit' in rules('openclaw')" "summary()"
cp -r $home/.state "$CELL/state-ada"
nowhere "as ada"

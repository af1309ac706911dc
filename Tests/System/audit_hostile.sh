#!/usr/bin/env bash
# Installations that are broken or meant to break the reader: a finding or "not measured", never a crash, never a pass.
. "$(dirname "$0")/lib.sh"
need_packages
cell "$@"

# Each case is the home of a user of its own, so that one audit looks at all of them.
declare -a cases=()
number=4000
case_of() { # case_of NAME [VERSION]: an installation with its program; the state directory in $at
  number=$((number + 1))
  cases+=("$1")
  at=/home/$1/.openclaw
  echo "$1:x:$number:$number::/home/$1:/bin/bash" >>"$CELL/etc/passwd"
  mkdir -p "$at" "/home/$1/.npm-global/lib/node_modules/openclaw"
  echo "{\"name\":\"openclaw\",\"version\":\"${2-2026.3.3}\"}" >"/home/$1/.npm-global/lib/node_modules/openclaw/package.json"
  chmod 700 "$at"
}
config() { cat >"$at/openclaw.json" && chmod 600 "$at/openclaw.json"; }
good='{ gateway: { bind: "loopback", auth: { mode: "token", token: "4f9a1c7be02d83561a0b9e4477c2d01f4f9a1c7be02d8356" } } }'
open='{ gateway: { bind: "lan", auth: { mode: "none" } }, tools: { exec: { mode: "full" } } }'

# Broken JSON5, each at a place that is known.
case_of cut && printf '{\n  gateway: {\n    bind: "lan",\n' | config
case_of comma && printf '{\n  gateway: { bind: "lan" "auth": {} }\n}\n' | config
case_of quote && printf '{\n\tgateway: { bind: "lan },\n}\n' | config
case_of empty && : | config
case_of blank && printf ' \n\n' | config
case_of list && echo '[1, 2]' | config
case_of text && echo '"lan"' | config
case_of nul && printf '{ a: 1 }\0{ gateway: { bind: "lan" } }' | config
case_of utf16 && printf '%s' "$open" | python3 -c 'import sys; sys.stdout.buffer.write(sys.stdin.read().encode("utf-16"))' | config
case_of latin && printf '{ identity: { name: "M\xfcller" }, gateway: { bind: "lan" } }' | config
case_of deep && python3 -c 'print("{a:" * 100000 + "1" + "}" * 100000)' | config
case_of wide && python3 -c 'print("{" + ",".join(f"k{n}: {n}" for n in range(300000)) + "}")' | config
case_of yaml && printf 'gateway:\n  bind: lan\n' | config
# Includes: in circles, out of the folder, deep, missing, many.
case_of circle && printf '{ $include: "./a.json5", gateway: { bind: "lan" } }' | config && printf '{ $include: "./openclaw.json" }' >"$at/a.json5"
case_of itself && printf '{ $include: ["./openclaw.json", "./openclaw.json"], gateway: { bind: "lan" } }' | config
case_of escape && printf '{ $include: ["/etc/shadow", "../../root/secret.json5", "./link.json5"], gateway: { bind: "loopback" } }' | config
mkdir -p /root && echo '{ gateway: { auth: { mode: "none", token: "outside-7d1f" } } }' >/root/secret.json5 && ln -s /root/secret.json5 "$at/link.json5"
case_of chain && printf '{ $include: "./i1.json5" }' | config
for n in $(seq 1 40); do printf '{ $include: "./i%d.json5", gateway: { bind: "lan" } }' $((n + 1)) >"$at/i$n.json5"; done
case_of missing && printf '{ $include: "./gone.json5", gateway: { bind: "loopback" } }' | config
case_of fan && python3 -c 'print("{ $include: [" + ",".join(["\"./b.json5\""] * 20000) + "] }")' | config && python3 -c 'print("{ $include: [" + ",".join(["\"./c.json5\""] * 20000) + "] }")' >"$at/b.json5" && echo '{a: 1}' >"$at/c.json5"
# Sizes and kinds of files.
case_of huge && truncate -s 200M "$at/openclaw.json"
case_of folder && mkdir "$at/openclaw.json"
case_of pipe && mkfifo "$at/openclaw.json"
case_of device && ln -s /dev/zero "$at/openclaw.json"
case_of linked && rmdir "$at" && mkdir -p /srv/openclaw-state && ln -s /srv/openclaw-state "$at" && printf '%s' "$open" | config
case_of loop && rmdir "$at" && ln -s .openclaw "$at"
# Keys of the wrong kind, everywhere.
case_of kinds && printf '{ gateway: [1], agents: "x", channels: 7, tools: null, hooks: true, logging: [], mcp: { servers: [3, null] }, plugins: { entries: 1 }, session: "a", discovery: { mdns: 4 }, browser: [], cron: {}, env: "A=1", security: 5, models: [[]] }' | config
case_of kinds2 && printf '{ gateway: { bind: 5, port: "x", auth: "none", nodes: [], controlUi: 1, tailscale: [] }, agents: { list: { a: 1 }, defaults: [] , entries: [1] }, channels: { discord: [], telegram: 1, slack: "x", whatsapp: null }, tools: { exec: [], profile: {}, allow: "all", elevated: 1, fs: "x" }, logging: { redactSensitive: {} }, $include: 5 }' | config
case_of numbers && printf '{ gateway: { port: 1e999, bind: NaN, auth: { rateLimit: { maxAttempts: -Infinity } } }, session: { ttl: 99999999999999999999999 }, tools: { exec: { timeoutSec: -0 } } }' | config
case_of twice && printf '{ gateway: { bind: "loopback" }, gateway: { bind: "lan" } }' | config
case_of proto && printf '{ __proto__: { gateway: { bind: "loopback" } }, constructor: 1, gateway: { bind: "lan" } }' | config
# Versions of forks, of the future, and none.
for version in 2026.3.3-fork.1 v2026.3.3 2026.13.99 9999.1.1 0.0.1 latest '2026.3.3; rm -rf' '' 2026.3.3+build 2026.3.3-beta.1 99999999999999999999.1.1 -1.2.3; do
  case_of "v$number" "$version" && printf '%s' "$good" | config
done
# Databases: no database, damaged, of a newer schema, held by somebody.
for name in sqlnoise sqlcut sqlempty sqllocked sqllink; do
  case_of $name 2026.8.1
  printf '%s' "$good" | config
  mkdir -p "$at/state" "$at/agents/main/agent"
done
head -c 65536 /dev/urandom >/home/sqlnoise/.openclaw/state/openclaw.sqlite
sqlite() { python3 -c 'import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
base.execute("CREATE TABLE cron_jobs (id TEXT PRIMARY KEY, name TEXT, payload TEXT)")
base.executemany("INSERT INTO cron_jobs VALUES (?, ?, ?)", [(str(n), "job", "{}" * 200) for n in range(2000)])
base.commit()' "$1"; }
sqlite /home/sqlcut/.openclaw/state/openclaw.sqlite && truncate -s 9000 /home/sqlcut/.openclaw/state/openclaw.sqlite
: >/home/sqlempty/.openclaw/state/openclaw.sqlite
sqlite /home/sqllocked/.openclaw/state/openclaw.sqlite
ln -s /etc/shadow /home/sqllink/.openclaw/state/openclaw.sqlite
python3 -c 'import sqlite3, sys, time
base = sqlite3.connect(sys.argv[1], isolation_level=None)
base.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(600)' /home/sqllocked/.openclaw/state/openclaw.sqlite >"$out/held" &
holder=$!
wait_for 20 "the lock" grep -q held "$out/held"
# Dates in the future and long ago; sessions that are no sessions; skills with odd heads.
case_of dates && printf '%s' "$good" | config && mkdir -p "$at/agents/main/sessions" "$at/credentials" && echo '{"type":"session","timestamp":"9999-12-31T23:59:60Z"}' >"$at/agents/main/sessions/a.jsonl" && echo '{}' >"$at/credentials/x.json"
touch -d '2200-01-01' "$at/openclaw.json" "$at/agents/main/sessions/a.jsonl" && touch -d '1970-01-01' "$at/credentials/x.json"
case_of sessions && printf '%s' "$good" | config && mkdir -p "$at/agents/main/sessions" "$at/workspace/skills/a" "$at/workspace/skills/b"
head -c 300000 /dev/urandom >"$at/agents/main/sessions/noise.jsonl" && python3 -c 'print("{\"a\":" * 5000)' >"$at/agents/main/sessions/deep.jsonl" && truncate -s 3G "$at/agents/main/sessions/endless.jsonl"
printf -- '---\nname: [\n---\n' >"$at/workspace/skills/a/SKILL.md" && printf -- '---\n%s' "$(head -c 200000 /dev/zero | tr '\0' -)" >"$at/workspace/skills/b/SKILL.md"
for name in "${cases[@]}"; do chown -hR "$name:" "/home/$name" 2>/dev/null || chown -hR "$(id -u "$name"):$(id -u "$name")" "/home/$name"; done
chown -R "$(id -u linked):$(id -u linked)" /srv/openclaw-state 2>/dev/null
python3 "$tests/assess/tree.py" /home/cut /home/circle /home/kinds >"$out/before.tree"

timeout 300 env -i PATH=/usr/bin:/bin HOME=/root ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" audit --json --fail-on never --state "$state" >"$out/all.json" 2>"$out/all.err"
code=$?
[ $code = 0 ] || fail "${#cases[@]} broken installations: audited, and no crash" "got: $code" "$(head -c 1000 "$out/all.err")"
python3 "$tests/assess/findings.py" schema "$out/all.json" >"$out/schema.txt" || fail "the answer has its shape" "$(cat "$out/schema.txt")"
ok "${#cases[@]} broken installations: audited, no crash, the answer has its shape"
python3 "$tests/assess/verdicts.py" "$out/all.json" >"$out/verdicts.txt" || fail "no rule passes what it could not read" "$(head -30 "$out/verdicts.txt")"
ok "no rule passes what it could not read ($(tail -1 "$out/verdicts.txt"))"
grep -q 'outside-7d1f' "$out/all.json" "$out/all.err" && fail "an include does not lead out of the folder"
ok "an include does not lead out of the folder"

# For a person: the place with line, column and a caret.
for name in cut:4:1 comma:2:26 quote:2:; do
  IFS=: read -r user line column <<<"$name"
  trammel audit "/home/$user/.openclaw" --fail-on never --state "$state" >"$out/$user.txt" 2>"$out/$user.err" || fail "audit of $user ends with 0" "$(cat "$out/$user.err")"
  grep -qE "line $line, column ${column:-[0-9]+}" "$out/$user.txt" || fail "$user: line and column of the mistake" "expected: line $line, column ${column:-any}" "$(grep -m5 -iE 'line|column|openclaw.json' "$out/$user.txt")"
  grep -qE '^ *\^' "$out/$user.txt" || fail "$user: a caret below the place" "$(head -30 "$out/$user.txt")"
done
ok "broken JSON5: line, column and a caret"
same "and no secret of the line" "" "$(grep -l 4f9a1c7b "$out"/*.txt)"

# Alone, each ends in a while, and with 0, 1 or one line of error.
for name in deep pipe loop sqllocked; do
  for verb in "audit /home/$name/.openclaw --fix --dry-run"; do
    # shellcheck disable=SC2086
    timeout 300 env -i PATH=/usr/bin:/bin HOME=/root ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" $verb --state "$state" >"$out/one.txt" 2>"$out/one.err"
    code=$?
    case $code in
    0) ;;
    2 | 3) [ "$(wc -l <"$out/one.err")" = 1 ] || fail "$verb: one line of error" "$(head -c 600 "$out/one.err")" ;;
    *) fail "$verb ends with 0, 2 or 3" "got: $code" "$(head -c 600 "$out/one.err")" ;;
    esac
  done
done
ok "endless, deep, locked and looping: each ends with --fix --dry-run as well"
stop $holder

# As an ordinary user, among files of others.
mkdir -p /home/ada/.openclaw/credentials
printf '%s' "$open" >/home/ada/.openclaw/openclaw.json
chown -R 12345:12345 /home/ada
chown 0:0 /home/ada/.openclaw/openclaw.json && chmod 600 /home/ada/.openclaw/openclaw.json
chown 0:0 /home/ada/.openclaw/credentials && chmod 700 /home/ada/.openclaw/credentials
ada_trammel audit --json --fail-on never >"$out/ada.json" 2>"$out/ada.err" || fail "as an ordinary user" "$(cat "$out/ada.err")"
python3 "$tests/assess/verdicts.py" "$out/ada.json" unreadable >"$out/ada.txt" || fail "what may not be read is not measured" "$(cat "$out/ada.txt")"
ok "as an ordinary user: what may not be read is not measured ($(tail -1 "$out/ada.txt"))"
ada_trammel audit --fix --fail-on never >"$out/adafix.txt" 2>&1
same "--fix of what is somebody else's changes nothing" "0 600" "$(stat -c '%u %a' /home/ada/.openclaw/openclaw.json)"
python3 "$tests/assess/tree.py" /home/cut /home/circle /home/kinds >"$out/after.tree"
same "an audit changes nothing" "" "$(diff "$out/before.tree" "$out/after.tree")"

#!/usr/bin/env bash
# A developer's machine without an agent: what merely carries or mentions an agent's name is none.
. "$(dirname "$0")/lib.sh"
need_packages nodejs vim less tmux openssh-client bsdutils
cell "$@"

home=/home/ada
mkdir -p $home/work/openclaw $home/notes
cat >$home/notes/openclaw.json <<'END'
{"gateway": {"bind": "lan"}}
END
cp $home/notes/openclaw.json $home/notes/openclaw-2026-01-01.log
cat >$home/work/openclaw/server.js <<'END'
require("http").createServer((q, r) => r.end("hello")).listen(Number(process.argv[2] || 18789), "0.0.0.0");
END
echo '{"name": "my-shop", "version": "1.0.0"}' >$home/work/openclaw/package.json
cp $home/work/openclaw/server.js $home/work/server.js
chown -R 12345:12345 $home

count=0
run() { # run PATTERN COMMAND...: in the background as ada, until a process with the pattern is there
  local pattern=$1
  shift
  (cd $home && exec setpriv --reuid 12345 --regid 12345 --clear-groups -- env -i PATH=/usr/bin:/bin HOME=$home TERM=xterm LANG=C.UTF-8 "$@") \
    </dev/null >/dev/null 2>&1 &
  wait_for 10 "$pattern" pgrep -u 12345 -f -- "$pattern"
  count=$((count + 1))
}
onscreen() { # the same with a terminal of its own
  local pattern=$1
  shift
  run "$pattern" script -qfc "$*" /dev/null
}
mkfifo $home/never && chown 12345 $home/never
exec 9<>$home/never # nobody writes to it, so whoever reads it stays

onscreen '^vim .*openclaw.json' "exec vim $home/notes/openclaw.json"
onscreen '^less .*openclaw' "exec less $home/notes/openclaw-2026-01-01.log"
run '^tail -f .*openclaw' tail -f $home/notes/openclaw-2026-01-01.log
run '^grep openclaw' grep openclaw $home/never
run '^bash -c .*openclaw gateway' bash -c "read -r line <$home/never; echo openclaw gateway --port 18789"
run '^sh -c .*claude' sh -c "read -r line <$home/never; claude -p hello"
run 'python3 -m http.server' python3 -m http.server 8765
run '^node .*work/server.js' node $home/work/server.js 3000
run '^node .*openclaw/server.js' node $home/work/openclaw/server.js 18789
run '^node -e' node -e 'setInterval(() => {}, 1e6); // openclaw gateway'
run '^ssh .*openclaw' ssh -o ProxyCommand="cat $home/never" -o BatchMode=yes openclaw.example.org openclaw status
run '^openclaw-gateway' bash -c 'exec -a openclaw-gateway tail -f /dev/null'
run '^openclaw ' bash -c 'exec -a openclaw sleep infinity'
run '^claude' bash -c "exec -a claude sleep infinity"
run '^codex' bash -c "exec -a codex cat $home/never"
run 'tmux new-session' tmux new-session -d -s openclaw "vim $home/notes/openclaw.json"
run '^python3 -c' python3 -c "import time; time.sleep(1e6)  # nanobot gateway"
(cd $home/work/openclaw && exec setpriv --reuid 12345 --regid 12345 --clear-groups -- env -i PATH=/usr/bin:/bin HOME=$home node server.js 18790) >/dev/null 2>&1 &
wait_for 10 "a server on 18790" listens 18790
count=$((count + 1))
if command -v chromium >/dev/null; then
  run 'chromium.*--remote-debugging-port' chromium --headless=new --no-sandbox --disable-gpu --remote-debugging-port=9222 --user-data-dir=$home/.config/chromium about:blank
  wait_for 20 "the browser's port" listens 9222
fi
wait_for 10 "servers" listens 18789
wait_for 10 "servers" listens 8765
wait_for 10 "servers" listens 3000

up_once all
check "$count programs of a developer, no agent" all "agents == []"
check "all of them were looked at" all "int([s['looked'] for s in d['sources'] if s['source'] == 'process'][0].split()[0]) >= $count" "d['sources']"
ada_trammel up --once --json --state $home/.state >"$out/ada.json" 2>/dev/null || fail "up --once as ada ends with 0"
check "the same as an ordinary user" ada "agents == []"
trammel up --once --state "$CELL/state2" >"$out/text.log" 2>&1 || fail "up --once ends with 0"
has "says that there is none" "$out/text.log" "No agent"
has "and offers the demo" "$out/text.log" "make demo"

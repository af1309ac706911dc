#!/usr/bin/env bash
# A mounted image: what lies on it is read, and nothing outside it, whatever its links say.
. "$(dirname "$0")/lib.sh"
need_packages strace
cell "$@"

image=$CELL/image
mkdir -p $image/etc $image/home/{eve,mallory,carol,dave} $image/root $image/var/lib
printf 'root:x:0:0:root:/root:/bin/bash\neve:x:1000:1000::/home/eve:/bin/bash\nmallory:x:1001:1001::/home/mallory:/bin/bash\n' >$image/etc/passwd
# An honest installation.
mkdir -p $image/home/eve/.openclaw/agents/main/agent $image/home/eve/.npm-global/lib/node_modules/openclaw
echo '{"meta":{"lastTouchedVersion":"2026.2.3"},"gateway":{"bind":"lan","auth":{"mode":"none"}}}' >$image/home/eve/.openclaw/openclaw.json
echo '{"name":"openclaw","version":"2026.2.3"}' >$image/home/eve/.npm-global/lib/node_modules/openclaw/package.json
chown -R 1000:1000 $image/home/eve
mkdir -p $image/root/.clawdbot/credentials
echo '{"gateway":{"bind":"loopback"}}' >$image/root/.clawdbot/clawdbot.json
# What must not be read: the host's own files, which the image's links point to.
secret=host-secret-5b1e
mkdir -p /home/ada/.openclaw/agents /srv/outside
echo "{\"meta\":{\"lastTouchedVersion\":\"6.6.6\"},\"gateway\":{\"auth\":{\"token\":\"$secret\"}}}" >/home/ada/.openclaw/openclaw.json
mount -t tmpfs outside /srv
mkdir -p /srv/outside/.openclaw/agents /srv/outside/node_modules/openclaw
cp /home/ada/.openclaw/openclaw.json /srv/outside/.openclaw/
echo '{"name":"openclaw","version":"6.6.6"}' >/srv/outside/node_modules/openclaw/package.json
# Every way out that a file can take: absolute, with many steps up, through a folder, a home, the passwd, an include, a unit.
evil=$image/home/mallory
up=../../../../../../../../../../../..
ln -s /srv/outside/.openclaw $evil/.openclaw
ln -s $up/srv/outside/.openclaw $evil/.clawdbot
ln -s /srv/outside $image/home/linked
ln -s $up/srv/outside $image/home/up
mkdir -p $evil/.moltbot/agents $evil/.npm-global/lib $evil/.config/systemd
ln -s /etc/shadow $evil/.moltbot/moltbot.json
ln -s $up/etc/shadow $evil/.moltbot/.env
ln -s /srv/outside/node_modules $evil/.npm-global/lib/node_modules
ln -s /srv/outside $evil/.config/systemd/user
ln -s $evil/.loop $evil/.loop
ln -s / $image/home/slash
ln -s /proc/1 $image/home/dave/.codex
mkdir -p $image/home/carol/.openclaw/agents
printf '{"$include": ["/srv/outside/.openclaw/openclaw.json", "%s/srv/outside/.openclaw/openclaw.json", "/etc/shadow"], "gateway": {"bind": "lan"}}' $up >$image/home/carol/.openclaw/openclaw.json
mkfifo $image/home/dave/.bashrc
mkdir -p $image/home/dave/.openclaw/agents
mkfifo $image/home/dave/.openclaw/openclaw.json
ln -s /etc/passwd $image/home/eve/.openclaw/.env

timeout 60 strace -f -y -qq -o $out/calls -e trace=open,openat,openat2,execve,connect -- \
  env -i PATH=/usr/bin:/bin HOME=/root ${LIBRARIES:+LD_LIBRARY_PATH=$LIBRARIES} "$TRAMMEL" find host --root "$image" --json --state "$state" >$out/image.json 2>$out/image.err
same "find host --root ends with 0" 0 $?
check "the honest installations are found" image "{'/home/eve/.openclaw', '/root/.clawdbot'} <= {a.get('state_directory') for a in agents}"
check "with version and owner" image "[(a['version'], a['user']) for a in agents if a.get('state_directory') == '/home/eve/.openclaw'] == [('2026.2.3', 'eve')]"
check "none is said to run" image "all(a['status'] in ('installed', 'enabled', 'remains') for a in agents)"
check "nothing of the host is in the answer" image "'6.6.6' not in str(d) and '$secret' not in str(d) and 'outside' not in str(d)"
check "paths are those of the image" image "'$image' not in str([a.get('state_directory') for a in agents])"
# The calls themselves: where each opened file really ended, whatever path led there.
ended() { sed -n 's/.*= [0-9]*<\(.*\)>$/\1/p' $out/calls; }
# Read to the end: a reader that leaves early would fail the writer.
[ "$(ended | grep -c "^$image/home/eve/.openclaw/openclaw.json")" -gt 0 ] || fail "the trace shows the image at all" "$(tail -3 $out/calls)"
bad=$(ended | grep -E '^(/srv|/etc/(shadow|passwd)|/home|/root|/proc/1/)' | sort -u)
[ -z "$bad" ] && ok "no opened file lies outside the image" || fail "no opened file lies outside the image" "$bad"
grep -E '(execve|connect)\(' $out/calls | tail -n +3 | grep -q . && fail "nothing is executed or connected to" "$(grep -E '(execve|connect)\(' $out/calls)"
ok "nothing is executed or connected to"

# The image of nothing, and no image.
mkdir $CELL/nothing
trammel find host --root $CELL/nothing --json --state "$state" >$out/nothing.json 2>$out/nothing.err
same "an empty folder has no agent" "0 []" "$? $(json nothing agents)"
trammel find host --root $CELL/missing --state "$state" >$out/missing.log 2>&1
same "a folder that is not there is a mistake in the call" 2 $?

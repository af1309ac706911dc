#!/usr/bin/env bash
# jewels over a home full of credentials: found, told, and no value anywhere that Trammel writes.
. "$(dirname "$0")/lib.sh"
need_packages
cell "$@"

home=/home/ada/work
seeds=$tree/Tests/Assess/Homes
python3 "$seeds/seed_home.py" seeded $home "$CELL/planted.json" 11 || fail "the home is seeded"
chown -R 12345:12345 /home/ada
chmod 700 $home
mkdir -m 700 $CELL/logs
jewels() { # jewels NAME CODE ARGUMENT...: stdout and stderr as $CELL/logs/NAME.*
  local name=$1 expected=$2 code
  shift 2
  trammel jewels --state "$state" "$@" >"$CELL/logs/$name.out" 2>"$CELL/logs/$name.err"
  code=$?
  [ $code = "$expected" ] || fail "jewels $* ends with $expected" "got: $code" "$(head -c 600 "$CELL/logs/$name.err")"
}
value() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$CELL/logs/$1.out" "$2"; }

jewels json 0 $home --json
python3 - "$CELL/planted.json" "$CELL/logs/json.out" 2>"$CELL/logs/found" <<'END' || fail "95 of 100 planted credentials are found" "$(cat $CELL/logs/found)"
import json, sys
planted, document = (json.load(open(one)) for one in sys.argv[1:])
assert document["schema"] == "trammel.jewels/1", document["schema"]
shown = {}
for one in document["jewels"]:
    shown.setdefault(one["path"].removeprefix("~/"), []).append(one)
asked = [one for one in planted if one["trap"] not in ("reference", "template")]
missed = [one for one in asked if not any(j["kind"] in one["kinds"] and j["confidence"] != "low" for j in shown.get(one["path"].removeprefix("~/"), []))]
print(f"{len(asked)} planted, {len(missed)} missed: {[(m['kinds'][0], m['path']) for m in missed][:5]}", file=sys.stderr)
sys.exit(len(missed) > 0.05 * len(asked))
END
ok "95 of 100 planted credentials are found by the real program"
same "each has a place, a weight, a state and a fingerprint or none" "True" "$(value json "all(j['path'] and j['severity'] and j['state'] and j['reach']['answer'] in ('reached', 'out', 'not-measured') for j in d['jewels'])")"
same "what the list says is what is counted" "True" "$(value json "d['summary']['jewels'] == len(d['jewels']) and sum(d['summary'][s] for s in ('critical','high','medium','low','info')) == len(d['sentences'])")"
same "some control would shorten the list" "True" "$(value json "len(d['what_if']) >= 3 and all(w['removed'] + w['milder'] > 0 for w in d['what_if'])")"
jewels text 0 $home
jewels explain 0 $home --explain --all
has "the text says what could be done" "$CELL/logs/text.out" "If this agent were fully taken over now"
jewels gate 1 $home --fail-on critical --json
jewels gate2 0 $home --fail-on never --json
jewels file 0 $home --json --output "$CELL/logs/written"
same "--output: for its owner alone" 600 "$(stat -c %a "$CELL/logs/written")"
jewels wrong 2 /home/nobody
same "a folder that is not there is one line of error" "1 0" "$(wc -l <"$CELL/logs/wrong.err") $(wc -c <"$CELL/logs/wrong.out")"

# The fingerprint is of this installation: the same here, another elsewhere.
same "the key of fingerprints is for its owner alone" "600 32" "$(stat -c '%a %s' "$state/jewels.key")"
jewels again 0 $home --json
same "the same value has the same fingerprint" "True" "$(python3 - "$CELL/logs/json.out" "$CELL/logs/again.out" <<'END'
import json, sys
a, b = ([j.get("fingerprint") for j in json.load(open(one))["jewels"]] for one in sys.argv[1:])
print(a == b and sum(x is not None for x in a) > 50)
END
)"
trammel jewels $home --json --state "$CELL/other" >"$CELL/logs/other.out" 2>/dev/null || fail "with another state"
same "and another one in another installation" "True" "$(python3 - "$CELL/logs/json.out" "$CELL/logs/other.out" <<'END'
import json, sys
a, b = ({j.get("fingerprint") for j in json.load(open(one))["jewels"]} - {None} for one in sys.argv[1:])
print(not a & b)
END
)"
: >"$CELL/other/jewels.key"
trammel jewels $home --state "$CELL/other" >"$CELL/logs/nokey.out" 2>"$CELL/logs/nokey.err"
same "a damaged key is no new one" "3 1" "$? $(wc -l <"$CELL/logs/nokey.err")"

# An agent in that home: what of its configuration is known, and then that one's reach.
mkdir -p /home/ada/.openclaw && cp $home/.openclaw/openclaw.json /home/ada/.openclaw/ 2>/dev/null || echo '{gateway:{bind:"loopback"}}' >/home/ada/.openclaw/openclaw.json
chown -R 12345:12345 /home/ada/.openclaw
trammel audit --json --state "$state" --fail-on never >"$CELL/logs/audit.out" 2>"$CELL/logs/audit.err" || fail "audit of that home" "$(cat "$CELL/logs/audit.err")"
id=$(value audit "next(iter(d['tiers']))")
jewels agent 0 "$id" --json
same "an agent by its id: its home, its reach" "True" "$(value agent "d['agent'] == '$id' and d['home'] == '/home/ada' and d['summary']['jewels'] > 100")"
trammel report --state "$state" --output "$CELL/logs/report.html" >/dev/null 2>&1
trammel baseline save now --state "$state" >"$CELL/logs/baseline.out" 2>&1
said=$(python3 "$tests/assess/leak.py" "$CELL/planted.json" $home "$CELL/logs" "$state" "$CELL/other" 2>&1) &&
  ok "no value is in stdout, stderr, the ledger or any file of the state ($said, as text, UTF-16, hex, base64)" ||
  fail "no value is in stdout, stderr, the ledger or any file of the state" "$said"
same "files of the state are for their owner alone" "" "$(find "$state" "$CELL/other" ! -type l -perm /077)"

# What may not be read is named, and counts as nothing found.
mkdir -p $home/closed/.aws && printf '[default]\naws_access_key_id = AKIA%s\naws_secret_access_key = %s\n' Q3ZK7TM5XW2VBN4R "$(head -c 30 /dev/urandom | base64)" >$home/closed/.aws/credentials
chown -R 0:0 $home/closed && chmod 700 $home/closed
before=$(python3 "$tests/assess/tree.py" $home | sha256sum)
ada_trammel jewels $home --json --state /home/ada/state >"$CELL/logs/ada.out" 2>"$CELL/logs/ada.err" || fail "as an ordinary user" "$(cat "$CELL/logs/ada.err")"
same "a folder that may not be read is named" "True" "$(value ada "any(b['path'].endswith('closed') and b['reason'] == 'denied' for b in d['blind'])")"
ada_trammel jewels $home --state /home/ada/state >"$CELL/logs/adatext.out" 2>&1
has "in the text as well" "$CELL/logs/adatext.out" "closed"
same "root reads it" "True" "$(trammel jewels $home --json --state "$state" | python3 -c 'import json, sys; print(any("closed/.aws" in j["path"] for j in json.load(sys.stdin)["jewels"]))')"
as_eve() { HOME_OF=/ clean setpriv --reuid 12399 --regid 12399 --clear-groups -- env ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" "$@"; }
install -d -m 0700 -o 12399 -g 12399 /tmp/eve
as_eve jewels $home --state /tmp/eve/state >"$CELL/logs/eve.out" 2>"$CELL/logs/eve.err"
same "somebody else's home is not an empty one" "2 1 0" "$? $(wc -l <"$CELL/logs/eve.err") $(wc -c <"$CELL/logs/eve.out")"
as_eve jewels /tmp/eve --state /home/ada/state >"$CELL/logs/eve2.out" 2>"$CELL/logs/eve2.err"
same "the state of somebody else is refused" "3 1" "$? $(wc -l <"$CELL/logs/eve2.err")"
same "nothing in the home was changed" "$before" "$(python3 "$tests/assess/tree.py" $home | sha256sum)"

# Ends that hold on: links in circles, pipes, devices, names that attack, a file that never ends.
odd=/home/ada/odd
mkdir -p $odd/.ssh $odd/.aws
ln -s $odd $odd/loop && ln -s loop2 $odd/loop2 && ln -s /dev/zero $odd/.env && ln -s /proc/self/mem $odd/.netrc
mkfifo $odd/.npmrc $odd/.ssh/id_rsa
truncate -s 40G $odd/.pgpass $odd/.git-credentials
printf 'API_KEY=sk-ant-api03-%s\n' "$(printf 'Ab3%.0s' {1..33})" >"$odd/.env."$'\e[2J\n<script>'
python3 -c 'import os, sys
path = sys.argv[1]
os.chdir(path)
for _ in range(400):
    os.mkdir("d"); os.chdir("d")
open(".env", "w").write("X=1\n")' $odd
timeout 300 env -i PATH=/usr/bin:/bin ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" jewels $odd --explain --state "$state" >"$CELL/logs/odd.out" 2>"$CELL/logs/odd.err"
same "links in circles, pipes, endless files and depths: it ends" 0 $?
grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$CELL/logs/odd.out" && fail "names are shown, not obeyed" "$(grep -nP '[\x00-\x08\x0b-\x1f\x7f]' "$CELL/logs/odd.out" | cat -v | head -3)"
ok "names are shown, not obeyed"

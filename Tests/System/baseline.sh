#!/usr/bin/env bash
# baseline save, list and diff: what opened, closed, grew worse or went out of sight, and files that are none of ours.
. "$(dirname "$0")/lib.sh"
need_packages
cell "$@"

home=/home/ada
mkdir -p $home/.openclaw $home/.npm-global/lib/node_modules/openclaw
write() { printf '%s\n' "$1" >$home/.openclaw/openclaw.json; }
release() { echo "{\"name\":\"openclaw\",\"version\":\"$1\"}" >$home/.npm-global/lib/node_modules/openclaw/package.json; }
write '{ gateway: { bind: "loopback", auth: { mode: "token", token: "4f9a1c7be02d83561a0b9e4477c2d01f" } } }'
release 2026.3.3
chmod 700 $home/.openclaw && chmod 600 $home/.openclaw/openclaw.json
chown -R 12345:12345 $home

baseline() { # baseline NAME CODE ARGUMENT...: as $out/NAME.json
  local name=$1 expected=$2 code
  shift 2
  trammel baseline "$@" --json --state "$state" >"$out/$name.json" 2>"$out/$name.err"
  code=$?
  [ $code = "$expected" ] || fail "baseline $* ends with $expected" "got: $code" "$(head -c 600 "$out/$name.err")"
}
refused() { # refused TEXT CODE WORDS ARGUMENT...: one line on stderr, nothing on stdout
  local text=$1 code=$2 words=$3
  shift 3
  trammel baseline "$@" --state "$state" >"$out/refused.txt" 2>"$out/refused.err"
  same "$text" "$code 0 1" "$? $(wc -c <"$out/refused.txt") $(wc -l <"$out/refused.err")"
  has "… and says why" "$out/refused.err" "$words"
}
value() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$out/$1.json" "$2"; }

baseline list0 0 list
same "nothing was kept yet" "[]" "$(value list0 d)"
refused "a name that was not kept" 2 "nothing was kept as before" diff before
for name in ../x .x -x a/b "$(printf 'a%.0s' {1..65})" '' $'a\nb'; do
  trammel baseline save --state "$state" -- "$name" >/dev/null 2>&1
  [ $? = 2 ] || fail "a name is no path: '$name'"
done
ok "a name is no path"

baseline save 0 save before
same "kept with its name and counts" "before 1 True" "$(value save "d['name'], d['agents'], d['findings'] > 0" | tr -d "(),'")"
baseline same 0 diff before --fail-on info
same "nothing changed: nothing is told, whatever --fail-on says" "[]" "$(value same "[k for k in ('appeared','gone','changed','opened','closed','worsened','eased','lost_sight') if d[k]]")"

# Worse.
write '{ gateway: { bind: "lan", auth: { mode: "token", token: "4f9a1c7be02d83561a0b9e4477c2d01f" } } }'
chmod 644 $home/.openclaw/openclaw.json
release 2026.3.2
baseline worse 0 diff before
same "what opened" "True True" "$(value worse "{'gateway.bind-exposed', 'files.configuration-mode'} <= {f['rule'] for f in d['opened']}, d['schema'] == 'trammel.drift/1'" | tr -d '(),')"
same "another release is told" "2026.3.3 2026.3.2" "$(value worse "[(c['before'], c['after']) for c in d['changed'] if c['what'] == 'version']" | tr -d "[](),'")"
baseline gate 1 diff before --fail-on high
baseline gate 0 diff before --fail-on critical
baseline save2 0 save worse
trammel baseline diff before worse --state "$state" >"$out/worse.txt" 2>&1 || fail "the text of a diff" "$(cat "$out/worse.txt")"
has "the text says how many" "$out/worse.txt" "opened"

# Better again, and the other way round.
write '{ gateway: { bind: "loopback", auth: { mode: "token", token: "4f9a1c7be02d83561a0b9e4477c2d01f" } } }'
chmod 600 $home/.openclaw/openclaw.json
release 2026.3.3
baseline better 0 diff worse --fail-on info
same "what closed" "True 0" "$(value better "{'gateway.bind-exposed', 'files.configuration-mode'} <= {f['rule'] for f in d['closed']}, len(d['opened'])" | tr -d '(),')"
baseline there 0 diff before worse
baseline back 0 diff worse before
same "both directions are mirror images" "True" "$(python3 - "$out/there.json" "$out/back.json" <<'END'
import json, sys
a, b = (json.load(open(one)) for one in sys.argv[1:])
ids = lambda rows: sorted((r["rule"], str(r["location"])) for r in rows)
print(ids(a["opened"]) == ids(b["closed"]) and ids(a["closed"]) == ids(b["opened"]) and ids(a["worsened"]) == ids(b["eased"]))
END
)"

# What cannot be read any more is no progress.
write '{ gateway: { bind: "loopback", '
baseline blind 0 diff worse
same "a broken configuration closes nothing that it hides" "True []" "$(value blind "'gateway.bind-exposed' in {f['rule'] for f in d['lost_sight']}, [f['rule'] for f in d['closed'] if f['rule'].startswith('gateway.')]" | tr -d '()' | sed 's/,//')"
write '{ gateway: { bind: "loopback", auth: { mode: "token", token: "4f9a1c7be02d83561a0b9e4477c2d01f" } } }'

# An agent comes and goes.
install -d -m 0700 $home/.codex && echo 'model = "o3"' >$home/.codex/config.toml && chown -R 12345:12345 $home/.codex
baseline came 0 diff before
same "an agent that came" "['codex-cli']" "$(value came "[a['kind'] for a in d['appeared']]")"
baseline savecodex 0 save with-codex
rm -r $home/.codex
baseline went 0 diff with-codex
same "an agent that went" "['codex-cli']" "$(value went "[a['kind'] for a in d['gone']]")"

baseline list3 0 list
same "the list, in the order in which they were kept" "['before', 'worse', 'with-codex']" "$(value list3 "[one['name'] for one in d]")"
same "their files are for nobody else" "" "$(find "$state/baselines" -perm /077)"

# Files that are damaged, cut, of somebody else's making, or from another machine.
kept=$state/baselines
cp "$kept/before.cbor" "$out/good.cbor"
head -c 100 "$out/good.cbor" >"$kept/cut.cbor"
: >"$kept/empty.cbor"
head -c 4096 /dev/urandom >"$kept/noise.cbor"
python3 - "$out/good.cbor" "$kept" <<'END'
import sys
good, kept = open(sys.argv[1], "rb").read(), sys.argv[2]
open(kept + "/trailing.cbor", "wb").write(good + b"\0")
# A severity that this program does not know: of a later version, or forged.
open(kept + "/severity.cbor", "wb").write(good.replace(b"hseverityfmedium", b"hseverityfmedixm"))
# A list that says that it has 2^60 elements.
open(kept + "/bomb.cbor", "wb").write(b"\xa1ffindings"[:9] + b"\x9b" + b"\x10" + b"\0" * 7)
open(kept + "/other-host.cbor", "wb").write(good.replace(b"dhostcbox", b"dhostcfox"))
open(kept + "/deep.cbor", "wb").write(b"\x81" * 100000 + b"\x00")
END
for name in cut empty noise trailing severity bomb deep; do
  trammel baseline diff $name before --state "$state" >"$out/$name.txt" 2>"$out/$name.err"
  code=$?
  [ "$code $(wc -l <"$out/$name.err")" = "2 1" ] || fail "a damaged file is refused: $name" "got: $code" "$(head -c 500 "$out/$name.err")"
  grep -q "$kept/$name.cbor" "$out/$name.err" || fail "it is named: $name" "$(cat "$out/$name.err")"
done
ok "a damaged file is refused and named: cut, empty, noise, more behind it, unknown severity, absurd length, endless depth"
trammel baseline list --state "$state" >"$out/list.txt" 2>"$out/list.err"
same "the list still shows the others" "0 True" "$? $(grep -q with-codex "$out/list.txt" && echo True)"
has "and names the damaged" "$out/list.txt" "noise"
trammel baseline diff other-host before --state "$state" >"$out/fox.txt" 2>"$out/fox.err"
code=$?
same "one of another machine is compared, and that is said" "0 1" "$code $(grep -c 'fox' "$out/fox.txt" "$out/fox.err" | awk -F: '{ n += $2 } END { print (n > 0) }')"
(cd "$kept" && rm -f cut.cbor empty.cbor noise.cbor trailing.cbor severity.cbor bomb.cbor deep.cbor other-host.cbor)

# A state that cannot be written or read.
as_ada env TRAMMEL_STATE="$state" ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" baseline save mine >"$out/ada.txt" 2>"$out/ada.err"
same "the state of somebody else is refused" "3 1" "$? $(wc -l <"$out/ada.err")"
install -d -m 0700 -o 12345 -g 12345 /home/ada/state
ada_trammel baseline save mine --state /home/ada/state >"$out/mine.txt" 2>&1 || fail "an ordinary user keeps their own" "$(cat "$out/mine.txt")"
chmod 0 /home/ada/state/baselines/mine.cbor
ada_trammel baseline diff mine --state /home/ada/state >"$out/unread.txt" 2>"$out/unread.err"
same "a file that may not be read is no empty one" "2 1" "$? $(grep -c 'cannot be read' "$out/unread.err")"
chmod 0500 /home/ada/state/baselines
ada_trammel baseline save more --state /home/ada/state >"$out/more.txt" 2>"$out/more.err"
same "a folder that may not be written" "3 1 0" "$? $(wc -l <"$out/more.err") $(wc -c <"$out/more.txt")"
chmod 0 /home/ada/state/baselines
ada_trammel baseline list --state /home/ada/state >"$out/shut.txt" 2>"$out/shut.err"
same "a folder that may not be listed is not an empty one" "3 0" "$? $(grep -c 'Nothing was kept' "$out/shut.txt")"
mount -t tmpfs -o size=64k full /mnt && chmod 700 /mnt
trammel baseline save big --state /mnt >"$out/full.txt" 2>"$out/full.err"
code=$?
[ $code = 3 ] && [ -z "$(ls /mnt/baselines 2>/dev/null)" ] && ok "a full disk: an error and no half file" || fail "a full disk: an error and no half file" "got: $code" "$(cat "$out/full.err")" "$(ls -la /mnt /mnt/baselines 2>&1)"
(cd "$CELL" && mkdir here && cd here && trammel baseline save near --state ./kept >"$out/near.txt" 2>&1) || fail "a relative --state" "$(cat "$out/near.txt")"
[ -f "$CELL/here/kept/baselines/near.cbor" ] && [ ! -e /kept ] && ok "a relative --state lies where it says" || fail "a relative --state lies where it says" "$(ls -d /kept "$CELL/here/kept" 2>&1)"

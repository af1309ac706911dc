#!/usr/bin/env bash
# Four installations as the layouts of January, March, April and August 2026 lie on a disk: audited, repaired, taken back.
. "$(dirname "$0")/lib.sh"
need_packages
cell "$@"

for one in jan:2001 mar:2002 apr:2003 aug:2004; do
  echo "${one%:*}:x:${one#*:}:${one#*:}::/home/${one%:*}:/bin/bash" >>"$CELL/etc/passwd"
done
python3 "$tests/assess/eras.py" /home || fail "the installations are laid out"
cp -a /home "$CELL/before"
tree() { python3 "$tests/assess/tree.py" /home >"$out/$1.tree"; }
look() { python3 "$tests/assess/findings.py" "$@"; }
audit() { # audit NAME CODE [ARGUMENT...]: as $out/NAME.json
  local name=$1 expected=$2
  shift 2
  trammel audit --json --state "$state" "$@" >"$out/$name.json" 2>"$out/$name.err"
  local code=$?
  [ $code = "$expected" ] || fail "audit $* ends with $expected" "got: $code" "stderr: $(head -c 600 "$out/$name.err")"
}
tree before
[ -z "${SHOW:-}" ] || trammel audit --state "$state" --fail-on never --fix --dry-run >&2

# What is there, and what the exit code says of it.
audit before 1
look schema "$out/before.json" && ok "four eras: one document of the contract" || fail "four eras: one document of the contract"
for level in info low medium high critical; do audit "level" 1 --fail-on $level; done
audit never 0 --fail-on never
trammel audit --fail-on grave --state "$state" >/dev/null 2>"$out/grave.err"
same "a level that is none is a mistake in the call" 2 $?
trammel audit /home/nobody --state "$state" >/dev/null 2>"$out/nobody.err"
same "so is a folder that is not there" "2 1" "$? $(wc -l <"$out/nobody.err")"
for era in jan mar apr aug; do
  look expected "$out/before.json" "$tests/assess/expected-$era.txt" "/home/$era" >"$out/$era.difference" ||
    fail "$era: the findings are those of its layout" "$(cat "$out/$era.difference")"
done
ok "each layout has its findings, neither more nor fewer ($(look count "$out/before.json"))"
secrets='changeme|4f9a1c7be02d|made-up-discord|AAabcdefghij|xoxb-made|ntn_made|sk-ant-made|old-and-without'
grep -qE "$secrets" "$out/before.json" && fail "no secret is in the answer" "$(grep -nE "$secrets" "$out/before.json" | head -3)"
ok "no secret is in the answer"

# Looking at what would be changed changes nothing, and shows the change.
trammel audit --fix --dry-run --state "$state" >"$out/dry.txt" 2>"$out/dry.err" || fail "--fix --dry-run ends with 0" "got: $?"
audit dry 0 --fix --dry-run
tree dry
same "--dry-run changes nothing" "" "$(diff "$out/before.tree" "$out/dry.tree")"
has "--dry-run shows the new value" "$out/dry.txt" '"redactSensitive": "tools"'
has "and the old one" "$out/dry.txt" '"redactSensitive": "off"'
grep -qE "$secrets" "$out/dry.txt" "$out/dry.json" && fail "no secret is in the difference" "$(grep -nE "$secrets" "$out/dry.txt" | head -3)"
ok "no secret is in the difference"
hasnt "a line that stays is not shown as changed" "$out/dry.txt" '- '"    "'"mode": "non-main"'
look short "$out/dry.txt" || fail "the difference shows what changes and a few lines around it" "$(wc -l <"$out/dry.txt") lines"
ok "the difference is short"

# Done.
audit fixed 1 --fix
tree fixed
look only "$out/before.tree" "$out/fixed.tree" "$out/dry.json" || fail "only what was shown is changed"
ok "only what was shown is changed, owner and group stay"
for era in jan mar apr aug; do
  name=$(cd "$CELL/before/$era" && find . -maxdepth 2 -name '*claw*.json' -o -maxdepth 2 -name clawdbot.json | head -1)
  look edit "$CELL/before/$era/$name" "/home/$era/$name" >"$out/edit.txt" || fail "$era: every comment and the order of keys stay" "$(cat "$out/edit.txt")"
done
ok "bytes of the configurations differ where a value was changed, and nowhere else"
look fewer "$out/before.json" "$out/fixed.json" >"$out/fewer.txt" || fail "fewer findings, none of them new" "$(cat "$out/fewer.txt")"
ok "fewer findings, none of them new ($(cat "$out/fewer.txt"))"
audit again 1 --fix
tree again
same "a second --fix finds nothing to do" "" "$(diff "$out/fixed.tree" "$out/again.tree")"
grep -rqE "$secrets" "$state"/ledger* && fail "no secret is in the ledger" "$(grep -rlE "$secrets" "$state")"
ok "no secret is in the ledger"
same "what was there before is kept for its owner alone" "" "$(find "$state" ! -type l -perm /077)"

# Taken back, and not twice.
trammel audit --undo --json --state "$state" >"$out/undo.json" 2>"$out/undo.err" || fail "--undo ends with 0" "$(cat "$out/undo.err")"
tree undone
same "--undo gives back every byte, mode and owner" "" "$(diff "$out/before.tree" "$out/undone.tree")"
trammel audit --undo --state "$state" >"$out/twice.txt" 2>"$out/twice.err"
same "a second --undo has nothing to do, and says so" "2 1" "$? $(grep -c 'no fix to take back' "$out/twice.err")"
tree twice
same "and changes nothing" "" "$(diff "$out/before.tree" "$out/twice.tree")"

# Ended in the middle: whatever was done by then is taken back.
moments=0
for wait in 0.02 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0 1.2; do
  (exec_clean ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" audit --fix --state "$state" --fail-on never >/dev/null 2>&1) &
  victim=$!
  sleep "$wait"
  kill -9 $victim 2>/dev/null && moments=$((moments + 1))
  wait $victim 2>/dev/null
  trammel audit --undo --state "$state" >"$out/crash.txt" 2>"$out/crash.err"
  code=$?
  tree crash
  changed=$(diff "$out/before.tree" "$out/crash.tree")
  [ -z "$changed" ] || fail "killed after $wait s: --undo gives back what was there" "undo ended with $code: $(cat "$out/crash.err")" "$changed"
  [ $code = 0 ] || grep -q 'no fix to take back' "$out/crash.err" || fail "killed after $wait s: --undo ends with 0, or has nothing to do" "got: $code" "$(cat "$out/crash.err")"
  left=$(find /home -name '*.trammel*' -o -name '.*.tmp*' -o -name '*~')
  [ -z "$left" ] || fail "killed after $wait s: nothing is left lying" "$left"
done
[ "$moments" -ge 3 ] || fail "a --fix was killed at some moments" "got: $moments"
ok "killed at $moments moments: --undo gives back every byte"

# What its owner changed after the fix is the owner's.
audit fixed2 1 --fix
printf '\n// mine\n' >>/home/mar/.openclaw/openclaw.json
chmod 0620 /home/apr/.openclaw/.env
trammel audit --undo --state "$state" >"$out/owner.txt" 2>"$out/owner.err"
same "a file that its owner changed since is not taken back without a word" 3 $?
has "it is named" "$out/owner.err" /home/mar/.openclaw/openclaw.json
has "so is one whose mode changed" "$out/owner.err" /home/apr/.openclaw/.env
has "what the owner wrote stays" /home/mar/.openclaw/openclaw.json "// mine"
same "everything else is back" "$(grep -vE ' /home/(mar/.openclaw/openclaw.json|apr/.openclaw/.env)$' "$out/before.tree")" \
  "$(python3 "$tests/assess/tree.py" /home | grep -vE ' /home/(mar/.openclaw/openclaw.json|apr/.openclaw/.env)$')"
trammel audit --undo --force --state "$state" >"$out/force.txt" 2>"$out/force.err" || fail "--undo --force ends with 0" "$(cat "$out/force.err")"
has "--force keeps what the owner wrote beside it" /home/mar/.openclaw/openclaw.json.before-undo "// mine"
rm -f /home/mar/.openclaw/openclaw.json.before-undo
tree forced
same "and gives the rest back" "" "$(diff "$out/before.tree" "$out/forced.tree")"

# One agent alone, by its owner, with a state directory of their own.
as_aug() { HOME_OF=/home/aug clean setpriv --reuid 2004 --regid 2004 --clear-groups -- env ${LIBRARIES:+LD_LIBRARY_PATH="$LIBRARIES"} "$TRAMMEL" "$@"; }
as_aug audit --fix --json --fail-on never >"$out/aug.json" 2>"$out/aug.err" || fail "an owner repairs without root" "$(cat "$out/aug.err")"
tree aug
same "an owner repairs what is theirs, and nobody else's" "aug" "$(diff "$out/before.tree" "$out/aug.tree" | sed -n 's/^> .* \/home\/\([a-z]*\)\/\.openclaw.*/\1/p' | sort -u)"
as_aug audit --undo >/dev/null 2>"$out/aug.err" || fail "and takes it back" "$(cat "$out/aug.err")"
rm -rf /home/aug/.local
tree last
same "and takes it back" "" "$(diff "$out/before.tree" "$out/last.tree")"
trammel ledger verify --state "$state" >"$out/verify.txt" 2>&1 || fail "the ledger still proves itself" "$(cat "$out/verify.txt")"
ok "the ledger still proves itself"

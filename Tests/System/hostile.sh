#!/usr/bin/env bash
# Names that attack whoever reads them: terminal escapes, line breaks, bytes that are no text, markup, endless titles.
. "$(dirname "$0")/lib.sh"
need_packages nodejs
cell "$@"

home=/home/ada
as_user_of() { setpriv --reuid 12345 --regid 12345 --clear-groups -- env -i PATH=/usr/bin:/bin HOME="$1" "${@:2}"; }

# Each is an agent by its script, so that its name, folder and user's files reach the output.
hostile() { # hostile FOLDER NAME...: a gateway of its own in a home with that name
  local folder=$1
  mkdir -p "$folder"
  chown -R 12345:12345 "$folder"
}
esc=$'\e]0;pwned\a\e[2J\e[31m'
evil_home=$home/"${esc}home"$'\n'"trammel: all is well <script>alert(1)<_script>"
hostile "$evil_home"
as_user_of "$evil_home" node "$tests/standin/openclaw-gateway.mjs" gateway --port 18789 --bind lan >/dev/null 2>&1 &
wait_for 20 "the gateway" listens 18789
wait_for 5 "its title" pgrep -x openclaw-gatewa

# Titles: the first argument is what a process calls itself. python3 lets bytes of any kind through execv.
cat >$CELL/titled.py <<'END'
import os, sys
kind, home = sys.argv[1], sys.argv[2]
title = {
    "escape": b"openclaw-gateway\x1b[2J\x1b]8;;http://evil\x1b\\",
    "lines": b"openclaw-gateway\nroot  1  init\r\n",
    "endless": b"openclaw-gateway " + b"A" * 100_000,
    "bytes": b"openclaw-gateway \xff\xfe\xc0\x80\xed\xa0\x80",
    "script": b"<script>alert(document.cookie)</script>",
    "bidi": "openclaw-gateway \u202e\u2066\u0007\u009b".encode("utf-8"),
}[kind]
read, write = os.pipe()
os.dup2(read, 0)
os.set_inheritable(write, True)
environment = {b"HOME": home.encode(), b"OPENCLAW_SERVICE_MARKER": b"openclaw", b"OPENCLAW_SERVICE_KIND": b"gateway" + title[:60].replace(b"\x00", b""), b"OPENCLAW_SERVICE_VERSION": title[:60]}
open("/proc/self/comm", "wb").write(title[:15])
os.execve("/usr/bin/node", [title, b"-e", b"setInterval(() => {}, 1e6)", title], environment)
END
titled=()
for kind in escape lines endless bytes script bidi; do
  install -d -o 12345 -g 12345 "$home/$kind"
  setpriv --reuid 12345 --regid 12345 --clear-groups -- python3 "$CELL/titled.py" $kind "$home/$kind" >/dev/null 2>&1 &
  titled[${#titled[@]}]=$!
done
for pid in "${titled[@]}"; do wait_for 10 "a title" sh -c "readlink /proc/$pid/exe | grep -q node"; done
# A unit and a configuration with the same tricks.
install -d -o 12345 -g 12345 "$home/.config/systemd/user" "$home/.openclaw/agents"
printf '[Unit]\nDescription=OpenClaw \033[2J\n[Service]\nExecStart=/usr/bin/node /x/openclaw/dist/index.js gateway\nEnvironment=OPENCLAW_PROFILE=<script>\n' >"$home/.config/systemd/user/openclaw-gateway-<script>.service"
printf '{"meta":{"lastTouchedVersion":"9\\u001b[2J"},"gateway":{"bind":"lan\\u001b[31m"},"agents":{"list":[{"id":"<script>alert(1)</script>\\u202e"}]},"tools":{"exec":{"mode":"full"}}}' >"$home/.openclaw/openclaw.json"

trammel up --once --state "$state" >"$out/up.txt" 2>&1 || fail "up --once ends with 0" "$(head -c 1000 "$out/up.txt" | cat -v)"
trammel up --once --json --state "$state" >"$out/up.json" 2>"$out/up.err" || fail "up --once --json ends with 0"
trammel agents --lost --state "$state" >"$out/agents.txt" 2>&1 || trammel agents --state "$state" >"$out/agents.txt" 2>&1
trammel find host --state "$state" >"$out/find.txt" 2>&1
: >"$out/show.txt"
for id in $(json up "' '.join(a['id'] for a in agents)"); do trammel agents show "$id" --state "$state" >>"$out/show.txt" 2>&1; done
for audit in text html markdown sarif; do
  trammel audit --format $audit --state "$state" --fail-on never >"$out/audit.$audit" 2>/dev/null || rm -f "$out/audit.$audit"
done
check "they are found" up "len(agents) >= 2 and 'openclaw' in kinds()"
check "the gateway in the evil home is one of them" up "any('evil' in str(a) or 'pwned' in str(a) for a in agents)"

[ -z "${SHOW:-}" ] || { json up "summary()" >&2; cat "$out/up.txt" >&2; }
plain() { # no byte that a terminal obeys, and nothing but UTF-8; colour would be obeyed as well, and is not written to a file
  python3 - "$1" "${2:-text}" <<'END'
import sys, unicodedata
data = open(sys.argv[1], "rb").read()
text = data.decode("utf-8")
bad = sorted({f"U+{ord(c):04X}" for c in text if (unicodedata.category(c) in ("Cc", "Cf") and c not in "\n\t\u00ad") or "\u200b" <= c <= "\u200f" or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"})
if bad:
    sys.exit(f"{sys.argv[1]}: {bad}")
longest = max((len(line) for line in text.split("\n")), default=0)
if sys.argv[2] == "text" and longest > 4000:
    sys.exit(f"{sys.argv[1]}: a line of {longest} characters")
END
}
for file in up agents find show; do
  message=$(plain "$out/$file.txt" 2>&1) && ok "$file: nothing that a terminal obeys" || fail "$file: nothing that a terminal obeys" "$message"
  ! grep -q '^trammel: all is well' "$out/$file.txt" && ok "$file: no line of an attacker's" || fail "$file: no line of an attacker's"
done
message=$(plain "$out/up.json" json 2>&1) && ok "JSON: UTF-8, escapes escaped" || fail "JSON: UTF-8, escapes escaped" "$message"
check "JSON: of a reasonable size" up "len(str(d)) < 2_000_000" "len(str(d))"
for file in "$out"/audit.*; do
  [ -s "$file" ] || continue
  message=$(plain "$file" json 2>&1) && ok "$(basename "$file"): nothing that a terminal obeys" || fail "$(basename "$file"): nothing that a terminal obeys" "$message"
done
[ ! -s "$out/audit.html" ] || hasnt "audit.html: names stay text" "$out/audit.html" "<script>alert"

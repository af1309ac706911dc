#!/usr/bin/env bash
# What is written for others: the report, and each format of an audit, fed with names that attack whoever reads them.
. "$(dirname "$0")/lib.sh"
need_packages
cell "$@"

assess=$tests/assess
format() { # format NAME COMMAND...: as $out/NAME
  local name=$1 code
  shift
  trammel "$@" --state "$state" >"$out/$name" 2>"$out/format.err"
  code=$?
  [ $code = 0 ] || fail "$* ends with 0" "got: $code" "$(head -c 600 "$out/format.err")"
}
holds() { # holds TEXT PROGRAM ARGUMENT...
  local text=$1 said
  shift
  said=$(python3 "$@" 2>&1) && ok "$text ($said)" || fail "$text" "$said"
}
text_stays_text() { # text_stays_text NAME: no character that a terminal obeys, no markup of an attacker's
  python3 - "$out/$1" <<'END' || fail "$1: names stay text" "$(cat "$out/bad.txt" 2>/dev/null)"
import re, sys, unicodedata
text = open(sys.argv[1], "rb").read().decode("utf-8")
bad = {f"U+{ord(c):04X}" for c in text if c not in "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c != "\u00ad"}
# In Markdown a span of code is text whatever it holds; plain text has no markup.
if sys.argv[1].endswith(".markdown"):
    bare = re.sub(r"(?<![`\\])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)", "", text)
    bad |= {line[:160] for line in bare.split("\n") if re.search(r"(?<!\\)<[a-z/!]", line)}
if bad: sys.exit(f"{sys.argv[1]}: {bad}")
END
  ok "$1: names stay text"
}

# Nothing here: said in every format.
for one in html markdown json; do format "none.$one" report --format $one; done
has "no agent: the report says so" "$out/none.markdown" "No AI agent was found"
holds "no agent: the page stands" "$assess/page.py" "$out/none.html" report
trammel report --format pdf --state "$state" >"$out/pdf.txt" 2>"$out/pdf.err"
same "a format that is none is a mistake in the call" "2 0 1" "$? $(wc -c <"$out/pdf.txt") $(wc -l <"$out/pdf.err")"

# Many agents, four of them as people have them, ten with hostile names.
for number in 0 1 2 3 4 5 6 7 8 9; do echo "h$number:x:300$number:300$number::/home/h$number:/bin/bash" >>"$CELL/etc/passwd"; done
for one in jan:2001 mar:2002 apr:2003 aug:2004; do echo "${one%:*}:x:${one#*:}:${one#*:}::/home/${one%:*}:/bin/bash" >>"$CELL/etc/passwd"; done
python3 "$assess/eras.py" /home && python3 "$assess/hostile_homes.py" /home || fail "the installations are laid out"
for one in html markdown json; do format "report.$one" report --format $one; done
for one in html markdown json sarif ocsf text; do format "audit.$one" audit --format $one --fail-on never; done
same "all of them are there" True "$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["agents"]) >= 14)' "$out/report.json")"
holds "the report: alone, without jargon on page one, charts with a title" "$assess/page.py" "$out/report.html" report
holds "the page of an audit: alone, and markup of others is text" "$assess/page.py" "$out/audit.html"
for one in report.markdown audit.markdown audit.text; do text_stays_text $one; done
holds "SARIF: the schema's members, types and enumerations" "$assess/formats.py" sarif "$out/audit.sarif"
holds "OCSF: the attributes of class 2003" "$assess/formats.py" ocsf "$out/audit.ocsf"
holds "JSON: the shape of the contract" "$assess/findings.py" schema "$out/audit.json"
same "one result for each finding, in each format" "True" "$(python3 - "$out" <<'END'
import json, sys
out = sys.argv[1]
findings = len(json.load(open(out + "/audit.json"))["findings"])
sarif = len(json.load(open(out + "/audit.sarif"))["runs"][0]["results"])
ocsf = sum(1 for line in open(out + "/audit.ocsf", encoding="utf-8"))
print(findings == sarif == ocsf)
END
)"
same "Markdown: a table has as many columns in each row" "" "$(python3 - "$out/report.markdown" "$out/audit.markdown" <<'END'
import re, sys
for name in sys.argv[1:]:
    width = 0
    for number, line in enumerate(open(name, encoding="utf-8"), 1):
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.sub(r"\\.|`[^`]*`", "", line).strip().strip("|").split("|"))
        if width and cells != width:
            print(name, number, cells, width)
        width = width or cells
END
)"
secrets='changeme|4f9a1c7be02d|made-up-discord|AAabcdefghij|xoxb-made|ntn_made|sk-ant-made|ghp_aaaa|made-up-zzz'
leaked=$(grep -lE "$secrets" "$out"/report.* "$out"/audit.*)
same "no secret is in any of them" "" "$leaked"

# Written to a file: whole or not at all, for its owner alone.
trammel report --output "$out/kept.html" --state "$state" >"$out/kept.txt" 2>&1 || fail "report --output" "$(cat "$out/kept.txt")"
same "--output: for its owner alone" 600 "$(stat -c %a "$out/kept.html")"
(cd "$out" && trammel report --output here.html --state "$state" >/dev/null 2>&1)
[ -s "$out/here.html" ] && ok "--output beside where one stands" || fail "--output beside where one stands"
ln -s /etc/passwd "$out/link.html"
before=$(sha256sum </etc/passwd)
trammel report --output "$out/link.html" --state "$state" >/dev/null 2>&1
same "--output does not write through a link" "$before" "$(sha256sum </etc/passwd)"
trammel report --output "$out/nowhere/a.html" --state "$state" >"$out/nowhere.txt" 2>"$out/nowhere.err"
same "--output into a folder that is not there is one line of error" "2 1" "$? $(wc -l <"$out/nowhere.err")"
mount -t tmpfs -o size=16k full /mnt
trammel report --output /mnt/a.html --state "$state" >/dev/null 2>"$out/full.err"
code=$?
[ $code != 0 ] && [ -z "$(ls /mnt)" ] && ok "a full disk: an error and no half page" || fail "a full disk: an error and no half page" "got: $code" "$(ls -la /mnt)"
umount /mnt

# Printed: the first page fits on one sheet of A4, with many agents and with one.
if command -v chromium >/dev/null; then
  for one in none report; do
    python3 - "$out/$one.html" "$CELL/first-$one.html" <<'END'
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
open(sys.argv[2], "w", encoding="utf-8").write(re.sub(r'<h2 class="second">.*?</main>', "</main>", text, flags=re.S).replace("@page {", "@page { size: A4;"))
END
    clean timeout 120 chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-pdf-header-footer --user-data-dir=/tmp/chromium \
      --print-to-pdf="$CELL/first-$one.pdf" "file://$CELL/first-$one.html" >"$out/chromium.txt" 2>&1
    [ -s "$CELL/first-$one.pdf" ] || { echo "      chromium prints nothing here: $(tail -1 "$out/chromium.txt" | cut -c1-120)"; continue; }
    same "the first page of $one fits on one sheet" 1 "$(python3 -c 'import re, sys; print(len(re.findall(rb"/Type\s*/Page\b(?!s)", open(sys.argv[1], "rb").read())))' "$CELL/first-$one.pdf")"
  done
else
  echo "      no chromium here: printing is not looked at"
fi

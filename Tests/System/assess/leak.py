"""leak.py MANIFEST HOME FOLDER|FILE...: no value that seed_home.py planted, nor a piece of what looks random in the files of
the home, is in any file named or below a folder named: as text, in UTF-16, in hex or in base64. Prints what was looked for."""
import base64
import json
import os
import re
import sys

manifest, home, places = sys.argv[1], sys.argv[2], sys.argv[3:]
pieces = set()
for entry in json.load(open(manifest)):
    value = entry.get("value") or ""
    if len(value) >= 12 and not value.startswith("-----BEGIN"):
        pieces.add((value.rsplit("@", 1)[0] if "://" in value else value)[-12:].encode())
for at, _, files in os.walk(home):
    for name in files:
        path = f"{at}/{name}"
        if not os.path.isfile(path) or os.path.islink(path):
            continue
        with open(path, "rb") as file:
            text = file.read()
        for word in re.findall(rb"[A-Za-z0-9]{16,}", text):
            if re.search(rb"[0-9]", word) and re.search(rb"[a-z]", word) and re.search(rb"[A-Z]", word):
                pieces.add(word[:12])
forms = {}
for piece in pieces:
    for form in piece, piece.decode().encode("utf-16-le"), piece.hex().encode(), base64.b64encode(piece[:12]):
        forms[form] = piece
finder = re.compile(b"|".join(re.escape(one) for one in sorted(forms, key=len, reverse=True)))


def files(place):
    if os.path.isfile(place):
        yield place
    for at, _, names in os.walk(place):
        for name in names:
            yield f"{at}/{name}"


found = []
for place in places:
    for path in files(place):
        with open(path, "rb") as file:
            hit = finder.search(file.read())
        if hit:
            found.append(f"{path}: {hit.group(0)[:6]}…")
print("\n".join(found) if found else f"{len(pieces)} values")
sys.exit(1 if found or len(pieces) < 100 else 0)

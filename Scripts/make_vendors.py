#!/usr/bin/env python3
"""Compacts the IEEE's registry of network card makers into Sources/Core/Knowledge/Data/vendors.txt.

    apt-get install ieee-data
    Scripts/make_vendors.py [/usr/share/ieee-data] > Sources/Core/Knowledge/Data/vendors.txt

One line for each prefix, sorted by bytes: the prefix as 6, 7 or 9 upper-case hexadecimal digits (24, 28 or 36 bits),
a blank, the maker's name. The program searches these lines in place, so the order is part of the format.
The IEEE asserts no copyright in the listing. Run again when Debian ships a newer one.
"""
import csv
import sys
import unicodedata

SOURCES = {"oui.csv": 6, "mam.csv": 7, "oui36.csv": 9, "iab.csv": 9}


def clean(name):
    """One line, one blank between words, nothing invisible, 48 characters at most."""
    visible = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in name)
    words = " ".join(visible.split())
    return words if len(words) <= 48 else words[:47].rstrip() + "…"


def main(folder):
    makers = {}
    for source, digits in SOURCES.items():
        with open(f"{folder}/{source}", newline="", encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                prefix, name = row["Assignment"].strip().upper(), clean(row["Organization Name"])
                if len(prefix) != digits or not name or any(c not in "0123456789ABCDEF" for c in prefix):
                    sys.exit(f"{source}: unexpected row {row}")
                # "Private" is a maker that paid to stay unnamed; "IEEE Registration Authority" holds blocks that are
                # handed out in smaller pieces. Neither names anyone.
                if name not in ("Private", "IEEE Registration Authority"):
                    makers.setdefault(prefix, name)
    for prefix in sorted(makers):
        print(prefix, makers[prefix])


main(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/ieee-data")

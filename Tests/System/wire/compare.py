#!/usr/bin/env python3
"""compare.py TRUTH SEEN: what `find capture --json` said (SEEN) against what must be found (TRUTH), difference by difference.

TRUTH has "hosts", a table from address to {"verdict" (or those allowed), "kind"?, "signs"?, "without"?, "concerns"?, "statement"?}:
those that are judged; no other host may get a verdict but "nothing". Every other member is compared with the same member of "capture".
"""
import json
import sys

truth, seen = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
capture, wrong = seen["capture"], []


def check(what, wanted, found):
    if isinstance(wanted, dict) and isinstance(found, dict) and what.split(".")[-1] not in ("ja4", "by_type", "names"):
        for key in wanted:
            check(f"{what}.{key}".strip("."), wanted[key], found.get(key))
    elif wanted != found:
        wrong.append(f"{what}: {json.dumps(found, sort_keys=True)}, should be {json.dumps(wanted, sort_keys=True)}")


names = {n["name"]: {k: n[k] for k in ("queries", "tls", "quic")} for n in capture["names"]}
for key, wanted in truth.items():
    if key not in ("hosts", "program"):
        check(key, wanted, names if key == "names" else capture.get(key))
by_address = {address: host for host in seen["hosts"] for address in host["addresses"]}
for address, wanted in truth["hosts"].items():
    host = by_address.get(address)
    if host is None:
        if "nothing" not in wanted["verdict"]:
            wrong.append(f"{address}: not among the hosts, should be {wanted['verdict']}")
        continue
    allowed = wanted["verdict"] if isinstance(wanted["verdict"], list) else [wanted["verdict"]]
    check(f"{address} verdict", (allowed[0] if host["verdict"] not in allowed else host["verdict"], wanted.get("kind")), (host["verdict"], host.get("kind")))
    for member in ("signs", "concerns"):
        there = {entry["name"] for entry in host[member]}
        for name in wanted.get(member, []):
            if name not in there:
                wrong.append(f"{address}: no {name} among {member}: {sorted(there)}")
    for name in wanted.get("without", []):
        if name in {entry["name"] for entry in host["signs"]}:
            wrong.append(f"{address}: {name} among its signs")
    if wanted.get("statement", "") not in host["statement"]:
        wrong.append(f"{address}: says '{host['statement']}', should say '{wanted['statement']}'")
for address, host in by_address.items():
    if not truth["hosts"].keys() & set(host["addresses"]) and host["verdict"] != "nothing":
        wrong.append(f"{address}: {host['verdict']} {host.get('kind', '')}, and nothing should be said of it: {host['statement']}")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)

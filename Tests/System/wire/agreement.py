#!/usr/bin/env python3
"""Compares what `trammel find capture` says of captures with what their generator wrote down.

agreement.py TRAMMEL CAPTURE...: beside each CAPTURE lies CAPTURE.json or the same name with .json, with the exact counts
that a correct decoder finds. Prints one line a capture, and each difference; exit 1 where there is one.
"""
import json
import os
import subprocess
import sys


def truth_of(path):
    for candidate in (path + ".json", os.path.splitext(path)[0] + ".json"):
        if os.path.exists(candidate):
            with open(candidate, encoding="utf-8") as file:
                return json.load(file)
    sys.exit(f"agreement: no truth beside {path}")


def seen_by(program, path):
    done = subprocess.run(
        [program, "find", "capture", path, "--no-inventory", "--json", "--names", "1000000"],
        capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"agreement: {path}: exit {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def compare(truth, seen, path):
    capture = seen["capture"]
    names = capture["names"]
    differences = []

    def check(what, wanted, found):
        if wanted != found:
            differences.append(f"{what}: {found}, should be {wanted}")

    check("frames", truth["packets"], capture["frames"])
    check("DNS queries", truth["dns"]["queries"], capture["dns"]["queries"])
    check("DNS responses", truth["dns"]["responses"], capture["dns"]["responses"])
    check("DNS over TCP", truth["dns"]["tcp_messages"], capture["dns"]["over_tcp"])
    check("NXDOMAIN", truth["dns"]["nxdomain"], capture["dns"]["nxdomain"])
    check("mDNS queries", truth["mdns"]["queries"], capture["mdns"]["queries"])
    check("mDNS responses", truth["mdns"]["responses"], capture["mdns"]["responses"])
    check("TLS hellos", truth["tls"]["client_hellos"], capture["tls"]["client_hellos"])
    check("TLS hellos in several segments", truth["tls"]["split_over_segments"], capture["tls"]["split"])
    check("QUIC hellos", truth["quic"]["client_hellos"], capture["quic"]["client_hellos"])
    check("QUIC hellos in several packets", truth["quic"]["multi_packet_hellos"], capture["quic"]["split"])
    check("JA4 of TLS", truth["tls"]["ja4"], capture["tls"]["ja4"])
    check("JA4 of QUIC", truth["quic"]["ja4"], capture["quic"]["ja4"])
    check("TLS names", truth["tls"]["sni"], {n["name"]: n["tls"] for n in names if n["tls"]})
    check("QUIC names", truth["quic"]["sni"], {n["name"]: n["quic"] for n in names if n["quic"]})
    check("DNS names", truth["dns"]["by_name"], {n["name"]: n["queries"] for n in names if n["queries"]})
    check("DNS types", truth["dns"]["by_type"], capture["dns"]["by_type"])
    found = {a for host in seen["hosts"] if host["verdict"] in ("agent", "likely-agent") for a in host["addresses"]}
    agents = {a["ip"] for a in truth["agents"]}
    people = {p["ip"] if isinstance(p, dict) else p for p in truth["people"]}
    missed = agents - found
    wrong = found & people
    if missed:
        differences.append(f"agents not found: {sorted(missed)}")
    if wrong:
        differences.append(f"people taken for agents: {sorted(wrong)}")
    state = "agrees" if not differences else f"{len(differences)} differences"
    print(f"{os.path.basename(path):28} {capture['frames']:>9} frames  "
          f"{capture['tls']['client_hellos']:>6} TLS  {capture['quic']['client_hellos']:>6} QUIC  "
          f"{capture['dns']['queries']:>7} DNS  {len(agents)}/{len(agents & found)} agents  {state}")
    for difference in differences:
        print("    " + difference[:400])
    return not differences


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    good = [compare(truth_of(path), seen_by(sys.argv[1], path), path) for path in sys.argv[2:]]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""truth.py CAPTURE...: writes beside each capture what it holds, as tshark counts it, into NAME.json.

Verdicts are not tshark's to give: "hosts" is by hand and stays as it is, as does every other member that is not counted
here. JA4 is put together from tshark's fields; a GREASE value is left out of the signature algorithms too.
"""
import collections
import hashlib
import json
import os
import subprocess
import sys


def fields(path, condition, names, *options):
    command = ["tshark", "-r", path, "-n", "-Y", condition, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=,", *options]
    for name in names:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def numbers(text):
    values = [int(v, 0) for v in text.split(",") if v]
    return [v for v in values if v & 0x0F0F != 0x0A0A or v >> 8 != v & 255]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "0" * 12


def ja4(carrier, row):
    version, offered, ciphers, extensions, algorithms, protocols, name = row
    versions = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10"}
    known = [v for v in numbers(offered) if v in versions] or [int(version.split(",")[0], 0)]
    ciphers, extensions, algorithms = numbers(ciphers), numbers(extensions), numbers(algorithms)
    protocol = protocols.split(",")[0]
    letters = protocol[0] + protocol[-1] if protocol else "00"
    kept = sorted(f"{e:04x}" for e in extensions if e not in (0, 16))
    tail = ",".join(kept) + ("_" + ",".join(f"{a:04x}" for a in algorithms) if algorithms else "")
    return (
        f"{carrier}{versions[max(known)]}{'d' if 0 in extensions else 'i'}{min(len(ciphers), 99):02}{min(len(extensions), 99):02}"
        f"{letters}_{digest(','.join(sorted(f'{c:04x}' for c in ciphers)))}_{digest(tail)}")


HELLO = [
    "tls.handshake.version", "tls.handshake.extensions.supported_version", "tls.handshake.ciphersuite",
    "tls.handshake.extension.type", "tls.handshake.sig_hash_alg", "tls.handshake.extensions_alpn_str",
    "tls.handshake.extensions_server_name",
]
KINDS = {1: "A", 16: "TXT", 28: "AAAA", 65: "HTTPS"}


def count(path):
    names = collections.defaultdict(lambda: {"queries": 0, "tls": 0, "quic": 0})
    dns = {"queries": 0, "responses": 0, "over_tcp": 0, "nxdomain": 0}
    kinds = collections.Counter()
    for answer, code, name, kind, protocol in fields(
            path, "dns && !mdns && !icmp", ["dns.flags.response", "dns.flags.rcode", "dns.qry.name", "dns.qry.type", "ip.proto"]):
        answers = [a in ("1", "True") for a in answer.split(",")]
        dns["responses"] += sum(answers)
        dns["queries"] += len(answers) - sum(answers)
        dns["over_tcp"] += len(answers) if protocol == "6" else 0
        dns["nxdomain"] += code.split(",").count("3")
        for is_answer, asked, number in zip(answers, name.split(","), kind.split(",")):
            if not is_answer:
                names[asked.lower()]["queries"] += 1
                kinds[KINDS[int(number)]] += 1
    mdns = {"queries": 0, "responses": 0}
    for (answer,) in fields(path, "mdns", ["dns.flags.response"]):
        mdns["responses" if answer in ("1", "True") else "queries"] += 1
    tls, quic = collections.Counter(), collections.Counter()
    for row in fields(path, "tls.handshake.type == 1 && tcp", HELLO):
        tls[ja4("t", row)] += 1
        if row[-1]:
            names[row[-1].lower()]["tls"] += 1
    for row in fields(path, "tls.handshake.type == 1 && quic", HELLO):
        quic[ja4("q", row)] += 1
        names[row[-1].lower()]["quic"] += 1
    frames = len(fields(path, "frame", ["frame.number"]))
    return {
        "frames": frames, "dns": {**dns, "by_type": dict(sorted(kinds.items()))}, "mdns": mdns,
        "tls": {"client_hellos": sum(tls.values()), "ja4": dict(sorted(tls.items()))},
        "quic": {"client_hellos": sum(quic.values()), "ja4": dict(sorted(quic.items()))},
        "http": {
            "connects": len(fields(path, 'http.request.method == "CONNECT"', ["frame.number"])),
            "websockets": len(fields(path, "http.request && http.upgrade", ["frame.number"])),
            "gateway_challenges": len(fields(path, 'websocket && frame contains "connect.challenge"', ["frame.number"])),
        },
        "ssh": len({row[0] for row in fields(path, "ssh.protocol", ["tcp.stream"])}),
        "names": {name: names[name] for name in sorted(names)},
    }


for path in sys.argv[1:]:
    beside = os.path.splitext(path)[0] + ".json"
    truth = {}
    if os.path.exists(beside):
        with open(beside, encoding="utf-8") as file:
            truth = json.load(file)
    truth.setdefault("hosts", {})
    truth.update(count(path))
    with open(beside, "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1)
        file.write("\n")

#!/usr/bin/env python3
"""Flow exports for flows.sh.

exports.py totals CAPTURE [6]            what TCP and UDP over IPv4 (and IPv6) in a capture of Ethernet add up to, as an exporter
                                         counts: one record for each direction of a connection, octets of IP; and by server
exports.py send CAPTURE PORT [skip N]    sends the UDP payloads of a capture to 127.0.0.1:PORT again, from one port, the first N not
exports.py samples CAPTURE               flow samples in the sFlow datagrams of an agent with an IPv4 address
exports.py raw CAPTURE FILE              writes those payloads one after another, nothing between them
"""
import collections
import json
import socket
import struct
import sys
import time


def frames(path):
    data, place = open(path, "rb").read(), 24
    if data[:4] != b"\xd4\xc3\xb2\xa1":
        sys.exit(f"exports: {path} is no pcap of microseconds, least byte first")
    while place + 16 <= len(data):
        kept = struct.unpack("<I", data[place + 8:place + 12])[0]
        yield data[place + 16:place + 16 + kept]
        place += 16 + kept


def segment(frame, six):
    """Ends, protocol and octets of IP; nil where it is neither TCP nor UDP."""
    kind = frame[12:14]
    if kind == b"\x08\x00":
        start, protocol, octets = 14 + 4 * (frame[14] & 15), frame[23], struct.unpack(">H", frame[16:18])[0]
        ends = (socket.inet_ntop(socket.AF_INET, frame[26:30]), socket.inet_ntop(socket.AF_INET, frame[30:34]))
    elif kind == b"\x86\xdd" and six:
        start, protocol, octets = 54, frame[20], 40 + struct.unpack(">H", frame[18:20])[0]
        ends = (socket.inet_ntop(socket.AF_INET6, frame[22:38]), socket.inet_ntop(socket.AF_INET6, frame[38:54]))
    else:
        return None
    if protocol not in (6, 17):
        return None
    return (*ends, *struct.unpack(">HH", frame[start:start + 4]), protocol), octets


def totals(path, six):
    flows, octets, packets, up, down = set(), 0, 0, collections.Counter(), collections.Counter()
    for frame in frames(path):
        found = segment(frame, six)
        if found:
            flow, size = found
            flows.add(flow)
            octets += size
            packets += 1
            if flow[3] == 443:
                up[flow[1]] += size
            if flow[2] == 443:
                down[flow[0]] += size
    print(json.dumps({"records": len(flows), "bytes": octets, "packets": packets, "up": up, "down": down}))


def payloads(path):
    return [f[14 + 4 * (f[14] & 15) + 8:14 + struct.unpack(">H", f[16:18])[0]] for f in frames(path) if f[12:14] == b"\x08\x00" and f[23] == 17]


def send(path, port, skip):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 40123))
        for payload in payloads(path)[skip:]:
            sender.sendto(payload, ("127.0.0.1", port))
            time.sleep(0.001)


def samples(path):
    count = 0
    for payload in payloads(path):
        place = 28
        for _ in range(struct.unpack(">I", payload[24:28])[0]):
            kind, size = struct.unpack(">II", payload[place:place + 8])
            count += kind in (1, 3)
            place += 8 + size
    print(count)


if sys.argv[1] == "totals":
    totals(sys.argv[2], len(sys.argv) > 3)
elif sys.argv[1] == "samples":
    samples(sys.argv[2])
elif sys.argv[1] == "send":
    send(sys.argv[2], int(sys.argv[3]), int(sys.argv[5]) if len(sys.argv) > 4 else 0)
else:
    open(sys.argv[3], "wb").write(b"".join(payloads(sys.argv[2])))

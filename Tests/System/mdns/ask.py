#!/usr/bin/env python3
"""Small questions for Tests/System/mdns.sh.

ask.py unicast ADDRESS NAME COUNT   asks ADDRESS:5353 alone for NAME's address, COUNT times; prints how many answers came
ask.py browse INTERFACE TYPE        asks the group for TYPE, as a client does that looks for gateways
ask.py steal SECONDS                holds the wildcard on port 5353, as a careless listener does
"""
import socket
import struct
import sys
import time


def wire(text):
    return b"".join(bytes([len(l)]) + l.encode() for l in text.split(".")) + b"\0"


def question(text, kind, ident=0):
    return struct.pack("!6H", ident, 0, 1, 0, 0, 0) + wire(text) + struct.pack("!2H", kind, 1)


def unicast(address, text, count):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    answers = 0
    for ident in range(1, count + 1):
        with socket.socket(family, socket.SOCK_DGRAM) as asker:
            asker.settimeout(0.7)
            asker.sendto(question(text, 28 if family == socket.AF_INET6 else 1, ident), (address, 5353))
            try:
                answer = asker.recv(9000)
                answers += answer[:2] == struct.pack("!H", ident) and answer[2] & 0x80 != 0
            except TimeoutError:
                pass
    print(answers)


def browse(interface, text):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.setsockopt(
            socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("4s4si", b"\0" * 4, b"\0" * 4, socket.if_nametoindex(interface)))
        asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        asker.sendto(question(text, 12), ("224.0.0.251", 5353))


def steal(seconds):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("", 5353))
        print("holding", flush=True)
        time.sleep(seconds)


if sys.argv[1] == "unicast":
    unicast(sys.argv[2], sys.argv[3], int(sys.argv[4]))
elif sys.argv[1] == "browse":
    browse(sys.argv[2], sys.argv[3])
else:
    steal(float(sys.argv[2]))

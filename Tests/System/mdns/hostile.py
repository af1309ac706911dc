#!/usr/bin/env python3
"""A hostile announcer for Tests/System/mdns.sh: hostile.py INTERFACE [INSTANCES]

Sends raw multicast DNS packets to 224.0.0.251 on one interface: what a stranger on the segment can send. Run it in a
network namespace only.
"""
import socket
import struct
import sys

GROUP, PORT = "224.0.0.251", 5353
TYPE = b"\x0c_openclaw-gw\x04_tcp\x05local\x00"


def name(*labels):
    return b"".join(bytes([len(l)]) + l for l in labels) + b"\x00"


def record(owner, kind, data, ttl=120, cls=1, length=None):
    return owner + struct.pack("!HHIH", kind, cls, ttl, len(data) if length is None else length) + data


def message(*records, count=None):
    return struct.pack("!6H", 0, 0x8400, 0, len(records) if count is None else count, 0, 0) + b"".join(records)


def instance(label, host=b"evil", port=18789, text=b"\x0crole=gateway", address=b"\x0a\x4d\x00\x42"):
    owner = bytes([len(label)]) + label + TYPE
    target = name(host, b"local")
    return [
        record(TYPE, 12, owner),
        record(owner, 33, struct.pack("!3H", 0, 0, port) + target, cls=0x8001),
        record(owner, 16, text, cls=0x8001),
        record(target, 1, address, cls=0x8001),
    ]


def main():
    interface = sys.argv[1]
    instances = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sender.setsockopt(
        socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("4s4si", b"\0" * 4, b"\0" * 4, socket.if_nametoindex(interface)))
    sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    sender.bind(("", 0))

    def send(packet):
        sender.sendto(packet, (GROUP, PORT))

    # A name that points at itself, one that points forward, and two that point at each other.
    send(message(record(b"\xc0\x0c", 12, b"\x00")))
    send(message(record(b"\xc0\x20", 12, b"\x00" * 40)))
    send(message(record(TYPE, 12, b"\x01a\xc0\x2f\x01b\xc0\x2b")))
    # A label type that nobody uses.
    send(message(record(b"\x80abc\x00", 12, b"\x00")))
    # An address of three bytes, a service of two, data that ends behind the packet: each beside a sound instance.
    send(message(record(name(b"evil", b"local"), 1, b"\x01\x02\x03"), *instance(b"beside-damage")))
    send(message(record(bytes([1]) + b"x" + TYPE, 33, b"\x00\x00")))
    send(message(*instance(b"before-the-cut"), record(TYPE, 12, b"\x00", length=60000)))
    # A label and attributes that are no UTF-8, terminal escapes, markup.
    send(message(*instance(b"\xff\xfe\x80", text=b"\x06a=\xff\xff\xff\xff\x0crole=gateway")))
    send(message(*instance(b"\x1b[2J\x1b]0;owned\x07")))
    send(message(*instance(b"<script>alert(1)</script>")))
    # TXT that contradicts the service record: it must not win.
    send(message(*instance(b"liar", port=4444, text=b"\x0crole=gateway\x11gatewayPort=18789")))
    # No DNS at all, half a header, and a datagram above the limit of RFC 6762.
    send(b"GET / HTTP/1.1\r\n\r\n")
    send(b"\x00\x00\x84")
    send(message(*instance(b"large", text=b"".join(b"\xff" + bytes([65 + i % 26]) * 255 for i in range(40)))))
    # Thousands of instances that do not exist.
    for index in range(instances):
        send(message(*instance(b"fake-%d" % index, host=b"fake-%d" % index)))


main()

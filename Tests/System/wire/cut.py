#!/usr/bin/env python3
"""cut.py IN OUT BYTES: a capture whose connections are whole up to BYTES of payload a direction; of what follows only the
heads of frames stay (70 bytes), with their true length beside them, as a capture with a snap length has it.

Takes what tcpdump writes on Ethernet: pcap of microseconds, least byte first.
"""
import struct
import sys

HEAD = 70


def payload(frame):
    """The connection and direction of a TCP segment with the bytes that it carries, by the lengths in its headers."""
    kind = struct.unpack(">H", frame[12:14])[0]
    if kind == 0x0800:
        start, size, protocol = 14 + 4 * (frame[14] & 15), struct.unpack(">H", frame[16:18])[0], frame[23]
        end, ends = 14 + size, frame[26:34]
    elif kind == 0x86DD:
        start, protocol = 54, frame[20]
        end, ends = 54 + struct.unpack(">H", frame[18:20])[0], frame[22:54]
    else:
        return None, 0
    if protocol != 6:
        return None, 0
    return ends + frame[start:start + 4], end - start - 4 * (frame[start + 12] >> 4)


def main():
    source, target, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
    data = open(source, "rb").read()
    if data[:4] != b"\xd4\xc3\xb2\xa1":
        sys.exit(f"cut: {source} is no pcap of microseconds, least byte first")
    out, seen, place = bytearray(data[:24]), {}, 24
    while place + 16 <= len(data):
        seconds, micros, kept, length = struct.unpack("<IIII", data[place:place + 16])
        frame = data[place + 16:place + 16 + kept]
        place += 16 + kept
        flow, size = payload(frame)
        if flow and size > 0:
            before = seen.get(flow, 0)
            seen[flow] = before + size
            if before >= limit:
                frame = frame[:HEAD]
        out += struct.pack("<IIII", seconds, micros, len(frame), length) + frame
    open(target, "wb").write(out)


main()

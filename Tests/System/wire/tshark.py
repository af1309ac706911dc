#!/usr/bin/env python3
"""Compares what `trammel find capture` says of captures with what tshark says, field by field.

tshark.py [--quiet] TRAMMEL CAPTURE...: a line for each capture, below it each difference with its reason, or with the
frames that tshark saw where nobody knows one yet; at the end a Markdown table of all fields. --quiet leaves out what is
explained. Exit 1 where a difference has no reason.

tshark gets the options that make it as good as it can be (OPTIONS). Where the two still differ because they answer
different questions, or one of them does not look, the reason stands in REASONS, and the program's figure must lie between
what tshark says with and without what the reason is about: a reason never excuses more than the frames it is given for.
"""
import collections
import hashlib
import json
import re
import subprocess
import sys

OPTIONS = [
    # Without it, hellos whose segments come out of order are lost (3 of 2248 in a capture of 1.4 million frames).
    "-o", "tcp.reassemble_out_of_order:TRUE",
    # A client port that is registered for something else takes the flow from its dissector (37008 is TZSP's): the
    # server's port decides first.
    "-d", "udp.port==443,quic", "-d", "udp.port==53,dns", "-d", "tcp.port==53,dns", "-d", "tcp.port==443,tls",
    "-d", "udp.port==5353,mdns",
]

REASONS = {
    "idle": "a conversation silent for 600 s (UDP: 120 s) is over, and its next packet opens another",
    "again": "a SYN after the end of a conversation opens another",
    "vlan": "the same ends in another VLAN or overlay network are another conversation",
    "tunnel": "inside a tunnel that is not read",
    "later": "after something else in the same flow (STARTTLS, SOCKS, STUN, VPN)",
    "broken": "one of the two reads a broken message, the other gives it up",
    "draft": "a QUIC version from before RFC 9000",
    "cut": "the capture cut the frame (snap length)",
    "fragment": "the first of several fragments, the rest is missing",
    "port": "DNS on a port that is not its own",
    "dissector": "tshark gives the flow to another dissector, by its port",
    "fields": "tshark's fields do not suffice for a JA4 (several hellos in a frame, an ALPN that is no text)",
    "header": "a transport header that is not whole, or lies about itself",
    "clipped": "tshark counts at most 2147483647 bytes a frame",
}

HELLO = ["handshake.version", "handshake.ciphersuite", "handshake.extension.type",
         "handshake.extensions.supported_version", "handshake.sig_hash_alg_len", "handshake.sig_hash_alg",
         "handshake.extensions_alpn_str", "handshake.extensions_server_name"]
FIELDS = ["frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "frame.protocols", "_ws.malformed",
          "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "ip.flags.mf", "vlan.id", "vxlan.vni", "geneve.vni", "erspan.vlan",
          "tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.len", "tcp.flags", "udp.srcport", "udp.dstport",
          "dns.id", "dns.flags.response", "dns.flags.rcode", "dns.count.queries", "dns.qry.name", "dns.qry.type",
          "http.request.method", "ssh.protocol", "quic.version", "tls.handshake.type", "dtls.handshake.type"]
FIELDS += ["tls." + name for name in HELLO] + ["dtls." + name for name in HELLO]

# Seconds of silence after which the program calls a conversation over, while tshark waits for ever.
IDLE = {"tcp": 600, "udp": 120}
# Tunnels over UDP that the program takes off, and those that it does not.
TUNNELS = {"vxlan", "geneve"}
UNREAD = {"gtp", "capwap.data", "teredo", "l2tp", "openvpn"}
TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 10: "NULL", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 28: "AAAA",
         33: "SRV", 35: "NAPTR", 39: "DNAME", 41: "OPT", 43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 52: "TLSA",
         64: "SVCB", 65: "HTTPS", 255: "ANY", 257: "CAA"}

# `why` names the reason for which the program may not see the thing.
Message = collections.namedtuple("Message", "frame response code name type tcp why")
Hello = collections.namedtuple("Hello", "frame name ja4 why")
Request = collections.namedtuple("Request", "frame method why")


class Seen:
    """What tshark says of a capture."""

    def __init__(self):
        self.frames = self.bytes = self.headless = 0
        self.flows = {"tcp": {}, "udp": {}}
        # For each flow why the program may not see it, or see it more than once.
        self.unseen = {"tcp": {}, "udp": {}}
        self.more = {"tcp": collections.Counter(), "udp": collections.Counter()}
        self.messages = {"dns": [], "mdns": [], "llmnr": []}
        self.malformed = []
        self.hellos = {"tls": {}, "quic": {}, "dtls": {}}
        self.requests = {}
        self.ssh = {}
        self.last = {}
        self.spoken = collections.defaultdict(set)
        self.over = set()
        self.places = {}


def rows_of(path, fields, *more):
    command = ["tshark", "-n", "-r", path, *OPTIONS, *more, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=\x1f"]
    for field in fields:
        command += ["-e", field]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        for line in process.stdout:
            yield dict(zip(fields, line.decode(errors="replace").rstrip("\n").split("\t")))


def plain(name):
    """A name as both can write it: lower case, and one dot for a run of what is not printable, escaped or a dot."""
    name = re.sub(r"\\(\d{3})", lambda found: chr(int(found[1]) & 255), name)
    name = "".join(c if "!" <= c <= "~" and c != "\\" else "." for c in name.lower())
    return re.sub(r"\.+", ".", name).strip(".").replace("<root>", "")


def tshark_of(path):
    seen = Seen()
    for row in rows_of(path, FIELDS):
        seen.frames += 1
        seen.bytes += int(row["frame.len"])
        layers = row["frame.protocols"].split(":")
        # What an ICMP error quotes was sent, if at all, in another frame.
        if "icmp" in layers or "icmpv6" in layers:
            continue
        # The innermost transport is meant; a tunnel over UDP that carries neither TCP nor UDP is no conversation.
        found = [place for place, layer in enumerate(layers) if layer in ("tcp", "udp") or layer in TUNNELS]
        if not found or layers[found[-1]] in TUNNELS:
            # A header that the capture cut has no ports for tshark.
            seen.headless += bool(row["_ws.malformed"])
            continue
        transport, above = layers[found[-1]], layers[found[-1] + 1:]
        ports = last_of(row, transport + ".srcport"), last_of(row, transport + ".dstport")
        if not all(ports) or transport == "tcp" and not row["tcp.len"]:
            seen.headless += 1
            continue
        note(seen, row, layers, transport, above, ports)
    return seen


def all_of(row, field):
    return row[field].split("\x1f") if row.get(field) else []


def last_of(row, field):
    return (all_of(row, field) or [""])[-1]


def note(seen, row, layers, transport, above, ports):
    frame = int(row["frame.number"])
    family = ([layer for layer in layers if layer in ("ip", "ipv6")] or ["ip"])[-1]
    ends = last_of(row, family + ".src"), last_of(row, family + ".dst")
    tunnel = next((layer for layer in layers if layer in UNREAD), None)
    # The number tells conversations between the same ports apart; tshark counts one of UDP twice where a dissector asks.
    key = (transport, last_of(row, "tcp.stream")) if transport == "tcp" else (
        transport, frozenset([(ends[0], ports[0]), (ends[1], ports[1])]))
    time = float(row["frame.time_epoch"] or 0)
    if time - seen.last.get(key, time) > IDLE[transport]:
        seen.more[transport]["idle"] += 1
    seen.last[key] = time
    if key not in seen.flows[transport]:
        seen.flows[transport][key] = frame
        if tunnel:
            seen.unseen[transport][key] = "tunnel"
            seen.more["udp"]["tunnel"] += 1
        elif row["ip.flags.mf"] in ("1", "True"):
            seen.unseen[transport][key] = "fragment"
    place = tuple(row[field] for field in ("vlan.id", "vxlan.vni", "geneve.vni", "erspan.vlan"))
    places = seen.places.setdefault(key, {place})
    if place not in places:
        places.add(place)
        seen.more[transport]["vlan"] += 1
    if transport == "tcp":
        flags = int(last_of(row, "tcp.flags") or "0", 0)
        if flags & 0x12 == 2 and key in seen.over:
            seen.more[transport]["again"] += 1
            seen.over.discard(key)
        if flags & 5:
            seen.over.add(key)
    is_cut = row["frame.cap_len"] != row["frame.len"]
    why = ("tunnel" if tunnel else "fragment" if row["ip.flags.mf"] in ("1", "True") else "cut" if is_cut else None)
    if above:
        messages(seen, row, above, transport, ports, frame, why)
        hellos(seen, row, above, key, frame, why)
        earlier = seen.spoken[key] - {"http", "tls"}
        later = "later" if earlier else None
        methods = all_of(row, "http.request.method")
        if methods and transport == "tcp" and "http" in above:
            seen.requests.setdefault(key, Request(frame, methods[0], why or later or (
                "broken" if row["_ws.malformed"] else None)))
        if all_of(row, "ssh.protocol"):
            seen.ssh.setdefault(key, frame)
        seen.spoken[key].update(layer for layer in above if layer not in ("tls", "dtls", "quic", "data", "data-text-lines"))


def messages(seen, row, above, transport, ports, frame, why):
    for kind, port in (("dns", "53"), ("mdns", "5353"), ("llmnr", "5355")):
        if kind not in above or not row["dns.id"]:
            continue
        if row["_ws.malformed"] or "<name contains" in row["dns.qry.name"].lower() or "<unknown" in row[
                "dns.qry.name"].lower():
            if port in ports and not why:
                seen.malformed.append(frame)
            continue
        names, types, codes = all_of(row, "dns.qry.name"), all_of(row, "dns.qry.type"), iter(all_of(row, "dns.flags.rcode"))
        at = 0
        for response, count in zip(all_of(row, "dns.flags.response"), all_of(row, "dns.count.queries")):
            is_response, count = response in ("1", "True"), int(count)
            is_asked = count > 0 and at < len(names) and at < len(types)
            seen.messages[kind].append(Message(
                frame, is_response, next(codes, "0") if is_response else "0", plain(names[at]) if is_asked else "",
                int(types[at]) if is_asked else 0, transport == "tcp", why or (None if port in ports else "port")))
            at += count


def hellos(seen, row, above, key, frame, why):
    for prefix in ("tls", "dtls"):
        if "1" not in all_of(row, prefix + ".handshake.type"):
            continue
        kind = "quic" if "quic" in above else prefix
        # A second hello of the same connection (retransmission, HelloRetryRequest) is the same client.
        if key in seen.hellos[kind]:
            continue
        version = (all_of(row, "quic.version") or ["0x00000001"])[0]
        before = (seen.spoken[key] | set(above)) - {"http", "tls", "dtls", "quic", "data", "ip", "ipv6", "eth", "ethertype"}
        if kind == "quic" and int(version, 0) not in (1, 0x6B3343CF):
            why = why or "draft"
        elif before:
            why = why or "later"
        elif row["_ws.malformed"] or not all_of(row, prefix + ".handshake.ciphersuite"):
            why = why or "broken"
        name = (all_of(row, prefix + ".handshake.extensions_server_name") or [""])[0]
        # An address is no name, and neither is an empty one.
        name = "" if re.fullmatch(r"[0-9.]+|.*:.*", name) else plain(name)
        seen.hellos[kind][key] = Hello(frame, name, fingerprint(row, prefix, kind), why)


def is_grease(value):
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 255


def fingerprint(row, prefix, kind):
    """JA4 from the fields of a hello, None where a frame holds more than one or tshark cannot write the ALPN."""
    if len(all_of(row, prefix + ".handshake.type")) != 1 or len(all_of(row, prefix + ".handshake.version")) != 1:
        return None

    def numbers(field):
        return [int(value, 0) for value in all_of(row, f"{prefix}.handshake.{field}")]

    ciphers = [f"{c:04x}" for c in numbers("ciphersuite") if not is_grease(c)]
    extensions = [e for e in numbers("extension.type") if not is_grease(e)]
    offered = [v for v in numbers("extensions.supported_version") if not is_grease(v)]
    versions = {0x304: "13", 0x303: "12", 0x302: "11", 0x301: "10", 0x300: "s3", 2: "s2", 0xFEFF: "d1", 0xFEFD: "d2",
                0xFEFC: "d3"}
    if prefix == "dtls":
        version = versions.get(min(offered, default=numbers("version")[0]), "00")
    else:
        version = versions.get(max(offered, default=numbers("version")[0]), "00")
    alpn = (all_of(row, prefix + ".handshake.extensions_alpn_str") or [""])[0]
    if "\ufffd" in alpn:
        return None
    if alpn and not (alpn[0].isascii() and alpn[0].isalnum() and alpn[-1].isascii() and alpn[-1].isalnum()):
        hexed = alpn.encode().hex()
        alpn = hexed[0] + hexed[-1]
    # The field of signature schemes is shared with the extensions 34 and 50: the lengths say which are whose.
    schemes, at, algorithms = numbers("sig_hash_alg"), 0, []
    carriers = [e for e in extensions if e in (13, 34, 50)]
    for carrier, length in zip(carriers, numbers("sig_hash_alg_len")):
        if carrier == 13:
            algorithms = [f"{s:04x}" for s in schemes[at:at + length // 2] if not is_grease(s)]
        at += length // 2
    others = [e for e in extensions if e not in (0, 16)]
    rest = ",".join(sorted(f"{e:04x}" for e in others))
    if algorithms:
        rest += "_" + ",".join(algorithms)

    def digest(text, is_empty):
        return "0" * 12 if is_empty else hashlib.sha256(text.encode()).hexdigest()[:12]

    head = (f"{ {'tls': 't', 'quic': 'q', 'dtls': 'd'}[kind]}{version}{'d' if 0 in extensions else 'i'}"
            f"{min(99, len(ciphers)):02}{min(99, len(extensions)):02}{(alpn[0] + alpn[-1]) if alpn else '00'}")
    return f"{head}_{digest(','.join(sorted(ciphers)), not ciphers)}_{digest(rest, not others and not algorithms)}"


def trammel_of(program, path):
    done = subprocess.run(
        [program, "find", "capture", path, "--no-inventory", "--json", "--names", "1000000"],
        capture_output=True, check=False)
    if done.returncode:
        return done.returncode, done.stderr.decode(errors="replace").strip()
    return 0, json.loads(done.stdout)


def raw_hellos(path, seen):
    """Flows that begin with the bytes of a hello and that tshark gives to another dissector."""
    known = set(seen.hellos["tls"])
    rows = rows_of(path, ["tcp.stream"], "-Y", "tcp.payload[0:2]==16:03 && tcp.payload[5:1]==01")
    return len({("tcp", last_of(row, "tcp.stream")) for row in rows} - known)


class Comparison:
    """Fields of both, with what tshark says at least and at most, and why that is a range."""

    def __init__(self):
        self.rows = []

    def check(self, what, mine, theirs, reasons=None, frames=()):
        """`reasons`: what may be missing (negative) or come on top (positive), by reason."""
        reasons = collections.Counter(reasons or {})
        low = theirs + sum(count for count in reasons.values() if count < 0)
        high = theirs + sum(count for count in reasons.values() if count > 0)
        why = sorted(name for name, count in reasons.items() if count and (count < 0) == (mine < theirs))
        self.rows.append((what, mine, theirs, why if low <= mine <= high else None, list(frames)))

    def things(self, what, mine, theirs, key, extra=None):
        """Counts by key; `theirs` are things with `why`. `extra` is what may come on top, for all keys together."""
        extra = extra or {}
        mine = collections.Counter(mine)
        by_key = collections.defaultdict(list)
        for thing in theirs:
            if key(thing):
                by_key[key(thing)].append(thing)
        self.check(what, sum(mine.values()), sum(map(len, by_key.values())),
                   add(missing(t for group in by_key.values() for t in group), extra))
        for name in sorted(set(mine) | set(by_key)):
            if mine[name] != len(by_key[name]):
                self.check(f"{what}: {name}", mine[name], len(by_key[name]), add(missing(by_key[name]), extra),
                           [thing.frame for thing in by_key[name]])


def missing(things):
    return add(*({thing.why: -1} for thing in things if thing.why))


def add(*counters):
    out = collections.Counter()
    for counter in counters:
        for name, count in counter.items():
            out[name] += count
    return out


def compare(seen, ours, path):
    capture = ours["capture"]
    names = capture["names"]
    out = Comparison()
    broken = {"broken": len(seen.malformed)}
    out.check("frames", capture["frames"], seen.frames)
    out.check("bytes", capture["bytes"], seen.bytes, {"clipped": 1 << 62} if seen.bytes >= 0x7FFFFFFF else {})
    for transport in ("tcp", "udp"):
        out.check(transport.upper() + " flows", capture["flows"][transport], len(seen.flows[transport]), add(
            seen.more[transport], {"header": seen.headless}, *({why: -1} for why in seen.unseen[transport].values())))
    dns = seen.messages["dns"]
    queries = [m for m in dns if not m.response]
    out.check("DNS queries", capture["dns"]["queries"], len(queries), add(missing(queries), broken))
    out.things("DNS names", fold((plain(n["name"]), n["queries"]) for n in names), queries, lambda m: m.name, broken)
    out.things("DNS types", {name: n for name, n in capture["dns"]["by_type"].items() if name != "TYPE0"}, queries,
               lambda m: TYPES.get(m.type, f"TYPE{m.type}") if m.type else None, broken)
    responses = [m for m in dns if m.response]
    out.check("DNS responses", capture["dns"]["responses"], len(responses), add(missing(responses), broken))
    refused = [m for m in responses if m.code == "3"]
    out.check("NXDOMAIN", capture["dns"]["nxdomain"], len(refused), add(missing(refused), broken))
    over = [m for m in dns if m.tcp]
    out.check("DNS over TCP", capture["dns"]["over_tcp"], len(over), add(missing(over), broken))
    cut = sum(m.why == "cut" for m in dns)
    out.check("malformed DNS", capture["dns"]["malformed"], len(seen.malformed),
              {"broken": -len(seen.malformed), "cut": cut}, seen.malformed)
    for what, mine, theirs in (
            ("mDNS queries", capture["mdns"]["queries"], [m for m in seen.messages["mdns"] if not m.response]),
            ("mDNS responses", capture["mdns"]["responses"], [m for m in seen.messages["mdns"] if m.response]),
            ("LLMNR", capture["llmnr"], seen.messages["llmnr"])):
        out.check(what, mine, len(theirs), add(missing(theirs), broken))
    for kind, what in (("tls", "TLS"), ("quic", "QUIC"), ("dtls", "DTLS")):
        theirs = list(seen.hellos[kind].values())
        place = capture["quic" if kind == "quic" else "tls"]
        mine = place["dtls" if kind == "dtls" else "client_hellos"]
        ja4 = {name: count for name, count in place["ja4"].items() if name.startswith("d") == (kind == "dtls")}
        extra = {"dissector": raw_hellos(path, seen)} if kind == "tls" and mine > sum(not h.why for h in theirs) else {}
        out.check(f"{what} hellos", mine, len(theirs), add(missing(theirs), extra), [h.frame for h in theirs])
        if kind != "dtls":
            out.things(f"{what} names", fold((plain(n["name"]), n[kind]) for n in names), theirs, lambda h: h.name, extra)
        several = {"fields": sum(h.ja4 is None for h in theirs)}
        out.things(f"{what} JA4", ja4, theirs, lambda h: h.ja4, add(extra, several))
    requests = list(seen.requests.values())
    out.check("flows with HTTP requests", capture["http"]["requests"], len(requests), missing(requests),
              [r.frame for r in requests])
    connects = [r for r in requests if r.method == "CONNECT"]
    out.check("CONNECT", capture["http"]["connects"], len(connects), missing(connects))
    out.check("SSH", capture["ssh"], len(seen.ssh), {}, seen.ssh.values())
    return out.rows


def fold(pairs):
    counts = collections.Counter()
    for name, count in pairs:
        if name and count:
            counts[name] += count
    return counts


def main():
    arguments = sys.argv[1:]
    is_quiet = arguments[:1] == ["--quiet"]
    arguments = arguments[is_quiet:]
    if len(arguments) < 2:
        sys.exit(__doc__)
    program, paths = arguments[0], arguments[1:]
    total = collections.defaultdict(lambda: [0, 0, 0, 0])
    unread = unexplained = 0
    for path in paths:
        code, ours = trammel_of(program, path)
        if code:
            unread += 1
            print(f"{path}: exit {code}: {ours[:200]}")
            continue
        seen = tshark_of(path)
        rows = compare(seen, ours, path)
        bad = [row for row in rows if row[1] != row[2]]
        silent = [row for row in bad if not row[3]]
        unexplained += len(silent)
        if bad and (silent or not is_quiet):
            print(f"{path}: {seen.frames} frames, {len(bad)} differences, {len(silent)} without a reason")
        elif not is_quiet:
            print(f"{path}: {seen.frames} frames, agrees")
        for what, mine, theirs, why, frames in bad:
            if why and is_quiet:
                continue
            reason = "; ".join(REASONS[one] for one in why) if why else f"NO REASON; frames {frames[:8]}"
            print(f"    {what[:120]}: {mine}, tshark {theirs}: {reason}")
        for what, mine, theirs, why, _ in rows:
            if ":" not in what:
                counts = total[what]
                counts[0] += mine
                counts[1] += theirs
                counts[2] += mine != theirs
                counts[3] += mine != theirs and not why
    print(f"\n{len(paths)} captures, {unread} that the program does not read, {unexplained} differences without a reason\n")
    print("| field | trammel | tshark | captures that differ | without a reason |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for what, counts in total.items():
        print(f"| {what} | {counts[0]} | {counts[1]} | {counts[2]} | {counts[3]} |")
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()

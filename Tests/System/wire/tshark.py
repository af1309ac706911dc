#!/usr/bin/env python3
"""Compares what `trammel find capture` says of captures with what tshark says, field by field.

tshark.py [--quiet] TRAMMEL CAPTURE...: a line for each capture, below it each difference with its reason, or with the
frames that tshark saw where nobody knows one yet; at the end a Markdown table of all fields. --quiet leaves out what is
explained. Exit 1 where a difference has no reason.

tshark gets the options that make it as good as it can be (OPTIONS). Where the two still differ because they answer
different questions, or one of them does not look, the reason stands in REASONS, and the program's figure must lie
between what tshark says with and without what the reason is about: it never excuses more than the frames it is for.
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
    "tunnel": "inside a tunnel or a link layer that is not read",
    "outer": "a tunnel that is not read is a conversation of its own",
    "split": "tshark begins a new stream in the middle of a conversation",
    "pieces": "more fragments than are kept of a datagram",
    "later": "after something else in the same flow (STARTTLS, SOCKS, STUN, VPN)",
    "broken": "a broken message that tshark gives up",
    "refused": "a broken message that the program gives up",
    "side": "the banner of one side only; the program counts clients that say theirs",
    "negotiated": "tshark does not read on after a version negotiation of QUIC",
    "draft": "a QUIC version from before RFC 9000",
    "cut": "the capture cut the frame (snap length)",
    "fragment": "the first of several fragments, the rest is missing",
    "answer": "a flow without a name of its own, which an earlier answer to the same client names, for a time",
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
          "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "ip.flags.mf", "vlan.id", "vxlan.vni", "geneve.vni",
          "erspan.vlan", "tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.len", "tcp.flags", "udp.srcport",
          "udp.dstport", "udp.length", "dns.a", "dns.aaaa", "dns.ptr.domain_name", "dns.id", "dns.flags.response",
          "dns.flags.rcode", "dns.count.queries", "dns.qry.name", "dns.qry.type",
          "http.request.method", "http.request.uri", "http.request.version", "ssh.protocol", "quic.version",
          "ip.fragment.count", "tcp.seq", "tcp.hdr_len", "tls.handshake.length", "tls.handshake.type",
          "dtls.handshake.type"]
FIELDS += ["tls." + name for name in HELLO] + ["dtls." + name for name in HELLO]

# Seconds of silence after which the program calls a conversation over, while tshark waits for ever.
IDLE = {"tcp": 600, "udp": 120}
# Tunnels over UDP that the program takes off, and those that it does not.
TUNNELS = {"vxlan", "geneve"}
UNREAD = {"gtp", "capwap.data", "teredo", "l2tp", "openvpn", "chdlc", "ppi"}
TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 10: "NULL", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 28: "AAAA",
         33: "SRV", 35: "NAPTR", 39: "DNAME", 41: "OPT", 43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 52: "TLSA",
         64: "SVCB", 65: "HTTPS", 255: "ANY", 257: "CAA"}

# `why` names the reason for which the program may not see the thing.
Message = collections.namedtuple("Message", "frame response code name type tcp client why")
Hello = collections.namedtuple("Hello", "frame name ja4 why")
Flow = collections.namedtuple("Flow", "frame client name up down why")
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
        # Bytes of payload by flow and sender, names by client and the address that an answer gave it.
        self.sent = collections.defaultdict(collections.Counter)
        self.answers = {}
        self.answered = {}
        self.gateways = {}
        self.speaker = {}
        self.hellos = {"tls": {}, "quic": {}, "dtls": {}}
        self.requests = {}
        self.ssh = {}
        self.last = {}
        self.spoken = collections.defaultdict(set)
        self.over = set()
        self.outer = set()
        self.negotiated = set()
        self.tuples = set()
        self.places = {}


def rows_of(path, fields, *more):
    command = ["tshark", "-n", "-r", path, *OPTIONS, *more,
               "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=\x1f"]
    for field in fields:
        command += ["-e", field]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        for line in process.stdout:
            yield dict(zip(fields, line.decode(errors="replace").rstrip("\n").split("\t")))


def plain(name):
    """A name as both can write it: lower case, and one dot for a run of what is not printable, escaped or a dot."""
    name = re.sub(r"\\(\d{3})", lambda found: chr(int(found[1]) & 255), name)
    name = re.sub(r"\\[abfnrtv]", ".", name)
    name = "".join(c if "!" <= c <= "~" and c != "\\" else "." for c in name.lower())
    return re.sub(r"\.+", ".", name).strip(".").replace("<root>", "")


def tshark_of(path):
    seen = Seen()
    for row in rows_of(path, FIELDS):
        seen.frames += 1
        seen.bytes += int(row["frame.len"])
        layers = row["frame.protocols"].split(":")
        if UNREAD & set(layers):
            fields = ("ip.src", "ip.dst", "udp.srcport", "udp.dstport")
            seen.outer.add(frozenset([*(tuple(all_of(row, field)[:1]) for field in fields), row["vlan.id"]]))
        # What an ICMP error quotes was sent, if at all, in another frame.
        if "icmp" in layers or "icmpv6" in layers:
            continue
        # The innermost transport is meant; a tunnel over UDP that carries neither TCP nor UDP is no conversation.
        found = [place for place, layer in enumerate(layers) if layer in ("tcp", "udp") or layer in TUNNELS]
        if not found or layers[found[-1]] in TUNNELS:
            # A header that the capture cut has no ports for tshark.
            seen.headless += bool(row["_ws.malformed"])
            continue
        transport, below, above = layers[found[-1]], layers[:found[-1]], layers[found[-1] + 1:]
        ports = last_of(row, transport + ".srcport"), last_of(row, transport + ".dstport")
        if not all(ports) or transport == "tcp" and (not row["tcp.len"] or int(last_of(row, "tcp.hdr_len")) < 20):
            seen.headless += 1
            continue
        note(seen, row, transport, below, above, ports)
    return seen


def all_of(row, field):
    return row[field].split("\x1f") if row.get(field) else []


def last_of(row, field):
    return (all_of(row, field) or [""])[-1]


def note(seen, row, transport, below, above, ports):
    frame = int(row["frame.number"])
    # Addresses of the header right below the transport: there may be others above, too.
    family = ([layer for layer in below if layer in ("ip", "ipv6")] or ["ip"])[-1]
    place = max(0, below.count(family) - 1)
    ends = tuple((all_of(row, f"{family}.{side}")[place:] or [""])[0] for side in ("src", "dst"))
    # 4790 is VXLAN with other payloads than Ethernet.
    tunnel = UNREAD & set(below) or "vxlan" in below and "4790" in all_of(row, "udp.dstport")
    # tshark's number tells conversations of TCP between the same ports apart, and splits those of UDP where a dissector
    # asks for it.
    key = (transport, last_of(row, "tcp.stream")) if transport == "tcp" else (
        transport, frozenset([(ends[0], ports[0]), (ends[1], ports[1])]))
    time = float(row["frame.time_epoch"] or 0)
    if time - seen.last.get(key, time) > IDLE[transport]:
        seen.more[transport]["idle"] += 1
    seen.last[key] = time
    length = int(last_of(row, "tcp.len") or 0) if transport == "tcp" else int(last_of(row, "udp.length") or 8) - 8
    seen.sent[key][ends[0]] += length
    if key not in seen.flows[transport]:
        seen.answered[key] = (ends, [seen.answers.get(pair) for pair in (ends, ends[::-1])])
        seen.flows[transport][key] = frame
        if tunnel:
            seen.unseen[transport][key] = "tunnel"
        elif int(last_of(row, "ip.fragment.count") or 0) > 64:
            seen.unseen[transport][key] = "pieces"
        elif row["ip.flags.mf"] in ("1", "True"):
            seen.unseen[transport][key] = "fragment"
        both = frozenset([(ends[0], ports[0]), (ends[1], ports[1])])
        if transport == "tcp" and both in seen.tuples and not int(last_of(row, "tcp.flags") or "0", 0) & 2:
            seen.unseen[transport].setdefault(key, "split")
        seen.tuples.add(both)
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
    if "0x00000000" in all_of(row, "quic.version"):
        seen.negotiated.add(key)
    if above:
        messages(seen, row, above, transport, ports, ends, frame, why)
        hellos(seen, row, above, key, ends, frame, why)
        methods = all_of(row, "http.request.method")
        if methods and transport == "tcp" and "http" in above:
            earlier = (seen.spoken[key] | set(above[:above.index("http")])) - {"http", "tls"}
            target, version = ((all_of(row, f"http.request.{field}") or [""])[0] for field in ("uri", "version"))
            # RFC 9112 §3.2: a path, a whole URI, `*`, or host and port.
            is_sound = re.match(r"[/*]|[a-z]+:|[^ ]+:\d+$", target) and re.fullmatch(r"HTTP/\d\.\d", version)
            if not is_sound or row["_ws.malformed"]:
                why = why or "refused"
            seen.requests.setdefault(key, Request(frame, methods[0], why or (earlier and "later") or None))
        if all_of(row, "ssh.protocol"):
            seen.ssh.setdefault(key, {}).setdefault(ends[0], frame)
        seen.spoken[key].update(set(above) - {"tls", "dtls", "quic", "data-text-lines"})


def messages(seen, row, above, transport, ports, ends, frame, why):
    for kind, port in (("dns", "53"), ("mdns", "5353"), ("llmnr", "5355")):
        if kind not in above or not row["dns.id"]:
            continue
        if row["_ws.malformed"] or "<name contains" in row["dns.qry.name"].lower() or "<unknown" in row[
                "dns.qry.name"].lower():
            if port in ports and not why:
                seen.malformed.append(frame)
            continue
        names, types = all_of(row, "dns.qry.name"), all_of(row, "dns.qry.type")
        codes = iter(all_of(row, "dns.flags.rcode"))
        at = 0
        for response, count in zip(all_of(row, "dns.flags.response"), all_of(row, "dns.count.queries")):
            is_response, count = response in ("1", "True"), int(count)
            is_asked = count > 0 and at < len(names) and at < len(types)
            seen.messages[kind].append(Message(
                frame, is_response, next(codes, "0") if is_response else "0", plain(names[at]) if is_asked else "",
                int(types[at]) if is_asked else 0, transport == "tcp", ends[is_response],
                why or (None if port in ports else "port")))
            if kind == "dns" and is_response and is_asked:
                for address in all_of(row, "dns.a") + all_of(row, "dns.aaaa"):
                    seen.answers[ends[1], address] = plain(names[at])
            at += count
        # What a question lists it already knows (RFC 6762 §7.1), and a type is no instance.
        if kind == "mdns" and seen.messages[kind] and seen.messages[kind][-1].response:
            for instance in all_of(row, "dns.ptr.domain_name"):
                if re.search(r"^[^_].*-(gw|gateway|bridge)\._tcp\.", instance):
                    seen.gateways.setdefault(plain(instance), Hello(frame, plain(instance), None, why))


def hellos(seen, row, above, key, ends, frame, why):
    for prefix in ("tls", "dtls"):
        if "1" not in all_of(row, prefix + ".handshake.type"):
            continue
        kind = "quic" if "quic" in above else prefix
        # A second hello of the same connection (retransmission, HelloRetryRequest) is the same client.
        if key in seen.hellos[kind]:
            continue
        version = (all_of(row, "quic.version") or ["0x00000001"])[0]
        before = (seen.spoken[key] | set(above)) - {"http", "tls", "dtls", "quic", "data"}
        if kind == "tls" and "http" not in seen.spoken[key]:
            # Bytes of the client that lie before what could be the hello's.
            start = int(last_of(row, "tcp.seq") or 1) - 1
            size = int((all_of(row, "tls.handshake.length") or ["0"])[0]) + 9
            if start > size or start > 0 and int(row["tcp.len"].split("\x1f")[-1]) >= size:
                before.add("data")
        if kind == "quic" and int(version, 0) not in (1, 0x6B3343CF):
            why = why or "draft"
        elif before:
            why = why or "later"
        elif row["_ws.malformed"] or not all_of(row, prefix + ".handshake.ciphersuite"):
            why = why or "refused"
        name = (all_of(row, prefix + ".handshake.extensions_server_name") or [""])[0]
        # An address is no name, and neither is an empty one.
        name = "" if re.fullmatch(r"[0-9.]+|.*:.*", name) else plain(name)
        seen.speaker[key] = ends[0]
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


def elsewhere(path, known, bytes_like):
    """How many flows hold such bytes without being known: tshark gives them to another dissector."""
    rows = rows_of(path, ["tcp.stream"], "-Y", bytes_like)
    return {"dissector": len({("tcp", last_of(row, "tcp.stream")) for row in rows} - set(known))}


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
    # The program may read what tshark gives up, and the other way round.
    broken = {"broken": len(seen.malformed), "refused": -capture["dns"]["malformed"]}
    out.check("frames", capture["frames"], seen.frames)
    out.check("bytes", capture["bytes"], seen.bytes, {"clipped": 1 << 62} if seen.bytes >= 0x7FFFFFFF else {})
    for transport in ("tcp", "udp"):
        more = {"header": seen.headless, "outer": len(seen.outer) if transport == "udp" else 0}
        out.check(transport.upper() + " flows", capture["flows"][transport], len(seen.flows[transport]), add(
            seen.more[transport], more, *({why: -1} for why in seen.unseen[transport].values())))
    dns = seen.messages["dns"]
    queries = [m for m in dns if not m.response]
    out.check("DNS queries", capture["dns"]["queries"], len(queries), add(missing(queries), broken))
    out.things("DNS names", fold((plain(n["name"]), n["queries"]) for n in names), queries, lambda m: m.name, broken)
    out.things("DNS types", {name: n for name, n in capture["dns"]["by_type"].items() if name != "TYPE0"}, queries,
               lambda m: TYPES.get(m.type, f"TYPE{min(m.type, 512)}") if m.type else None, broken)
    responses = [m for m in dns if m.response]
    out.check("DNS responses", capture["dns"]["responses"], len(responses), add(missing(responses), broken))
    refused = [m for m in responses if m.code == "3"]
    out.check("NXDOMAIN", capture["dns"]["nxdomain"], len(refused), add(missing(refused), broken))
    over = [m for m in dns if m.tcp]
    out.check("DNS over TCP", capture["dns"]["over_tcp"], len(over), add(missing(over), broken))
    cut = sum(m.why == "cut" for m in dns)
    unread = len(dns) - capture["dns"]["queries"] - capture["dns"]["responses"]
    out.check("malformed DNS", capture["dns"]["malformed"], len(seen.malformed),
              {"broken": -len(seen.malformed), "refused": max(0, unread), "cut": cut}, seen.malformed)
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
        extra = {"negotiated": len(seen.negotiated)} if kind == "quic" else {}
        if kind == "tls" and mine > sum(not h.why for h in theirs):
            extra = elsewhere(path, seen.hellos[kind], "tcp.payload[0:2]==16:03 && tcp.payload[5:1]==01")
        out.check(f"{what} hellos", mine, len(theirs), add(missing(theirs), extra), [h.frame for h in theirs])
        if kind != "dtls":
            out.things(f"{what} names", fold((plain(n["name"]), n[kind]) for n in names), theirs,
                       lambda h: h.name, extra)
        several = {"fields": sum(h.ja4 is None for h in theirs)}
        out.things(f"{what} JA4", ja4, theirs, lambda h: h.ja4, add(extra, several))
    told = [one["data"] for agent in ours["agents"] for one in agent["evidence"] if one["source"] == "mdns"]
    out.things("announced gateways", {plain(f"{one['instance']}.{one['service_type']}.local"): 1 for one in told},
               seen.gateways.values(), lambda g: g.name)
    services(seen, ours, out)
    requests = list(seen.requests.values())
    mine = capture["http"]["requests"]
    extra = {}
    if mine > sum(not r.why for r in requests):
        extra = elsewhere(path, seen.requests, 'tcp.payload matches "^(GET|HEAD|POST|PUT|OPTIONS|CONNECT|DELETE) "')
    out.check("flows with HTTP requests", mine, len(requests), add(missing(requests), extra),
              [r.frame for r in requests])
    connects = [r for r in requests if r.method == "CONNECT"]
    out.check("CONNECT", capture["http"]["connects"], len(connects), missing(connects))
    extra = elsewhere(path, seen.ssh, "tcp.payload[0:4]==53:53:48:2d") if capture["ssh"] > len(seen.ssh) else {}
    sides = sum(len(one) < 2 for one in seen.ssh.values())
    out.check("SSH", capture["ssh"], len(seen.ssh), add(extra, {"side": -sides}),
              [frame for one in seen.ssh.values() for frame in one.values()])
    return out.rows


def services(seen, ours, out):
    """Who speaks with which service of the catalogue, how often and how much: flows, answers and names together."""
    known = [name for name in ours["capture"]["names"] if name.get("category")]
    service_of = {plain(name["name"]): (name["provider"], name["category"]) for name in known}
    host_of = {address: host["addresses"][0] for host in ours["hosts"] for address in host["addresses"]}

    def key(client, name):
        return " ".join((host_of.get(client, client), *service_of[name]))

    mine = {what: collections.Counter() for what in ("queries", "connections", "bytes_up", "bytes_down")}
    for host in ours["hosts"]:
        for service in host["providers"] + host["integrations"]:
            for what, counts in mine.items():
                counts[" ".join((host["addresses"][0], service["name"], service["category"]))] += service[what]
    out.things("queries by host and service", mine["queries"], [
        m for m in seen.messages["dns"] if not m.response and m.name in service_of], lambda m: key(m.client, m.name))
    flows = []
    said = {place: hello for kind in ("tls", "quic") for place, hello in seen.hellos[kind].items()}
    for place, (ends, answers) in seen.answered.items():
        if place in seen.unseen[place[0]]:
            continue
        # The hello's sender is the client; else either end may have asked for the other.
        hello = said.get(place)
        if hello and hello.name:
            client = seen.speaker[place]
            found = [(client, ends[client == ends[0]], hello.name, hello.why)]
        else:
            found = [(*ends, answers[0], "answer"), (*ends[::-1], answers[1], "answer")]
        for client, server, name, why in found:
            if name in service_of:
                sent = seen.sent[place]
                flows.append(Flow(seen.flows[place[0]][place], client, name, sent[client], sent[server], why))
    flows = [flow for flow in flows if flow.up and flow.down or flow.why]
    out.things("connections by host and service", mine["connections"], flows, lambda f: key(f.client, f.name))
    for what, side in (("bytes_up", "up"), ("bytes_down", "down")):
        theirs, doubtful = collections.Counter(), collections.defaultdict(collections.Counter)
        for flow in flows:
            theirs[key(flow.client, flow.name)] += getattr(flow, side)
            if flow.why:
                doubtful[key(flow.client, flow.name)][flow.why] -= getattr(flow, side)
        field = what.replace("_", " ") + " by host and service"
        out.check(field, sum(mine[what].values()), sum(theirs.values()), add(*doubtful.values()))
        for name in sorted(set(mine[what]) | set(theirs)):
            if mine[what][name] != theirs[name]:
                out.check(f"{field}: {name}", mine[what][name], theirs[name], doubtful[name])


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
    print(f"\n{len(paths)} captures, {unread} that the program does not read, "
          f"{unexplained} differences without a reason\n")
    print("| field | trammel | tshark | captures that differ | without a reason |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for what, counts in total.items():
        print(f"| {what} | {counts[0]} | {counts[1]} | {counts[2]} | {counts[3]} |")
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()

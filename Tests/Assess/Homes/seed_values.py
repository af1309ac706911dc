"""Values for homes to search: drawn from the patterns of the providers, with their checksums where they have one.

No secret, real or made up, stands in this file.
"""
import base64, hashlib, json, os, random, re, string, struct, subprocess, sys, time, zlib

try:
    from re import _parser as sre
except ImportError:
    import sre_parse as sre

B62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
B36 = B62[:10] + string.ascii_lowercase
ALNUM = string.ascii_letters + string.digits
rng = random.Random(1)


def draw(pattern):
    """A text that the pattern matches, repeats near their lower end."""
    return "".join(emit(sre.parse(pattern)))


def emit(nodes):
    for op, arg in nodes:
        name = str(op)
        if name == "LITERAL":
            yield chr(arg)
        elif name == "IN":
            yield chr(rng.choice(members(arg)))
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, inner = arg
            high = min(int(high), int(low) + 8)
            for _ in range(rng.randint(int(low), high)):
                yield from emit(inner)
        elif name == "SUBPATTERN":
            yield from emit(arg[-1])
        elif name == "BRANCH":
            yield from emit(rng.choice(arg[1]))
        elif name == "ANY":
            yield rng.choice(ALNUM)
        elif name == "AT":
            pass
        else:
            raise ValueError(name)


def members(items):
    out = []
    for op, arg in items:
        name = str(op)
        if name == "LITERAL":
            out.append(arg)
        elif name == "RANGE":
            out += range(arg[0], arg[1] + 1)
        elif name == "CATEGORY":
            out += [ord(c) for c in ALNUM]
        elif name == "NEGATE":
            return [ord(c) for c in ALNUM]
    return out


def number(value, alphabet, width):
    text = ""
    while value:
        value, digit = divmod(value, len(alphabet))
        text = alphabet[digit] + text
    return text.rjust(width, alphabet[0])


def crc(text):
    return zlib.crc32(text.encode())


def marvin(data, seed):
    low, high = seed & 0xFFFFFFFF, seed >> 32
    mask = 0xFFFFFFFF

    def rot(x, n):
        return (x << n | x >> (32 - n)) & mask

    def mix(low, high):
        high ^= low
        low = (rot(low, 20) + high) & mask
        high = rot(high, 9) ^ low
        low = (rot(low, 27) + high) & mask
        return low, rot(high, 19)

    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        low, high = mix((low + struct.unpack_from("<I", data, at)[0]) & mask, high)
    last = 0x80
    for byte in reversed(data[whole:]):
        last = (last << 8 | byte) & mask
    low, high = mix((low + last) & mask, high)
    low, high = mix(low, high)
    return (low ^ high) & mask


def raw(count):
    return bytes(rng.randrange(256) for _ in range(count))


def b64(data, url=False):
    text = (base64.urlsafe_b64encode if url else base64.b64encode)(data).decode()
    return text.rstrip("=") if url else text


def base62_crc(prefix, count):
    body = draw("[A-Za-z0-9]{%d}" % count)
    return prefix + body + number(crc(body), B62, 6)


def github(prefix):
    return base62_crc(prefix, 30)


def hex_crc(prefix, count):
    body = draw("[A-Za-z0-9]{%d}" % count)
    return prefix + body + "%08x" % crc(body)


def upper_crc(text):
    return text + "%08X" % crc(text)


def grafana():
    body = "glsa_" + draw("[A-Za-z0-9]{32}")
    return body + "_" + struct.pack("<I", crc(body)).hex()


def matrix(user):
    body = "syt_" + b64(user.encode(), True) + "_" + draw("[A-Za-z]{20}")
    return body + "_" + number(crc(body), B62, 6)


def gitlab(prefix):
    payload = raw(16) + b"u:1a\no:2"
    payload += bytes([len(payload)])
    text = prefix + b64(payload, True) + ".01." + number(len(payload), B36, 2)
    return text + number(crc(text), B36, 7)


def azure(mark, seed, size):
    """Annotated: the mark stands at fixed characters, the checksum in the last four bytes."""
    while True:
        body = bytearray(raw(size))
        text = list(b64(bytes(body)))
        # Ten characters before the padding: mark, then the five or six that hold the checksum.
        padding = text.count("=")
        at = len(text) - padding - 6 - 4
        text[at : at + 4] = mark
        body = bytearray(base64.b64decode("".join(text)))
        body[-4:] = struct.pack("<I", marvin(bytes(body[:-4]), seed))
        final = b64(bytes(body))
        if final[at : at + 4] == mark:
            return final


def entra():
    alphabet = string.ascii_lowercase + string.ascii_uppercase + "1234567890.-_~"
    while True:
        body = draw("[A-Za-z0-9]{3}") + "8Q~" + draw("[A-Za-z0-9]{31}")
        value = marvin(body.encode(), 0x4161645077643030)
        tail = number(value, alphabet, 6)[:3]
        if tail[-1] in ALNUM and tail[0] in ALNUM:
            return body + tail


def base58check(payload):
    data = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    return number(int.from_bytes(data, "big"), alphabet, 1)


def age():
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    hrp = "age-secret-key-"
    bits = "".join(format(b, "08b") for b in raw(32))
    data = [int(bits[i : i + 5].ljust(5, "0"), 2) for i in range(0, len(bits), 5)]

    def polymod(values):
        chk = 1
        for v in values:
            top = chk >> 25
            chk = (chk & 0x1FFFFFF) << 5 ^ v
            for i, g in enumerate([0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3]):
                chk ^= g if top >> i & 1 else 0
        return chk

    head = [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]
    check = polymod(head + data + [0] * 6) ^ 1
    return (hrp + "1" + "".join(alphabet[d] for d in data + [check >> 5 * (5 - i) & 31 for i in range(6)])).upper()


def jwt(claims, algorithm="RS256"):
    head = {"alg": algorithm, "typ": "JWT"}
    parts = [b64(json.dumps(p).encode(), True) for p in (head, claims)]
    return ".".join(parts + [draw("[A-Za-z0-9_-]{86}")])


def macaroon(location, caveats):
    def field(kind, data):
        return bytes([kind, len(data)]) + data

    body = b"\x02" + field(1, location.encode()) + field(2, draw("[0-9a-f]{36}").encode()) + b"\x00"
    for caveat in caveats:
        body += field(2, json.dumps(caveat).encode()) + b"\x00"
    return "pypi-" + b64(body + b"\x00" + field(6, raw(32)), True)


def password():
    return draw("[A-Za-z]{5}[0-9]{3}[A-Za-z0-9]{8}")


def uuid():
    return draw("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def pem(label, body):
    text = b64(body)
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label, "\n".join(lines), label)


def der_key():
    return b"\x30\x82\x04\xbd\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04\x82\x04\xa7" + raw(1191)


def rsa_key():
    return b"\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01\x00" + raw(1180)


def ssh_string(data):
    return struct.pack(">I", len(data)) + data


def openssh(passphrase=False, algorithm=b"ssh-ed25519"):
    blob = ssh_string(algorithm) + ssh_string(raw(32))
    options = ssh_string(ssh_string(raw(16)) + struct.pack(">I", 16)) if passphrase else ssh_string(b"")
    cipher, kdf = (b"aes256-ctr", b"bcrypt") if passphrase else (b"none", b"none")
    body = b"openssh-key-v1\0" + ssh_string(cipher) + ssh_string(kdf) + options + struct.pack(">I", 1)
    return pem("OPENSSH PRIVATE KEY", body + ssh_string(blob) + ssh_string(raw(136)))


def certificate():
    name = b"ssh-ed25519-cert-v01@openssh.com"
    now = int(time.time())
    body = ssh_string(name) + ssh_string(raw(32)) + ssh_string(raw(32)) + struct.pack(">QI", 7, 1) + ssh_string(b"me@example.com")
    body += ssh_string(ssh_string(b"deploy")) + struct.pack(">QQ", now - 60, now + 86400) + ssh_string(b"")
    body += ssh_string(ssh_string(b"permit-pty") + ssh_string(b"")) + ssh_string(b"") + ssh_string(raw(51)) + ssh_string(raw(83))
    return name.decode() + " " + b64(body) + " me@example.com\n"


WORDS = """absorb canyon dolphin eager fabric galaxy habit icon jungle kidney lemon matrix noble orbit panther quantum
rabbit salad talent umbrella velvet walnut yellow zebra""".split()


def phrase(count):
    """Words in the form of a wallet's phrase."""
    return " ".join(rng.sample(WORDS, count))


class Home:
    def __init__(self, root):
        self.root = root
        self.planted = []

    def write(self, path, data, mode=0o600):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        os.chmod(full, mode)

    def plant(self, kinds, path, data, value=None, trap=None, facts=None):
        self.write(path, data)
        self.note(kinds, path, value, trap, facts)

    def note(self, kinds, path, value=None, trap=None, facts=None):
        self.planted.append(
            {"kinds": kinds.split("|"), "path": "~/" + path, "value": value, "trap": trap, "facts": facts or {}})

    def each(self, path, rows, form="{}={}\n"):
        """A file of variables: kind, name, value."""
        text = "# made up\n"
        for kinds, name, value in rows:
            text += form.format(name, value)
            self.note(kinds, path, value)
        self.write(path, text)

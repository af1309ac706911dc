import Matching
import Platform

/// What a private key shows without its passphrase: format, algorithm, guard.
struct PrivateKey: Sendable, Hashable {
  enum Format: String, Sendable { case openSSH, pem, pkcs8, pgp, putty, cosign, argo, nebula }

  var format: Format
  var facts: [Jewel.Fact] = []
  var protection: Jewel.Protection = .none
  /// Of the public half, where the file holds it in clear.
  var publicDigest: [UInt8]?
  var isHardware = false

  /// A block that begins with `-----BEGIN … PRIVATE KEY…-----` and ends with its `END` line, or where the text ends. The
  /// lines may be separated by `\n` in two characters, as in JSON. Nil where the body is no key.
  init?(_ text: Span<UInt8>, _ block: Range<Int>) {
    guard let (label, body) = Self.split(text, block) else { return nil }
    let isEncrypted = Self.contains(text, body, "ENCRYPTED")
    switch label {
    case "PGP PRIVATE KEY BLOCK": format = .pgp
    case "ENCRYPTED COSIGN PRIVATE KEY", "ENCRYPTED SIGSTORE PRIVATE KEY":
      format = .cosign
      protection = .strong("scrypt")
    case "NEBULA X25519 PRIVATE KEY", "NEBULA ED25519 PRIVATE KEY": format = .nebula
    case "OPENSSH PRIVATE KEY":
      format = .openSSH
      guard let bytes = Self.decode(text, body), readOpenSSH(bytes.bytes) else { return nil }
    case "ENCRYPTED PRIVATE KEY":
      format = .pkcs8
      guard let bytes = Self.decode(text, body), bytes.count > 16, bytes.bytes[0] == 0x30 else { return nil }
      let rounds = Self.iterations(bytes.bytes)
      protection = rounds.map { $0 <= 2048 } == true ? .weak("PBKDF2, \(rounds ?? 0) rounds") : .strong("PBES2")
      if let rounds { facts.append(Jewel.Fact("rounds", String(rounds))) }
    case "PRIVATE KEY":
      format = .pkcs8
      guard let bytes = Self.decode(text, body), bytes.count > 24, bytes.bytes[0] == 0x30 else { return nil }
      if let name = Self.algorithm(bytes.bytes) { facts.append(Jewel.Fact("algorithm", name)) }
    case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY":
      format = .pem
      facts.append(Jewel.Fact("algorithm", String(label.prefix { $0 != " " })))
      if isEncrypted {
        protection = .weak("one round of MD5")
      } else {
        guard let bytes = Self.decode(text, body), bytes.count > 24, bytes.bytes[0] == 0x30 else { return nil }
        if label.hasPrefix("RSA"), let bits = Self.modulus(bytes.bytes) {
          facts.append(Jewel.Fact("bits", String(bits)))
        }
      }
    default: return nil
    }
  }

  /// Label and body of a block.
  private static func split(_ text: Span<UInt8>, _ block: Range<Int>) -> (String, Range<Int>)? {
    let start = block.lowerBound + 11
    guard start < block.upperBound,
      let dash = (start..<min(block.upperBound, start + 60)).first(where: { text[$0] == UInt8(ascii: "-") })
    else { return nil }
    let body = min(dash + 5, block.upperBound)
    let end = (body..<block.upperBound).first { index in
      text[index] == UInt8(ascii: "-") && index + 4 < block.upperBound && text[index + 1] == UInt8(ascii: "-")
        && text[index + 2] == UInt8(ascii: "-") && text[index + 3] == UInt8(ascii: "-")
    }
    return (Outline.text(text, start..<dash), body..<(end ?? block.upperBound))
  }

  private static func contains(_ text: Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
    let bytes = Array(word.description.utf8)
    guard range.count >= bytes.count else { return false }
    return (range.lowerBound...(min(range.upperBound, range.lowerBound + 400) - bytes.count)).contains { start in
      start + bytes.count <= range.upperBound && bytes.indices.allSatisfy { text[start + $0] == bytes[$0] }
    }
  }

  /// The base64 of a body: blanks, `\n` in two characters and headers with a colon left out.
  private static func decode(_ text: Span<UInt8>, _ body: Range<Int>) -> SecretBytes? {
    guard body.count <= 65_536 else { return nil }
    var clean = SecretBytes(capacity: body.count + 1)
    var index = body.lowerBound
    while index < body.upperBound {
      let byte = text[index]
      if byte == UInt8(ascii: "\\") {
        index += 2
        continue
      }
      if !ByteSet.blanks.contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "'"),
        byte != UInt8(ascii: ",")
      {
        clean.append(byte)
      }
      index += 1
    }
    return Base64.decode(clean.bytes, 0..<clean.count)
  }

  /// PROTOCOL.key of OpenSSH.
  private mutating func readOpenSSH(_ bytes: Span<UInt8>) -> Bool {
    let magic = Array("openssh-key-v1\0".utf8)
    guard bytes.count > magic.count, magic.indices.allSatisfy({ bytes[$0] == magic[$0] }) else { return false }
    var reader = WireReader(position: magic.count)
    guard let cipher = reader.string(bytes), let kdf = reader.string(bytes), let options = reader.string(bytes),
      reader.number(bytes) != nil, let blob = reader.string(bytes)
    else { return false }
    var inner = WireReader(position: blob.lowerBound)
    if let type = inner.string(bytes), type.upperBound <= blob.upperBound {
      let name = Scope.show(bytes, type)
      facts.append(Jewel.Fact("algorithm", name))
      isHardware = name.hasPrefix("sk-")
    }
    publicDigest = SHA.digest(bytes, blob)
    if Scope.show(bytes, cipher) != "none" {
      var at = WireReader(position: options.lowerBound)
      _ = at.string(bytes)
      let rounds = at.number(bytes)
      facts.append(Jewel.Fact("cipher", Scope.show(bytes, cipher)))
      if let rounds { facts.append(Jewel.Fact("rounds", String(rounds))) }
      protection = .strong(Scope.show(bytes, kdf))
    }
    return true
  }

  /// The iterations of PBKDF2: the first small INTEGER behind an OCTET STRING.
  private static func iterations(_ bytes: Span<UInt8>) -> Int? {
    var index = 0
    while index + 4 < min(bytes.count, 120) {
      // The salt, and what follows it.
      if bytes[index] == 0x04, (8...32).contains(bytes[index + 1]) {
        let next = index + 2 + Int(bytes[index + 1])
        guard next + 2 < bytes.count, bytes[next] == 0x02, (1...4).contains(bytes[next + 1]),
          next + 2 + Int(bytes[next + 1]) <= bytes.count
        else {
          index += 1
          continue
        }
        return (0..<Int(bytes[next + 1])).reduce(0) { $0 << 8 | Int(bytes[next + 2 + $1]) }
      }
      index += 1
    }
    return nil
  }

  private static func algorithm(_ bytes: Span<UInt8>) -> String? {
    let known: [([UInt8], String)] = [
      ([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01], "RSA"),
      ([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01], "EC"),
      ([0x2B, 0x65, 0x70], "Ed25519"), ([0x2B, 0x65, 0x6E], "X25519"),
    ]
    for start in 0..<min(bytes.count, 24) {
      for (oid, name) in known
      where start + oid.count <= bytes.count && oid.indices.allSatisfy({ bytes[start + $0] == oid[$0] }) {
        return name
      }
    }
    return nil
  }

  /// Bits of the first INTEGER behind the version.
  private static func modulus(_ bytes: Span<UInt8>) -> Int? {
    // 30 82 LL LL 02 01 00 02 82 LL LL 00 …
    guard bytes.count > 12, bytes[1] == 0x82, bytes[4] == 0x02, bytes[7] == 0x02 else { return nil }
    let length =
      bytes[8] == 0x82 ? Int(bytes[9]) << 8 | Int(bytes[10]) : bytes[8] == 0x81 ? Int(bytes[9]) : Int(bytes[8])
    return length / 64 * 512
  }
}

/// Strings with their length in front (RFC 4251, section 5).
struct WireReader {
  var position: Int

  mutating func number(_ bytes: Span<UInt8>) -> Int? {
    guard position + 4 <= bytes.count else { return nil }
    let value = (0..<4).reduce(0) { $0 << 8 | Int(bytes[position + $1]) }
    position += 4
    return value
  }

  mutating func long(_ bytes: Span<UInt8>) -> UInt64? {
    guard position + 8 <= bytes.count else { return nil }
    let value = (0..<8).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[position + $1]) }
    position += 8
    return value
  }

  mutating func string(_ bytes: Span<UInt8>) -> Range<Int>? {
    guard let count = number(bytes), count <= bytes.count - position else { return nil }
    defer { position += count }
    return position..<position + count
  }
}

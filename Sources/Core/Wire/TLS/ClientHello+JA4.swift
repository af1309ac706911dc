extension ClientHello {
  /// What carries the handshake: the first letter of JA4.
  public enum Transport: UInt8, Sendable, Hashable, CaseIterable {
    case tcp = 0x74
    case quic = 0x71
    case datagram = 0x64
  }

  /// The client's fingerprint, as in `t13d1516h2_8daaf6152771_d8a2da3f94cd`.
  ///
  /// Follows FoxIO's description of JA4 (technical_details/JA4.md). GREASE is left out wherever it stands, in the signature
  /// algorithms as well: a browser that sends it there would have sixteen fingerprints.
  public func ja4(_ transport: Transport) -> String {
    var text = JA4Text(capacity: 36)
    appendPrefix(transport, to: &text)
    let ciphers = sortedCiphers
    text.append(UInt8(ascii: "_"))
    if ciphers.isEmpty { text.appendZeros() } else { text.appendHash(of: JA4Text(ciphers)) }
    text.append(UInt8(ascii: "_"))
    let extensions = sortedExtensions
    if extensions.isEmpty {
      text.appendZeros()
    } else {
      var list = JA4Text(extensions)
      list.appendSignatures(signatureAlgorithms)
      text.appendHash(of: list)
    }
    return text.string
  }

  /// The fingerprint with lists in the place of hashes (`JA4_r`), for a person who compares two.
  public func ja4Raw(_ transport: Transport) -> String {
    var text = JA4Text(capacity: 36)
    appendPrefix(transport, to: &text)
    text.append(UInt8(ascii: "_"))
    text.append(list: sortedCiphers)
    text.append(UInt8(ascii: "_"))
    text.append(list: sortedExtensions)
    text.appendSignatures(signatureAlgorithms)
    return text.string
  }

  /// What stands before the first `_`.
  private func appendPrefix(_ transport: Transport, to text: inout JA4Text) {
    text.append(transport.rawValue)
    let (major, minor) = Self.versionLetters(version)
    text.append(UInt8(ascii: major))
    text.append(UInt8(ascii: minor))
    text.append(UInt8(ascii: extensions.contains(0) ? "d" : "i"))
    text.append(twoDigits: Self.countWithoutGREASE(cipherSuites))
    text.append(twoDigits: Self.countWithoutGREASE(extensions))
    text.append(UInt8(truncatingIfNeeded: protocolLetters >> 8))
    text.append(UInt8(truncatingIfNeeded: protocolLetters))
  }

  private static func versionLetters(_ version: UInt16) -> (Unicode.Scalar, Unicode.Scalar) {
    switch version {
    case 0x0304: ("1", "3")
    case 0x0303: ("1", "2")
    case 0x0302: ("1", "1")
    case 0x0301: ("1", "0")
    case 0x0300: ("s", "3")
    case 0x0002: ("s", "2")
    case 0xFEFF: ("d", "1")
    case 0xFEFD: ("d", "2")
    case 0xFEFC: ("d", "3")
    default: ("0", "0")
    }
  }

  private static func countWithoutGREASE(_ values: [UInt16]) -> Int {
    var count = 0
    for value in values where !isGREASE(value) { count += 1 }
    return count
  }

  private var sortedCiphers: [UInt16] { Self.sorted(cipherSuites) { !Self.isGREASE($0) } }

  /// Server name and ALPN are left out: they are in the first part, and depend on the server.
  private var sortedExtensions: [UInt16] {
    Self.sorted(extensions) { $0 != 0 && $0 != 16 && !Self.isGREASE($0) }
  }

  private static func sorted(_ values: [UInt16], where isKept: (UInt16) -> Bool) -> [UInt16] {
    var out: [UInt16] = []
    out.reserveCapacity(values.count)
    for value in values where isKept(value) { out.append(value) }
    // Lists are short and near to sorted, except where someone wants the square of their length to hurt.
    guard out.count <= 128 else { return out.sorted() }
    for index in out.indices.dropFirst() {
      let value = out[index]
      var hole = index
      while hole > 0, out[hole - 1] > value {
        out[hole] = out[hole - 1]
        hole -= 1
      }
      out[hole] = value
    }
    return out
  }

  /// First and last character of a protocol's name, or of its hexadecimal form where either is no ASCII letter or digit.
  static func letters(of name: [UInt8]) -> UInt16 {
    guard let first = name.first, let last = name.last else { return 0x3030 }
    func isPlain(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    if isPlain(first), isPlain(last) { return UInt16(first) << 8 | UInt16(last) }
    return UInt16(JA4Text.digit(first >> 4)) << 8 | UInt16(JA4Text.digit(last & 0xF))
  }
}

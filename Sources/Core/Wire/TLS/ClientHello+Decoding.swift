extension ClientHello {
  /// Reads the body of the message: what follows type and length.
  ///
  /// An extension with broken data is counted in `damaged` and the rest is read; a fault is thrown where the message itself
  /// does not hold together. Offsets in it count from the start of the body.
  ///
  /// - Parameter isDatagram: whether the hello is one of DTLS, which has a cookie (RFC 6347 §4.2.1).
  public init(_ body: Span<UInt8>, isDatagram: Bool = false) throws(Fault) {
    var cursor = Cursor(body)
    length = body.count + 4
    legacyVersion = try cursor.word()
    try cursor.skip(32)
    let sessionIDLength = Int(try cursor.byte())
    sessionID = try cursor.take(sessionIDLength)
    if isDatagram {
      let cookieLength = Int(try cursor.byte())
      try cursor.skip(cookieLength)
    }
    let cipherBytes = Int(try cursor.word())
    cipherSuites = try cursor.words(bytes: cipherBytes)
    let compressionLength = Int(try cursor.byte())
    try cursor.skip(compressionLength)
    // The oldest clients send no list at all.
    if cursor.remaining > 0 {
      let listLength = Int(try cursor.word())
      guard listLength <= cursor.remaining else { throw .truncated(at: cursor.offset) }
      let end = cursor.offset + listLength
      extensions.reserveCapacity(min(32, listLength / 4))
      var seen: UInt64 = 0
      while cursor.offset < end { try readExtension(&cursor, end: end, seen: &seen) }
      unread = cursor.remaining
    }
    hasGREASE = hasGREASE || cipherSuites.contains(where: Self.isGREASE) || groups.contains(where: Self.isGREASE)
  }

  /// - Parameter seen: a bit for each type below 64 that was met.
  private mutating func readExtension(_ cursor: inout Cursor, end: Int, seen: inout UInt64) throws(Fault) {
    let (type, range) = try cursor.helloExtension(before: end)
    extensions.append(type)
    let data = cursor.bytes.extracting(range)
    if type < 64 {
      // The first of a type counts; a second one is against RFC 8446 §4.2.
      guard seen & 1 << UInt64(type) == 0 else {
        damaged += 1
        return
      }
      seen |= 1 << UInt64(type)
    }
    do { try read(type, data) } catch { damaged += 1 }
  }

  private mutating func read(_ type: UInt16, _ data: Span<UInt8>) throws(Fault) {
    var cursor = Cursor(data)
    switch type {
    case 0: try readServerName(&cursor)
    case 10: groups = try cursor.list(widthOfLength: 2)
    case 11:
      let count = Int(try cursor.byte())
      pointFormats = try cursor.take(count)
    case 13: signatureAlgorithms = try cursor.list(widthOfLength: 2)
    case 16: try readProtocols(&cursor)
    case 35: hasSessionTicket = data.count > 0
    case 41: isResumption = true
    case 42: hasEarlyData = true
    case 43: versions = try cursor.list(widthOfLength: 1)
    case 51: try readKeyShares(&cursor)
    case 57, 0xFFA5: hasQUICParameters = true
    case 0xFE0D: hasECH = true
    default: if Self.isGREASE(type) { hasGREASE = true }
    }
  }

  /// server_name (RFC 6066 §3): the first entry of type host_name.
  private mutating func readServerName(_ cursor: inout Cursor) throws(Fault) {
    hasBadServerName = true
    let listLength = Int(try cursor.word())
    guard listLength == cursor.remaining else { throw .dataLength(type: 0, at: 0) }
    while cursor.remaining > 0 {
      let type = try cursor.byte()
      let count = Int(try cursor.word())
      guard type == 0 else {
        try cursor.skip(count)
        continue
      }
      guard count <= 255 else { return }
      var name = try cursor.take(count)
      if name.last == UInt8(ascii: ".") { name.removeLast() }
      guard !name.isEmpty, name.allSatisfy({ (0x21...0x7E).contains($0) }) else { return }
      for index in name.indices where (0x41...0x5A).contains(name[index]) { name[index] |= 0x20 }
      serverName = String(decoding: name, as: UTF8.self)
      hasBadServerName = false
      return
    }
  }

  /// application_layer_protocol_negotiation (RFC 7301 §3.1).
  private mutating func readProtocols(_ cursor: inout Cursor) throws(Fault) {
    let listLength = Int(try cursor.word())
    guard listLength <= cursor.remaining else { throw .dataLength(type: 16, at: 0) }
    let end = cursor.offset + listLength
    while cursor.offset < end {
      let count = Int(try cursor.byte())
      guard count <= end - cursor.offset else { throw .dataLength(type: 16, at: cursor.offset) }
      // Real clients offer two or three; GREASE makes it four.
      guard applicationProtocols.count < 32 else { return }
      let name = try cursor.take(count)
      if applicationProtocols.isEmpty { protocolLetters = Self.letters(of: name) }
      applicationProtocols.append(Self.text(name))
    }
  }

  static func text(_ name: [UInt8]) -> String {
    name.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x5C }
      ? String(decoding: name, as: UTF8.self) : SafeText.render(name)
  }

  /// key_share (RFC 8446 §4.2.8): the groups without their keys.
  private mutating func readKeyShares(_ cursor: inout Cursor) throws(Fault) {
    let listLength = Int(try cursor.word())
    guard listLength <= cursor.remaining else { throw .dataLength(type: 51, at: 0) }
    let end = cursor.offset + listLength
    while cursor.offset < end {
      let group = try cursor.word()
      let count = Int(try cursor.word())
      try cursor.skip(count)
      keyShares.append(group)
    }
  }
}

extension Cursor {
  /// Two-byte values that fill the next bytes.
  @_lifetime(self: copy self)
  mutating func words(bytes count: Int) throws(Fault) -> [UInt16] {
    let start = offset
    guard count % 2 == 0 else { throw .truncated(at: start) }
    try skip(count)
    var out: [UInt16] = []
    out.reserveCapacity(count / 2)
    for index in stride(from: start, to: offset, by: 2) {
      out.append(UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]))
    }
    return out
  }

  /// Two-byte values behind their length in bytes, which takes one or two bytes itself.
  @_lifetime(self: copy self)
  mutating func list(widthOfLength: Int) throws(Fault) -> [UInt16] {
    let count = widthOfLength == 1 ? Int(try byte()) : Int(try word())
    return try words(bytes: count)
  }
}

/// A packet with a long header (RFC 9000 §17.2): where its parts lie in the datagram.
struct QUICLongHeader {
  var version: QUICVersion
  var isInitial: Bool
  var destination: Range<Int>
  /// Where the packet number starts; it is of unknown length before header protection is taken off.
  var numberOffset: Int
  /// Where the packet ends and the next one of the datagram may start.
  var end: Int

  /// Longer connection ids are not of these versions.
  static let idLimit = 20

  /// Nil where the packet is none of a known version, or a Retry, which has neither length nor hello.
  init?(_ cursor: inout Cursor) throws(Fault) {
    let first = try cursor.byte()
    guard first & 0xC0 == 0xC0, let version = QUICVersion(number: try cursor.long()) else { return nil }
    let type = first >> 4 & 3
    guard type != version.retryType else { return nil }
    self.version = version
    isInitial = type == version.initialType
    let destinationLength = Int(try cursor.byte())
    guard destinationLength <= Self.idLimit else { return nil }
    destination = cursor.offset..<(cursor.offset + destinationLength)
    try cursor.skip(destinationLength)
    let sourceLength = Int(try cursor.byte())
    guard sourceLength <= Self.idLimit else { return nil }
    try cursor.skip(sourceLength)
    if isInitial {
      let tokenLength = try cursor.variableLength()
      try cursor.skip(tokenLength)
    }
    let length = try cursor.variableLength()
    numberOffset = cursor.offset
    try cursor.skip(length)
    end = cursor.offset
  }
}

extension Cursor {
  /// A variable-length integer (RFC 9000 §16): below 2⁶².
  @_lifetime(self: copy self)
  mutating func variableLength() throws(Fault) -> Int {
    let first = try byte()
    var value = Int(first & 0x3F)
    for _ in 1..<(1 << Int(first >> 6)) { value = value << 8 | Int(try byte()) }
    return value
  }
}

import Model

/// What a certificate says about itself (X.509, RFC 5280), read from its DER and not verified.
struct Certificate {
  var notAfter: Timestamp
  /// Organisations of the subject: groups, where Kubernetes reads it.
  var organisations: [String] = []
  var name: String?

  /// Nil for what is no certificate.
  init?(_ bytes: Span<UInt8>) {
    // Certificate, TBSCertificate; then version, serial number, algorithm, issuer, validity, subject.
    guard let outer = Self.element(bytes, 0..<bytes.count), outer.tag == 0x30,
      let inner = Self.element(bytes, outer.content), inner.tag == 0x30
    else { return nil }
    var rest = inner.content
    func next() -> (tag: UInt8, content: Range<Int>)? {
      guard let found = Self.element(bytes, rest) else { return nil }
      rest = found.content.upperBound..<rest.upperBound
      return found
    }
    guard var field = next() else { return nil }
    if field.tag == 0xA0 {
      guard let serial = next() else { return nil }
      field = serial
    }
    guard field.tag == 0x02, next()?.tag == 0x30, next()?.tag == 0x30, let validity = next(), validity.tag == 0x30,
      let subject = next(), subject.tag == 0x30, let begin = Self.element(bytes, validity.content),
      let end = Self.element(bytes, begin.content.upperBound..<validity.content.upperBound),
      let time = Self.time(bytes, end)
    else { return nil }
    notAfter = time
    var names = subject.content
    while let set = Self.element(bytes, names), set.tag == 0x31, organisations.count < 16 {
      names = set.content.upperBound..<names.upperBound
      guard let pair = Self.element(bytes, set.content), pair.tag == 0x30,
        let type = Self.element(bytes, pair.content), type.tag == 0x06, type.content.count == 3,
        let text = Self.element(bytes, type.content.upperBound..<pair.content.upperBound)
      else { continue }
      // 2.5.4.10 is the organisation, 2.5.4.3 the common name.
      guard bytes[type.content.lowerBound] == 0x55, bytes[type.content.lowerBound + 1] == 0x04 else { continue }
      switch bytes[type.content.lowerBound + 2] {
      case 0x0A: organisations.append(Scope.show(bytes, text.content))
      case 0x03: name = Scope.show(bytes, text.content)
      default: break
      }
    }
  }

  /// Tag and content of the element at the beginning of a range; long lengths of four bytes at most.
  private static func element(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (tag: UInt8, content: Range<Int>)? {
    guard range.count >= 2 else { return nil }
    let tag = bytes[range.lowerBound]
    var index = range.lowerBound + 1
    var length = Int(bytes[index])
    index += 1
    if length >= 0x80 {
      let count = length & 0x7F
      guard (1...4).contains(count), range.upperBound - index >= count else { return nil }
      length = 0
      for _ in 0..<count {
        length = length << 8 | Int(bytes[index])
        index += 1
      }
    }
    guard length <= range.upperBound - index else { return nil }
    return (tag, index..<index + length)
  }

  /// UTCTime `YYMMDDHHMMSSZ` and GeneralizedTime `YYYYMMDDHHMMSSZ`.
  private static func time(_ bytes: Span<UInt8>, _ field: (tag: UInt8, content: Range<Int>)) -> Timestamp? {
    let digits = field.content.count - 1
    guard field.tag == 0x17 && digits == 12 || field.tag == 0x18 && digits == 14,
      field.content.dropLast().allSatisfy({ (0x30...0x39).contains(bytes[$0]) })
    else { return nil }
    var text = Outline.text(bytes, field.content.lowerBound..<field.content.upperBound - 1)
    // RFC 5280, 4.1.2.5.1: from 50 on it is the last century.
    if digits == 12 { text = (text < "5" ? "20" : "19") + text }
    let parts = Array(text)
    func part(_ range: Range<Int>) -> String { String(parts[range]) }
    return Timestamp(
      rfc3339: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z")
  }
}

public import Model

extension DNS {
  /// What traffic is counted by, read in place: header, first question and where the answers start. Allocates nothing.
  ///
  /// `Message` keeps every record; this is for messages that come by the million.
  public struct Glance: Sendable, Hashable, BitwiseCopyable {
    public var id: UInt16 = 0
    public var flags: UInt16 = 0
    public var questions: UInt16 = 0
    public var answers: UInt16 = 0
    public var authorities: UInt16 = 0
    public var additionals: UInt16 = 0
    /// Type and class of the first question; 0 where there is none.
    public var type: UInt16 = 0
    public var `class`: UInt16 = 0
    /// First byte behind the first question.
    public var offset = 0

    public var isResponse: Bool { flags & 0x8000 != 0 }
    public var opcode: UInt16 { flags >> 11 & 15 }
    public var responseCode: UInt16 { flags & 15 }

    public init() {}

    /// Reads the head of a message, and the first question's name in lower-case presentation text into `name`.
    ///
    /// - Returns: nil where this is no DNS message: no whole header, no whole question, a name that breaks RFC 1035.
    public init?(_ bytes: Span<UInt8>, name: inout [UInt8]) {
      name.removeAll(keepingCapacity: true)
      guard bytes.count >= 12 else { return nil }
      func word(_ at: Int) -> UInt16 { UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1]) }
      id = word(0)
      flags = word(2)
      questions = word(4)
      answers = word(6)
      authorities = word(8)
      additionals = word(10)
      offset = 12
      guard questions > 0 else { return }
      guard let end = Glance.text(bytes, at: 12, into: &name), end + 4 <= bytes.count else { return nil }
      type = word(end)
      `class` = word(end + 2)
      offset = end + 4
    }

    /// Appends a name as lower-case presentation text without the final dot; gives the offset behind it in the message.
    ///
    /// A pointer must lead before the labels it ends, as in `Cursor.name()`: a loop cannot be built.
    static func text(_ bytes: Span<UInt8>, at start: Int, into name: inout [UInt8]) -> Int? {
      var at = start
      var runStart = start
      var end: Int?
      var length = 0
      var pointers = 0
      while at < bytes.count {
        let count = Int(bytes[at])
        switch count >> 6 {
        case 0:
          if count == 0 { return end ?? at + 1 }
          length += count + 1
          guard length < 255, at + 1 + count <= bytes.count else { return nil }
          if !name.isEmpty { name.append(0x2E) }
          for index in (at + 1)..<(at + 1 + count) { append(bytes[index], to: &name) }
          at += 1 + count
        case 3:
          guard at + 1 < bytes.count else { return nil }
          let target = (count & 0x3F) << 8 | Int(bytes[at + 1])
          if end == nil { end = at + 2 }
          pointers += 1
          guard target < runStart, pointers <= Cursor.pointerLimit else { return nil }
          runStart = target
          at = target
        default: return nil
        }
      }
      return nil
    }

    /// RFC 1035 §5.1: what is no printable character, a blank, a dot or a backslash inside a label is escaped.
    @inline(__always)
    private static func append(_ byte: UInt8, to name: inout [UInt8]) {
      switch byte {
      case 0x41...0x5A: name.append(byte | 0x20)
      case 0x2E, 0x5C:
        name.append(0x5C)
        name.append(byte)
      case 0x21...0x7E: name.append(byte)
      default:
        name.append(0x5C)
        name.append(0x30 + byte / 100)
        name.append(0x30 + byte / 10 % 10)
        name.append(0x30 + byte % 10)
      }
    }
  }

  /// The records behind the questions of a message, one after another, without keeping any.
  public struct Records: ~Escapable {
    private let bytes: Span<UInt8>
    private var offset: Int
    private var left: Int

    /// One record in place: `data` counts from the first byte of the message.
    public struct Entry: Sendable, BitwiseCopyable {
      public var type: UInt16
      public var `class`: UInt16
      public var ttl: UInt32
      public var dataOffset: Int
      public var dataCount: Int
    }

    /// Walks the answers, authorities and additionals of a message that `glance` was made from.
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>, after glance: Glance) {
      self.bytes = bytes
      offset = glance.offset
      // Further questions are rare and hold no data: they are stepped over like records without any.
      left = Int(glance.answers) + Int(glance.authorities) + Int(glance.additionals)
      // Each takes five bytes at least, so that the message bounds them: multicast DNS asks dozens at once.
      for _ in 1..<max(1, Int(glance.questions)) {
        guard let end = Records.skipName(bytes, at: offset), end + 4 <= bytes.count else {
          left = 0
          return
        }
        offset = end + 4
      }
    }

    /// Nil at the end, and where the rest cannot be read.
    @_lifetime(self: copy self)
    public mutating func next() -> Entry? {
      guard left > 0, let end = Records.skipName(bytes, at: offset), end + 10 <= bytes.count else { return nil }
      func word(_ at: Int) -> UInt16 { UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1]) }
      let count = Int(word(end + 8))
      guard end + 10 + count <= bytes.count else { return nil }
      left -= 1
      offset = end + 10 + count
      return Entry(
        type: word(end), class: word(end + 2), ttl: UInt32(word(end + 4)) << 16 | UInt32(word(end + 6)),
        dataOffset: end + 10, dataCount: count)
    }

    private static func skipName(_ bytes: Span<UInt8>, at start: Int) -> Int? {
      var at = start
      while at < bytes.count {
        let count = Int(bytes[at])
        switch count >> 6 {
        case 0:
          if count == 0 { return at + 1 }
          at += 1 + count
        case 3: return at + 2 <= bytes.count ? at + 2 : nil
        default: return nil
        }
      }
      return nil
    }
  }
}

extension DNS.Records.Entry {
  /// Calls `body` with each address that the record gives: of A and AAAA, and the hints of SVCB and HTTPS (RFC 9460 §7.3),
  /// which name the same servers without another question.
  public func forEachAddress(in bytes: Span<UInt8>, _ body: (IP) -> Void) {
    func v4(_ at: Int) -> IP {
      IP(v4: UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8 | UInt32(bytes[at + 3]))
    }
    func v6(_ at: Int) -> IP {
      var high: UInt64 = 0
      var low: UInt64 = 0
      for index in 0..<8 {
        high = high << 8 | UInt64(bytes[at + index])
        low = low << 8 | UInt64(bytes[at + 8 + index])
      }
      return IP(high: high, low: low)
    }
    switch type {
    case DNS.Kind.a where dataCount == 4: body(v4(dataOffset))
    case DNS.Kind.aaaa where dataCount == 16: body(v6(dataOffset))
    case 64, 65:
      let end = dataOffset + dataCount
      // Priority, then a name that is never compressed.
      var at = dataOffset + 2
      while at < end, bytes[at] != 0, bytes[at] < 0x40 { at += 1 + Int(bytes[at]) }
      at += 1
      while at + 4 <= end {
        let key = UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1])
        let count = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
        at += 4
        guard at + count <= end else { return }
        if key == 4 { for place in stride(from: at, through: at + count - 4, by: 4) { body(v4(place)) } }
        if key == 6 { for place in stride(from: at, through: at + count - 16, by: 16) { body(v6(place)) } }
        at += count
      }
    default: break
    }
  }
}

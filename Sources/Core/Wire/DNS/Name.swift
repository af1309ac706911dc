/// The Domain Name System as bytes: messages, names and records, also as multicast DNS uses them.
public enum DNS {}

extension DNS {
  /// A domain name: labels of raw bytes, 255 bytes at most with their lengths (RFC 1035 §3.1).
  ///
  /// Two names are equal whatever the case of their ASCII letters (RFC 4343); the case that was received is kept.
  public struct Name: Sendable, Hashable, CustomStringConvertible {
    /// A length byte before each label, a zero at the end, never compressed.
    public let wire: [UInt8]

    public static let root = Name(checked: [0])

    /// Nil where a label is empty or longer than 63 bytes, or the whole is longer than 255.
    public init?(labels: [[UInt8]]) {
      var wire: [UInt8] = []
      for label in labels {
        guard (1...63).contains(label.count), wire.count + label.count <= 253 else { return nil }
        wire.append(UInt8(label.count))
        wire += label
      }
      wire.append(0)
      self.wire = wire
    }

    /// Reads presentation text (RFC 1035 §5.1): dots between labels, `\.` and `\DDD` inside one; a final dot is optional.
    public init?(_ text: String) {
      var labels: [[UInt8]] = [[]]
      var rest = Array(text.utf8)[...]
      while let byte = rest.popFirst() {
        switch byte {
        case 0x2E: labels.append([])
        case 0x5C:
          guard let next = rest.first else { return nil }
          if (0x30...0x39).contains(next) {
            let digits = rest.prefix(3)
            guard digits.count == 3, let value = UInt8(String(decoding: digits, as: UTF8.self)) else { return nil }
            labels[labels.count - 1].append(value)
            rest = rest.dropFirst(3)
          } else {
            labels[labels.count - 1].append(next)
            rest = rest.dropFirst()
          }
        default: labels[labels.count - 1].append(byte)
        }
      }
      if labels.last?.isEmpty == true { labels.removeLast() }
      self.init(labels: labels)
    }

    /// Takes bytes of which the caller knows that they are a name.
    init(checked wire: [UInt8]) { self.wire = wire }

    public var labels: [[UInt8]] {
      var out: [[UInt8]] = []
      var index = 0
      while index < wire.count, wire[index] > 0 {
        let end = index + 1 + Int(wire[index])
        out.append(Array(wire[(index + 1)..<end]))
        index = end
      }
      return out
    }

    /// The leftmost label; empty for the root.
    public var first: ArraySlice<UInt8> { wire[1..<max(1, 1 + Int(wire[0]))].prefix(Int(wire[0])) }

    /// The name without its leftmost label; the root's is the root.
    public var parent: Name { wire[0] == 0 ? self : Name(checked: Array(wire[(1 + Int(wire[0]))...])) }

    /// Presentation text without the final dot: `studio\032\(OpenClaw\)` is not written so; only blanks, dots,
    /// backslashes and what cannot be shown are escaped. `.` for the root.
    public var description: String {
      if wire == [0] { return "." }
      return labels.map { SafeText.render($0, escaping: [0x2E, 0x5C], keepingSpaces: false) }.joined(separator: ".")
    }

    /// The leftmost label for a person: blanks and dots as they are.
    public var title: String { SafeText.render(first) }

    public static func == (a: Name, b: Name) -> Bool {
      guard a.wire.count == b.wire.count else { return false }
      for index in a.wire.indices where fold(a.wire[index]) != fold(b.wire[index]) { return false }
      return true
    }

    public func hash(into hasher: inout Hasher) {
      for byte in wire { hasher.combine(Self.fold(byte)) }
    }

    /// Lower case of an ASCII letter. A length byte is below 64 and so never mistaken for one.
    private static func fold(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
  }
}

extension Cursor {
  /// Pointers followed for one name: each label could be behind its own, and there are at most 127 labels.
  static let pointerLimit = 127

  /// Steps over a name without following pointers, so that a record with a broken name can still be skipped.
  @_lifetime(self: copy self)
  mutating func skipName() throws(Fault) {
    while true {
      let at = offset
      let length = try byte()
      switch length >> 6 {
      case 0:
        if length == 0 { return }
        try skip(Int(length))
      case 3:
        _ = try byte()
        return
      default: throw .labelType(at: at)
      }
    }
  }

  /// Reads a name and follows its compression pointers (RFC 1035 §4.1.4).
  ///
  /// A pointer must lead before the start of the run of labels that it ends: every step goes strictly backwards, so a
  /// loop is not a case to detect but one that cannot be built.
  @_lifetime(self: copy self)
  public mutating func name() throws(Fault) -> DNS.Name {
    var wire: [UInt8] = []
    var walker = Cursor(bytes, at: offset)
    var runStart = offset
    var end: Int?
    var pointers = 0
    while true {
      let at = walker.offset
      let length = try walker.byte()
      switch length >> 6 {
      case 0:
        guard wire.count + Int(length) < 255 else { throw .nameTooLong(at: at) }
        wire.append(length)
        if length == 0 {
          try skip((end ?? walker.offset) - offset)
          return DNS.Name(checked: wire)
        }
        guard walker.remaining >= Int(length) else { throw .truncated(at: at) }
        for index in walker.offset..<(walker.offset + Int(length)) { wire.append(bytes[index]) }
        try walker.skip(Int(length))
      case 3:
        let target = Int(length & 0x3F) << 8 | Int(try walker.byte())
        if end == nil { end = walker.offset }
        pointers += 1
        guard pointers <= Self.pointerLimit else { throw .tooManyPointers(at: at) }
        guard target < runStart else { throw .pointerNotBackwards(at: at) }
        runStart = target
        walker = Cursor(bytes, at: target)
      default: throw .labelType(at: at)
      }
    }
  }
}

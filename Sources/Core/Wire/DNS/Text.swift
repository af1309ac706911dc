extension DNS {
  /// The attributes in a TXT record of a service (RFC 6763 §6): keys without regard to case, the first of a key wins.
  public struct Text: Sendable, Hashable {
    public struct Attribute: Sendable, Hashable {
      /// Printable ASCII, in the case that was received.
      public var key: String
      /// Raw bytes; nil where the key came without `=`, which is not the same as an empty value.
      public var value: [UInt8]?
      public init(_ key: String, _ value: [UInt8]?) {
        self.key = key
        self.value = value
      }
    }

    public private(set) var attributes: [Attribute] = []
    /// Strings that were left out: no key, a key that is not printable ASCII, a repeated key, or beyond the limit.
    public private(set) var skipped = 0

    /// A real record has a dozen. The limit keeps the search for repeated keys short.
    public static let limit = 128

    public init(_ attributes: [Attribute] = []) {
      for attribute in attributes { add(attribute) }
    }

    /// The value of a key as bytes; nil where it is absent or came without `=`.
    public subscript(key: String) -> [UInt8]? {
      attributes.first { Self.same($0.key, key) }?.value ?? nil
    }

    /// The value of a key as text that can be shown.
    public func text(_ key: String) -> String? { self[key].map { SafeText.render($0) } }

    /// Keeps attributes from the front as long as they need no more than `limit` bytes on the wire.
    public func prefix(bytes limit: Int) -> Text {
      var out = self
      var size = 0
      let kept = attributes.prefix {
        size += 2 + $0.key.utf8.count + ($0.value?.count ?? 0)
        return size <= limit
      }
      out.skipped += attributes.count - kept.count
      out.attributes = Array(kept)
      return out
    }

    private mutating func add(_ attribute: Attribute) {
      let legal = !attribute.key.isEmpty && attribute.key.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x3D }
      guard legal, attributes.count < Self.limit, !attributes.contains(where: { Self.same($0.key, attribute.key) })
      else {
        skipped += 1
        return
      }
      attributes.append(attribute)
    }

    private static func same(_ a: String, _ b: String) -> Bool {
      func fold(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
      return a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { fold($0) == fold($1) }
    }

    /// Reads strings with a length byte each; they must end exactly where the record does.
    init(from cursor: consuming Cursor, to end: Int) throws(Fault) {
      let start = cursor.offset
      while cursor.offset < end {
        let length = Int(try cursor.byte())
        guard cursor.offset + length <= end else { throw .dataLength(type: Kind.txt, at: start) }
        let bytes = try cursor.take(length)
        // An empty string is the customary way to say "no attributes" (RFC 6763 §6.1).
        if bytes.isEmpty { continue }
        let split = bytes.firstIndex(of: 0x3D)
        guard let key = String(validating: bytes[..<(split ?? bytes.count)], as: UTF8.self) else {
          skipped += 1
          continue
        }
        add(Attribute(key, split.map { Array(bytes[($0 + 1)...]) }))
      }
    }
  }
}

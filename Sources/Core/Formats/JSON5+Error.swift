extension JSON5 {
  /// Why a file could not be read, and where.
  public struct Error: Swift.Error, Sendable, Hashable, CustomStringConvertible {
    public var reason: Reason
    public var position: Position

    public enum Reason: Sendable, Hashable {
      /// At most one character of the file is repeated here: a message must not carry a secret.
      case expected(String, found: String)
      /// In words that hold nothing of the file.
      case malformed(String)
      case notUTF8
      case tooLarge(Int)
      case tooDeep(Int)
      case tooMany(Int)
    }

    public init(_ reason: Reason, at position: Position) {
      self.reason = reason
      self.position = position
    }

    public var line: Int { position.line }
    public var column: Int { position.column }

    /// `expected a value, found `}``.
    public var message: String {
      switch reason {
      case .expected(let what, let found): "expected \(what), found \(found)"
      case .malformed(let words): words
      case .notUTF8: "expected UTF-8, found a byte that is none"
      case .tooLarge(let limit): "larger than \(limit) bytes"
      case .tooDeep(let limit): "more than \(limit) arrays and objects inside each other"
      case .tooMany(let limit): "more than \(limit) values"
      }
    }

    /// `line 3, column 5: expected a value, found `}``.
    public var description: String { "line \(line), column \(column): \(message)" }

    /// The line of the file with a caret below the place, cut to `width` characters around it.
    ///
    /// It repeats what stands in the file, so show it to who may read the file, and nowhere else. Characters that a
    /// terminal would obey are replaced, one for one.
    ///
    /// - Parameter hidesValues: what may be a secret becomes dots, as many as it has characters.
    public func excerpt(of bytes: [UInt8], width: Int = 76, hidesValues: Bool = false) -> String {
      let here = min(max(position.offset, 0), bytes.count)
      let isEnd = { (byte: UInt8) in byte == 0x0A || byte == 0x0D }
      // Four bytes a character at most: enough on both sides, however long the line is.
      let reach = max(width, 8) * 4
      var from = here
      while from > 0, here - from < reach, !isEnd(bytes[from - 1]) { from -= 1 }
      var to = here
      while to < bytes.count, to - here < reach, !isEnd(bytes[to]) { to += 1 }
      // No cut inside a character.
      while from > 0, from < here, bytes[from] & 0xC0 == 0x80 { from += 1 }
      var before = Self.shown(bytes[from..<here])
      var after = Self.shown(bytes[here..<to])
      if hidesValues {
        let line = JSON5.withoutValues(before + after)
        (before, after) = (Array(line[..<before.count]), Array(line[before.count...]))
      }
      let cutBefore = (from > 0 && !isEnd(bytes[from - 1])) || before.count > width / 2
      if cutBefore { before = ["…"] + before.suffix(max(0, width / 2 - 1)) }
      let room = max(1, width - before.count)
      if after.count > room { after = after.prefix(room - 1) + ["…"] }
      return String(String.UnicodeScalarView(before + after)) + "\n"
        + String(repeating: " ", count: before.count) + "^"
    }

    private static func shown(_ bytes: ArraySlice<UInt8>) -> [Unicode.Scalar] {
      String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0.value != 0xFEFF }.map { scalar in
        if scalar == "\t" { return " " }
        return JSON5.isVisible(scalar) ? scalar : "\u{FFFD}"
      }
    }
  }
}

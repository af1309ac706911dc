/// The variables of a `.env` file, with their lines.
///
/// Follows what the dotenv package of Node.js reads, which is what agents use: `export` in front, `=` or `: `, values in
/// single, double or back quotes that may span lines, comments after `#`. Nothing is put in for `${NAME}`.
public struct Dotenv: Sendable, Hashable {
  public struct Entry: Sendable, Hashable {
    public var name: String
    public var value: String
    public var line: Int
    public init(name: String, value: String, line: Int) {
      self.name = name
      self.value = value
      self.line = line
    }
  }

  public enum Dialect: Sendable, Hashable {
    /// A `#` anywhere outside quotes begins a comment.
    case node
    /// `EnvironmentFile=` of systemd.exec(5): comments only at the beginning of a line, `;` begins one too, no `export`.
    case systemd
  }

  public private(set) var entries: [Entry] = []
  /// Lines that are no assignment.
  public private(set) var skippedLines: [Int] = []

  static let maximumEntries = 10_000

  public init(_ text: String, dialect: Dialect = .node) { self.init(Array(text.utf8), dialect: dialect) }

  public init(_ bytes: [UInt8], dialect: Dialect = .node) {
    let lines = Array(Lines(bytes))
    var index = 0
    while index < lines.count, entries.count < Self.maximumEntries {
      let (number, line) = lines[index]
      index += 1
      // Blanks at its end may stand in the middle of a quoted value.
      let text = line.drop(while: Lines.isBlank)
      guard let first = text.first, first != UInt8(ascii: "#") else { continue }
      if dialect == .systemd, first == UInt8(ascii: ";") { continue }
      guard let (name, rest) = Self.assignment(text, dialect: dialect) else {
        if skippedLines.count < Self.maximumEntries { skippedLines.append(number) }
        continue
      }
      let value: [UInt8]
      if let quote = rest.first,
        quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") || quote == UInt8(ascii: "`"),
        let (quoted, used) = Self.quoted(quote, rest.dropFirst(), lines[index...])
      {
        value = quoted
        index += used
      } else if dialect == .node, let comment = rest.firstIndex(of: UInt8(ascii: "#")) {
        value = Array(Lines.trimmed(rest[..<comment]))
      } else {
        value = Array(Lines.trimmed(rest))
      }
      entries.append(Entry(name: name, value: Lines.text(value), line: number))
    }
  }

  /// The value that counts for a name: the last one.
  public subscript(name: String) -> String? { entries.last { $0.name == name }?.value }

  private static func assignment(
    _ text: ArraySlice<UInt8>, dialect: Dialect
  ) -> (name: String, rest: ArraySlice<UInt8>)? {
    var text = text
    if dialect == .node, text.starts(with: "export ".utf8) || text.starts(with: "export\t".utf8) {
      text = text.dropFirst(7).drop(while: Lines.isBlank)
    }
    let end = text.firstIndex { !isNameByte($0) } ?? text.endIndex
    guard end > text.startIndex else { return nil }
    let rest = text[end...]
    let afterBlanks = rest.drop(while: Lines.isBlank)
    if afterBlanks.first == UInt8(ascii: "=") {
      return (Lines.text(text[..<end]), afterBlanks.dropFirst().drop(while: Lines.isBlank))
    }
    if dialect == .node, rest.first == UInt8(ascii: ":"), rest.dropFirst().first.map(Lines.isBlank) == true {
      return (Lines.text(text[..<end]), rest.dropFirst().drop(while: Lines.isBlank))
    }
    return nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// The text up to the closing quote, and how many further lines it took; nil where the quote is never closed, so that
  /// it is an ordinary character.
  private static func quoted(
    _ quote: UInt8, _ first: ArraySlice<UInt8>, _ following: ArraySlice<(number: Int, bytes: ArraySlice<UInt8>)>
  ) -> (bytes: [UInt8], lines: Int)? {
    var value: [UInt8] = []
    var used = 0
    var line = first
    var following = following
    while true {
      var escaped = false
      for byte in line {
        if escaped {
          escaped = false
          switch byte {
          case UInt8(ascii: "n") where quote == UInt8(ascii: "\""): value.append(0x0A)
          case UInt8(ascii: "r") where quote == UInt8(ascii: "\""): value.append(0x0D)
          case quote: value.append(byte)
          default: value += [UInt8(ascii: "\\"), byte]
          }
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
        } else if byte == quote {
          return (value, used)
        } else {
          value.append(byte)
        }
      }
      if escaped { value.append(UInt8(ascii: "\\")) }
      // A value of more lines than any key has is a quote somebody forgot.
      guard used < 200, let next = following.popFirst() else { return nil }
      value.append(0x0A)
      line = next.bytes
      used += 1
    }
  }
}

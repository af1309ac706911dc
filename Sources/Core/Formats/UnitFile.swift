/// A unit file of systemd, with the line of every assignment.
///
/// Follows systemd.syntax(7): sections, repeated names, lines continued with a backslash, comments also between continued
/// lines. A line that is none of this is skipped and its number kept, as systemd does with a warning.
public struct UnitFile: Sendable, Hashable {
  public struct Entry: Sendable, Hashable {
    public var section: String
    public var name: String
    /// As written, with continued lines joined by a space; quotes are still there.
    public var value: String
    /// Where the assignment begins.
    public var line: Int
    /// The file it stands in: the unit or one of its drop-ins.
    public var path: String
    public init(section: String, name: String, value: String, line: Int, path: String) {
      self.section = section
      self.name = name
      self.value = value
      self.line = line
      self.path = path
    }
  }

  public var path: String
  public private(set) var entries: [Entry] = []
  public private(set) var skippedLines: [Int] = []

  /// Assignments kept of one file; the rest is counted as skipped.
  static let maximumEntries = 10_000

  public init(_ text: String, path: String) { self.init(Array(text.utf8), path: path) }

  public init(_ bytes: [UInt8], path: String) {
    self.path = path
    var section = ""
    var pending: (line: Int, bytes: [UInt8])?
    for (number, line) in Lines(bytes) {
      let first = line.first { !Lines.isBlank($0) }
      if first == UInt8(ascii: "#") || first == UInt8(ascii: ";") { continue }
      var whole = pending ?? (line: number, bytes: [])
      // Let go of before it grows, or each of many continued lines would copy all before it.
      pending = nil
      whole.bytes += line
      if Self.endsInBackslash(line) {
        whole.bytes[whole.bytes.count - 1] = 0x20
        pending = whole
        continue
      }
      take(whole, section: &section)
    }
    if let pending { take(pending, section: &section) }
  }

  /// An odd number of backslashes: the last one escapes the end of the line and not itself.
  private static func endsInBackslash(_ line: ArraySlice<UInt8>) -> Bool {
    line.reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
  }

  private mutating func take(_ whole: (line: Int, bytes: [UInt8]), section: inout String) {
    let text = Lines.trimmed(whole.bytes[...])
    if text.isEmpty { return }
    if text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") {
      section = Lines.text(text.dropFirst().dropLast())
    } else if let equals = text.firstIndex(of: UInt8(ascii: "=")), equals > text.startIndex,
      entries.count < Self.maximumEntries
    {
      entries.append(
        Entry(
          section: section, name: Lines.text(Lines.trimmed(text[..<equals])),
          value: Lines.text(Lines.trimmed(text[(equals + 1)...])), line: whole.line, path: path))
    } else if skippedLines.count < Self.maximumEntries {
      skippedLines.append(whole.line)
    }
  }

  /// This unit with its drop-ins, which systemd reads after it in the order of their names.
  public func merged(with dropIns: [UnitFile]) -> UnitFile {
    var unit = self
    for dropIn in dropIns { unit.entries += dropIn.entries }
    return unit
  }

  /// All assignments of a list setting; an empty one takes back those before it.
  public func list(_ section: String, _ name: String) -> [Entry] {
    var list: [Entry] = []
    for entry in entries where entry.section == section && entry.name == name {
      if entry.value.isEmpty { list = [] } else { list.append(entry) }
    }
    return list
  }

  /// The assignment of a single setting that counts: the last one; nil where that is empty or there is none.
  public func last(_ section: String, _ name: String) -> Entry? {
    entries.last { $0.section == section && $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0 }
  }
}

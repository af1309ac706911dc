public import Formats

/// YAML 1.1 and 1.2 as agents' configurations and Compose files are written in it, read into values that remember where
/// they stand.
///
/// Text to tokens is libyaml's work, which PyYAML and (ported) serde_yaml and go-yaml share, so that what they refuse is
/// refused here; what a token means is decided here (yaml.org/spec/1.1, yaml.org/spec/1.2.2). UTF-8 and UTF-16 with its
/// byte order mark are read; in the latter offsets count its bytes.
///
/// An alias becomes a copy of what it names, with the places where that was written, and counts in full against the limits.
/// Names that are no text become the text that stands there; a list or a mapping as a name is an error. Of several
/// documents the first is read.
public enum YAML {
  public typealias Limits = JSON5.Limits
  public typealias Error = JSON5.Error

  /// What a scalar without quotes means, and whether `<<` merges: programs differ.
  public struct Dialect: Sendable, Hashable {
    public enum Scalars: Sendable, Hashable, CaseIterable {
      /// YAML 1.1 as PyYAML reads it: `yes` and `off` are booleans, `010` is eight, `1:30` is ninety.
      case first
      /// YAML 1.2 core as serde_yaml reads it: `yes` and `010` are text, `0o10` is eight.
      case core
      /// Every scalar is the text that it is written as, an absent one is empty (the failsafe schema, YAML 1.2 §10.1).
      case text
    }
    public var scalars: Scalars
    /// Whether `<<: *defaults` brings the members of what it names; else `<<` is a name as any other.
    public var mergesKeys: Bool
    public init(scalars: Scalars, mergesKeys: Bool) {
      self.scalars = scalars
      self.mergesKeys = mergesKeys
    }

    /// Programs in Python.
    public static let pyYAML = Dialect(scalars: .first, mergesKeys: true)
    /// Programs in Rust.
    public static let serde = Dialect(scalars: .core, mergesKeys: false)
    /// For readers that show what stands there: Compose files.
    public static let written = Dialect(scalars: .text, mergesKeys: true)
  }

  /// The first document of a file.
  public struct Document: Sendable, Hashable {
    /// Null where the file is empty.
    public var root: Node
    /// Where a second one begins, which most programs take for a mistake of the whole file; nil where there is none.
    public var next: Position?
    init(root: Node, next: Position?) {
      self.root = root
      self.next = next
    }
  }

  public static func parse(_ text: String, as dialect: Dialect, limits: Limits = Limits()) throws(Error) -> Node {
    try document(Array(text.utf8), as: dialect, limits: limits).root
  }

  public static func parse(_ bytes: [UInt8], as dialect: Dialect, limits: Limits = Limits()) throws(Error) -> Node {
    try document(bytes, as: dialect, limits: limits).root
  }

  public static func document(
    _ bytes: [UInt8], as dialect: Dialect, limits: Limits = Limits()
  ) throws(Error) -> Document {
    let start = Position(line: 1, column: 1, offset: 0)
    guard bytes.count <= limits.bytes else { throw Error(.tooLarge(limits.bytes), at: start) }
    // libyaml compares each of these directives with all before it.
    guard !bytes.names("%TAG", moreThan: 500) else {
      throw Error(.malformed("found more than 500 %TAG directives"), at: start)
    }
    var composer = Composer(bytes, dialect: dialect, limits: limits)
    return try composer.document()
  }
}

extension [UInt8] {
  /// Whether an ASCII word stands there more often than that, in UTF-8 or UTF-16.
  fileprivate func names(_ word: StaticString, moreThan limit: Int) -> Bool {
    let word = Array(word.description.utf8)
    var matched = 0
    var count = 0
    for byte in self where byte != 0 {
      matched = byte == word[matched] ? matched + 1 : byte == word[0] ? 1 : 0
      guard matched == word.count else { continue }
      matched = 0
      count += 1
      if count > limit { return true }
    }
    return false
  }
}

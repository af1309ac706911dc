/// A release of any product as far as releases can be put in order: numbers, then how finished it is.
///
/// Read are `2.1.330`, `v0.39.1`, `0.163.0-alpha.2`, `0.56.0-nightly.20260821.g5411f11`, `7.0.0rc12`, `0.1.4.post3`,
/// `2026.7.7.2`, `1.2.3+build`, and such a word within a line (`2.1.330 (Claude Code)`). What comes before a release sorts
/// before it, a packager's revision and a post-release after it. Any other suffix is a fork's own count and is refused.
public struct ReleaseVersion: Sendable, Comparable, CustomStringConvertible {
  /// Without zeros at the end, so that 2.1 and 2.1.0 are the same.
  private let numbers: [Int]
  private let stage: Int
  private let within: [Int]
  /// As written, without what stood around it.
  public let description: String

  /// Nil where the text has no version, or one that cannot be put in order.
  public init?(_ text: String) {
    let words = text.utf8.prefix(200).split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    for word in words {
      var bytes = word
      if bytes.first == UInt8(ascii: "v") || bytes.first == UInt8(ascii: "V") { bytes = bytes.dropFirst() }
      guard let first = bytes.first, Self.isDigit(first) else { continue }
      guard let parts = Self.parse(Array(bytes)) else { return nil }
      (numbers, stage, within) = parts
      guard let text = String(bytes) else { return nil }
      description = text
      return
    }
    return nil
  }

  /// Whether both count in the same way: by year, or from small numbers. `0.19.0` and `2026.4.16` of one product do not.
  public func isComparable(with other: ReleaseVersion) -> Bool { isByYear == other.isByYear }
  private var isByYear: Bool { (2000...2999).contains(numbers.first ?? 0) }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static let stages: [String: Int] = [
    "dev": 0, "nightly": 0, "canary": 0, "insiders": 0, "experimental": 0, "snapshot": 0, "a": 1, "alpha": 1, "b": 2,
    "beta": 2, "pre": 3, "preview": 3, "next": 3, "c": 3, "rc": 3, "post": 5, "patch": 5,
  ]
  private static let release = 4
  /// Which machine a package is for says nothing of its order.
  private static let platforms: Set = [
    "linux", "darwin", "macos", "win32", "windows", "x64", "x86", "arm64", "aarch64", "amd64", "musl", "gnu",
  ]

  private static func parse(_ bytes: [UInt8]) -> (numbers: [Int], stage: Int, within: [Int])? {
    let main = bytes.prefix { $0 != UInt8(ascii: "+") }
    var numbers: [Int] = []
    var stage: Int?
    var within: [Int] = []
    var index = main.startIndex
    var separator: UInt8?
    while index < main.endIndex {
      let byte = main[index]
      if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") {
        separator = byte
        index += 1
        continue
      }
      let isNumber = isDigit(byte)
      let token = main[index...].prefix { $0 != 0x2E && $0 != 0x2D && $0 != 0x5F }
      if !isNumber, platforms.contains(String(decoding: token, as: UTF8.self).lowercased()) {
        index = token.endIndex
        continue
      }
      let run = main[index...].prefix { isDigit($0) == isNumber && $0 != 0x2E && $0 != 0x2D && $0 != 0x5F }
      let hadSeparator = separator
      index = run.endIndex
      separator = nil
      if isNumber {
        // Nine digits hold a date and cannot overflow.
        guard run.count <= 9 else { return nil }
        let number = run.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        if stage == nil, hadSeparator == nil || hadSeparator == UInt8(ascii: ".") {
          guard numbers.count < 6 else { return nil }
          numbers.append(number)
        } else {
          // A bare number behind a dash is a packager's revision.
          if stage == nil { stage = 5 }
          if within.count < 6 { within.append(number) }
        }
      } else {
        let word = String(decoding: run, as: UTF8.self).lowercased()
        if let known = stages[word], stage == nil {
          stage = known
        } else if let stage, stage < release {
          // The commit of a nightly build.
          break
        } else {
          return nil
        }
      }
    }
    while numbers.count > 1, numbers.last == 0 { numbers.removeLast() }
    return numbers.isEmpty ? nil : (numbers, stage ?? release, within)
  }

  public static func < (a: ReleaseVersion, b: ReleaseVersion) -> Bool {
    if a.numbers != b.numbers { return a.numbers.lexicographicallyPrecedes(b.numbers) }
    if a.stage != b.stage { return a.stage < b.stage }
    return a.within.lexicographicallyPrecedes(b.within)
  }
  public static func == (a: ReleaseVersion, b: ReleaseVersion) -> Bool {
    a.numbers == b.numbers && a.stage == b.stage && a.within == b.within
  }
}

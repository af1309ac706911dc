/// A release of OpenClaw: `YYYY.M.N`, with `-beta.N` before it and corrections `-N` after it.
///
/// Semantic versioning sorts `2026.7.1-2` before `2026.7.1`; here it is the later one, as its makers number it. A version
/// with any other suffix is a fork's own count and cannot be compared: it is refused.
public struct OpenClawVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let year: Int
  public let month: Int
  /// The third number. It counts releases of the month and is not always the day.
  public let number: Int
  public let stage: Stage

  public enum Stage: Sendable, Hashable {
    case beta(Int)
    case release
    case correction(Int)
  }

  public init(year: Int, month: Int, number: Int, stage: Stage = .release) {
    self.year = year
    self.month = month
    self.number = number
    self.stage = stage
  }

  /// Reads `2026.7.1`, `v2026.7.1`, `2026.7.1-2`, `2026.7.1-beta.3`; nil for anything else.
  public init?(_ text: String) {
    var bytes = Array(text.utf8)[...]
    if bytes.first == UInt8(ascii: "v") { bytes = bytes.dropFirst() }
    let dash = bytes.firstIndex(of: UInt8(ascii: "-")) ?? bytes.endIndex
    let numbers = bytes[..<dash].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard numbers.count == 3, let year = Self.number(numbers[0]), let month = Self.number(numbers[1]),
      let number = Self.number(numbers[2]), (2025...2999).contains(year), (1...12).contains(month)
    else { return nil }
    var stage = Stage.release
    if dash < bytes.endIndex {
      let suffix = bytes[(dash + 1)...]
      if let correction = Self.number(suffix) {
        stage = .correction(correction)
      } else if suffix.starts(with: Array("beta.".utf8)), let beta = Self.number(suffix.dropFirst(5)) {
        stage = .beta(beta)
      } else {
        return nil
      }
    }
    self.init(year: year, month: month, number: number, stage: stage)
  }

  /// One to six digits: enough for every release, and no input can make it overflow.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...6).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private var order: (Int, Int, Int, Int, Int) {
    switch stage {
    case .beta(let count): (year, month, number, 0, count)
    case .release: (year, month, number, 1, 0)
    case .correction(let count): (year, month, number, 2, count)
    }
  }

  public static func < (a: OpenClawVersion, b: OpenClawVersion) -> Bool { a.order < b.order }

  public var description: String {
    let base = "\(year).\(month).\(number)"
    return switch stage {
    case .beta(let count): "\(base)-beta.\(count)"
    case .release: base
    case .correction(let count): "\(base)-\(count)"
    }
  }
}

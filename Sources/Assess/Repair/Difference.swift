/// Lines that differ between two texts, as in `diff -u` with one hunk: what is alike at both ends is left out but for a
/// few lines around. For changes of one place, which repairs are.
public enum Difference {
  public struct Line: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case same, removed, added }
    public var kind: Kind
    public var text: String
  }

  /// - Parameter around: lines of context before and after.
  public static func lines(_ before: [UInt8], _ after: [UInt8], around: Int = 2) -> (first: Int, lines: [Line]) {
    let old = split(before)
    let new = split(after)
    var head = 0
    while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
    var tail = 0
    while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
    let start = max(0, head - around)
    func line(_ kind: Line.Kind, _ bytes: ArraySlice<UInt8>) -> Line {
      Line(kind: kind, text: String(decoding: bytes, as: UTF8.self))
    }
    let out =
      old[start..<head].map { line(.same, $0) } + old[head..<(old.count - tail)].map { line(.removed, $0) }
      + new[head..<(new.count - tail)].map { line(.added, $0) }
      + old[(old.count - tail)..<min(old.count, old.count - tail + around)].map { line(.same, $0) }
    return (start + 1, out)
  }

  private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
  }
}

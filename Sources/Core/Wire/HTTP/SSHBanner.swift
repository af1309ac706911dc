/// The line with which both sides of SSH introduce themselves (RFC 4253 §4.2).
public struct SSHBanner: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable {
    case needMore
    case notSSH
    /// The banner, and how many bytes it takes with what stands before it and with its line end.
    case banner(SSHBanner, consumed: Int)
  }

  /// `2.0`; `1.99` where version 1 is spoken as well.
  public private(set) var version: String
  /// As in `OpenSSH_9.2p1`: visible ASCII.
  public private(set) var software: String
  /// What follows behind a blank, as in `Debian-2+deb12u3`, in a form that can be shown.
  public private(set) var comments: String?

  /// Bytes of the line with its end.
  public static let limit = 255
  /// Lines and bytes that a server may send before it.
  static let lineLimit = 16
  static let prefaceLimit = 4096

  /// - Parameter isServer: a server may send other lines before the banner; a client starts with it.
  public static func read(_ bytes: Span<UInt8>, isServer: Bool = false) -> Outcome {
    var lines = TextLines(bytes, limit: prefaceLimit + limit)
    for _ in 0...(isServer ? lineLimit : 0) {
      let start = lines.offset
      if bytes.startsBanner(at: start) {
        guard bytes.count > start + 4 else { return .needMore }
        return readLine(bytes, from: start)
      }
      guard isServer, bytes.isText(from: start), let line = lines.next(), line.lowerBound <= prefaceLimit else {
        // A server's line of text may still go on.
        let mayGoOn = isServer && bytes.count <= prefaceLimit && bytes.isText(from: start)
        return mayGoOn ? .needMore : .notSSH
      }
    }
    return .notSSH
  }

  private static func readLine(_ bytes: Span<UInt8>, from start: Int) -> Outcome {
    var end = start
    while end < bytes.count, bytes[end] != 0x0A {
      // Controls do not stand in a banner, and a line without end is none.
      guard bytes[end] >= 0x20 || bytes[end] == 0x0D, end - start < limit else { return .notSSH }
      end += 1
    }
    guard end < bytes.count else { return .needMore }
    let consumed = end + 1
    if bytes[end - 1] == 0x0D { end -= 1 }
    guard let banner = SSHBanner(bytes, (start + 4)..<end) else { return .notSSH }
    return .banner(banner, consumed: consumed)
  }

  private init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var dash = range.lowerBound
    while dash < range.upperBound, (0x30...0x39).contains(bytes[dash]) || bytes[dash] == 0x2E { dash += 1 }
    guard dash > range.lowerBound, dash < range.upperBound, bytes[dash] == UInt8(ascii: "-") else { return nil }
    var blank = dash + 1
    while blank < range.upperBound, (0x21...0x7E).contains(bytes[blank]) { blank += 1 }
    guard blank > dash + 1, blank == range.upperBound || bytes[blank] == 0x20 else { return nil }
    version = bytes.text(range.lowerBound..<dash)
    software = bytes.text((dash + 1)..<blank)
    comments = blank + 1 < range.upperBound ? bytes.text((blank + 1)..<range.upperBound) : nil
  }
}

extension Span<UInt8> {
  /// Whether `SSH-` stands there, or as much of it as is there.
  fileprivate func startsBanner(at offset: Int) -> Bool {
    for (index, expected) in "SSH-".utf8.enumerated() where offset + index < count && self[offset + index] != expected {
      return false
    }
    return true
  }

  /// Whether nothing up to the end of the line is a control: what is no text is no preface.
  fileprivate func isText(from offset: Int) -> Bool {
    var index = offset
    while index < count, self[index] != 0x0A {
      guard self[index] >= 0x20 || self[index] == 0x0D || self[index] == 0x09 else { return false }
      index += 1
    }
    return true
  }
}

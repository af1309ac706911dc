/// An answer of an HTTP/1.1 server that closes its connection after it (RFC 9112), taken apart. Nothing in it is trusted.
struct HTTPAnswer: Sendable, Hashable {
  enum Failure: Error, Sendable, Hashable {
    case notHTTP, headTooLong, badLength, badChunk, cutShort
  }

  var status: Int
  /// Names in lower case; of two with one name the first counts.
  var fields: [String: String] = [:]
  var body: [UInt8]

  static let maximumHead = 64 << 10

  init(_ bytes: [UInt8]) throws(Failure) {
    guard bytes.starts(with: "HTTP/1.".utf8) else { throw .notHTTP }
    guard let end = Self.endOfHead(bytes) else {
      throw bytes.count > Self.maximumHead ? .headTooLong : .cutShort
    }
    let lines = bytes[..<end].split(separator: 0x0A).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
    let words = (lines.first ?? "").split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[1].utf8.count == 3, let status = Int(words[1]), status >= 100 else { throw .notHTTP }
    self.status = status
    for line in lines.dropFirst().prefix(200) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = line[..<colon].lowercased()
      if fields[name] == nil { fields[name] = Self.trimmed(line[line.index(after: colon)...]) }
    }
    let rest = bytes[end...]
    if fields["transfer-encoding"]?.lowercased().hasSuffix("chunked") == true {
      body = try Self.chunks(rest)
    } else if let text = fields["content-length"] {
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(text) else { throw .badLength }
      guard rest.count >= length else { throw .cutShort }
      body = Array(rest.prefix(length))
    } else {
      body = Array(rest)
    }
  }

  /// Just past the empty line; nil where there is none within the bound.
  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    let limit = min(bytes.count, maximumHead)
    var index = 0
    while index < limit {
      if bytes[index] == 0x0A {
        if index + 1 < limit, bytes[index + 1] == 0x0A { return index + 2 }
        if index + 2 < limit, bytes[index + 1] == 0x0D, bytes[index + 2] == 0x0A { return index + 3 }
      }
      index += 1
    }
    return nil
  }

  /// RFC 9112 §7.1. Extensions and trailers are skipped.
  private static func chunks(_ bytes: ArraySlice<UInt8>) throws(Failure) -> [UInt8] {
    var rest = bytes
    var body: [UInt8] = []
    while true {
      guard let newline = rest.firstIndex(of: 0x0A) else { throw .cutShort }
      let digits = rest[..<newline].prefix { $0 != 0x0D && $0 != UInt8(ascii: ";") && $0 != 0x20 }
      // Eight digits are far beyond any bound of ours, and cannot overflow.
      guard (1...8).contains(digits.count), digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"),
        let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw .badChunk }
      rest = rest[(newline + 1)...]
      if size == 0 { return body }
      guard rest.count >= size else { throw .cutShort }
      body += rest.prefix(size)
      rest = rest.dropFirst(size)
      if rest.first == 0x0D { rest = rest.dropFirst() }
      guard rest.first == 0x0A else { throw rest.isEmpty ? .cutShort : .badChunk }
      rest = rest.dropFirst()
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}

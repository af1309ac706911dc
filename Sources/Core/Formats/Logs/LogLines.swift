/// Cuts a log into lines, chunk by chunk, as it is read or followed.
///
/// A line ends with LF or CR LF, and the last one with the end of the log. Lines longer than the limit are counted and
/// left out: no more than one line is ever kept.
public struct LogLines: Sendable {
  public let limit: Int
  /// Lines left out because they were longer than the limit.
  public private(set) var skipped = 0
  /// Bytes before the line that is handed out next.
  public private(set) var offset: Int64 = 0
  private var rest: [UInt8] = []
  private var isSkipping = false

  public init(limit: Int = 1 << 20) { self.limit = max(1, limit) }

  /// Hands out each line that ends in this chunk, with the place of its first byte in the log.
  public mutating func read(_ chunk: Span<UInt8>, _ body: (_ line: Span<UInt8>, _ offset: Int64) -> Void) {
    var start = 0
    let count = chunk.count
    if isSkipping || !rest.isEmpty {
      let end = chunk.first(0x0A, from: 0, to: count)
      keep(chunk, from: 0, to: end)
      guard end < count else { return }
      start = end + 1
      finishKept(terminator: 1, body)
    }
    while start < count {
      let end = chunk.first(0x0A, from: start, to: count)
      guard end < count else { break }
      let length = end &- start
      if length > limit {
        skipped += 1
      } else {
        let isCRLF = length > 0 && chunk.byte(end &- 1) == 0x0D
        body(chunk.extracting(start..<(isCRLF ? end &- 1 : end)), offset)
      }
      offset &+= Int64(length &+ 1)
      start = end &+ 1
    }
    keep(chunk, from: start, to: count)
  }

  /// Hands out what is left behind the last line end: only where the log is known to have ended.
  public mutating func finish(_ body: (_ line: Span<UInt8>, _ offset: Int64) -> Void) {
    guard isSkipping || !rest.isEmpty else { return }
    finishKept(terminator: 0, body)
  }

  private mutating func finishKept(terminator: Int64, _ body: (Span<UInt8>, Int64) -> Void) {
    if isSkipping {
      skipped += 1
    } else {
      var length = rest.count
      if rest.last == 0x0D { length -= 1 }
      body(rest.span.extracting(0..<length), offset)
      offset += Int64(rest.count)
    }
    offset += terminator
    rest.removeAll(keepingCapacity: true)
    isSkipping = false
  }

  private mutating func keep(_ chunk: Span<UInt8>, from: Int, to: Int) {
    guard from < to else { return }
    if isSkipping || rest.count + (to - from) > limit {
      offset += Int64(rest.count + to - from)
      isSkipping = true
      rest.removeAll(keepingCapacity: true)
      return
    }
    // Only for the first piece: room for just the next one, each time, would copy the line with every piece of it.
    if rest.isEmpty { rest.reserveCapacity(to - from) }
    for index in from..<to { rest.append(chunk[index]) }
  }
}

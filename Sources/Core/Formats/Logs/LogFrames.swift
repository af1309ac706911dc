/// Cuts a Frame Streams file or connection (dnstap) into frames, chunk by chunk. Follows farsightsec/fstrm `control.h`.
public struct LogFrames: Sendable {
  public let limit: Int
  /// Frames left out because they were longer than the limit.
  public private(set) var skipped = 0
  /// The stream said that it has ended.
  public private(set) var isStopped = false
  /// What a reader must be able to answer: READY was received (4), so the other side waits for ACCEPT.
  public private(set) var isHandshake = false
  /// No stream of dnstap: a control frame is broken or names another content.
  public private(set) var isBroken = false

  private var rest: [UInt8] = []
  /// Bytes of a frame that is too long that are still to come.
  private var toSkip: UInt64 = 0

  public init(limit: Int = 1 << 20) { self.limit = max(1, limit) }

  static let content: StaticString = "protobuf:dnstap.Dnstap"

  /// Hands out the payload of each data frame that ends in this chunk. Nothing more comes once the stream is broken.
  public mutating func read(_ chunk: Span<UInt8>, _ body: (_ frame: Span<UInt8>) -> Void) {
    var at = 0
    while at < chunk.count, !isBroken {
      if toSkip > 0 {
        let step = Int(min(UInt64(chunk.count - at), toSkip))
        at += step
        toSkip -= UInt64(step)
        continue
      }
      if rest.isEmpty, let whole = Self.length(chunk, at: at), whole.isData, chunk.count - at - 4 >= whole.count,
        whole.count <= limit
      {
        body(chunk.extracting((at + 4)..<(at + 4 + whole.count)))
        at += 4 + whole.count
        continue
      }
      let step = min(chunk.count - at, wanted)
      for index in at..<(at + step) { rest.append(chunk[index]) }
      at += step
      settle(body)
    }
  }

  /// How many bytes the frame in `rest` still needs to be judged.
  private var wanted: Int {
    if rest.count < 4 { return 4 - rest.count }
    guard let head = Self.length(rest.span, at: 0) else { return 4 }
    if head.isData { return 4 + head.count - rest.count }
    if rest.count < 8 { return 8 - rest.count }
    return 8 + Self.long(rest.span, at: 4) - rest.count
  }

  private mutating func settle(_ body: (Span<UInt8>) -> Void) {
    guard rest.count >= 4, let head = Self.length(rest.span, at: 0) else { return }
    if head.isData {
      if head.count > limit {
        skipped += 1
        toSkip = UInt64(head.count)
        rest.removeAll(keepingCapacity: true)
      } else if rest.count == 4 + head.count {
        body(rest.span.extracting(4..<rest.count))
        rest.removeAll(keepingCapacity: true)
      }
      return
    }
    guard rest.count >= 8 else { return }
    let count = Self.long(rest.span, at: 4)
    // Control frames are at most 512 bytes long.
    guard count >= 4, count <= 512 else {
      isBroken = true
      return
    }
    guard rest.count == 8 + count else { return }
    switch Self.long(rest.span, at: 8) {
    case 2, 1: isBroken = count >= 12 && !Self.isDnstap(rest.span)
    case 3, 5: isStopped = true
    case 4: isHandshake = true
    default: isBroken = true
    }
    rest.removeAll(keepingCapacity: true)
  }

  private static func isDnstap(_ frame: Span<UInt8>) -> Bool {
    frame.find(content, from: 12, to: frame.count) != nil
  }

  /// Data frames begin with their length; a length of 0 begins a control frame.
  private static func length(_ bytes: Span<UInt8>, at: Int) -> (isData: Bool, count: Int)? {
    guard bytes.count - at >= 4 else { return nil }
    let count = long(bytes, at: at)
    return (count > 0, count)
  }

  private static func long(_ bytes: Span<UInt8>, at: Int) -> Int {
    Int(bytes.byte(at)) << 24 | Int(bytes.byte(at + 1)) << 16 | Int(bytes.byte(at + 2)) << 8 | Int(bytes.byte(at + 3))
  }
}

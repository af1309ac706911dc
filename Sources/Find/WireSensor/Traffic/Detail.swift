import Detection
import Model
import Wire

/// What only few flows need: bytes of a handshake that is not complete, the hello, uploads and answers.
struct Detail: Sendable {
  var up: StreamStart?
  var down: StreamStart?
  var quic: QUICInitialAssembler?
  var dtls: DTLSHelloAssembler?
  var hello: Session.Hello?
  var turns = Turns()
  var webSocketPath: String?
  var isGatewayChallenge = false
  var userAgent: String?
  /// A proxy was asked for a connection to somewhere: what follows may be TLS.
  var isProxied = false
  /// The client is amid the start of SOCKS.
  var socks: SOCKSHandshake?
  /// Who a balancer says the client is. Anybody can say so: the conversation stays that of who sent it.
  var forwardedFor: IP?
  /// Requests to proxies, headers of balancers and the like that were read before the client's own protocol.
  var preambles: UInt8 = 0
}

/// Uploads and answers of one conversation, told apart by who sends.
struct Turns: Sendable {
  private(set) var done: [Session.Turn] = []
  private var start: Int64 = 0
  private var end: Int64 = 0
  private var up: UInt64 = 0
  private var down: UInt64 = 0
  private var pending: UInt64 = 0
  private var pendingStart: Int64 = 0
  /// Turns that were not kept.
  private(set) var dropped = 0
  private var nextUp: UInt32?
  private var lastProbe: Int64?
  private var gaps: [Int64] = []

  static let limit = 256
  /// Below this many bytes client payload amid an answer is no upload: acknowledgements, window updates and pings of HTTP/2
  /// and WebSocket.
  static let least: UInt64 = 100

  /// Takes a packet with payload.
  mutating func add(_ bytes: UInt64, fromClient: Bool, at time: Int64) {
    if fromClient {
      if down == 0 {
        if up == 0 { start = time }
        up += bytes
        end = time
      } else {
        if pending == 0 { pendingStart = time }
        pending += bytes
        guard pending >= Self.least else { return }
        close()
        (start, end, up, down, pending) = (pendingStart, time, pending, 0, 0)
      }
    } else {
      if up == 0, down == 0 { start = time }
      up += pending
      pending = 0
      down += bytes
      end = time
    }
  }

  private mutating func close() {
    guard up > 0 || down > 0 else { return }
    guard done.count < Self.limit else {
      dropped += 1
      return
    }
    done.append(
      Session.Turn(
        start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: end), bytesUp: up, bytesDown: down))
  }

  /// Everything so far, the open turn included.
  var all: [Session.Turn] {
    var copy = self
    copy.up += copy.pending
    copy.close()
    return copy.done
  }

  /// Takes a segment of the client, to notice keepalives: an empty one, or one of a byte, before what was sent last.
  mutating func segment(_ sequence: UInt32, _ length: Int, at time: Int64) {
    if let nextUp, length <= 1, sequence == nextUp &- 1 {
      if let lastProbe, gaps.count < 16 { gaps.append(time &- lastProbe) }
      lastProbe = time
      return
    }
    let end = sequence &+ UInt32(truncatingIfNeeded: length)
    if nextUp.map({ Int32(bitPattern: end &- $0) > 0 }) ?? true { nextUp = end }
    if length > 0 { lastProbe = nil }
  }

  /// Seconds between keepalives: the median of three distances or more.
  var keepalive: Double? {
    guard gaps.count >= 3 else { return nil }
    return Double(gaps.sorted()[gaps.count / 2]) / 1e9
  }
}

/// Details by number, with numbers that are free.
struct Details: Sendable {
  /// Bytes of incomplete handshakes in all of them.
  private(set) var bytes = 0
  let byteLimit: Int
  /// Handshakes over datagrams that are not complete, of 16 KiB each at most.
  private(set) var datagramHandshakes = 0
  static let datagramLimit = 2048

  /// Begins one; false where there are too many.
  mutating func begin(_ id: UInt32, quic: QUICInitialAssembler? = nil, dtls: DTLSHelloAssembler? = nil) -> Bool {
    endDatagrams(id)
    guard datagramHandshakes < Self.datagramLimit else {
      refused &+= 1
      return false
    }
    datagramHandshakes += 1
    all[Int(id)].quic = quic
    all[Int(id)].dtls = dtls
    return true
  }

  mutating func endDatagrams(_ id: UInt32) {
    guard all[Int(id)].quic != nil || all[Int(id)].dtls != nil else { return }
    datagramHandshakes -= 1
    all[Int(id)].quic = nil
    all[Int(id)].dtls = nil
  }
  private(set) var all: [Detail] = [Detail()]
  private var free: [UInt32] = []
  let limit: Int
  var refused: UInt64 = 0

  init(limit: Int = 1 << 16, byteLimit: Int = 32 << 20) {
    self.limit = limit
    self.byteLimit = byteLimit
  }

  /// Puts a stream of one direction back after it was read or added to; false where all of them together are too much,
  /// and this one was given up.
  mutating func keep(_ stream: StreamStart?, of id: UInt32, up: Bool) -> Bool {
    let old = (up ? all[Int(id)].up : all[Int(id)].down)?.size ?? 0
    bytes += (stream?.size ?? 0) - old
    if up { all[Int(id)].up = stream } else { all[Int(id)].down = stream }
    guard bytes > byteLimit, stream != nil else { return true }
    refused &+= 1
    _ = keep(nil, of: id, up: up)
    return false
  }

  /// Takes a stream out to be changed: what it holds is accounted when it is put back.
  mutating func take(of id: UInt32, up: Bool) -> StreamStart? {
    let stream = up ? all[Int(id)].up : all[Int(id)].down
    bytes -= stream?.size ?? 0
    if up { all[Int(id)].up = nil } else { all[Int(id)].down = nil }
    return stream
  }

  var count: Int { all.count - 1 - free.count }

  subscript(id: UInt32) -> Detail {
    get { all[Int(id)] }
    _modify { yield &all[Int(id)] }
  }

  /// A fresh detail; 0 where there are too many.
  mutating func make() -> UInt32 {
    if let id = free.popLast() { return id }
    guard all.count <= limit else {
      refused &+= 1
      return 0
    }
    all.append(Detail())
    return UInt32(all.count - 1)
  }

  mutating func removeAll() {
    all = [Detail()]
    free = []
    bytes = 0
    datagramHandshakes = 0
  }

  mutating func remove(_ id: UInt32) {
    guard id != 0 else { return }
    _ = keep(nil, of: id, up: true)
    _ = keep(nil, of: id, up: false)
    endDatagrams(id)
    all[Int(id)] = Detail()
    free.append(id)
  }
}

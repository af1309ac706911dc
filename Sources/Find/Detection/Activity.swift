public import Model

/// What a wire sensor tells about one connection of one host, whether it comes from packets, a flow export or the log of
/// another sensor. What the source cannot say is nil or zero: a flow record has no hello, a log no turns.
public struct Session: Sendable, Hashable {
  /// Who opened it.
  public var client: Address
  public var clientPort: UInt16 = 0
  public var server: Address
  public var serverPort: UInt16
  public var transport: Transport
  public var start: Timestamp
  public var end: Timestamp
  /// Payload bytes from client to server and back; counts of packets likewise. After sampling was applied.
  public var bytesUp: UInt64 = 0
  public var bytesDown: UInt64 = 0
  public var packetsUp: UInt64 = 0
  public var packetsDown: UInt64 = 0
  /// The server answered.
  public var isEstablished = true
  /// The start was seen: counts are of the whole connection.
  public var isWhole = true
  /// Lower case, no final dot; and where it comes from.
  public var name: String?
  public var nameSource: NameSource?
  public var hello: Hello?
  /// First of each run of client payload that follows server payload or silence: only on connections worth the memory.
  public var turns: [Turn] = []
  /// Seconds between empty keepalive segments of the client, where a period showed.
  public var keepalive: Double?
  /// A WebSocket upgrade was seen, and its path.
  public var webSocketPath: String?
  /// The `connect.challenge` frame that an OpenClaw gateway sends first.
  public var isGatewayChallenge = false
  public var userAgent: String?

  public enum Transport: String, Sendable, Hashable, Codable { case tcp, udp, quic, other }
  /// Best first.
  public enum NameSource: String, Sendable, Hashable, Codable { case tls, quic, connect, http, dns, export }

  /// One upload and the answer to it.
  public struct Turn: Sendable, Hashable {
    public var start: Timestamp
    /// Last byte of the answer.
    public var end: Timestamp
    public var bytesUp: UInt64
    public var bytesDown: UInt64
    public init(start: Timestamp, end: Timestamp, bytesUp: UInt64, bytesDown: UInt64) {
      self.start = start
      self.end = end
      self.bytesUp = bytesUp
      self.bytesDown = bytesDown
    }
  }

  /// What the first message of TLS says of the program that sent it.
  public struct Hello: Sendable, Hashable {
    public var ja4: String
    public var ja3: String?
    /// In the order offered.
    public var alpn: [String]
    public var hasGREASE: Bool
    public var hasECH: Bool
    public var isResumption: Bool
    public init(
      ja4: String, ja3: String? = nil, alpn: [String] = [], hasGREASE: Bool = false, hasECH: Bool = false,
      isResumption: Bool = false
    ) {
      self.ja4 = ja4
      self.ja3 = ja3
      self.alpn = alpn
      self.hasGREASE = hasGREASE
      self.hasECH = hasECH
      self.isResumption = isResumption
    }
  }

  public init(
    client: Address, server: Address, serverPort: UInt16, transport: Transport, start: Timestamp, end: Timestamp
  ) {
    self.client = client
    self.server = server
    self.serverPort = serverPort
    self.transport = transport
    self.start = start
    self.end = end
  }
}

/// One question to a resolver.
public struct NameQuery: Sendable, Hashable {
  public var time: Timestamp
  public var client: Address
  /// Lower case, no final dot.
  public var name: String
  /// DNS type number; 0 where the source does not say.
  public var type: UInt16
  /// The resolver refused, sank or denied it.
  public var isBlocked: Bool
  public var answers: [Address]
  public init(
    time: Timestamp, client: Address, name: String, type: UInt16, isBlocked: Bool = false, answers: [Address] = []
  ) {
    self.time = time
    self.client = client
    self.name = name
    self.type = type
    self.isBlocked = isBlocked
    self.answers = answers
  }
}

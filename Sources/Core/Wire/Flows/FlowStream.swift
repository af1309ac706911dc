import Model

/// What is known of one source of an exporter: a source id, an observation domain, a sub-agent. Templates and running
/// numbers are its own (RFC 7011 §8, §10.3.2).
struct FlowStream: Sendable {
  /// What tells the streams of one exporter apart.
  struct Key: Sendable, Hashable {
    var format: FlowFormat
    var domain: UInt32
  }

  let key: Key
  var lastHeard: Int64
  var templates: [UInt16: FlowTemplate] = [:]
  var sampling = FlowSampling()
  var sequence = FlowSequence()
  /// When its exporter was started, where IPFIX told it: milliseconds since 1970.
  var systemInit: UInt64 = 0
  var datagrams: UInt64 = 0
  var records: UInt64 = 0
  var damaged: UInt64 = 0
  var withoutTemplate: UInt64 = 0
  /// Of sFlow: the running numbers of each source's samples.
  var sources: [UInt64: SFlowSource] = [:]
  /// Samples that the agent could not send, as it counts them itself (sFlow).
  var drops: UInt64 = 0

  init(key: Key, heard: Int64) {
    self.key = key
    lastHeard = heard
  }

  /// Sources of samples kept of one agent.
  static let sourceLimit = 1024
}

/// A device that sends flows, and all that must be remembered of it.
struct FlowExporter: Sendable {
  let address: IP
  var port: UInt16
  var lastHeard: Int64
  /// It has sent a record: one that has not gives way first where the table is full.
  var isProductive = false
  var streams: [FlowStream] = []
  var places: [FlowStream.Key: Int] = [:]
  var templateCount = 0
  /// Data sets whose template is not known yet, the oldest first.
  var held: [FlowHeld] = []
  var heldBytes = 0
  /// Those of them that can be decoded now.
  var ready: [FlowHeld] = []
  /// What the exporter calls its applications, as its options tell.
  var applications: [UInt32: [UInt8]] = [:]
  /// Times that one datagram took all templates back: each looks at all of them.
  var sweeps = 0
  private var lastPlace = 0

  init(address: IP, port: UInt16, heard: Int64) {
    self.address = address
    self.port = port
    lastHeard = heard
  }

  /// Names of applications that are kept, and bytes of each.
  static let applicationLimit = 2048
  static let applicationBytes = 48
  /// Times that one datagram may take all templates of a kind back.
  static let sweepLimit = 4
  /// Domains kept of one exporter.
  static let streamLimit = 256

  /// Where the stream of that key is; the one that was silent longest gives way where there are too many.
  mutating func place(_ key: FlowStream.Key, at received: Int64) -> Int {
    if lastPlace < streams.count, streams[lastPlace].key == key { return lastPlace }
    if let known = places[key] {
      lastPlace = known
      return known
    }
    lastPlace = streams.count
    if streams.count < Self.streamLimit {
      streams.append(FlowStream(key: key, heard: received))
    } else {
      lastPlace = streams.indices.min { streams[$0].lastHeard < streams[$1].lastHeard } ?? 0
      templateCount -= streams[lastPlace].templates.count
      places[streams[lastPlace].key] = nil
      streams[lastPlace] = FlowStream(key: key, heard: received)
    }
    places[key] = lastPlace
    return lastPlace
  }
}

/// A data set that waits for its template: the header of its datagram and the set itself.
struct FlowHeld: Sendable {
  var key: FlowStream.Key
  var template: UInt16
  var bytes: [UInt8]
  var received: Int64
}

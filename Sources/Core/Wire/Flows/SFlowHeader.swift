import Model

/// The header of a datagram of sFlow v5.
struct SFlowHeader {
  /// The device that looked at the packets; nil where it names none. Datagrams may come through a relay.
  var agent: IP?
  var subAgent: UInt32
  var sequence: UInt32
  /// Milliseconds since the agent started.
  var uptime: UInt32
  /// A claim.
  var samples: UInt32
  /// Where the first sample starts.
  var count: Int

  /// - Parameter bytes: begins with the version, of which the caller knows that it is 5.
  init(_ bytes: RawSpan) throws(FlowFault) {
    guard bytes.byteCount >= 8 else { throw .truncated }
    let kind = bytes.long(4)
    let width = kind == 1 ? 4 : 16
    guard kind == 1 || kind == 2 else { throw .version }
    guard bytes.byteCount >= 8 + width + 16 else { throw .truncated }
    let address = kind == 1 ? IP(v4: bytes.long(8)) : IP(high: bytes.quad(8), low: bytes.quad(16))
    agent = address == .none || address == IP(v4: 0) ? nil : address
    let at = 8 + width
    subAgent = bytes.long(at)
    sequence = bytes.long(at + 4)
    uptime = bytes.long(at + 8)
    samples = bytes.long(at + 12)
    count = at + 16
  }
}

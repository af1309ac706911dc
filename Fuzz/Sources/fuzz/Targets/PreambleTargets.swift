import Wire

/// A client's start of SOCKS, read as its caller reads it: what was taken is forgotten. What is asked for lies within the
/// bytes and can be shown, and no byte more decides otherwise.
@Sendable func fuzzSOCKS(_ bytes: [UInt8]) throws {
  func run(_ bytes: [UInt8]) throws -> (outcome: SOCKSHandshake.Outcome, taken: Int) {
    var handshake = SOCKSHandshake()
    var taken = 0
    for _ in 0..<4 {
      let outcome = handshake.read(bytes[taken...].map { $0 }.span)
      switch outcome {
      case .advanced(let count):
        try hold(count > 0 && taken + count <= bytes.count, "taken beyond the bytes")
        taken += count
      case .request(let request, let consumed):
        try hold(consumed > 0 && taken + consumed <= bytes.count, "a request beyond the bytes")
        if case .name(let name) = request.target {
          try hold((1...255).contains(name.count), "a name of no length")
          try hold(isSafe(String(decoding: name, as: UTF8.self)), "a name with controls")
        }
        return (outcome, taken + consumed)
      case .needMore, .notSOCKS: return (outcome, taken)
      }
    }
    throw Broken("a start without end")
  }
  let whole = try run(bytes)
  if whole.outcome != .needMore { try hold(try run(bytes + [5, 0]) == whole, "what follows changes the request") }
  if case .request = whole.outcome {
    try hold(SOCKSHandshake.isPlausible(bytes.span), "a request that is not plausible")
  }
}

/// A balancer's header, and the request of a database's client for TLS.
@Sendable func fuzzProxyHeader(_ bytes: [UInt8]) throws {
  let longer = bytes + [0x0D, 0x0A, 0]
  let outcome = ProxyHeader.read(bytes.span)
  if case .header(let header, let consumed) = outcome {
    try hold(consumed > 0 && consumed <= bytes.count, "a header beyond the bytes")
    try hold((header.source == nil) == (header.destination == nil), "one end without the other")
    try hold(header.authority.map { isSafe(String(decoding: $0, as: UTF8.self)) } ?? true, "a name with controls")
    try hold(ProxyHeader.isPlausible(bytes.span), "a header that is not plausible")
  }
  if outcome != .needMore { try hold(ProxyHeader.read(longer.span) == outcome, "what follows changes the header") }
  let request = StartTLS.read(bytes.span)
  if case .request(let consumed) = request { try hold(consumed <= bytes.count, "a request beyond the bytes") }
  _ = StartTLS.isAsked(in: bytes.span)
}

import Wire

/// A client's start of SOCKS, read as its caller reads it: what was taken is forgotten. What is asked for lies within the
/// bytes and can be shown, and no byte more decides otherwise.
@Sendable func fuzzSOCKS(_ bytes: [UInt8]) throws {
  let whole = try Start(bytes)
  if whole.outcome != .needMore { try hold(try Start(bytes + [5, 0]) == whole, "what follows changes the request") }
  if case .request = whole.outcome {
    try hold(SOCKSHandshake.isPlausible(bytes.span), "a request that is not plausible")
  }
}

private struct Start: Equatable {
  var outcome = SOCKSHandshake.Outcome.needMore
  var taken = 0

  init(_ bytes: [UInt8]) throws {
    var handshake = SOCKSHandshake()
    for _ in 0..<4 {
      let rest = Array(bytes[taken...])
      outcome = handshake.read(rest.span)
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
        taken += consumed
        return
      case .needMore, .notSOCKS: return
      }
    }
    throw Broken("a start without end")
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

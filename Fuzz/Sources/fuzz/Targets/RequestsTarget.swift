import Wire

/// The start of a connection as heads of HTTP, frames of a WebSocket and a banner of SSH. What is read lies within the
/// bytes and can be shown; an outcome is not changed by what follows.
@Sendable func fuzzRequests(_ bytes: [UInt8]) throws {
  let longer = bytes + Array("x\r\n".utf8)

  let request = HTTPRequestHead.read(bytes.span)
  if case .head(let head, let consumed) = request {
    try hold(consumed <= bytes.count && head.target.utf8.count <= 4 * bytes.count, "a head longer than the bytes")
    try hold(
      [head.method, head.target, head.path, head.host ?? "", head.userAgent ?? ""].allSatisfy(isSafe),
      "a request with controls")
    try hold(head.host.map { (1...255).contains($0.utf8.count) } ?? true, "a host that is none")
    try hold(head.host != nil || head.port == nil, "a port of nobody")
    try hold(!head.isConnect || head.host != nil, "a tunnel to nowhere")
    try hold((head.contentLength ?? 0) >= 0, "a negative length")
  }
  if request != .needMore { try hold(HTTPRequestHead.read(longer.span) == request, "what follows changes the request") }

  let response = HTTPResponseHead.read(bytes.span)
  if case .head(let head, let consumed) = response {
    try hold(consumed <= bytes.count && (100...999).contains(head.status), "status \(head.status)")
    try hold(
      [head.server ?? "", head.upgrade ?? "", head.contentType ?? ""].allSatisfy(isSafe), "a response with controls")
  }
  if response != .needMore {
    try hold(HTTPResponseHead.read(longer.span) == response, "what follows changes the response")
  }

  for isClient in [false, true] {
    if case .frame(let frame) = WebSocketFrame.read(bytes.span, isClient: isClient) {
      try hold((2...14).contains(frame.headLength) && frame.payloadLength >= 0, "a frame of no length")
      try hold((frame.mask != nil) == isClient, "a mask of the other side")
    }
    let text = WebSocketFrames.firstText(bytes.span, isClient: isClient)
    if text != .needMore {
      try hold(WebSocketFrames.firstText(longer.span, isClient: isClient) == text, "what follows changes the text")
    }
  }

  for isServer in [false, true] {
    let banner = SSHBanner.read(bytes.span, isServer: isServer)
    if case .banner(let banner, let consumed) = banner {
      try hold(consumed <= bytes.count && !banner.software.isEmpty, "a banner beyond the bytes")
      try hold([banner.version, banner.software, banner.comments ?? ""].allSatisfy(isSafe), "a banner with controls")
    }
    if banner != .needMore {
      try hold(SSHBanner.read(longer.span, isServer: isServer) == banner, "what follows changes the banner")
    }
  }
}

import Wire

// What #expect captures has to be escapable, and a span is not: the same readers, over arrays.

extension TLSRecords {
  static func read(_ bytes: [UInt8]) -> Outcome { read(bytes.span) }
  static func isPlausible(_ bytes: [UInt8]) -> Bool { isPlausible(bytes.span) }
}

extension ClientHello {
  init(_ body: [UInt8], isDatagram: Bool = false) throws(Fault) { try self.init(body.span, isDatagram: isDatagram) }
}

extension ServerHello {
  init(_ body: [UInt8]) throws(Fault) { try self.init(body.span) }
}

extension DTLSHelloAssembler {
  static func isHello(_ datagram: [UInt8]) -> Bool { isHello(datagram.span) }
  mutating func receive(_ datagram: [UInt8]) -> Outcome { receive(datagram.span) }
}

extension QUICInitialAssembler {
  static func isInitial(_ datagram: [UInt8]) -> Bool { isInitial(datagram.span) }
  mutating func receive(_ datagram: [UInt8]) -> Outcome { receive(datagram.span) }
}

extension HTTPRequestHead {
  static func read(_ bytes: [UInt8]) -> Outcome { read(bytes.span) }
  static func read(_ text: String) -> Outcome { read(Array(text.utf8)) }
  static func isPlausible(_ text: String) -> Bool { isPlausible(Array(text.utf8).span) }
}

extension HTTPResponseHead {
  static func read(_ bytes: [UInt8]) -> Outcome { read(bytes.span) }
  static func read(_ text: String) -> Outcome { read(Array(text.utf8)) }
}

extension WebSocketFrame {
  static func read(_ bytes: [UInt8], isClient: Bool) -> Outcome { read(bytes.span, isClient: isClient) }
}

extension WebSocketFrames {
  static func firstText(_ bytes: [UInt8], isClient: Bool) -> Outcome { firstText(bytes.span, isClient: isClient) }
}

extension SSHBanner {
  static func read(_ bytes: [UInt8], isServer: Bool = false) -> Outcome { read(bytes.span, isServer: isServer) }
  static func read(_ text: String, isServer: Bool = false) -> Outcome { read(Array(text.utf8), isServer: isServer) }
}

extension StartTLS {
  static func read(_ bytes: [UInt8]) -> Outcome { read(bytes.span) }
  static func isAsked(in segment: [UInt8]) -> Bool { isAsked(in: segment.span) }
}

extension ProxyHeader {
  static func read(_ bytes: [UInt8]) -> Outcome { read(bytes.span) }
  static func isPlausible(_ bytes: [UInt8]) -> Bool { isPlausible(bytes.span) }
}

extension SOCKSHandshake {
  mutating func read(_ bytes: [UInt8]) -> Outcome { read(bytes.span) }
  static func isPlausible(_ bytes: [UInt8]) -> Bool { isPlausible(bytes.span) }
}

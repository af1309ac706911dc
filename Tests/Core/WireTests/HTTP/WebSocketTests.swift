import Testing

@testable import Wire

@Suite struct WebSocketTests {
  private static let challenge =
    #"{"type":"event","event":"connect.challenge","payload":{"nonce":"00000000-0000-4000-8000-000000000000","ts":1795700000000}}"#

  /// Made up: a frame of a server, or of a client with a mask.
  private func frame(
    _ kind: UInt8, _ payload: [UInt8], isFinal: Bool = true, isCompressed: Bool = false, mask: [UInt8]? = nil
  ) -> [UInt8] {
    let bit: UInt8 = mask == nil ? 0 : 0x80
    var out = [(isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | kind]
    switch payload.count {
    case ..<126: out.append(bit | UInt8(payload.count))
    case ...0xFFFF: out += [bit | 126] + word(UInt16(payload.count))
    default:
      out +=
        [bit | 127, 0, 0, 0, 0, UInt8(payload.count >> 24)] + [UInt8(payload.count >> 16 & 0xFF)]
        + word(UInt16(payload.count & 0xFFFF))
    }
    guard let mask else { return out + payload }
    return out + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
  }
  private func text(_ text: String) -> [UInt8] { frame(1, Array(text.utf8)) }

  @Test func `a gateway of OpenClaw is told by its first event`() {
    #expect(WebSocketFrames.firstText(text(Self.challenge), isClient: false) == .text(isChallenge: true))
    let pinged = frame(9, [1, 2]) + frame(10, []) + text(Self.challenge)
    #expect(WebSocketFrames.firstText(pinged, isClient: false) == .text(isChallenge: true))
    let masked = frame(1, Array(Self.challenge.utf8), mask: [1, 2, 3, 4])
    #expect(WebSocketFrames.firstText(masked, isClient: true) == .text(isChallenge: true))
  }

  @Test(arguments: [
    (
      #" { "payload" : { "type" : "x", "event" : [ "y" ] } , "event" : "connect.challenge" , "type" : "event" } "#, true
    ),
    (#"{"type":"event","event":"tick"}"#, false), (#"{"type":"res","event":"connect.challenge"}"#, false),
    (#"{"payload":{"type":"event","event":"connect.challenge"}}"#, false), (#"["type","event"]"#, false),
    (#"{"type":"event","x":"event","y":"connect.challenge"}"#, false),
    (#"{"type":"event","event":"connect.challenge"#, false),
    (#"{"a":"\"event\":\"connect.challenge\"","type":"event"}"#, false), ("hello", false), ("", false), ("}", false),
    ("\"", false),
    (#"{"event":"connect.challenge","type":"event","event":"tick"}"#, false),
    (#"{"type":1,"event":"connect.challenge"}"#, false),
    (#"{"a":"\"#, false), (#"{"type":"event","event":{"event":"connect.challenge"}}"#, false),
  ])
  func `the event is looked for among the members of the message itself`(json: String, isChallenge: Bool) {
    #expect(WebSocketFrames.firstText(text(json), isClient: false) == .text(isChallenge: isChallenge))
  }

  @Test func `what has no readable text says so`() {
    #expect(WebSocketFrames.firstText(frame(2, [1]), isClient: false) == .noText)
    #expect(WebSocketFrames.firstText(frame(8, [3, 0xE8]), isClient: false) == .noText)
    #expect(WebSocketFrames.firstText(frame(1, [1], isCompressed: true), isClient: false) == .noText)
  }

  @Test func `bytes that are no frame of this side are told`() {
    for bytes in [
      frame(3, []), frame(11, []), [0xA1, 0], [0x91, 0], frame(9, [], isFinal: false), frame(9, [], isCompressed: true),
      [0x89, 126, 0, 200], [0x89, 127, 0, 0, 0, 0, 0, 1, 0, 0], [0x81, 126, 0, 125],
      [0x81, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
      [0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0], frame(1, [1], mask: [1, 2, 3, 4]), frame(0, [1]),
    ] as [[UInt8]] {
      #expect(WebSocketFrames.firstText(bytes, isClient: false) == .notWebSocket)
    }
    #expect(WebSocketFrames.firstText(frame(1, [1]), isClient: true) == .notWebSocket)
  }

  @Test(arguments: [0, 125, 126, 65_535, 65_536])
  func `the head of a frame says how long it and its payload are`(count: Int) {
    for mask in [nil, [9, 8, 7, 6]] as [[UInt8]?] {
      let bytes = frame(2, [UInt8](repeating: 0, count: count), isFinal: false, mask: mask)
      guard case .frame(let frame) = WebSocketFrame.read(bytes, isClient: mask != nil) else {
        Issue.record("no frame")
        continue
      }
      #expect(frame.kind == .binary && !frame.isFinal && !frame.isCompressed)
      #expect(frame.payloadLength == count && frame.headLength + count == bytes.count)
      #expect(frame.mask == (mask == nil ? nil : 0x0908_0706))
      for cut in 0..<frame.headLength {
        #expect(WebSocketFrame.read(Array(bytes[..<cut]), isClient: mask != nil) == .needMore)
      }
    }
  }

  @Test func `a message that is cut is awaited, within limits`() {
    let bytes = frame(9, [1]) + text(Self.challenge)
    for count in bytes.indices {
      #expect(WebSocketFrames.firstText(Array(bytes[..<count]), isClient: false) == .needMore)
    }
    let long = frame(1, [UInt8](repeating: 0x20, count: WebSocketFrames.limit))
    #expect(WebSocketFrames.firstText(long, isClient: false) == .gaveUp)
    #expect(
      WebSocketFrames.firstText([0x81, 127, 0x7F] + [UInt8](repeating: 0xFF, count: 7), isClient: false) == .gaveUp)
    let pings = [[UInt8]](repeating: frame(9, []), count: 64).flatMap(\.self)
    #expect(WebSocketFrames.firstText(pings + text("{}"), isClient: false) == .gaveUp)
    #expect(
      WebSocketFrames.firstText(frame(1, [UInt8](repeating: 0x20, count: 60_000)), isClient: false)
        == .text(isChallenge: false))
  }

  @Test func `whatever is changed in a frame, nothing is read beyond it`() {
    for bytes in mutations(of: frame(9, [1]) + text(Self.challenge), count: 20_000) {
      for isClient in [true, false] { _ = WebSocketFrames.firstText(bytes, isClient: isClient) }
    }
  }
}

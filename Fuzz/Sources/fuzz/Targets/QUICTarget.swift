@testable import Wire

/// A client's datagrams, each behind its length of two bytes. One that starts with a zero, which no long header does, is
/// taken for the frames of a packet that was opened: no mutation gets past the seal.
@Sendable func fuzzQUIC(_ bytes: [UInt8]) throws {
  var assembler = QUICInitialAssembler()
  var rest = bytes[...]
  var isOver = false
  for _ in 0..<24 where rest.count >= 2 {
    let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
    let datagram = Array(rest.dropFirst(2).prefix(length))
    rest = rest.dropFirst(2 + length)
    let outcome: QUICInitialAssembler.Outcome
    if datagram.first == 0 {
      if isOver { continue }
      outcome = assembler.receive(frames: datagram.span.extracting(1...)) ?? .needMore
    } else {
      outcome = assembler.receive(datagram.span)
      try hold(!isOver || outcome == .gaveUp, "goes on after its end")
      if outcome == .notQUIC { try hold(!QUICInitialAssembler.isInitial(datagram.span), "an Initial that is none") }
      switch outcome {
      case .hello, .gaveUp: isOver = true
      case .needMore, .notQUIC, .damaged: break
      }
    }
    if case .hello(let hello) = outcome { try check(hello, of: 16 << 10) }
  }
}

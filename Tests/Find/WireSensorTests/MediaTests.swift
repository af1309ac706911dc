import Detection
import Model
import Testing
import Wire

@testable import WireSensor

/// Datagrams between two browsers: STUN first, then DTLS from whoever answered the offer.
@Suite struct MediaTests {
  /// A request for a binding of STUN without attributes.
  static let binding: [UInt8] = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + [UInt8](repeating: 7, count: 12)
  static let peer = "203.0.113.9"

  private func send(_ tap: Tap, _ bytes: [UInt8], isUp: Bool = true) {
    tap.udp(
      isUp ? Tap.client : Self.peer, isUp ? 50_000 : 60_000, isUp ? Self.peer : Tap.client, isUp ? 60_000 : 50_000,
      bytes)
  }

  @Test(arguments: [true, false], [1, 20])
  func `a hello of DTLS behind STUN is read from either side`(isUp: Bool, checks: Int) {
    let tap = Tap()
    for number in 0..<checks { send(tap, Self.binding, isUp: number % 2 == 0) }
    send(tap, Hello(name: nil).datagram, isUp: isUp)
    #expect(tap.traffic.counters.dtlsHellos == 1)
    #expect(tap.traffic.counters.ja4.keys.first?.hasPrefix("d") == true)
    #expect(tap.traffic.flows[0].stage == .count && tap.traffic.details.datagramHandshakes == 0)
  }

  @Test func `a hello through a relay's channel is read`() {
    let tap = Tap()
    send(tap, Self.binding)
    let hello = Hello(name: nil).datagram
    send(tap, [0x40, 0] + Crafted.word(hello.count) + hello)
    #expect(tap.traffic.counters.dtlsHellos == 1)
  }

  @Test func `a hello in two datagrams is put together, whatever the other side says between them`() {
    let hello = Hello(name: nil, padding: 200, isDatagram: true).body
    func piece(_ range: Range<Int>) -> [UInt8] {
      let part =
        [1, 0] + Crafted.word(hello.count) + [0, 0, 0] + Crafted.word(range.lowerBound) + [0]
        + Crafted.word(range.count) + Array(hello[range])
      return [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0] + Crafted.word(part.count) + part
    }
    let tap = Tap()
    send(tap, Self.binding)
    send(tap, piece(0..<100))
    send(tap, [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], isUp: false)
    send(tap, Self.binding, isUp: false)
    send(tap, piece(100..<hello.count))
    #expect(tap.traffic.counters.dtlsHellos == 1)
  }

  @Test func `media in the clear or checks without end are given up`() {
    for (bytes, count) in [([0x80, 0], 1), (Self.binding, 100), ([0x10], 100), ([9], 100)] as [([UInt8], Int)] {
      let tap = Tap()
      send(tap, Self.binding)
      for _ in 0..<count { send(tap, bytes) }
      #expect(tap.traffic.flows[0].stage == .count)
      send(tap, Hello(name: nil).datagram)
      #expect(tap.traffic.counters.dtlsHellos == 0)
    }
  }
}

import Detection
import Formats
import Model
import Testing
import Wire
import WireSensor

#if canImport(Glibc)
  import Glibc
#endif

/// Logs that grow and a collector, into the same tables.
@Suite struct FeedTests {
  private static let now = SourceTests.now
  private static let host = Host(id: "test", name: "test")

  @Test func `a log is waited for until its format shows, and nothing of it is lost`() {
    for (_, text, records) in SourceTests.logs where records > 0 {
      var feed = WireFeed(count: 2, format: nil, seed: 1)
      #expect(feed.undetected == [0, 1])
      var told: UInt64 = 0
      for byte in text.utf8 { feed.take([byte], of: 1, now: Self.now) }
      told = feed.lines
      #expect(told == UInt64(records))
      #expect(feed.undetected == [0])
      #expect(feed.look(host: Self.host, now: Self.now).activities.first?.providers.map(\.name) == ["Anthropic"])
    }
  }

  @Test func `text of nobody's log is not kept for ever, and the log that follows is read`() {
    var feed = WireFeed(count: 1, format: nil, seed: 1)
    for _ in 0..<40 { feed.take([UInt8](repeating: 0x61, count: 9999) + [0x0A], of: 0, now: Self.now) }
    #expect(feed.undetected == [0] && feed.lines == 0)
    for _ in 0..<200 { feed.take(Array(SourceTests.logs[0].1.utf8), of: 0, now: Self.now) }
    #expect(feed.undetected.isEmpty && feed.lines > 0)
  }

  @Test func `a log of a given format needs no marks`() {
    var feed = WireFeed(count: 1, format: .dnsmasq, seed: 1)
    feed.take(Array("Nov 26 16".utf8), of: 0, now: Self.now)
    #expect(feed.undetected.isEmpty)
  }

  @Test func `contacts with a model are news once, over a restart too`() {
    var feed = WireFeed(count: 1, format: nil, seed: 1)
    feed.take(Array(SourceTests.logs[0].1.utf8), of: 0, now: Self.now)
    let first = feed.takeNews()
    #expect(feed.takeNews().contacts.isEmpty)
    #expect(!first.baseline.isEmpty)
    var later = WireFeed(
      count: 1, format: nil, seed: 2, observer: Observer(baseline: Baseline(storedBytes: first.baseline)))
    later.take(Array(SourceTests.logs[0].1.utf8), of: 0, now: Self.now)
    #expect(later.takeNews().contacts.isEmpty)
  }

  /// A port of the loopback that is free now.
  private func freePort() -> (Int32, UInt16) {
    let raw = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = Self.loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = unsafe bind(raw, $0, length)
        _ = unsafe getsockname(raw, $0, &length)
      }
    }
    return (raw, UInt16(bigEndian: address.sin_port))
  }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = (0x7F00_0001 as UInt32).bigEndian
    return address
  }

  private func send(_ bytes: [UInt8], to port: UInt16, over raw: Int32) {
    var address = Self.loopback(port)
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { to in
        _ = unsafe bytes.withUnsafeBytes {
          unsafe sendto(raw, $0.baseAddress, $0.count, 0, to, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  @Test func `names out of a log label the flows that a collector hears`() throws {
    var feed = WireFeed(count: 1, format: nil, seed: 1)
    let asleep = try feed.collect(waiting: 0, now: Self.now)
    let isAwake = feed.isListening
    #expect(asleep == 0 && !isAwake && feed.dropped == 0)
    let (probe, port) = freePort()
    close(probe)
    try feed.listen(Bench.address("127.0.0.1"), port)
    let isListening = feed.isListening
    #expect(isListening)
    feed.take(Array(SourceTests.logs[0].1.utf8), of: 0, now: Self.now)
    let (sender, _) = freePort()
    defer { close(sender) }
    for _ in 0..<3 { send(SourceTests.netFlow5, to: port, over: sender) }
    var count = 0
    for _ in 0..<50 where count < 3 { count += try feed.collect(waiting: 100, now: Self.now) }
    #expect(count == 3)
    #expect(feed.flowCounters.records == 3 && feed.flowCounters.bytes == 4200 && feed.flowCounters.packets == 30)
    #expect(feed.dropped == 0)
    let kept = WireFeed(count: 0, format: nil, seed: 1, templates: feed.templates)
    #expect(kept.flowCounters.records == 0)
  }

  @Test func `exports to several addresses come into the same tables`() throws {
    var feed = WireFeed(count: 0, format: nil, seed: 1)
    let (sender, _) = freePort()
    defer { close(sender) }
    for _ in 0..<2 {
      let (probe, port) = freePort()
      close(probe)
      try feed.listen(Bench.address("127.0.0.1"), port)
      send(SourceTests.netFlow5, to: port, over: sender)
    }
    var count = 0
    // On loopback what was sent has arrived.
    for _ in 0..<50 where count < 2 { count += try feed.collect(waiting: 100, now: Self.now) }
    #expect(count == 2 && feed.flowCounters.records == 2)
  }
}

import Model
import Testing

@testable import Detection

@Suite struct BaselineTests {
  static let host = Address("10.0.0.5") ?? .anyIPv4

  func day(_ number: Double) -> Timestamp { Traffic.begin.advanced(bySeconds: number * 86_400) }

  func contact(_ observer: inout Observer, _ name: String = "api.openai.com", day number: Double) {
    observer.add(NameQuery(time: day(number), client: Self.host, name: name, type: 1))
  }

  @Test func `a first contact after quiet days is told once`() {
    var observer = Observer()
    for number in 0..<15 { contact(&observer, "example.com", day: Double(number)) }
    #expect(observer.firstContacts().isEmpty)
    contact(&observer, day: 15)
    contact(&observer, day: 15.1)
    contact(&observer, day: 16)
    let told = observer.firstContacts()
    #expect(told.map(\.provider) == ["OpenAI"])
    #expect(told[0].isFirstOfHost && told[0].daysWatched == 15 && told[0].host == Self.host)
    #expect(observer.firstContacts().isEmpty)
  }

  @Test func `while the baseline is learnt nothing is news`() {
    var observer = Observer()
    for number in 0..<14 { contact(&observer, day: Double(number)) }
    contact(&observer, "api.anthropic.com", day: 13)
    #expect(observer.firstContacts().isEmpty)
  }

  @Test func `a second service is news, but not the host's first`() {
    var observer = Observer()
    for number in 0..<15 { contact(&observer, day: Double(number)) }
    contact(&observer, "api.anthropic.com", day: 15)
    let told = observer.firstContacts()
    #expect(told.map(\.provider) == ["Anthropic"])
    #expect(told.first?.isFirstOfHost == false)
  }

  @Test func `a service not used for the quiet days is news again`() {
    var options = Observer.Options()
    options.quietDays = 3
    var observer = Observer(options: options)
    contact(&observer, "example.com", day: 0)
    contact(&observer, day: 4)
    contact(&observer, day: 6)
    contact(&observer, day: 9.5)
    #expect(observer.firstContacts().map { $0.time } == [day(4), day(9.5)])
  }

  @Test func `a restart forgets nothing and repeats nothing`() throws {
    var observer = Observer()
    for number in 0..<15 { contact(&observer, "example.com", day: Double(number)) }
    contact(&observer, day: 15)
    #expect(observer.firstContacts().count == 1)
    let stored = observer.baseline.storedBytes
    let restored: Baseline = try #require(Baseline(storedBytes: stored))
    var next = Observer(baseline: restored)
    contact(&next, day: 15.5)
    #expect(next.firstContacts().isEmpty)
    contact(&next, "api.x.ai", day: 15.6)
    #expect(next.firstContacts().map(\.provider) == ["xAI"])
    #expect(Baseline(storedBytes: stored)?.storedBytes == stored)
  }

  @Test func `stored bytes that are damaged are refused and never trap`() {
    var observer = Observer()
    for number in 0..<3 { contact(&observer, day: Double(number)) }
    let stored = observer.baseline.storedBytes
    for end in stored.indices { #expect(Baseline(storedBytes: Array(stored[..<end])) == nil) }
    var state: UInt64 = 5
    for _ in 0..<4000 {
      var bytes = stored
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes[Int(state >> 40) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
      _ = Baseline(storedBytes: bytes)?.storedBytes
    }
  }

  @Test func `a network of any size fits`() {
    var baseline = Baseline(quietDays: 1)
    for number in 0..<(Baseline.hostLimit + 10) {
      let n = UInt32(number)
      baseline.see(IP(v4: 0x0A00_0000 | n).address, at: day(Double(number) / 1e4))
    }
    #expect(baseline.count <= Baseline.hostLimit)
    #expect(baseline.dropped > 0)
  }
}

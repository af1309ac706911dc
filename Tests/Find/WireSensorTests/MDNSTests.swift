import Model
import Testing
import WireSensor

/// The sensor on an interface that does not exist: nothing is sent, and nothing is heard. What a real segment says is
/// tested in Tests/System/mdns.sh.
@Suite struct MDNSTests {
  private func sensor() -> MDNS {
    var options = MDNS.Options()
    options.interfaces = ["nope0"]
    options.window = .milliseconds(120)
    return MDNS(host: Host(id: "machine:1", name: "here"), options: options)
  }

  @Test func `what could not be listened to is named with a remedy`() async throws {
    let sweep = await sensor().look(now: Bench.start)
    let status = try #require(sweep.status.first)
    #expect(status.source == .mdns)
    #expect(status.looked.contains("on no interface"))
    #expect(status.blind.map(\.what) == ["interface nope0: there is no such interface"])
    #expect(status.blind.allSatisfy { !$0.remedy.isEmpty })
  }

  @Test func `a cancelled look returns at once what it has`() async {
    let sensor = sensor()
    var options = sensor.options
    options.window = .seconds(3600)
    let long = MDNS(host: sensor.host, options: options)
    let task = Task { await long.look(now: Bench.start) }
    task.cancel()
    #expect(await task.value.status.count == 1)
  }

  @Test func `a watch reports its first round and ends when it is cancelled`() async {
    let sensor = sensor()
    let (stream, continuation) = AsyncStream.makeStream(of: MDNS.Report.self)
    let task = Task { try await sensor.run(from: Bench.start) { continuation.yield($0) } }
    var reports = stream.makeAsyncIterator()
    #expect(await reports.next()?.sweep.status.count == 1)
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func `the stream of a watch ends with its reader`() async {
    for await report in sensor().reports(from: Bench.start) {
      #expect(report.announcements.isEmpty)
      break
    }
  }
}

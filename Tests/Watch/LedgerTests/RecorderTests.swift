import Model
import Testing

@testable import Ledger

@Suite struct RecorderTests {
  @Test func `many callers share transactions, and each gets the places of its own events in order`() async throws {
    let bench = Bench()
    let store = try bench.open()
    let recorder = Recorder(store)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          let events = (0..<(number % 4 + 1)).map { _ in bench.event() }
          let entries = try await recorder.append(events)
          #expect(entries.map { $0.event?.id } == events.map(\.id))
          for entry in entries { #expect(try store.entry(seq: entry.seq) == entry) }
          #expect(entries.map(\.seq) == entries.map(\.seq).sorted())
        }
      }
      try await group.waitForAll()
    }
    let verification = try bench.verify()
    #expect(verification.holds, "\(verification.problems)")
    #expect(verification.events == 501)
    // How many it takes depends on the machine; that callers were grouped at all is the point.
    #expect(await recorder.groups < 200)
    #expect(await recorder.refused == 0)
  }

  @Test func `one caller's fault is not the others'`() async throws {
    let bench = Bench()
    let store = try bench.open()
    let known = bench.event()
    try store.append([known])
    let recorder = Recorder(store)
    let failures = await withTaskGroup(of: StoreError?.self) { group in
      for number in 0..<60 {
        group.addTask {
          do throws(StoreError) {
            _ = try await recorder.append([number % 3 == 0 ? known : bench.event()])
            return nil
          } catch { return error }
        }
      }
      return await group.reduce(into: [StoreError]()) { list, error in if let error { list.append(error) } }
    }
    #expect(failures == Array(repeating: .duplicate(known.id), count: 20))
    #expect(try store.head.seq == 42)
  }

  @Test func `beyond its limit the queue refuses, says so, and writes the rest`() async throws {
    let bench = Bench()
    let store = try bench.open()
    let recorder = Recorder(store, limit: 10, groupLimit: 4)
    let refused = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<200 {
        group.addTask {
          do throws(StoreError) {
            _ = try await recorder.append([bench.event(), bench.event(), bench.event()])
            return 0
          } catch {
            #expect(error == .queueFull(limit: 10))
            return 3
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(await recorder.refused == refused)
    #expect(try store.head.seq == Int64(1 + 600 - refused))
    #expect(try bench.verify().holds)
  }

  @Test func `a caller that is cancelled still has its events written`() async throws {
    let bench = Bench()
    let recorder = Recorder(try bench.open())
    let event = bench.event()
    let task = Task { try await recorder.append([event]) }
    task.cancel()
    #expect(try await task.value.map(\.seq) == [2])
  }

  @Test func `signing goes on until it is cancelled, and signs once more then`() async throws {
    let bench = Bench()
    let store = try bench.open()
    let recorder = Recorder(store)
    try await recorder.record([bench.event()])
    let task = Task { try await recorder.keepSigning(every: .seconds(3600)) }
    task.cancel()
    try await task.value
    #expect(try store.lastCheckpoint.size == 2)
  }
}

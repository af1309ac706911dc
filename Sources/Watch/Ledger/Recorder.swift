import Dispatch
public import Model

/// The ledger as a sink for code that runs concurrently: whatever waits is committed as one group.
///
/// A call returns when its events are durable, in the order given. One of the callers that wait commits for all, then
/// hands that over to the next. A caller that is cancelled meanwhile still has its events written. The queue is bounded:
/// beyond its limit a call fails with `queueFull`, nothing of it is written, and `refused` counts its events.
public actor Recorder: EventSink {
  private let store: Store
  private let limit: Int
  private let groupLimit: Int
  private let disk = DispatchQueue(label: "trammel.ledger.recorder")
  private var waiting: [Request] = []
  private var waitingEvents = 0
  private var isWriting = false
  /// Events that were turned away because the queue was full.
  public private(set) var refused = 0
  /// Transactions that were committed or tried.
  public private(set) var groups = 0

  private struct Request {
    var events: [Store.Prepared]
    var continuation: CheckedContinuation<Answer, Never>
  }

  private enum Answer: Sendable {
    case done(Result<[Link], StoreError>)
    case lead
  }

  /// - Parameters:
  ///   - limit: how many events may wait.
  ///   - groupLimit: how many events one transaction takes, beyond those of the first call in it.
  public init(_ store: Store, limit: Int = 65_536, groupLimit: Int = 4096) {
    self.store = store
    self.limit = limit
    self.groupLimit = groupLimit
  }

  public nonisolated func record(_ events: [Event]) async throws {
    guard !events.isEmpty else { return }
    // Encoding and hashing happen here, on the caller's thread, while others wait for the disk.
    _ = try await append(store.prepare(events))
  }

  /// The same, with the place that each event got.
  public nonisolated func append(_ events: [Event]) async throws(StoreError) -> [Entry] {
    guard !events.isEmpty else { return [] }
    let rows = try store.prepare(events)
    return Store.entries(events, rows, links: try await append(rows))
  }

  private func append(_ events: [Store.Prepared]) async throws(StoreError) -> [Link] {
    if isWriting {
      guard waiting.isEmpty || waitingEvents + events.count <= limit else {
        refused += events.count
        throw .queueFull(limit: limit)
      }
      waitingEvents += events.count
      let answer = await withCheckedContinuation { waiting.append(Request(events: events, continuation: $0)) }
      if case .done(let result) = answer { return try result.get() }
    }
    isWriting = true
    return try await lead(with: events).get()
  }

  /// Signs what is there; see `Store.checkpoint`.
  @discardableResult
  public func checkpoint(onlyIfDue: Bool = false) async throws(StoreError) -> Checkpoint {
    let store = store
    return try await onDisk { () throws(StoreError) in try store.checkpoint(onlyIfDue: onlyIfDue) }.get()
  }

  /// Signs from time to time until its task is cancelled, then once more.
  public func keepSigning(every pause: Duration = .seconds(5)) async throws(StoreError) {
    while !Task.isCancelled {
      // Cancellation is the way this ends, so what the sleep throws is no error.
      do { try await Task.sleep(for: pause) } catch { break }
      try await checkpoint(onlyIfDue: true)
    }
    try await checkpoint()
  }

  private func lead(with events: [Store.Prepared]) async -> Result<[Link], StoreError> {
    var group = [events]
    var followers: [CheckedContinuation<Answer, Never>] = []
    var count = 0
    for request in waiting {
      guard count + request.events.count <= groupLimit else { break }
      count += request.events.count
      group.append(request.events)
      followers.append(request.continuation)
    }
    waiting.removeFirst(followers.count)
    waitingEvents -= count
    groups += 1
    let (store, calls) = (store, group)
    let results = await onDisk { Self.commit(calls, to: store) }
    for (follower, result) in zip(followers, results.dropFirst()) { follower.resume(returning: .done(result)) }
    if waiting.isEmpty {
      isWriting = false
    } else {
      let next = waiting.removeFirst()
      waitingEvents -= next.events.count
      next.continuation.resume(returning: .lead)
    }
    return results[0]
  }

  /// One transaction for all; where one call's events are at fault, one for each, so that the others are not.
  private static func commit(_ calls: [[Store.Prepared]], to store: Store) -> [Result<[Link], StoreError>] {
    do throws(StoreError) {
      return try store.append(calls).map { .success($0) }
    } catch {
      guard case .duplicate = error, calls.count > 1 else { return calls.map { _ in .failure(error) } }
      return calls.map { call in
        Result { () throws(StoreError) in try store.append([call]).first ?? [] }
      }
    }
  }

  /// Blocking work, away from the threads that Swift's concurrency shares.
  private func onDisk<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in disk.async { continuation.resume(returning: work()) } }
  }

  private func onDisk<T: Sendable>(
    _ work: @escaping @Sendable () throws(StoreError) -> T
  ) async -> Result<T, StoreError> {
    await withCheckedContinuation { continuation in
      disk.async { continuation.resume(returning: Result(catching: work)) }
    }
  }
}

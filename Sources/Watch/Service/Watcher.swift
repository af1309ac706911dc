public import HostSensor
import Ledger
import Model
import Platform
public import ServiceLifecycle
import Synchronization

/// Looks again and again, until it is told to stop.
public struct Watcher: ServiceLifecycle.Service {
  let keeper: Keeper
  let look: HostLook
  let interval: Duration
  let bulletin: Bulletin
  /// Called with what each round ended with, or with why it failed.
  let report: @Sendable (Result<Keeper.Outcome, Keeper.Problem>) -> Void

  public init(
    keeper: Keeper, look: HostLook, interval: Duration, bulletin: Bulletin,
    report: @escaping @Sendable (Result<Keeper.Outcome, Keeper.Problem>) -> Void
  ) {
    self.keeper = keeper
    self.look = look
    self.interval = interval
    self.bulletin = bulletin
    self.report = report
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do { try await Task.sleep(for: interval) } catch { return }
        let now = Machine.now
        let result = await look.look(now: now)
        do throws(Keeper.Problem) {
          let outcome = try keeper.fold(
            result.sweep, installations: result.installations, looked: Set(result.sweep.status.map(\.source)), now: now)
          try keeper.sign(onlyIfDue: true)
          report(.success(outcome))
          bulletin.post(failure: nil)
        } catch {
          report(.failure(error))
          bulletin.post(failure: error.description)
        }
      }
    }
    do throws(Keeper.Problem) { try keeper.sign(onlyIfDue: false) } catch { report(.failure(error)) }
  }
}

/// Tells when any process wrote to the ledger, for a console that looks at nothing itself.
public struct LedgerFollower: ServiceLifecycle.Service {
  let keeper: Keeper
  let bulletin: Bulletin

  public init(keeper: Keeper, bulletin: Bulletin) {
    self.keeper = keeper
    self.bulletin = bulletin
  }

  public func run() async throws {
    try await cancelWhenGracefulShutdown {
      let head = try keeper.ledger.head.seq
      for try await _ in keeper.ledger.tail(after: head) { bulletin.post(failure: nil) }
    }
  }
}

/// Tells everybody who waits that something changed: a number that grows.
public final class Bulletin: Sendable {
  private struct State {
    var number: UInt64 = 0
    var failure: String?
    var next = 0
    var readers: [Int: AsyncStream<UInt64>.Continuation] = [:]
  }
  private let state = Mutex(State())

  public init() {}

  /// Why the last round could not be written down; nil while all is well.
  public var failure: String? { state.withLock { $0.failure } }

  public func post(failure: String?) {
    state.withLock { state in
      state.number += 1
      state.failure = failure
      for reader in state.readers.values { reader.yield(state.number) }
    }
  }

  /// Every number from now on; a slow reader gets the newest and misses some.
  public func changes() -> AsyncStream<UInt64> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let id = state.withLock { state in
        state.next += 1
        state.readers[state.next] = continuation
        continuation.yield(state.number)
        return state.next
      }
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { _ = $0.readers.removeValue(forKey: id) }
      }
    }
  }
}

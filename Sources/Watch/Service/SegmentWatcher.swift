import Model
import Platform
public import ServiceLifecycle
public import WireSensor

/// Hears the segment until it is told to stop, and folds what changes into the inventory.
public struct SegmentWatcher: ServiceLifecycle.Service {
  let keeper: Keeper
  let sensor: MDNS
  let bulletin: Bulletin
  let report: @Sendable (Result<Keeper.Outcome, Keeper.Problem>) -> Void

  public init(
    keeper: Keeper, sensor: MDNS, bulletin: Bulletin,
    report: @escaping @Sendable (Result<Keeper.Outcome, Keeper.Problem>) -> Void
  ) {
    self.keeper = keeper
    self.sensor = sensor
    self.bulletin = bulletin
    self.report = report
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      try? await sensor.run(from: Machine.now) { heard in
        do throws(Keeper.Problem) {
          report(.success(try keeper.fold(heard, now: Machine.now)))
          bulletin.post(failure: nil)
        } catch {
          report(.failure(error))
          bulletin.post(failure: error.description)
        }
      }
    }
  }
}

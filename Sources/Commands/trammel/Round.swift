import Detection
import HostSensor
import Installations
import Inventory
import Knowledge
import Ledger
import Model
import Platform
import Service
import WireSensor

/// One state directory with its keeper, and the ways in which a verb uses it.
struct Round {
  let keeper: Keeper
  let files: any FileSystem
  let isDemo: Bool

  init(state: StateDirectory) throws(Failure) {
    try self.init(state: state, files: SystemFiles(), host: Machine.host(), isDemo: false)
  }

  init(state: StateDirectory, files: any FileSystem, host: Host, isDemo: Bool) throws(Failure) {
    self.files = files
    self.isDemo = isDemo
    do { keeper = try Keeper(state: state, host: host) } catch { throw Self.failure(error) }
  }

  /// Looks at this host once; nothing is written.
  func look() async -> HostLook.Result { await hostLook().look(now: Machine.now) }

  /// A directory that lies outside of every home, such as a copy, judged as if it were one here; nothing is kept.
  func trial(of directory: String) async -> Keeper.Outcome {
    let name = directory.lastPathPart
    // What is named as products name their folders has its home around it; anything else may be a home itself.
    let home = name.hasPrefix(".") ? String(directory.dropLast(name.count + 1)) : directory
    let look = await hostLook(homes: home.isEmpty ? [] : [home], directories: [directory]).look(now: Machine.now)
    let inside = look.installations.filter {
      $0.stateDirectory == directory || $0.stateDirectory.hasPrefix(directory + "/")
    }
    return Keeper.trial(inside, host: keeper.host, now: Machine.now)
  }

  func hostLook(homes: [String] = [], directories: [String] = []) -> HostLook {
    isDemo
      ? HostLook(files: files, sockets: NoSockets(), host: keeper.host, ownPid: 0, isRoot: true)
      : HostLook(
        files: files, host: keeper.host, ownPid: Machine.pid, isRoot: Machine.isRoot,
        runtimeDirectory: Machine.environment("XDG_RUNTIME_DIR"),
        homes: (homes + [Machine.environment("HOME")].compactMap { $0 }).filter { $0.hasPrefix("/") }
          .map { Finder.Home($0) }, directories: directories)
  }

  /// Folds a look into the inventory.
  func fold(_ look: HostLook.Result) throws(Failure) -> Keeper.Outcome {
    do {
      return try keeper.fold(
        look.sweep, installations: look.installations, looked: Set(look.sweep.status.map(\.source)), now: Machine.now)
    } catch { throw Self.failure(error) }
  }

  func lookAtHost() async throws(Failure) -> Keeper.Outcome { try fold(await look()) }

  /// Folds what was heard on the segment into the inventory.
  func fold(_ report: MDNS.Report) throws(Failure) -> Keeper.Outcome {
    do { return try keeper.fold(report, now: Machine.now) } catch { throw Self.failure(error) }
  }

  /// Folds what wires showed into the inventory.
  func fold(_ activities: [HostActivity], _ sweep: Sweep) throws(Failure) -> Keeper.Outcome {
    do { return try keeper.fold(activities, sweep, now: Machine.now) } catch { throw Self.failure(error) }
  }

  /// Keeps what is known of who used which model when; contacts that are news become events.
  func keep(baseline: [UInt8], contacts: [FirstContact]) throws(Failure) {
    do { try keeper.keep(baseline: baseline, contacts: contacts, now: Machine.now) } catch { throw Self.failure(error) }
  }

  func stored() throws(Failure) -> Stored {
    do { return try keeper.stored() } catch { throw Self.failure(error) }
  }

  func change(_ edit: Keeper.Edit) throws(Failure) -> Agent {
    do {
      guard let agent = try keeper.change(edit, now: Machine.now) else {
        throw Failure(.usage, "that agent is gone; list them with: trammel agents")
      }
      return agent
    } catch let problem as Keeper.Problem { throw Self.failure(problem) } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.fault, "\(error)")
    }
  }

  static func failure(_ problem: Keeper.Problem) -> Failure {
    switch problem {
    case .state, .ledger: Failure(.host, problem.description)
    case .inventory: Failure(.usage, problem.description)
    }
  }
}

public import Installations
import Knowledge
public import Model
public import Platform

/// One look at a host: everything that its files and /proc tell, with a single reading of the process table.
public struct HostLook: Sendable {
  let files: any FileSystem
  let host: Host
  let ownPid: Int32
  let isRoot: Bool
  let isImage: Bool

  public struct Result: Sendable {
    public var sweep: Sweep
    public var installations: [Installation]
  }

  public init(files: any FileSystem, host: Host, ownPid: Int32, isRoot: Bool, isImage: Bool) {
    self.files = files
    self.host = host
    self.ownPid = ownPid
    self.isRoot = isRoot
    self.isImage = isImage
  }

  public func look(now: Timestamp) async -> Result {
    var sweep = Sweep()
    if !isImage {
      let processes = Processes(files: files, host: host, ownPid: ownPid, isRoot: isRoot)
      sweep = await processes.look(now: now)
    }
    let found = Finder(files: files, fingerprints: Self.places).find()
    sweep.observations += InstalledAgents.observations(found.installations, host: host, now: now)
    sweep.status.append(SourceStatus(.installation, looked: found.looked.description, blind: found.blind))
    return Result(sweep: sweep, installations: found.installations)
  }

  /// Where products keep their state, out of the fingerprint table.
  static let places: [Finder.Fingerprint] = Fingerprints.embedded.rows.compactMap { row in
    guard row.match == .exact, Fingerprints.isAgent(kind: row.kind), row.kind != "openclaw", row.confidence >= .medium
    else { return nil }
    switch row.signal {
    case "state.dir": return .init(kind: row.kind, role: .stateDirectory, path: row.value, confidence: row.confidence)
    case "config.file": return .init(kind: row.kind, role: .configuration, path: row.value, confidence: row.confidence)
    default: return nil
    }
  }
}

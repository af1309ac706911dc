public import Installations
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
    let sweep =
      isImage ? Sweep() : await Processes(files: files, host: host, ownPid: ownPid, isRoot: isRoot).look(now: now)
    return Result(sweep: sweep, installations: [])
  }
}

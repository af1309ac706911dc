import Knowledge
public import Model
public import Platform

/// The processes of this host, as /proc shows them to this user (proc(5)).
public struct ProcessTable: Sendable {
  /// One process. What could not be read is nil, which is not the same as empty.
  public struct Process: Sendable, Hashable {
    public var pid: Int32
    public var parent: Int32
    public var command: String
    public var executable: String?
    /// The program file was replaced or removed while it runs.
    public var executableDeleted = false
    public var arguments: [String]
    public var user: UInt32
    /// Clock ticks since boot: with the pid, the identity of a process.
    public var start: UInt64
    public var hasTerminal: Bool
    /// Names set at exec, with the values of the few that say where state lies; never a credential's value.
    public var variables: [String: String]?
    public var workingDirectory: String?
    public var container: String?
    /// The service of systemd that it belongs to.
    public var unit: Unit?
    /// Sockets and files held open, by descriptor.
    public var descriptors: [Int: String]?
    public var networkNamespace: String?

    /// A service by its name, and the user whose manager started it; nil for the system's.
    public struct Unit: Sendable, Hashable {
      public var name: String
      public var user: UInt32?
    }

    /// What fingerprints are compared with.
    var look: ProcessLook {
      ProcessLook(
        command: command, executable: executable, arguments: arguments, variables: variables.map { Set($0.keys) })
    }
  }

  public private(set) var processes: [Int32: Process] = [:]
  /// Children by parent.
  public private(set) var children: [Int32: [Int32]] = [:]
  /// Processes of others whose environment and descriptors could not be read.
  public private(set) var unreadable = 0
  /// Seconds since the epoch at boot, for start times.
  public private(set) var bootTime: Int64 = 0
  /// Processes that went away while they were read.
  public private(set) var vanished = 0

  /// Values kept of an environment: where state lies, never what opens a door.
  static let keptVariables: Set<String> = [
    "HOME", "USER", "OPENCLAW_HOME", "OPENCLAW_STATE_DIR", "OPENCLAW_CONFIG_PATH", "OPENCLAW_PROFILE",
    "OPENCLAW_SERVICE_VERSION", "OPENCLAW_SERVICE_KIND", "OPENCLAW_SERVICE_MARKER", "OPENCLAW_SYSTEMD_UNIT",
    "OPENCLAW_GATEWAY_PORT", "OPENCLAW_SHELL", "OPENCLAW_INCLUDE_ROOTS", "CLAWDBOT_STATE_DIR", "MOLTBOT_STATE_DIR",
    "CODEX_HOME", "CODEX_VERSION", "CLAUDE_CONFIG_DIR", "GEMINI_CLI_HOME", "HERMES_HOME", "PICOCLAW_HOME", "CLAUDE_PID",
    "AI_AGENT",
    "npm_lifecycle_event", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "PM2_HOME", "pm_id",
    // Local ends of tunnels.
    "TUNNEL_URL", "BORE_LOCAL_PORT",
  ]

  /// The kernel lets arguments and environment take 6 MB together (three quarters of 8, execve(2)): a process that fills
  /// them must not become invisible by it.
  static let maximumArguments = 8 << 20
  /// Kept of them.
  static let keptArguments = 512
  static let keptArgumentBytes = 32 << 10

  public init() {}

  /// Reads every process that is there. One that ends meanwhile is counted and left out.
  ///
  /// - Parameter excluding: pids left out with all that descend from them: Trammel itself.
  public static func read(_ files: some FileSystem, proc: String = "/proc", excluding: Set<Int32> = [])
    throws(FileError) -> ProcessTable
  {
    var table = ProcessTable()
    if let stat = try? files.text("\(proc)/stat", limit: 4 << 20) {
      for line in stat.split(separator: "\n") where line.hasPrefix("btime ") {
        table.bootTime = Int64(line.dropFirst(6)) ?? 0
      }
    }
    var all: [Int32: Process] = [:]
    for name in try files.list(proc) {
      guard let pid = Int32(name), pid > 0 else { continue }
      guard let process = Self.process(files, "\(proc)/\(pid)", pid) else {
        table.vanished += 1
        continue
      }
      all[pid] = process
    }
    func isExcluded(_ process: Process) -> Bool {
      var current: Process? = process
      var steps = 0
      while let one = current, steps < 64 {
        if excluding.contains(one.pid) { return true }
        current = all[one.parent]
        steps += 1
      }
      return false
    }
    for (pid, process) in all where excluding.isEmpty || !isExcluded(process) {
      table.processes[pid] = process
      if process.variables == nil || process.descriptors == nil { table.unreadable += 1 }
    }
    for process in table.processes.values { table.children[process.parent, default: []].append(process.pid) }
    for key in table.children.keys { table.children[key]?.sort() }
    return table
  }

  private static func process(_ files: some FileSystem, _ path: String, _ pid: Int32) -> Process? {
    // The name stands in parentheses and may hold blanks and parentheses itself: fields start after the last one.
    guard let stat = try? files.text("\(path)/stat", limit: 8192), let open = stat.firstIndex(of: "("),
      let close = stat.lastIndex(of: ")"), open < close
    else { return nil }
    let fields = stat[stat.index(after: close)...].split(separator: " ")
    guard fields.count > 19, let parent = Int32(fields[1]), let start = UInt64(fields[19]) else { return nil }
    var process = Process(
      pid: pid, parent: parent, command: String(stat[stat.index(after: open)..<close]), executable: nil, arguments: [],
      user: 0, start: start, hasTerminal: fields[4] != "0", variables: nil, workingDirectory: nil, container: nil,
      descriptors: nil, networkNamespace: nil)
    if let status = try? files.text("\(path)/status", limit: 16384) {
      for line in status.split(separator: "\n") where line.hasPrefix("Uid:") {
        process.user =
          line.split(whereSeparator: { $0 == "\t" || $0 == " " }).dropFirst(2).first.flatMap { UInt32($0) } ?? 0
      }
    }
    // A kernel thread has no arguments and no program.
    if let raw = try? files.read("\(path)/cmdline", limit: maximumArguments) { process.arguments = arguments(raw) }
    if let link = try? files.readLink("\(path)/exe") {
      process.executableDeleted = link.hasSuffix(" (deleted)")
      process.executable = process.executableDeleted ? String(link.dropLast(10)) : link
    }
    guard !(process.arguments.isEmpty && process.executable == nil && (parent == 2 || pid == 2 || fields[0] == "Z"))
    else {
      process.variables = [:]
      process.descriptors = [:]
      return process
    }
    if let raw = try? files.read("\(path)/environ", limit: maximumArguments) { process.variables = variables(raw) }
    process.workingDirectory = try? files.readLink("\(path)/cwd")
    process.networkNamespace = try? files.readLink("\(path)/ns/net")
    if let cgroup = try? files.text("\(path)/cgroup", limit: 64 << 10) {
      process.container = container(cgroup)
      process.unit = unit(cgroup)
    }
    if let names = try? files.list("\(path)/fd") {
      var descriptors: [Int: String] = [:]
      for name in names.prefix(4096) {
        guard let number = Int(name), let target = try? files.readLink("\(path)/fd/\(name)") else { continue }
        descriptors[number] = target
      }
      process.descriptors = descriptors
    }
    return process
  }

  /// Arguments of a `cmdline` file. A title that was written over them leaves NULs behind it, which say nothing.
  static func arguments(_ raw: [UInt8]) -> [String] {
    var bytes = raw[...]
    while let last = bytes.last, last == 0 || last == 0x20 { bytes = bytes.dropLast() }
    guard !bytes.isEmpty else { return [] }
    var kept: [String] = []
    var left = keptArgumentBytes
    for argument in bytes.split(separator: 0, maxSplits: keptArguments, omittingEmptySubsequences: false) {
      guard kept.count < keptArguments, left > 0 else { break }
      let piece = argument.prefix(min(left, 4096))
      kept.append(String(decoding: piece, as: UTF8.self))
      left -= piece.count
    }
    return kept
  }

  static func variables(_ raw: [UInt8]) -> [String: String] {
    var out: [String: String] = [:]
    for entry in raw.split(separator: 0).prefix(8192) {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")), equals > entry.startIndex else { continue }
      let name = String(decoding: entry[..<equals], as: UTF8.self)
      out[name] =
        keptVariables.contains(name) ? String(decoding: entry[(equals + 1)...].prefix(4096), as: UTF8.self) : ""
    }
    return out
  }

  /// Container id out of a cgroup path: 64 hexadecimal digits, as Docker, Podman, containerd and CRI-O write it.
  static func container(_ cgroup: String) -> String? {
    for line in cgroup.split(separator: "\n") {
      // Podman's monitor of a container is outside of it.
      if line.contains("libpod-conmon-") { continue }
      for part in line.split(whereSeparator: { $0 == "/" || $0 == "-" || $0 == "." || $0 == ":" }) {
        if part.utf8.count == 64, part.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }) {
          return String(part)
        }
      }
    }
    return nil
  }

  /// The service out of a cgroup path (systemd.resource-control(7)):
  /// `/user.slice/user-1000.slice/user@1000.service/app.slice/openclaw-gateway.service`.
  static func unit(_ cgroup: String) -> Process.Unit? {
    for line in cgroup.split(separator: "\n") {
      // The unified hierarchy, or the one that systemd keeps for itself beside the old ones.
      guard line.hasPrefix("0::") || line.contains(":name=systemd:") else { continue }
      let parts = line.split(separator: "/")
      guard let service = parts.last(where: { $0.hasSuffix(".service") }) else { continue }
      let manager = parts.first { $0.hasPrefix("user@") && $0.hasSuffix(".service") }
      if service == manager { continue }
      return Process.Unit(name: String(service), user: manager.flatMap { UInt32($0.dropFirst(5).dropLast(8)) })
    }
    return nil
  }
}

extension ProcessTable {
  /// A process and all that descend from it, nearest first; bounded, since a table read while it changes may hold a loop.
  public func tree(_ pid: Int32) -> [Process] {
    var out: [Process] = []
    var seen: Set<Int32> = [pid]
    var queue = [pid]
    while !queue.isEmpty, out.count < 4096 {
      let next = queue.removeFirst()
      if let process = processes[next] { out.append(process) }
      for child in children[next] ?? [] where seen.insert(child).inserted { queue.append(child) }
    }
    return out
  }

  /// Parents, nearest first.
  public func ancestors(_ pid: Int32) -> [Process] {
    var out: [Process] = []
    var current = processes[pid]?.parent
    while let parent = current.flatMap({ processes[$0] }), out.count < 64 {
      out.append(parent)
      current = parent.parent
    }
    return out
  }

  /// When a process started.
  public func startTime(_ process: Process, ticksPerSecond: Int64 = 100) -> Timestamp {
    Timestamp(
      nanoseconds: bootTime &* 1_000_000_000 &+ Int64(clamping: process.start)
        &* (1_000_000_000 / max(1, ticksPerSecond)))
  }
}

import HostSensor
import Model
import Platform

/// A made-up machine: its /proc, its sockets, its files.
struct FakeHost {
  var files = MemoryFiles()
  var sockets = MemorySockets()
  private var tcp: [String: [String]] = [:]

  static let boot: Int64 = 1_795_000_000
  static let now = Timestamp(seconds: boot + 7200)
  static let host = Host(id: "host-1", name: "workshop", addresses: [Address("192.168.1.20")].compactMap { $0 })

  init() {
    files.add("/etc/passwd", "root:x:0:0::/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n")
    files.add(directory: "/home/ada")
    files.add(directory: "/root", owner: 0)
    files.add("/proc/stat", "cpu 1 2 3\nbtime \(Self.boot)\n")
    files.add(link: "/proc/self/ns/net", to: "net:[1]")
    add(pid: 1, parent: 0, "systemd", exe: "/usr/lib/systemd/systemd", ["/sbin/init"], user: 0)
  }

  /// - Parameters:
  ///   - start: seconds after boot.
  ///   - open: descriptors beyond 0, by number.
  mutating func add(
    pid: Int32, parent: Int32 = 1, _ command: String, exe: String?, _ arguments: [String], titleTail: Int = 0,
    variables: [String: String]? = [:], user: UInt32 = 1000, start: Int = 100, terminal: Bool = false,
    open: [Int: String]? = [:], cwd: String = "/home/ada", cgroup: String = "0::/\n", network: String? = "net:[1]"
  ) {
    let path = "/proc/\(pid)"
    let tty = terminal ? 34816 : 0
    files.add(
      "\(path)/stat",
      "\(pid) (\(command)) S \(parent) \(pid) \(pid) \(tty) -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 \(start * 100) 1 1\n")
    files.add("\(path)/status", "Name:\tx\nUid:\t\(user)\t\(user)\t\(user)\t\(user)\n")
    var raw = Array(arguments.joined(separator: "\u{0}").utf8)
    if !raw.isEmpty { raw += Array(repeating: 0, count: titleTail + 1) }
    files.add("\(path)/cmdline", bytes: raw)
    if let exe { files.add(link: "\(path)/exe", to: exe) }
    if let variables {
      files.add("\(path)/environ", variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\u{0}" }.joined())
    } else {
      files.deny("\(path)/environ")
    }
    files.add(link: "\(path)/cwd", to: cwd)
    files.add("\(path)/cgroup", cgroup)
    if let network { files.add(link: "\(path)/ns/net", to: network) }
    if let open {
      files.add(link: "\(path)/fd/0", to: terminal ? "/dev/pts/1" : "/dev/null")
      for (number, target) in open { files.add(link: "\(path)/fd/\(number)", to: target) }
    } else {
      files.deny("\(path)/fd")
    }
  }

  /// A listening socket; `inNetworkOf` a process of another namespace, or nil for the machine's own.
  mutating func listen(
    _ address: String, _ port: UInt16, inode: UInt64, user: UInt32 = 1000, inNetworkOf pid: Int32? = nil
  ) {
    line(address, port, "0.0.0.0", 0, state: "0A", inode: inode, user: user, pid)
  }

  mutating func connect(to address: String, _ port: UInt16, inode: UInt64) {
    line("127.0.0.1", 50000, address, port, state: "01", inode: inode, user: 1000, nil)
  }

  private mutating func line(
    _ address: String, _ port: UInt16, _ remote: String, _ remotePort: UInt16, state: String, inode: UInt64,
    user: UInt32,
    _ pid: Int32?
  ) {
    let directory = pid.map { "/proc/\($0)/net" } ?? "/proc/net"
    let isIPv6 = address.contains(":")
    let name = "\(directory)/tcp\(isIPv6 ? "6" : "")"
    func hex(_ text: String) -> String {
      let bytes = Address(text)?.bytes ?? []
      let all = isIPv6 && bytes.count == 4 ? Array(repeating: 0, count: 10) + [0xFF, 0xFF] + bytes : bytes
      return stride(from: 0, to: all.count, by: 4).map { Hex.encode(all[$0..<$0 + 4].reversed()) }.joined().uppercased()
    }
    func port16(_ port: UInt16) -> String { Hex.encode([UInt8(port >> 8), UInt8(port & 255)]).uppercased() }
    tcp[name, default: []].append(
      "   0: \(hex(address)):\(port16(port)) \(hex(remote)):\(port16(remotePort)) \(state) 00000000:00000000 00:00000000 00000000  \(user)        0 \(inode) 1 0 100 0 0 10 0"
    )
  }

  private var complete: MemoryFiles {
    var all = files
    if tcp["/proc/net/tcp"] == nil { all.add("/proc/net/tcp", "  sl  local_address\n") }
    for (name, lines) in tcp {
      all.add(name, "  sl  local_address rem_address\n" + lines.joined(separator: "\n") + "\n")
    }
    for name in tcp.keys where name.hasSuffix("6") && tcp[String(name.dropLast())] == nil {
      all.add(String(name.dropLast()), "  sl  local_address\n")
    }
    return all
  }

  func processes(isRoot: Bool = true) async -> Sweep {
    await Processes(files: complete, host: Self.host, ownPid: 99999, isRoot: isRoot).look(now: Self.now)
  }

  func look(isRoot: Bool = true, isImage: Bool = false, runtime: String? = nil) async -> HostLook.Result {
    await HostLook(
      files: complete, sockets: sockets, host: Self.host, ownPid: 99999, isRoot: isRoot, isImage: isImage,
      runtimeDirectory: runtime
    ).look(now: Self.now)
  }

  static func http(_ json: String, server: String = "Docker/27.0 (linux)") -> [UInt8] {
    Array("HTTP/1.1 200 OK\r\nServer: \(server)\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)".utf8)
  }
}

extension Sweep {
  func of(_ source: Observation.Source) -> [Observation] { observations.filter { $0.source == source } }
  func status(_ source: Observation.Source) -> SourceStatus? { status.first { $0.source == source } }
}

import Model
import Platform

/// Builds a file system with a `/proc` in the shapes of proc(5).
struct MadeUpMachine {
  var files = MemoryFiles()
  private var sockets: [String] = []
  private var inode = 40_000

  /// - Parameter boot: seconds since the epoch.
  init(boot: Int64) {
    files.add("/proc/stat", "cpu 0 0 0 0\nbtime \(boot)\n", mode: 0o444, owner: 0)
    files.add(link: "/proc/self/ns/net", to: "net:[4026531840]")
  }

  mutating func process(
    _ pid: Int, parent: Int, _ command: String, _ executable: String, _ arguments: [String], user: Int,
    variables: [String], directory: String, files open: [String], listens: [(String, UInt16)] = [],
    hasTerminal: Bool = false
  ) {
    let path = "/proc/\(pid)"
    let ticks = 100 * (600 + pid * 7)
    files.add(
      "\(path)/stat",
      "\(pid) (\(command)) S \(parent) \(pid) \(pid) \(hasTerminal ? 34816 : 0) -1 0 0 0 0 0 0 0 0 0 20 0 1 0 \(ticks) 0 0",
      mode: 0o444, owner: UInt32(user))
    files.add(
      "\(path)/status", "Name:\t\(command)\nUid:\t\(user)\t\(user)\t\(user)\t\(user)\n", mode: 0o444,
      owner: UInt32(user))
    files.add("\(path)/cmdline", arguments.joined(separator: "\u{0}") + "\u{0}", mode: 0o444, owner: UInt32(user))
    files.add("\(path)/environ", variables.joined(separator: "\u{0}") + "\u{0}", mode: 0o400, owner: UInt32(user))
    files.add("\(path)/cgroup", "0::/user.slice\n", mode: 0o444, owner: UInt32(user))
    files.add(link: "\(path)/exe", to: executable)
    files.add(link: "\(path)/cwd", to: directory)
    files.add(link: "\(path)/ns/net", to: "net:[4026531840]")
    files.add(link: "\(path)/fd/0", to: hasTerminal ? "/dev/pts/0" : "/dev/null")
    var descriptor = 3
    for target in open {
      files.add(link: "\(path)/fd/\(descriptor)", to: target)
      descriptor += 1
    }
    for (address, port) in listens {
      inode += 1
      files.add(link: "\(path)/fd/\(descriptor)", to: "socket:[\(inode)]")
      descriptor += 1
      guard let bytes = Address(address)?.bytes, bytes.count == 4 else { continue }
      let hex = Hex.encode(bytes.reversed()).uppercased()
      let number = Hex.encode([UInt8(port >> 8), UInt8(port & 0xFF)]).uppercased()
      sockets.append(
        "   \(sockets.count): \(hex):\(number) 00000000:0000 0A 00000000:00000000 00:00000000 00000000 \(user) 0 \(inode) 1 0 100 0 0 10 0"
      )
    }
  }

  func finished() -> MemoryFiles {
    var files = files
    let header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    files.add("/proc/net/tcp", header + sockets.joined(separator: "\n") + "\n", mode: 0o444, owner: 0)
    return files
  }
}

import Platform

/// The users of a machine, from its /etc/passwd: whose home to look into, and what an owner is called.
struct Accounts {
  struct Account {
    var name: String
    var uid: UInt32
    var home: String
    var shell: String
  }

  private(set) var all: [Account] = []

  /// Accounts of one machine; the rest of a longer list is left.
  static let maximum = 10_000

  init(files: any FileSystem) {
    guard let text = try? files.text("/etc/passwd", limit: 4 << 20) else { return }
    for line in text.split(separator: "\n").prefix(Self.maximum) {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count >= 7, let uid = UInt32(fields[2]), fields[5].hasPrefix("/") else { continue }
      all.append(Account(name: String(fields[0]), uid: uid, home: String(fields[5]), shell: String(fields[6])))
    }
  }

  func name(of uid: UInt32) -> String? { all.first { $0.uid == uid }?.name }
  func account(named name: String) -> Account? { all.first { $0.name == name } }

  /// Homes worth a look: of people and of services, but none of the system's own directories that accounts share.
  var homes: [Finder.Home] {
    all.filter { account in
      let shared = [
        "/", "/dev", "/bin", "/sbin", "/usr", "/etc", "/proc", "/sys", "/run", "/nonexistent", "/var/empty",
      ]
      return !shared.contains { account.home == $0 || ($0 != "/" && account.home.hasPrefix($0 + "/")) }
    }.map { Finder.Home($0.home, user: $0.name) }
  }
}

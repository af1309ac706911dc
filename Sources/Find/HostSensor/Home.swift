import Platform

/// A directory in which a user keeps settings and state.
struct Home: Sendable, Hashable {
  var path: String
  var user: String?
  var uid: UInt32?

  static let maximum = 10_000

  /// Homes of the accounts, every directory below /home (users of a directory service are in no passwd), /root. Each
  /// once, by its real path.
  static func all(_ accounts: Accounts, _ files: some FileSystem) -> [Home] {
    var homes = [Home(path: "/root", user: "root", uid: 0)]
    homes += accounts.all.map { Home(path: $0.home, user: $0.name, uid: $0.user) }
    homes += ((try? files.list("/home")) ?? []).prefix(maximum).filter { !$0.hasPrefix(".") && $0 != "lost+found" }
      .map { Home(path: "/home/\($0)") }
    var seen: Set<String> = []
    return homes.prefix(maximum).filter { home in
      // Directories of the system that accounts of services share are nobody's home.
      guard home.path.hasPrefix("/"), !shared.contains(where: { home.path == $0 || home.path.hasPrefix($0 + "/") }),
        home.path != "/", let real = try? files.realPath(home.path)
      else { return false }
      return seen.insert(real).inserted
    }
  }

  private static let shared = [
    "/dev", "/bin", "/sbin", "/usr", "/etc", "/proc", "/sys", "/run", "/nonexistent", "/var/empty",
  ]
}

import Platform

extension Accounts {
  /// Homes worth a look: of people and of services, but none of the system's own directories that accounts share.
  var homes: [Finder.Home] {
    all.prefix(10_000).filter { account in
      let shared = [
        "/", "/dev", "/bin", "/sbin", "/usr", "/etc", "/proc", "/sys", "/run", "/nonexistent", "/var/empty",
      ]
      return account.home.hasPrefix("/")
        && !shared.contains { account.home == $0 || ($0 != "/" && account.home.hasPrefix($0 + "/")) }
    }.map { Finder.Home($0.home, user: $0.name) }
  }
}

/// A line of passwd(5).
public struct Account: Sendable, Hashable {
  public var name: String
  public var user: UInt32
  public var home: String
  public var shell: String
  public init(name: String, user: UInt32, home: String, shell: String) {
    self.name = name
    self.user = user
    self.home = home
    self.shell = shell
  }

  /// Whether a person can log in with it.
  public var canLogIn: Bool { !(shell.hasSuffix("/nologin") || shell.hasSuffix("/false") || shell.hasSuffix("/sync")) }
}

/// The accounts of /etc/passwd. Directory services (LDAP, SSSD) are not asked: their users appear by number, and their
/// homes by the processes that run in them.
public struct Accounts: Sendable {
  public private(set) var all: [Account] = []
  private var byUser: [UInt32: Account] = [:]

  public init(_ accounts: [Account]) {
    all = accounts
    for account in accounts where byUser[account.user] == nil { byUser[account.user] = account }
  }

  /// Lines that are no account are left out.
  public init(passwd text: String) {
    self.init(
      text.split(separator: "\n").prefix(100_000).compactMap { line in
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count >= 7, let user = UInt32(fields[2]), !fields[0].isEmpty else { return nil }
        return Account(name: String(fields[0]), user: user, home: String(fields[5]), shell: String(fields[6]))
      })
  }

  public static func read(_ files: some FileSystem) -> Accounts {
    Accounts(passwd: (try? files.text("/etc/passwd", limit: 16 << 20)) ?? "")
  }

  public subscript(user: UInt32) -> Account? { byUser[user] }

  /// The first account of that name.
  public subscript(named name: String) -> Account? { all.first { $0.name == name } }

  /// The name, or the number where there is no account.
  public func name(_ user: UInt32) -> String { byUser[user]?.name ?? String(user) }
}

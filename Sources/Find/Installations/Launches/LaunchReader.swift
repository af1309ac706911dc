import Formats
import Model
import Platform

/// Where agents are started from besides their service units: crontabs, shell start files, logins, Compose and Quadlet
/// files, and units of agents that have no reader of their own.
struct LaunchReader {
  let files: any FileSystem
  let accounts: Accounts
  let recogniser: Recogniser

  static let maximumFiles = 4000
  static let maximumBytes = 512 << 10
  static let maximumLaunches = 2000

  private(set) var launches: [FoundLaunch] = []
  private(set) var blind: [SourceStatus.Blind] = []
  /// Files that were there and could not be read, for those who look for what was started by them.
  private(set) var problems: [Installation.Problem] = []
  private(set) var filesRead = 0

  init(files: any FileSystem, accounts: Accounts, recogniser: Recogniser) {
    self.files = files
    self.accounts = accounts
    self.recogniser = recogniser
  }

  /// - Parameter folders: state directories and folders of work in which Compose files may lie.
  mutating func read(homes: [Finder.Home], units: [FoundUnit], folders: [String]) {
    readCrontabs(homes)
    for home in homes {
      readShell(home)
      readLogin(home)
    }
    readUnits(homes, known: Set(units.map(\.fact.path)))
    readQuadlets(homes)
    readComposeFiles(homes, folders: folders)
    for index in launches.indices {
      launches[index].launch.status = try? files.status(launches[index].launch.file, followingLinks: true)
    }
  }

  mutating func add(_ launch: FoundLaunch) {
    if launches.count < Self.maximumLaunches { launches.append(launch) }
  }

  /// Text of a file; nil where it is not there, may not be read (then it is a blind spot) or is too large (a problem).
  /// - Parameter owner: whose file it must be readable for: what a user links to is read in that user's name.
  mutating func text(_ path: String, owner: UInt32? = nil) -> String? {
    guard filesRead < Self.maximumFiles else { return nil }
    do {
      let text =
        if let owner { try OwnersFiles(files, owner: owner).text(path, limit: Self.maximumBytes) } else {
          try files.text(path, limit: Self.maximumBytes)
        }
      filesRead += 1
      return text
    } catch {
      switch error.code {
      case .notFound, .notDirectory: break
      case .denied: blind.append(.init(path, remedy: "run with sudo to include \(path)"))
      default: note(Installation.Problem(path: path, what: Paths.explain(error)))
      }
      return nil
    }
  }

  /// Names in a folder; none where it is absent, and a blind spot where it may not be listed.
  mutating func names(_ folder: String) -> [String] {
    do { return try files.list(folder) } catch {
      if error.code == .denied { blind.append(.init(folder, remedy: "run with sudo to include \(folder)")) }
      return []
    }
  }

  mutating func note(_ problem: Installation.Problem) {
    guard problems.count < 200 else { return }
    var problem = problem
    problem.isOfLaunch = true
    problems.append(problem)
  }

  func owner(of home: Finder.Home) -> UInt32 { (try? files.status(home.path, followingLinks: true).owner) ?? 65534 }

  /// The home of the account of that name or number.
  func home(of user: String, _ homes: [Finder.Home]) -> String? {
    let account = accounts[named: user] ?? UInt32(user).flatMap { accounts[$0] }
    return account?.home ?? homes.first { $0.user == user }?.path ?? (user == "root" ? "/root" : nil)
  }
}

extension LaunchReader {
  /// Launches of one line of shell text.
  mutating func shell(
    _ line: String, _ origin: Installation.Launch.Origin, file: String, number: Int,
    variables: [(name: String, value: String)] = [], home: String?, user: String? = nil
  ) {
    for command in ShellCommand.all(in: line) {
      let inner = command.behindStarters()
      guard !inner.words.isEmpty, let kind = kind(inner.words) else { continue }
      var found = FoundLaunch(
        origin, kind: kind, file: file, line: number, words: inner.words, variables: variables + inner.assignments,
        home: home)
      if let user { found.launch.options.append(.init("user", user, line: number)) }
      add(found)
    }
  }

  /// Also of `bash -c "…"`, one level deep.
  private func kind(_ words: [String]) -> String? {
    if let kind = recogniser.program(words) { return kind }
    guard let first = words.first?.split(separator: "/").last, ["sh", "bash", "zsh", "dash", "fish"].contains(first),
      let index = words.firstIndex(where: { $0.hasPrefix("-") && $0.hasSuffix("c") }), index + 1 < words.count
    else { return nil }
    return ShellCommand.all(in: words[index + 1]).lazy.map { $0.behindStarters().words }
      .compactMap { $0.isEmpty ? nil : recogniser.program($0) }.first
  }
}

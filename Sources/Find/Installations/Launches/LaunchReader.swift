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
  /// Files and folders in which a start may stand that nobody knows of.
  private(set) var unread: [Installation.UnreadStart] = []
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
    readSystemLogins(homes)
    readUnits(homes, known: Set(units.map(\.fact.path)))
    readQuadlets(homes)
    readComposeFiles(homes, folders: folders)
    for index in launches.indices {
      launches[index].launch.status = try? files.status(launches[index].launch.file, followingLinks: true)
    }
  }

  mutating func add(_ launch: FoundLaunch) {
    guard launches.count < Self.maximumLaunches else {
      return hide(launch.launch.origin, launch.launch.file, "more than \(Self.maximumLaunches) starts were found")
    }
    launches.append(launch)
  }

  /// Keeps that a start may stand where nobody looked.
  mutating func hide(_ origin: Installation.Launch.Origin, _ path: String, _ what: String) {
    let hidden = Installation.UnreadStart(origin, path, what: what)
    if unread.count < 500, !unread.contains(hidden) { unread.append(hidden) }
  }

  /// Text of a file; nil where it is not there, may not be read (then it is a blind spot) or is too large (a problem).
  /// - Parameter owner: whose file it must be readable for: what a user links to is read in that user's name.
  mutating func text(_ path: String, _ origin: Installation.Launch.Origin, owner: UInt32? = nil) -> String? {
    guard filesRead < Self.maximumFiles else {
      hide(origin, path, "more than \(Self.maximumFiles) files were read before it")
      return nil
    }
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
      case .denied:
        blind.append(.init(path, remedy: "run with sudo to include \(path)"))
        hide(origin, path, Paths.explain(error))
      // What its owner may not read starts nothing for him; a link to nowhere switches a file off.
      case Paths.notForOwner: note(.init(path: path, what: Paths.explain(error)))
      case .notRegular where (try? files.realPath(path)) == "/dev/null": break
      default:
        let what = Paths.explain(error, limit: error.code == .tooLarge ? Self.maximumBytes : nil)
        note(.init(path: path, what: what))
        hide(origin, path, what)
      }
      return nil
    }
  }

  /// Names in a folder, at most so many; none where it is absent, and a blind spot where it may not be listed.
  mutating func names(_ folder: String, _ origin: Installation.Launch.Origin, limit: Int) -> [String] {
    do {
      let names = try files.list(folder)
      if names.count > limit { hide(origin, folder, "only \(limit) of its \(names.count) names were looked at") }
      return Array(names.prefix(limit))
    } catch {
      switch error.code {
      case .notFound, .notDirectory: break
      case .denied:
        blind.append(.init(folder, remedy: "run with sudo to include \(folder)"))
        hide(origin, folder, Paths.explain(error))
      default: hide(origin, folder, Paths.explain(error))
      }
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

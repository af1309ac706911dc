import ArgumentParser
import Exposure
import HostSensor
import Inventory
import Model
import Platform
import Reports
import Service

/// `jewels`: the credentials that an agent reaches, and what their loss would mean.
struct JewelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jewels", abstract: "Find the credentials that an agent reaches, and say what their loss means.",
    discussion: """
      Looks through a home, and the places of this host where credentials lie. No value is shown, kept or sent: only a \
      fingerprint under a key of this installation. Nothing is changed, and no service is asked.

      EXAMPLES
        trammel jewels
            the home of this user
        trammel jewels openclaw-1f3a2b4c --explain
            what that agent reaches, by which way, each with its place
        trammel jewels /home/ada --json --fail-on critical
            one home, for a script
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("Id of an agent, or a home.", valueName: "id|dir")) var target: String?
  @Option(help: ArgumentHelp("Write there instead of on stdout.", valueName: "file")) var output: String?
  @Flag(help: "Every sentence, and folders that are left out otherwise.") var all = false
  @Flag(help: "Each credential with its place, its way and its weight.") var explain = false
  @Option(
    name: .customLong("fail-on"), help: ArgumentHelp("info, low, medium, high, critical or never.", valueName: "level"))
  var failOn: String = "never"

  /// One home, and whose reach is told.
  private struct Search {
    var home: String
    var agent: Agent?
  }

  func run() async throws {
    Machine.shieldMemory()
    guard let level = FailOn(failOn) else {
      throw Failure(.usage, "--fail-on \(failOn): write info, low, medium, high, critical or never")
    }
    let state = try common.openState()
    let key = try Self.key(state)
    let accounts = Accounts.read(SystemFiles())
    var documents: [JewelsDocument] = []
    let round = try Round(state: state)
    for search in try searches(round, accounts) {
      let document = look(search, key, accounts)
      if let agent = search.agent {
        do {
          try round.keeper.record(
            credentials: document.recorded, of: agent.id, worst: document.worst, now: Machine.now)
        } catch { throw Round.failure(error) }
      }
      documents.append(document)
    }
    let style = Terminal.style(common)
    if common.json {
      let value: Value =
        if documents.count == 1, let only = documents.first { only.value } else {
          ["schema": .string(JewelsDocument.schema), "homes": .array(documents.map(\.value))]
        }
      try Output.write(value.json(indent: 2) + "\n", to: output)
    } else {
      let text = JewelsText(
        style: Style(colour: style.colour && output == nil, width: style.width), limit: all ? .max : 12,
        explains: explain)
      try Output.write(documents.map(text.render).joined(separator: "\n"), to: output)
    }
    if case .level(let severity) = level, documents.contains(where: { ($0.worst.map { $0 >= severity }) ?? false }) {
      throw ExitCode(Code.findings.rawValue)
    }
  }

  private func searches(_ round: Round, _ accounts: Accounts) throws(Failure) -> [Search] {
    if let target {
      if target.contains("/") || target == "." || target == "~" {
        do { return [Search(home: try SystemFiles().realPath(target), agent: nil)] } catch {
          throw Failure(
            .usage, "\(target): \(error.code == .denied ? "not readable for this user; try sudo" : "no such directory")"
          )
        }
      }
      let agent = try one(target, in: round.stored().catalogue)
      guard let home = Self.home(of: agent, accounts) else {
        throw Failure(.usage, "\(agent.id): the home of its user is not known; give the directory instead")
      }
      return [Search(home: home, agent: agent)]
    }
    if Machine.isRoot {
      var seen: Set<String> = []
      let homes = try round.stored().catalogue.agents.filter { $0.status != .lost }
        .compactMap { Self.home(of: $0, accounts) }.filter { seen.insert($0).inserted }
      if !homes.isEmpty { return homes.map { Search(home: $0, agent: nil) } }
    }
    guard let home = Machine.environment("HOME") ?? accounts[Machine.user]?.home, home.hasPrefix("/") else {
      throw Failure(.host, "this user has no home; give a directory")
    }
    return [Search(home: home, agent: nil)]
  }

  private static func home(of agent: Agent, _ accounts: Accounts) -> String? {
    guard let user = agent.user else { return nil }
    let account = accounts[named: user] ?? UInt32(user).flatMap { accounts[$0] }
    return account.map(\.home).flatMap { $0.hasPrefix("/") ? $0 : nil }
  }

  private func look(_ search: Search, _ key: FingerprintKey, _ accounts: Accounts) -> JewelsDocument {
    let tree = SystemTree()
    let files = SystemFiles()
    let owner = (try? files.status(search.home, followingLinks: true))?.owner
    var limits = Exposure.Limits()
    limits.all = all
    let isShown = Machine.isTerminal(2) && !common.quiet && !common.json
    let clock = ContinuousClock()
    let begin = clock.now
    func seconds() -> Double {
      let elapsed = begin.duration(to: clock.now).components
      return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }
    let look = Exposure.search(
      home: .init(path: search.home, owner: owner, variables: Self.variables(search)), files: tree, key: key,
      limits: limits, now: Machine.now,
      clock: seconds
    ) { progress in
      if isShown, seconds() > 1 {
        Machine.write(
          "\r\u{1B}[K\(progress.stage.rawValue): \(progress.folders) folders, \(progress.files) files, \(progress.jewels) found",
          to: 2)
      }
      return true
    }
    if isShown { Machine.write("\r\u{1B}[K", to: 2) }
    let account = Self.account(search.agent, home: search.home, owner: owner, accounts)
    let reach = Reach(look.jewels, for: account) { path in
      (try? files.status(path, followingLinks: true)).map {
        Reach.Rights(owner: $0.owner, group: $0.group, mode: $0.mode)
      }
    }
    let known = (try? files.text("\(search.home)/.ssh/known_hosts", limit: 4 << 20)).map { text in
      text.split(separator: "\n").count { !$0.hasPrefix("#") && !$0.hasPrefix("@") }
    }
    let radius = BlastRadius(look.jewels, reach: reach, knownHosts: known)
    return JewelsDocument(
      target: search.agent.map { "\($0.id)  \(search.home)" } ?? search.home, home: search.home,
      agent: search.agent?.id, look: look, reach: reach, radius: radius,
      whatIf: WhatIf.all(radius, look.jewels, reach: reach))
  }

  /// Variables that move places: of the agent's process, else of this one for one's own home. Paths, no secrets.
  private static func variables(_ search: Search) -> [String: String] {
    var found: [String: String] = [:]
    if let agent = search.agent {
      guard let process = agent.evidence.first(where: { $0.source == .process }),
        let pid = process.detail.split(separator: " ").drop(while: { $0 != "pid" }).dropFirst().first.flatMap({
          Int32($0.prefix { $0.isNumber })
        }),
        // A number that another account's process has by now is another process.
        let owner = try? SystemFiles().status("/proc/\(pid)", followingLinks: true).owner,
        process.data["uid"]?.int == Int64(owner),
        let raw = try? SystemFiles().read("/proc/\(pid)/environ", limit: 6 << 20)
      else { return [:] }
      let wanted = Set(Exposure.Home.placeVariables)
      for entry in raw.split(separator: 0).prefix(8_192) {
        guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
        let name = String(decoding: entry[..<equals], as: UTF8.self)
        if wanted.contains(name) { found[name] = String(decoding: entry[(equals + 1)...].prefix(4_096), as: UTF8.self) }
      }
    } else if search.home == Machine.environment("HOME") {
      for name in Exposure.Home.placeVariables { found[name] = Machine.environment(name) }
    }
    return found
  }

  /// The account whose reach is told: of the agent's process or container, else of the home.
  private static func account(
    _ agent: Agent?, home: String, owner: UInt32?, _ accounts: Accounts
  ) -> Reach.Account {
    var account = Reach.Account(home: home, user: owner)
    if let agent {
      let process = agent.evidence.first { $0.source == .process }?.data["uid"]?.int.flatMap(UInt32.init(exactly:))
      account.user = process ?? agent.user.flatMap { accounts[named: $0]?.user ?? UInt32($0) }
      let container = agent.evidence.lazy.filter { $0.source == .container }.compactMap { ContainerLook(data: $0.data) }
        .first
      if let container {
        account.user =
          process ?? container.user.flatMap { $0.split(separator: ":").first }.flatMap { $0 == "root" ? 0 : UInt32($0) }
        account.capabilities = Set(container.capabilities)
        account.container = Reach.Container(
          mounts: container.mounts.map { .init(source: $0.source, target: $0.target, isReadOnly: $0.isReadOnly) },
          isPrivileged: container.isPrivileged ?? false)
        // The groups of the host's account are not those in the container.
        return account
      }
    }
    account.groups = account.user.flatMap { groups(of: $0, accounts) }
    return account
  }

  /// Of passwd(5) and group(5); nil where those cannot be read or do not know the account.
  private static func groups(of user: UInt32, _ accounts: Accounts) -> Set<UInt32>? {
    let files = SystemFiles()
    guard let name = accounts[user]?.name, let passwd = try? files.text("/etc/passwd", limit: 16 << 20),
      let group = try? files.text("/etc/group", limit: 16 << 20)
    else { return nil }
    var found: Set<UInt32> = []
    for line in passwd.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count >= 4, fields[0] == name, let number = UInt32(fields[3]) { found.insert(number) }
    }
    for line in group.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count >= 4, let number = UInt32(fields[2]), fields[3].split(separator: ",").contains(Substring(name)) {
        found.insert(number)
      }
    }
    return found
  }

  /// The key of fingerprints: made at first use, kept with mode 0600.
  private static func key(_ state: StateDirectory) throws(Failure) -> FingerprintKey {
    let path = "\(state.path)/jewels.key"
    do {
      let bytes = try SystemFiles().read(path, limit: 33)
      guard let key = FingerprintKey(bytes) else {
        throw Failure(.host, "\(path): is damaged; remove it, and fingerprints start anew")
      }
      return key
    } catch let failure as Failure {
      throw failure
    } catch let error as FileError {
      guard error.code == .notFound else { throw Failure(.host, "\(path): cannot be read (\(error.code))") }
    } catch { throw Failure(.fault, "\(error)") }
    do {
      // Of two first calls one makes the key, and both read that one.
      _ = try PrivateFiles.createOnce(path, Machine.random(32))
      guard let key = FingerprintKey(try SystemFiles().read(path, limit: 33)) else {
        throw Failure(.fault, "\(path): no key for fingerprints")
      }
      return key
    } catch let failure as Failure {
      throw failure
    } catch { throw Failure(.host, "\(path): cannot be made (\(error))") }
  }
}

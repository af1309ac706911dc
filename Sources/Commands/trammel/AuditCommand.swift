import ArgumentParser
import HostSensor
import Inventory
import Model
import Platform
import Posture
import Probe
import Repair
import Reports
import Service

/// `audit`: what is wrong with an installation, and what to do; with `--fix`, the safe part of it is done.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Check one installation, or all of this user: pass, fail, or not measured.",
    discussion: """
      Looks at this host anew, then asks every rule about the agents that are meant. Without an argument: the \
      installations of this user (of everybody, for root). Exit code 1 where a finding is at or above --fail-on.

      --fix changes what is marked safe and nothing else: file modes, and settings that nobody relies on. What was there \
      is kept in the state directory, and --undo puts it back.

      EXAMPLES
        trammel audit
            every installation of mine
        trammel audit ~/.openclaw --fail-on critical --json
            one state directory, for a script
        trammel audit --fix --dry-run
            what would be changed, as a difference
        trammel audit --deep
            also ask the running gateways whether they want a login
        trammel audit --format sarif --output trammel.sarif
            for a code host or another tool
      """)

  @OptionGroup var common: CommonOptions
  @Argument(
    help: ArgumentHelp(
      "Id of an agent, or a directory: one that an agent keeps its state in, a copy of it, or a home with several.",
      valueName: "id|dir")) var target: String?
  @Option(
    name: .customLong("fail-on"), help: ArgumentHelp("info, low, medium, high, critical or never.", valueName: "level"))
  var failOn: String = "high"
  @Option(help: ArgumentHelp("Only what this deployment tier asks: 1, 2 or 3.", valueName: "n")) var tier: Int?
  @Option(help: ArgumentHelp("text, json, sarif, html, markdown or ocsf.", valueName: "format")) var format: String?
  @Option(help: ArgumentHelp("Write there instead of on stdout.", valueName: "file")) var output: String?
  @Flag(help: "Show each check that passed as well.") var passes = false
  @Flag(
    help:
      "Ask each listening socket of the agents, by one safe request without a login, whether it wants one; see find probe."
  ) var deep = false
  @Flag(help: "Make the changes that are marked safe.") var fix = false
  @Flag(name: .customLong("dry-run"), help: "With --fix or --undo: show the changes, make none.") var dryRun = false
  @Flag(help: "Take back what the last --fix changed.") var undo = false
  @Flag(help: "With --undo: also where somebody changed a file since; what is there is kept beside it.") var force =
    false

  enum Format: String, CaseIterable { case text, json, sarif, html, markdown, ocsf }

  func validate() throws {
    if let tier, !(1...3).contains(tier) { throw ValidationError("--tier \(tier): write 1, 2 or 3") }
    guard !(fix && undo) else { throw ValidationError("--fix or --undo, not both") }
    guard !dryRun || fix || undo else { throw ValidationError("--dry-run goes with --fix or --undo") }
    guard !force || undo else { throw ValidationError("--force goes with --undo") }
  }

  func run() async throws {
    guard let level = FailOn(failOn) else {
      throw Failure(.usage, "--fail-on \(failOn): write info, low, medium, high, critical or never")
    }
    let name = format ?? (common.json ? "json" : "text")
    guard let format = Format(rawValue: name) else {
      throw Failure(.usage, "--format \(name): write \(Format.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    if undo {
      try AuditFix.undo(agent: target, force: force, dryRun: dryRun, common)
      return
    }
    let round = try Round(state: common.openState())
    var (outcome, agents) = try await seen(round)
    if deep, try await Self.ask(agents, round) { (outcome, agents) = try await seen(round) }
    if fix {
      let findings = findings(outcome, of: agents)
      guard try AuditFix.run(findings, round, dryRun: dryRun, common) else { return }
      (outcome, agents) = try await seen(round)
    }
    let seen = findings(outcome, of: agents)
    try write(document(seen, agents, round, format))
    if seen.exceeds(level) { throw ExitCode(Code.findings.rawValue) }
  }

  /// What was seen, and the agents that are meant.
  ///
  /// A directory in which no agent of this host keeps its state (a copy, a backup) is judged by itself, and the inventory
  /// does not learn of it.
  private func seen(_ round: Round) async throws -> (Keeper.Outcome, [Agent]) {
    let outcome = try await round.lookAtHost()
    let present = outcome.agents.filter { $0.status != .lost }
    guard let target, target.contains("/") || target == "." || target == "~" else {
      return (outcome, try chosen(outcome, present))
    }
    let real: String
    do {
      real = try SystemFiles().realPath(target)
    } catch {
      throw Failure(
        .usage, "\(target): \(error.code == .denied ? "not readable for this user; try sudo" : "no such directory")")
    }
    let found = present.filter { $0.stateDirectory == real }
    if !found.isEmpty { return (outcome, found) }
    let trial = await round.trial(of: real)
    guard !trial.agents.isEmpty else {
      throw Failure(.usage, "\(real): holds no installation that Trammel knows; list them with: trammel find host")
    }
    return (trial, trial.agents)
  }

  /// Asks what the agents listen on whether it wants a login, and keeps the answers with their sockets; false where there
  /// was nobody to ask.
  private static func ask(_ agents: [Agent], _ round: Round) async throws -> Bool {
    let sockets = agents.filter { $0.host.id == round.keeper.host.id && $0.status == .running }
      .flatMap { agent in agent.listeners.map { (agent, $0) } }
    guard !sockets.isEmpty else { return false }
    var options = Prober.Options()
    options.denied = Denial()
    // A public address of one's own is meant too.
    options.yes = true
    // One at a time: each answer is told of the socket that was asked, whatever address it was reached by.
    var observations: [Observation] = []
    for (agent, socket) in sockets.prefix(64) {
      var reached = socket
      if socket.address.isUnspecified {
        reached.address = socket.address.isIPv4 ? .loopbackIPv4 : Address("::1") ?? .loopbackIPv4
      }
      guard let target = try? Target(parsing: reached.endpoint) else { continue }
      for result in try await Prober(host: round.keeper.host).probe([target], options: options) {
        guard var observation = result.observation(now: Machine.now) else { continue }
        observation.host = round.keeper.host
        if let directory = agent.stateDirectory {
          observation.keys.append(.stateDirectory(host: observation.host.id, path: directory))
        }
        for index in observation.facts.listeners.indices { observation.facts.listeners[index].address = socket.address }
        observations.append(observation)
      }
    }
    _ = try round.fold([], Sweep(observations: observations, status: []))
    return true
  }

  private func findings(_ outcome: Keeper.Outcome, of agents: [Agent]) -> [Finding] {
    outcome.findings.filter { finding in
      agents.contains { $0.id == finding.agent } && tier.map { (finding.tier ?? 1) <= $0 } ?? true
    }
  }

  private func document(
    _ findings: [Finding], _ agents: [Agent], _ round: Round, _ format: Format
  ) -> String {
    let host = round.keeper.host
    let name = target ?? host.name
    switch format {
    case .json:
      var members = FindingsDocument.value(findings, target: name).members ?? [:]
      if agents.count == 1 { members["tier"] = TierReport(findings, claimed: tier).value }
      members["tiers"] = .object(
        agents.reduce(into: Value.Members()) { members, agent in
          members[agent.id] = TierReport(findings.filter { $0.agent == agent.id }, claimed: tier).value
        })
      return Value.object(members).json(indent: 2) + "\n"
    case .sarif: return FindingsSARIF.value(findings, version: Model.version).json(indent: 2) + "\n"
    case .ocsf:
      return FindingsOCSF.lines(findings, host: host, agents: agents, version: Model.version, now: Machine.now)
        .map { $0.json() + "\n" }.joined()
    case .html:
      return FindingsPage(target: name, time: Machine.now, agents: agents, findings: findings).html
    case .markdown:
      return FindingsPage(target: name, time: Machine.now, agents: agents, findings: findings).markdown
    case .text:
      let style = Terminal.style(common)
      guard !agents.isEmpty else { return "No installation of an agent was found here.\n" }
      let text = FindingsText(
        width: style.width, color: style.colour && output == nil, showsPasses: passes || common.verbose)
      return agents.map { agent in
        let own = findings.filter { $0.agent == agent.id }
        return text.render(own, target: agent.id + (agent.stateDirectory.map { "  \($0)" } ?? ""))
          + text.render(TierReport(own, claimed: tier)) + BrokenFiles.text(own)
      }.joined(separator: "\n")
    }
  }

  private func chosen(_ outcome: Keeper.Outcome, _ present: [Agent]) throws(Failure) -> [Agent] {
    guard let target else {
      // Of everybody for root; else what belongs to this user, and what was only announced belongs to nobody here.
      let me = Accounts.read(SystemFiles()).name(Machine.user)
      return present.filter { Machine.isRoot || $0.user == me }
    }
    return [try one(target, in: Catalogue(records: outcome.agents.map { Catalogue.Record(agent: $0, keys: []) }))]
  }

  private func write(_ text: String) throws(Failure) { try Output.write(text, to: output) }
}

/// Where the result of a verb goes: stdout, or a file that is replaced as a whole.
enum Output {
  static func write(_ text: String, to path: String?) throws(Failure) {
    guard let path else {
      Machine.write(text, to: 1)
      return
    }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    do {
      try StateDirectory.replace(path, in: folder.isEmpty ? "/" : folder, with: Array(text.utf8))
    } catch { throw Failure(.usage, error.description) }
  }
}

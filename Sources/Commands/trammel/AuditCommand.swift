import ArgumentParser
import HostSensor
import Inventory
import Model
import Platform
import Reports
import Service

/// `audit`: what is wrong with an installation, and what to do.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Check one installation, or all of this user: pass, fail, or not measured.",
    discussion: """
      Looks at this host anew, then asks every rule about the agents that are meant. Without an argument: the \
      installations of this user (of everybody, for root). Exit code 1 where a finding is at or above --fail-on.

      EXAMPLES
        trammel audit
            every installation of mine
        trammel audit ~/.openclaw --fail-on critical --json
            one state directory, for a script
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("Id of an agent, or a state directory.", valueName: "id|dir")) var target: String?
  @Option(
    name: .customLong("fail-on"), help: ArgumentHelp("info, low, medium, high, critical or never.", valueName: "level"))
  var failOn: String = "high"
  @Option(help: ArgumentHelp("text or json.", valueName: "format")) var format: String?
  @Option(help: ArgumentHelp("Write there instead of on stdout.", valueName: "file")) var output: String?
  @Flag(help: "Show each check that passed as well.") var passes = false

  func run() async throws {
    guard let level = FailOn(failOn) else {
      throw Failure(.usage, "--fail-on \(failOn): write info, low, medium, high, critical or never")
    }
    let asJSON: Bool
    switch format ?? (common.json ? "json" : "text") {
    case "json": asJSON = true
    case "text": asJSON = false
    case let other: throw Failure(.usage, "--format \(other): write text or json")
    }
    let round = try Round(state: common.openState())
    let outcome = try await round.lookAtHost()
    let agents = try chosen(outcome)
    let findings = outcome.findings.filter { finding in agents.contains { $0.id == finding.agent } }
    if asJSON {
      try write(
        FindingsDocument.value(findings, target: target ?? round.keeper.host.name).json(indent: 2) + "\n")
    } else if agents.isEmpty {
      try write(
        "No installation of an agent was found here.\n\n"
          + InventoryText.sources(outcome.sources, style: Terminal.style(common)) + "\n")
    } else {
      let style = Terminal.style(common)
      let text = FindingsText(
        width: style.width, color: style.colour && output == nil, showsPasses: passes || common.verbose)
      try write(
        agents.map { agent in
          text.render(
            findings.filter { $0.agent == agent.id }, target: agent.id + (agent.stateDirectory.map { "  \($0)" } ?? ""))
        }.joined(separator: "\n"))
    }
    if findings.exceeds(level) { throw ExitCode(Code.findings.rawValue) }
  }

  private func chosen(_ outcome: Keeper.Outcome) throws(Failure) -> [Agent] {
    let present = outcome.agents.filter { $0.status != .lost }
    guard let target else {
      // Of everybody for root; else what belongs to this user, and what was only announced belongs to nobody here.
      let me = Accounts.read(SystemFiles()).name(Machine.user)
      return present.filter { Machine.isRoot || $0.user == me }
    }
    if target.contains("/") || target == "." || target == "~" {
      let real: String
      do { real = try SystemFiles().realPath(target) } catch {
        throw Failure(
          .usage, "\(target): \(error.code == .denied ? "not readable for this user; try sudo" : "no such directory")")
      }
      let found = present.filter { $0.stateDirectory == real }
      guard !found.isEmpty else {
        throw Failure(.usage, "\(real): holds no installation that Trammel knows; list them with: trammel find host")
      }
      return found
    }
    return [try one(target, in: Catalogue(records: outcome.agents.map { Catalogue.Record(agent: $0, keys: []) }))]
  }

  private func write(_ text: String) throws(Failure) {
    guard let output else {
      Machine.write(text, to: 1)
      return
    }
    let folder = output.lastIndex(of: "/").map { String(output[..<$0]) } ?? "."
    do {
      try StateDirectory.replace(output, in: folder.isEmpty ? "/" : folder, with: Array(text.utf8))
    } catch { throw Failure(.usage, error.description) }
  }
}

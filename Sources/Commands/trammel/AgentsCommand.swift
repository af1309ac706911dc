import ArgumentParser
import Inventory
import Model
import Platform
import Reports
import Service

/// `agents`: the inventory, and who answers for each.
struct AgentsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agents", abstract: "The inventory: every agent that was seen, with its evidence and owner.",
    discussion: """
      Shows what the last look found; it does not look anew.

      EXAMPLES
        trammel agents
            every agent, the riskiest first
        trammel agents register openclaw-1f3a2b4c --owner ada@example.org
            writes down who answers for it; the ledger keeps the change
      """,
    subcommands: [List.self, Show.self, Register.self, Unregister.self, Forget.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every agent, the riskiest first.",
      discussion: """
        EXAMPLES
          trammel agents
              what the last look found
          trammel agents list --lost --json
              also what is gone, for a script
        """)
    @OptionGroup var common: CommonOptions
    @Flag(help: "Also those that are no longer there.") var lost = false

    func run() async throws {
      let round = try Round(state: common.openState())
      let stored = try round.stored()
      let agents = stored.catalogue.agents.filter { lost || $0.status != .lost }
      if common.json {
        Terminal.say(
          InventoryText.document(agents: agents, host: round.keeper.host, sources: stored.sources).json(indent: 2))
        return
      }
      let style = Terminal.style(common)
      guard stored.taken != nil else {
        Terminal.say("Nothing has been looked at yet. Start with: trammel up --once")
        return
      }
      Terminal.say(style.bold(InventoryText.headline(agents, host: round.keeper.host)))
      if !agents.isEmpty { Terminal.say("\n" + InventoryText.table(agents, style: style)) }
      if let taken = stored.taken { Terminal.say(style.dim("\nas of \(taken.rfc3339())")) }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One agent: what is known of it, how, and what is wrong.",
      discussion: """
        EXAMPLES
          trammel agents show openclaw-1f3a2b4c
              facts, evidence, findings with their fix
          trammel agents show openclaw --json
              by its kind, where there is one of it; for a script
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "Id, the beginning of one, or the kind where there is one of it.") var id: String

    func run() async throws {
      let round = try Round(state: common.openState())
      let stored = try round.stored()
      let agent = try one(id, in: stored.catalogue)
      let findings = stored.findings.filter { $0.agent == agent.id }
      if common.json {
        var members = agent.value.members ?? [:]
        members["findings"] = .array(findings.map(\.value))
        Terminal.say(Value.object(members).json(indent: 2))
        return
      }
      let style = Terminal.style(common)
      Terminal.say(InventoryText.detail(agent, style: style))
      if !findings.isEmpty { Terminal.say("\n" + UpText.findings(findings, style)) }
    }
  }

  struct Register: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write down who answers for an agent.",
      discussion: """
        EXAMPLES
          trammel agents register openclaw-1f3a2b4c --owner ada@example.org
              until further notice
          trammel agents register openclaw --owner ops --approved-by eve --until 2027-01-31
              who allowed it, and until when
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "Id, or the beginning of one.") var id: String
    @Option(help: ArgumentHelp("Person or team that answers for it.", valueName: "who")) var owner: String
    @Option(name: .customLong("approved-by"), help: ArgumentHelp("Who allowed it.", valueName: "who")) var approvedBy:
      String?
    @Option(help: ArgumentHelp("Until when: 2027-01-31, or RFC 3339.", valueName: "date")) var until: String?

    func run() async throws {
      let end: Timestamp?
      if let until {
        guard let time = Timestamp(rfc3339: until) else {
          throw Failure(.usage, "--until \(until): not a date; write 2027-01-31 or 2027-01-31T18:00:00Z")
        }
        guard time > Machine.now else { throw Failure(.usage, "--until \(until): lies in the past") }
        end = time
      } else {
        end = nil
      }
      guard !owner.allSatisfy(\.isWhitespace), owner.utf8.count <= 200 else {
        throw Failure(.usage, "--owner: write a name or address of 1 to 200 characters")
      }
      let round = try Round(state: common.openState())
      let agent = try one(id, in: round.stored().catalogue)
      let registration = Agent.Registration(owner: owner, approvedBy: approvedBy, until: end, time: Machine.now)
      try report(round.change(.register(agent.id, registration)), common, "is registered to \(owner)")
    }
  }

  struct Unregister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a registration back.",
      discussion: """
        EXAMPLES
          trammel agents unregister openclaw-1f3a2b4c
              nobody answers for it any more
          trammel agents unregister openclaw --quiet
              by its kind, where there is one of it
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "Id, or the beginning of one.") var id: String

    func run() async throws {
      let round = try Round(state: common.openState())
      let agent = try one(id, in: round.stored().catalogue)
      try report(round.change(.unregister(agent.id)), common, "belongs to nobody now")
    }
  }

  struct Forget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove an agent from the inventory; if it is still there, the next look finds it anew.",
      discussion: """
        Nothing on the agent's own disk is touched, and the ledger keeps what was written about it.

        EXAMPLES
          trammel agents forget openclaw-1f3a2b4c
              one that is gone for good
          trammel agents forget openclaw --json
              by its kind, where there is one of it; prints what was removed
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "Id, or the beginning of one.") var id: String

    func run() async throws {
      let round = try Round(state: common.openState())
      let agent = try one(id, in: round.stored().catalogue)
      try report(round.change(.forget(agent.id)), common, "is forgotten; the ledger still knows it")
    }
  }
}

/// The one agent that is meant; an error that lists the others where there are several.
func one(_ text: String, in catalogue: Catalogue) throws(Failure) -> Agent {
  let found = catalogue.matching(text)
  if found.count == 1, let agent = found.first { return agent }
  if found.isEmpty { throw Failure(.usage, "no agent \(text) in the inventory; list them with: trammel agents") }
  throw Failure(
    .usage,
    "\(text) means \(found.count) agents: \(found.prefix(8).map(\.id).joined(separator: ", ")); write more of the id")
}

private func report(_ agent: Agent, _ common: CommonOptions, _ what: String) throws {
  if common.json {
    Terminal.say(agent.value.json(indent: 2))
  } else if !common.quiet {
    Terminal.say("\(agent.id) \(what)")
  }
}

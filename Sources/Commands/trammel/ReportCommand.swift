import ArgumentParser
import Model
import Platform
import Reports
import Service

/// `report`: for the people who decide.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "For the people who decide: one page in plain words, then the evidence.",
    discussion: """
      Looks at this host anew and adds what other looks left in the inventory. The page needs nothing from elsewhere and \
      prints; the first sheet is for people who run no computers.

      EXAMPLES
        trammel report --output agents.html
            a page for a browser or a printer
        trammel report --format markdown
            for a wiki or a ticket
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: ArgumentHelp("html, markdown or json.", valueName: "format")) var format: String?
  @Option(help: ArgumentHelp("Write there instead of on stdout.", valueName: "file")) var output: String?

  func run() async throws {
    let format = format ?? (common.json ? "json" : "html")
    guard ["html", "markdown", "json"].contains(format) else {
      throw Failure(.usage, "--format \(format): write html, markdown or json")
    }
    let round = try Round(state: common.openState())
    let outcome = try await round.lookAtHost()
    let briefing = Briefing(
      host: round.keeper.host, time: Machine.now, agents: outcome.agents, findings: outcome.findings,
      sources: outcome.sources)
    switch format {
    case "json": try Output.write(briefing.value.json(indent: 2) + "\n", to: output)
    case "markdown": try Output.write(briefing.markdown, to: output)
    default: try Output.write(briefing.html, to: output)
    }
    if let output, !common.quiet { Terminal.note("Written to \(output).", common) }
  }
}

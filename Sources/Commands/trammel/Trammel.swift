import ArgumentParser
import Model

@main struct Trammel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trammel", abstract: "Finds, assesses and contains autonomous AI agents.", version: Model.version,
    subcommands: [FindCommand.self])
}

struct FindCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Who is here.", subcommands: [FindMDNSCommand.self])
}

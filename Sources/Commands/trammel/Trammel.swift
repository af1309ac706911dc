import ArgumentParser
import Foundation
import Model

@main struct Trammel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trammel", abstract: "Finds, assesses and contains autonomous AI agents.", version: Model.version,
    subcommands: [LedgerCommand.self])

  /// As ArgumentParser's own, but a wrong call ends with 2, as the command line contract says.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
      Foundation.exit(2)
    }
  }
}

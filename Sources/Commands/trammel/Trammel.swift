import ArgumentParser
import Model
import Platform

/// The program. Verbs follow the user's journey, and the help groups them that way.
@main
struct Trammel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trammel",
    abstract: "Find AI agents on this machine and its segment, judge them, and keep watching.",
    discussion: """
      Start with `trammel up`: it finds the agents here, says what is wrong with each and how it knows, and serves a \
      console on loopback that keeps following. `trammel doctor` says what works on this host.

      EXAMPLES
        trammel up
            find, judge, keep watching; Ctrl-C ends it
        trammel up --demo --once
            the same on a made-up machine, once

      EXIT CODES
        0  done
        1  a finding at or above --fail-on, or a proof that does not hold
        2  the call or its input is wrong
        3  this host does not allow it, or lacks something
        4  a fault of Trammel's own
      """,
    version: "trammel \(Model.version)",
    groupedSubcommands: [
      CommandGroup(name: "Find", subcommands: [UpCommand.self, FindCommand.self, AgentsCommand.self]),
      CommandGroup(
        name: "Assess",
        subcommands: [
          AuditCommand.self, JewelsCommand.self, BaselineCommand.self, ReportCommand.self,
        ]),
      CommandGroup(name: "Watch", subcommands: [LedgerCommand.self, ConsoleCommand.self]),
      CommandGroup(name: "Host", subcommands: [DoctorCommand.self]),
    ])

  static func main() async {
    // A reader that closes early (`trammel … | head`) is not a fault.
    Machine.ignoreBrokenPipes()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let failure as Failure {
      Terminal.complain(failure.message)
      Machine.end(failure.code.rawValue)
    } catch let code as ExitCode {
      Machine.end(code.rawValue)
    } catch {
      let code = exitCode(for: error)
      if code == .success {
        Terminal.say(fullMessage(for: error))
        Machine.end(0)
      }
      let what = message(for: error)
      Terminal.complain(
        code == .validationFailure ? "\(what.isEmpty ? "the call is incomplete" : what) (see --help)" : what)
      Machine.end(code == .validationFailure ? Code.usage.rawValue : Code.fault.rawValue)
    }
  }
}

/// Exit codes of the command line contract.
enum Code: Int32, Sendable {
  case done = 0
  /// Findings at or above `--fail-on`, or a proof that failed.
  case findings = 1
  /// The call or its input is wrong.
  case usage = 2
  /// This host does not allow it or lacks something.
  case host = 3
  /// A fault of Trammel's own.
  case fault = 4
}

/// An end with a message: one line that says what, where, what to do.
struct Failure: Error {
  var code: Code
  var message: String
  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

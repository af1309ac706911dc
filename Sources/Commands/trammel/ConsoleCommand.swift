import ArgumentParser
import Console
import Logging
import Model
import Platform
import Reports
import Service
import ServiceLifecycle
import UnixSignals

/// `console`: the web console alone, beside whoever keeps looking.
struct ConsoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "Serve the web console alone, over what was found so far.",
    discussion: """
      Shows the inventory and the ledger of the state directory, and follows what other verbs write there. It looks at \
      nothing itself: `trammel up` does both.

      EXAMPLES
        trammel console
            on 127.0.0.1:7717, with a link that signs in once
        trammel console --listen 127.0.0.1:8080 --state /var/lib/trammel
            on another port, over root's findings
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: ArgumentHelp("A loopback address and port.", valueName: "addr")) var listen = "127.0.0.1:7717"

  func run() async throws {
    let round = try Round(state: common.openState())
    let bulletin = Bulletin()
    let server = try Self.server(round, listen, bulletin, demo: false)
    let options = common
    let style = Terminal.style(common)
    var logger = Logger(label: "trammel")
    logger.logLevel = .error
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          server, LedgerFollower(keeper: round.keeper, bulletin: bulletin),
          Announcer { await Self.announce(server, options, style) },
        ], gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
    do { try await group.run() } catch let failure as Console.Failure { throw Failure(.host, failure.description) }
  }

  static func server(_ round: Round, _ text: String, _ bulletin: Bulletin, demo: Bool) throws(Failure) -> Server {
    let (address, port) = try endpoint(text)
    do {
      return try Server(
        reading: House(keeper: round.keeper, bulletin: bulletin, demo: demo, since: Machine.now), address: address,
        port: port, clock: { Machine.now }, random: { Machine.random($0) })
    } catch { throw Failure(.usage, error.description) }
  }

  /// Says where the console is, once it listens; on a host without a screen, how to reach it from one that has.
  static func announce(_ server: Server, _ options: CommonOptions, _ style: Style) async {
    guard await server.started() != nil, !options.quiet, !options.json else { return }
    Terminal.say("\n" + style.bold("Console") + "  \(server.signInLink())")
    Terminal.say(
      style.dim("         opens once, within ten minutes; a new link: restart, or sign in from a page that is open"))
    if Machine.environment("DISPLAY") == nil, Machine.environment("WAYLAND_DISPLAY") == nil {
      let user = Machine.environment("USER") ?? Machine.environment("LOGNAME") ?? "user"
      Terminal.say(
        "         No screen here. From your own machine, first: \(server.sshHint(user: user, host: Machine.host().name))"
      )
    }
    Terminal.say(style.dim("Watching. Ctrl-C ends it."))
  }

  static func endpoint(_ text: String) throws(Failure) -> (String, Int) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      throw Failure(.usage, "--console \(text): write ADDRESS:PORT, such as 127.0.0.1:7717")
    }
    var address = String(text[..<colon])
    if address.hasPrefix("["), address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
    return (address, Int(port))
  }
}

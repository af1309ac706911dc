import ArgumentParser
import Console
import Demo
import HostSensor
import Inventory
import Logging
import Model
import Platform
import Reports
import Service
import ServiceLifecycle
import UnixSignals
import WireSensor

/// `up`: find, judge, write down, show, and keep watching.
struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Find and assess the agents here, then keep watching and serve the console.",
    discussion: """
      Looks at this host and its segment, prints what it found and how it knows, writes it down in the ledger, then \
      looks again every few seconds and serves the console on loopback. Ctrl-C ends it.

      EXAMPLES
        trammel up --once
            one look, then the answer
        trammel up --demo
            the same on a made-up machine, without touching anything of yours
      """)

  @OptionGroup var common: CommonOptions
  @Flag(help: "Stop after the first look.") var once = false
  @Flag(help: "A made-up machine, in a temporary state directory.") var demo = false
  @Option(help: ArgumentHelp("Where the console listens.", valueName: "addr")) var console = "127.0.0.1:7717"
  @Flag(name: .customLong("no-console"), help: "No console.") var noConsole = false
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Listen for announcements on this interface only; may be given again.", valueName: "if"))
  var interface: [String] = []
  @Option(name: .customLong("for"), help: ArgumentHelp("Stop after this long: 30s, 5m, 2h.", valueName: "dur"))
  var duration: DurationOption?
  @Option(
    name: .customLong("dns-log"), parsing: .singleValue,
    help: ArgumentHelp("Follow this log of a resolver, proxy or sensor; may be given again.", valueName: "file"))
  var dnsLog: [String] = []
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Collect NetFlow, IPFIX and sFlow on this address and port; may be given again.", valueName: "addr"))
  var flows: [String] = []
  @Option(
    name: .customLong("quiet-days"),
    help: ArgumentHelp("Days without contact that make one with a model service news.", valueName: "n"))
  var quietDays = 14
  @Option(help: ArgumentHelp("Time between two looks at the host.", valueName: "dur")) var interval = DurationOption(
    seconds: 5)

  func run() async throws {
    let style = Terminal.style(common)
    let round: Round
    var temporary: StateDirectory?
    if demo {
      do { temporary = try StateDirectory.temporary("trammel-demo") } catch { throw Failure(.host, error.description) }
    }
    defer { temporary?.remove() }
    if let temporary {
      round = try Round(state: temporary, files: Demo.files(now: Machine.now), host: Demo.host, isDemo: true)
    } else {
      round = try Round(state: common.openState())
    }

    let wires = try wireOptions()
    // A console that cannot be served is said before anything is looked at.
    let bulletin = Bulletin()
    let server = once || noConsole ? nil : try ConsoleCommand.server(round, console, bulletin, demo: demo)
    let started = Machine.now
    if Machine.isTerminal(2) {
      Terminal.note(style.dim("Looking at \(demo ? "a made-up machine" : "this host") …"), common)
    }
    // The segment needs a moment to answer; the host is looked at meanwhile.
    async let heard = listen(round)
    let look = await round.look()
    // The host first: what names an agent for good is on its disk, not in an announcement.
    var outcome = try round.fold(look)
    if let report = await heard {
      let recorded = outcome.recorded
      outcome = try round.fold(report)
      outcome.recorded += recorded
    }
    show(outcome, round, style, seconds: Machine.now.seconds(since: started))
    guard !once else { return }
    try await watch(round, server, bulletin, wires, style)
  }

  /// What of wires is watched beside the segment; nil where nothing was asked for.
  private func wireOptions() throws -> WireWatcher.Options? {
    guard !dnsLog.isEmpty || !flows.isEmpty else { return nil }
    var options = WireWatcher.Options()
    options.logs = dnsLog
    options.quietDays = quietDays
    options.flows = try flows.map { text in
      let place = try FindFlowsCommand.endpoint(text, flag: "--flows")
      return (place.0, place.1)
    }
    return options
  }

  private func listen(_ round: Round) async -> MDNS.Report? {
    demo ? Self.madeUpSegment(round.keeper.host) : await segment(round).browse(from: Machine.now)
  }

  /// What the demo's machines send, heard by the real sensor.
  private static func madeUpSegment(_ host: Host) -> MDNS.Report {
    let link = Link(index: 2, name: Demo.interface)
    var neighbours = Neighbours()
    let packets = Demo.datagrams.map { datagram in
      neighbours.add(datagram.address, link: link.index, mac: datagram.mac)
      return Segment.Packet(bytes: datagram.bytes, address: datagram.address, link: link)
    }
    return MDNS.report(hearing: packets, on: link, host: host, neighbours: neighbours, at: Machine.now)
  }

  private func segment(_ round: Round) -> MDNS {
    var options = MDNS.Options()
    options.interfaces = interface
    return MDNS(host: round.keeper.host, options: options)
  }

  private func show(_ outcome: Keeper.Outcome, _ round: Round, _ style: Style, seconds: Double) {
    let agents = outcome.agents.filter { $0.status != .lost }
    if common.json {
      var members =
        InventoryText.document(agents: agents, host: round.keeper.host, sources: outcome.sources).members ?? [:]
      members["findings"] = .array(outcome.findings.map(\.value))
      members["demo"] = .bool(demo)
      // A stream has one object a line; a single look is one document.
      Terminal.say(Value.object(members).json(indent: once ? 2 : nil))
      return
    }
    if demo { Terminal.say(style.dim("Demo: everything below is made up, but every line of it was found.\n")) }
    Terminal.say(UpText.render(agents, outcome, host: round.keeper.host, style: style, demo: demo))
    if !common.quiet {
      Terminal.say(
        style.dim(
          "\nLooked for \(Self.tenths(seconds)) s; \(outcome.recorded) events recorded in \(round.keeper.state.path)."))
    }
  }

  private static func tenths(_ seconds: Double) -> String {
    let tenths = Int((max(0, seconds) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// Looks again until told to stop, and serves the console meanwhile.
  private func watch(
    _ round: Round, _ server: Server?, _ bulletin: Bulletin, _ wires: WireWatcher.Options?, _ style: Style
  ) async throws {
    let options = common
    var logger = Logger(label: "trammel")
    logger.logLevel = .error
    let report: @Sendable (Result<Keeper.Outcome, Keeper.Problem>) -> Void = { result in
      switch result {
      case .success(let outcome): for change in outcome.changes { UpText.say(change, options, style) }
      case .failure(let problem): Terminal.complain(problem.description)
      }
    }
    var services: [any ServiceLifecycle.Service] = [
      Watcher(
        keeper: round.keeper,
        look: round.hostLook(),
        interval: interval.duration, bulletin: bulletin, report: report)
    ]
    if !demo {
      services.append(SegmentWatcher(keeper: round.keeper, sensor: segment(round), bulletin: bulletin, report: report))
    }
    if let wires, !demo {
      services.append(
        WireWatcher(keeper: round.keeper, options: wires, bulletin: bulletin, report: report) {
          Terminal.complain($0)
        })
    }
    if let server {
      services.append(server)
      services.append(Announcer { await ConsoleCommand.announce(server, options, style) })
    }
    if let duration { services.append(Timer(duration: duration.duration)) }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services.map {
          ServiceGroupConfiguration.ServiceConfiguration(
            service: $0, successTerminationBehavior: $0 is Announcer ? .ignore : .gracefullyShutdownGroup)
        }, gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
    do {
      try await group.run()
    } catch let failure as Console.Failure {
      throw Failure(.host, failure.description)
    }
  }
}

/// Says something once, then waits with the others.
struct Announcer: ServiceLifecycle.Service {
  let say: @Sendable () async -> Void
  init(_ say: @escaping @Sendable () async -> Void) { self.say = say }
  func run() async throws {
    await say()
    try? await gracefulShutdown()
  }
}

/// Ends everything after a while.
private struct Timer: ServiceLifecycle.Service {
  let duration: Duration
  func run() async throws {
    await cancelWhenGracefulShutdown { try? await Task.sleep(for: duration) }
  }
}

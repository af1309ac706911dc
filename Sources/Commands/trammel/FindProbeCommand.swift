import ArgumentParser
import Model
import Platform
import Probe
import Reports
import Service
import Synchronization

/// `find probe`: one safe look at endpoints from outside.
struct FindProbeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Recognise gateways by one safe request that needs no login.",
    discussion: """
      Connects to each endpoint and asks what answers there: which product, whether it asks for a login, whether it speaks \
      TLS. It never logs in, never sends a `connect`, and gives its name in the User-Agent. It goes slowly, in random \
      order, and leaves printers and industrial controllers alone.

      A network wider than a /24, and any address that is not loopback, private or a tailnet's, wants --yes: ask whoever \
      owns it first.

      EXAMPLES
        trammel find probe 192.168.1.7
            the ports of known gateways on one machine
        trammel find probe 192.168.1.0/24 --rate 20 --json
            a network, twenty endpoints a second
        trammel find probe desk.local:18789
            one endpoint
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("HOST, HOST:PORT, [IPv6]:PORT or CIDR.", valueName: "target")) var targets: [String]
  @Flag(help: "Wide networks and public addresses are meant.") var yes = false
  @Option(help: ArgumentHelp("Endpoints begun in a second.", valueName: "n")) var rate = 50.0
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Try this port on targets without one; may be given again.", valueName: "port"))
  var port: [UInt16] = []

  func validate() throws {
    guard rate > 0, rate <= 100_000 else { throw ValidationError("--rate: a number above 0") }
  }

  func run() async throws {
    let style = Terminal.style(common)
    var parsed: [Target] = []
    for target in targets {
      do throws(ProbeError) { parsed.append(try Target(parsing: target)) } catch {
        throw Failure(.usage, error.description)
      }
    }
    let round = try Round(state: common.openState())
    var options = Prober.Options()
    options.yes = yes
    options.rate = rate
    if !port.isEmpty { options.ports = port }
    let last = Mutex(Prober.Progress())
    let isShown = Machine.isTerminal(2) && !common.quiet && !common.json
    let prober = Prober(host: round.keeper.host)
    let (wanted, chosen) = (parsed, options)
    let result = await Interruption.ends { () async -> Result<[ProbeResult], ProbeError> in
      do throws(ProbeError) {
        return .success(
          try await prober.probe(wanted, options: chosen) { progress in
            last.withLock { $0 = progress }
            if isShown, progress.total > 8 {
              Machine.write(
                "\r\u{1B}[K\(progress.done) of \(progress.total) endpoints, \(progress.open) open, \(progress.found) found",
                to: 2)
            }
          })
      } catch { return .failure(error) }
    }
    if isShown { Machine.write("\r\u{1B}[K", to: 2) }
    let results: [ProbeResult]
    do throws(ProbeError) { results = try result.get() } catch { throw Failure(.usage, error.description) }
    let status = Prober.status(last.withLock { $0 })
    let now = Machine.now
    let sweep = Sweep(observations: results.compactMap { $0.observation(now: now) }, status: [status])
    let outcome = try round.fold([], sweep)
    let agents = outcome.agents.filter { agent in
      agent.evidence.contains { $0.source == .probe && $0.observed == now }
    }
    if common.json {
      var members =
        InventoryText.document(agents: agents, host: round.keeper.host, sources: [status]).members ?? [:]
      members["endpoints"] = .array(results.map(\.value))
      Terminal.say(Value.object(members).json(indent: 2))
      return
    }
    Terminal.say(ProbeText.render(results, style: style))
    Terminal.say("\n" + InventoryText.sources([status], style: style))
  }
}

/// What answered, for a person.
enum ProbeText {
  static func render(_ results: [ProbeResult], style: Style) -> String {
    guard !results.isEmpty else { return "Nothing answers there." }
    var out: [String] = []
    for result in results {
      let value = result.value
      func text(_ name: String) -> String? { value[name]?.string.map(Terminal.clean) }
      var line = style.bold(result.endpoint) + "  "
      if let kind = text("kind") {
        line += [kind, text("era").map { "(\($0))" }, text("version")].compactMap { $0 }.joined(separator: " ")
      } else {
        line += text("state") ?? "?"
        if let server = text("server") { line += ", server \(server)" }
      }
      if let auth = value["auth"]?.bool {
        line += auth ? ", asks for a login" : ", asks for NO login"
      }
      if let tls = value["tls"]?.bool { line += tls ? ", TLS" : ", no TLS" }
      out.append(line)
      for reason in value["reasons"]?.array?.prefix(4) ?? [] {
        if let reason = reason.string { out.append("    " + Terminal.clean(reason)) }
      }
      let places = value["reachable_from"]?.array?.compactMap(\.string) ?? []
      if !places.isEmpty { out.append("    reached from \(places.map(Terminal.clean).joined(separator: ", "))") }
    }
    return out.joined(separator: "\n")
  }
}

import ArgumentParser
import Databases
import Detection
import Formats
import Inventory
import Model
import Platform
import Reports
import Service
import WireSensor

/// `find dns`: logs of resolvers, proxies and other sensors.
struct FindDNSCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dns", abstract: "Logs of resolvers, proxies and sensors: who asks for model services.",
    discussion: """
      Reads dnsmasq, Pi-hole (its log or its database), unbound, BIND, CoreDNS, AdGuard Home, Cisco Umbrella, \
      Cloudflare Gateway, Windows DNS, dnstap, Zeek, Suricata EVE, Squid, nginx, ntopng and ECS documents. The format \
      is detected. gzip and zstd are unpacked.

      EXAMPLES
        trammel find dns /var/log/dnsmasq.log
            who asked for model services, and what that says
        trammel find dns --follow /var/log/unbound.log --json
            a line for each host that begins to, until Ctrl-C
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("Logs.", valueName: "file")) var files: [String]
  @Option(
    name: .customLong("log-format"),
    help: ArgumentHelp(
      "Whose log it is, where that is not detected: \(Self.formats).",
      valueName: "name"))
  var format: String?
  @Flag(help: "Go on reading what is appended; a rotated log is followed.") var follow = false
  @Option(
    name: .customLong("for"), help: ArgumentHelp("With --follow: stop after this long.", valueName: "dur"))
  var duration: DurationOption?
  @Option(
    name: .customLong("utc-offset"),
    help: ArgumentHelp("Hours east of UTC, for times without a zone.", valueName: "hours"))
  var offset = 0.0
  @Option(help: ArgumentHelp("Names listed in the JSON document.", valueName: "n")) var names = 1000
  @Flag(name: .customLong("no-inventory"), help: "Tell, but write nothing into the inventory and the ledger.")
  var noInventory = false

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name at least one log") }
    guard abs(offset) <= 24 else { throw ValidationError("--utc-offset: hours from -24 to 24") }
    if let format, LogFormat(rawValue: format) == nil {
      throw ValidationError(
        "--log-format \(format): no such format; there are \(Self.formats)"
      )
    }
  }

  /// Names that `--log-format` takes.
  private static let formats = LogFormat.allCases.map(\.rawValue).joined(separator: ", ")

  private var chosen: LogFormat? { format.flatMap(LogFormat.init(rawValue:)) }
  private var zone: Int { Int(offset * 3600) }

  func run() async throws {
    let style = Terminal.style(common)
    let host = Machine.host()
    if follow { return try await followFiles(host, style) }
    var traffic = Traffic(
      observer: WireVerb.observer(common, noInventory: noInventory), seed: FindCaptureCommand.seed())
    var values: [Value] = []
    var skipped: [String: Int] = [:]
    let isShown = Machine.isTerminal(2) && !common.quiet && !common.json
    var lines = 0
    for path in files {
      var progress = Progress(isShown: isShown, what: path)
      let outcome: LogSource.Outcome
      do throws(LogSource.Problem) {
        outcome = try LogSource.read(path, format: chosen, now: Machine.now, zone: zone, into: &traffic) { done, of in
          progress.report(done, of: of)
          return true
        }
      } catch { throw Self.failure(error, path) }
      progress.clear()
      lines += outcome.lines
      if outcome.malformed > 0 { skipped["lines of no known form", default: 0] += outcome.malformed }
      if outcome.fault != nil { skipped["databases read up to where they are damaged", default: 0] += 1 }
      if outcome.omitsLog {
        skipped["databases without what their writer had not yet moved into the file", default: 0] += 1
      }
      if outcome.tooLong > 0 { skipped["lines over 1 MiB", default: 0] += outcome.tooLong }
      values.append(Self.value(path, outcome))
    }
    traffic.finish()
    let what = files.count == 1 ? files[0] : "\(files.count) logs"
    let report = WireReport(
      &traffic, host: host, what: "\(what), \(lines) lines", files: values, skipped: skipped, blind: [], names: names,
      source: .log)
    try WireVerb.tell(report, host: host, common, style, noInventory: noInventory, source: .log)
  }

  static func value(_ path: String, _ outcome: LogSource.Outcome) -> Value {
    [
      "path": .string(path), "format": .string(outcome.format.rawValue), "lines": .int(Int64(outcome.lines)),
      "records": .int(Int64(outcome.records)), "malformed": .int(Int64(outcome.malformed)),
      "bytes": .int(Int64(outcome.bytes)),
    ]
  }

  static func failure(_ problem: LogSource.Problem, _ path: String) -> Failure {
    switch problem {
    case .file(let error): FindCaptureCommand.failure(.file(error), path)
    case .unknownFormat:
      Failure(
        .usage,
        "\(path): no log that is known by its first lines; name it with --log-format \(Self.formats)"
      )
    case .database(let fault): Failure(fault == .busy ? .host : .usage, "\(path): \(Self.text(fault))")
    case .otherDatabase:
      Failure(.usage, "\(path): a database of another program; of databases Pi-hole's is read, pihole-FTL.db")
    case .packed(let at): Failure(.usage, "\(path): damaged at packed byte \(at); what came before it was not kept")
    }
  }

  static func text(_ fault: Database.Fault) -> String {
    switch fault {
    case .file(let error): "cannot be read (\(error.code))"
    case .notDatabase: "no SQLite database that can be read, or an encrypted one"
    case .busy: "its writer keeps it locked; try again, or name a copy of it"
    case .unfinished: "a change to it was broken off; let its writer open it once, or name a copy made by its backup"
    case .corrupt, .exhausted: "damaged; `sqlite3 FILE .recover` writes out what is left of it"
    case .noTable(let name), .noColumn(let name): "without \(Terminal.clean(name))"
    case .system(let number): "cannot be read (SQLite says \(number))"
    }
  }

  // MARK: Following

  private func followFiles(_ host: Host, _ style: Style) async throws {
    let round = noInventory ? nil : try Round(state: common.openState())
    let (paths, format, zone, limit, json) = (files, chosen, zone, duration?.duration, common.json)
    let observer = WireVerb.observer(common, noInventory: noInventory)
    if Machine.isTerminal(2) { Terminal.note("Following \(paths.joined(separator: ", ")) …", common) }
    let result = await Interruption.ends { () async -> Result<Void, Failure> in
      do throws(Failure) {
        try await Self.follow(paths, format, zone, limit, host, round, observer, json)
        return .success(())
      } catch { return .failure(error) }
    }
    try result.get()
  }

  private static func follow(
    _ paths: [String], _ format: LogFormat?, _ zone: Int, _ limit: Duration?, _ host: Host, _ round: Round?,
    _ observer: Observer, _ json: Bool
  ) async throws(Failure) {
    var followers = paths.enumerated().map { LogFollower($1, place: $0) }
    var logs = WireFeed(
      count: paths.count, format: format, zone: zone, seed: FindCaptureCommand.seed(), observer: observer)
    let clock = ContinuousClock()
    let begin = clock.now
    var told: [Address: String] = [:]
    var troubles: [SourceStatus.Blind?] = paths.map { _ in nil }
    var hasBegun = false
    while !Task.isCancelled {
      if let limit, begin.duration(to: clock.now) >= limit { break }
      var news = false
      for place in followers.indices {
        if followers[place].feed(&logs, now: Machine.now) { news = true }
        guard followers[place].trouble != troubles[place] else { continue }
        troubles[place] = followers[place].trouble
        let text = troubles[place].map { "\($0.what); \($0.remedy)" }
        // What cannot be read from the start is a wrong name; later it may come back.
        if let text, !hasBegun { throw Failure(.usage, text) }
        Terminal.complain(text.map { "\($0). It is tried again." } ?? "\(paths[place]): is read again")
      }
      hasBegun = true
      if news {
        let look = logs.look(host: host, now: Machine.now)
        for activity in look.activities where activity.verdict != .nothing || !activity.concerns.isEmpty {
          guard let address = activity.addresses.first else { continue }
          let line = "\(activity.verdict.name) \(activity.verdict.kind ?? "") \(activity.providers.map(\.domain))"
          guard told[address] != line else { continue }
          told[address] = line
          if json {
            Terminal.line(activity.value.json())
          } else {
            Terminal.line(
              "\(Machine.now.rfc3339()) \(address)  \(Terminal.clean(activity.statement))")
          }
        }
        if let round, !look.observations.isEmpty {
          _ = try round.fold([], Sweep(observations: look.observations, status: []))
        }
        if let round {
          let news = logs.takeNews()
          try round.keep(baseline: news.baseline, contacts: news.contacts)
        }
      }
      do { try await Task.sleep(for: .milliseconds(250)) } catch { break }
    }
    let unknown = logs.undetected.map { paths[$0] }
    if !unknown.isEmpty, logs.lines == 0 {
      throw Failure(
        .usage, "\(unknown.joined(separator: ", ")): nothing in it was known by its form; name it with --log-format")
    }
  }
}

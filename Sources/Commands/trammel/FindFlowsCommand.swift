import ArgumentParser
import Model
import Platform
import Reports
import Service
import Wire
import WireSensor

/// `find flows`: NetFlow, IPFIX and sFlow, from files or as a collector.
struct FindFlowsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flows", abstract: "NetFlow v5 and v9, IPFIX and sFlow: from captures and files, or as a collector.",
    discussion: """
      Flow records have no names, unless the exporter adds them: name a resolver's log or a capture as well, and flows \
      get the names that their clients had asked for.

      EXAMPLES
        trammel find flows exports.pcap --dns-log dnsmasq.log
            a capture of export datagrams, with names out of a log
        trammel find flows --listen 0.0.0.0:2055 --for 10m
            a collector for ten minutes
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("Captures, or files of export datagrams.", valueName: "file")) var files: [String] = []
  @Option(help: ArgumentHelp("Collect on this address and port.", valueName: "addr")) var listen: String?
  @Option(
    name: .customLong("for"), help: ArgumentHelp("Stop after this long: 30s, 5m, 2h.", valueName: "dur"))
  var duration: DurationOption?
  @Option(
    name: .customLong("dns-log"), parsing: .singleValue,
    help: ArgumentHelp("Learn names from this log first; may be given again.", valueName: "file"))
  var logs: [String] = []
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Learn names from this capture first; may be given again.", valueName: "file"))
  var capture: [String] = []
  @Option(help: ArgumentHelp("Names listed in the JSON document.", valueName: "n")) var names = 1000
  @Flag(name: .customLong("no-inventory"), help: "Tell, but write nothing into the inventory and the ledger.")
  var noInventory = false

  func validate() throws {
    guard files.isEmpty != (listen == nil) else {
      throw ValidationError("name files of flow exports, or an address with --listen; not both")
    }
  }

  func run() async throws {
    let style = Terminal.style(common)
    let host = Machine.host()
    let command = self
    let report: (WireReport, Value)
    if let listen {
      let (address, port) = try Self.endpoint(listen)
      report = try await Interruption.ends { () async -> Result<(WireReport, Value), Failure> in
        Result { () throws(Failure) in try command.collect(address, port, host) }
      }.get()
    } else {
      report = try read(host)
    }
    try WireVerb.tell(
      report.0, host: host, common, style, noInventory: noInventory, source: .flows, extra: ["flows": report.1])
  }

  /// `ADDRESS:PORT`, `[IPV6]:PORT`, or a port for every address.
  static func endpoint(_ text: String, flag: String = "--listen") throws(Failure) -> (Address, UInt16) {
    if let port = UInt16(text), port > 0 { return (.anyIPv4, port) }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
      throw Failure(.usage, "\(flag) \(text): ADDRESS:PORT is wanted, such as 0.0.0.0:2055")
    }
    var name = text[..<colon]
    if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
    guard let address = Address(String(name)) else {
      throw Failure(.usage, "\(flag) \(text): no IP address before the port")
    }
    return (address, port)
  }

  /// Names for flows that have none.
  private func learn(into traffic: inout Traffic) throws(Failure) {
    guard !logs.isEmpty || !capture.isEmpty else { return }
    traffic.isLearning = true
    defer { traffic.endLearning() }
    for path in logs {
      do throws(LogSource.Problem) {
        _ = try LogSource.read(path, format: nil, now: Machine.now, into: &traffic)
      } catch { throw FindDNSCommand.failure(error, path) }
    }
    for path in capture {
      do throws(CaptureSource.Problem) { _ = try CaptureSource.read(path, into: &traffic) } catch {
        throw FindCaptureCommand.failure(error, path)
      }
    }
  }

  private func read(_ host: Host) throws(Failure) -> (WireReport, Value) {
    var traffic = Traffic(
      observer: WireVerb.observer(common, noInventory: noInventory), seed: FindCaptureCommand.seed())
    try learn(into: &traffic)
    var source = FlowSource()
    let isShown = Machine.isTerminal(2) && !common.quiet && !common.json
    for path in files {
      var progress = Progress(isShown: isShown, what: path)
      do throws(CaptureSource.Problem) {
        try source.read(path, into: &traffic, now: Machine.now) { done, of in
          progress.report(done, of: of)
          return true
        }
      } catch {
        if case .format(.unknownFormat) = error {
          throw Failure(.usage, "\(path): neither a capture nor datagrams of NetFlow, IPFIX or sFlow")
        }
        throw FindCaptureCommand.failure(error, path)
      }
      progress.clear()
    }
    traffic.finish()
    return report(
      &traffic, source, host, what: files.count == 1 ? files[0] : "\(files.count) files", blind: [], dropped: 0)
  }

  private func collect(_ address: Address, _ port: UInt16, _ host: Host) throws(Failure) -> (WireReport, Value) {
    var collector: FlowCollector
    do throws(FlowCollector.Problem) { collector = try FlowCollector(address: address, port: port) } catch {
      let place = Listener(address: address, port: port).endpoint
      switch error {
      case .inUse: throw Failure(.host, "--listen \(place): another program listens there; see: ss -ulnp")
      case .denied: throw Failure(.host, "--listen \(place): not allowed; ports below 1024 need CAP_NET_BIND_SERVICE")
      case .noSuchAddress: throw Failure(.usage, "--listen \(place): this machine has no such address; see: ip address")
      case .system(let number): throw Failure(.host, "--listen \(place): cannot be opened (error \(number))")
      }
    }
    var traffic = Traffic(
      observer: WireVerb.observer(common, noInventory: noInventory), seed: FindCaptureCommand.seed())
    try learn(into: &traffic)
    var source = FlowSource()
    let path = "\(common.stateDirectory)/flow-templates"
    if let kept = try? SystemFiles().read(path, limit: 64 << 20), let decoder = try? FlowDecoder(storedBytes: kept) {
      source = FlowSource(decoder: decoder)
    }
    if Machine.isTerminal(2) {
      Terminal.note(
        "Collecting on \(Listener(address: address, port: port).endpoint), room for \(collector.buffer >> 10) KiB …",
        common)
    }
    let clock = ContinuousClock()
    let begin = clock.now
    while !Task.isCancelled {
      if let duration, begin.duration(to: clock.now) >= duration.duration { break }
      do throws(FlowCollector.Problem) {
        _ = try collector.feed(&source, &traffic, waiting: 100, at: Machine.now)
      } catch { throw Failure(.host, "the collector's socket can no longer be read (\(error))") }
    }
    traffic.finish()
    // Exporters send templates rarely: those that came serve the next run from its first datagram on.
    if !noInventory {
      let state = try common.openState()
      do throws(StateDirectory.Failure) { try state.write(source.decoder.storedBytes(), to: "flow-templates") } catch {
        Terminal.complain("templates were not kept: \(error.description)")
      }
    }
    var blind: [SourceStatus.Blind] = []
    if collector.dropped > 0 {
      blind.append(
        .init(
          "\(collector.dropped) datagrams found no room in the socket (\(collector.buffer >> 10) KiB)",
          remedy: "sudo sysctl net.core.rmem_max=67108864, then start again"))
    }
    return report(
      &traffic, source, host, what: "collector on \(Listener(address: address, port: port).endpoint)", blind: blind,
      dropped: collector.dropped)
  }

  private func report(
    _ traffic: inout Traffic, _ source: FlowSource, _ host: Host, what: String, blind: [SourceStatus.Blind],
    dropped: UInt64
  ) -> (WireReport, Value) {
    var blind = blind
    let lost = source.decoder.sources.reduce(UInt64(0)) { $0 &+ $1.lost }
    if lost > 0 {
      blind.append(
        .init(
          "\(lost) export datagrams or records are missing from the exporters' counts",
          remedy: "look for loss between the exporters and here, and at the collector's socket"))
    }
    let untold = source.counters.withoutTemplate &+ source.counters.waiting
    if untold > 0 {
      blind.append(
        .init(
          "\(untold) data sets came before their template",
          remedy: "have the exporter send templates more often, or listen longer"))
    }
    var skipped: [String: Int] = [:]
    if source.counters.damaged > 0 { skipped["damaged parts of exports"] = Int(clamping: source.counters.damaged) }
    if source.counters.foreign > 0 { skipped["datagrams that are no export"] = Int(clamping: source.counters.foreign) }
    let report = WireReport(
      &traffic, host: host,
      what: "\(what): \(source.counters.records) records in \(source.counters.datagrams) datagrams", files: [],
      skipped: skipped, blind: blind, names: names, source: .flows)
    var value = source.value.members ?? [:]
    value["dropped"] = .int(Int64(clamping: dropped))
    return (report, .object(value))
  }
}

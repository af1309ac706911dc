import ArgumentParser
import Detection
import Inventory
import Model
import Platform
import Reports
import Service
import Synchronization
import Wire
import WireSensor

/// `find capture`: everything that packets show, from files or from an interface.
struct FindCaptureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture", abstract: "Everything that packets show: pcap and pcapng files, a pipe, or an interface.",
    discussion: """
      Reads names out of DNS, TLS, QUIC and HTTP, fingerprints of hellos, flows and announcements, and says which hosts \
      run agents, which only speak with models, and which are people at a browser; each with its reasons. Where the wire \
      cannot tell, it says so.

      Files may be packed with gzip or zstd; `-` is standard input. --bpf takes an expression as tcpdump does (man \
      pcap-filter) and needs libpcap. It sees frames as they were captured: what is in a tunnel it cannot tell, and a \
      frame with a VLAN tag in a file matches only behind the word vlan.

      An interface needs CAP_NET_RAW, which is given up as soon as the ring is open. Ctrl-C ends it and keeps what was seen.

      EXAMPLES
        trammel find capture office.pcapng
            a file, or several, in the order given
        tcpdump -w - -i eth0 | trammel find capture -
            what another program captures, until it or Ctrl-C ends
        trammel find capture week.pcap.zst --bpf 'net 192.0.2.0/24 and not port 22'
            a packed file, and of it only the frames that the expression takes
        sudo trammel find capture -i eth0 --for 10m --json
            an interface, for ten minutes
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("Capture files; - for standard input.", valueName: "file")) var files: [String] = []
  @Option(name: .shortAndLong, help: ArgumentHelp("Listen on this interface; `any` for all.", valueName: "if"))
  var interface: String?
  @Option(
    name: .customLong("for"), help: ArgumentHelp("Stop after this long: 30s, 5m, 2h.", valueName: "dur"))
  var duration: DurationOption?
  @Option(
    name: .customLong("bpf"),
    help: ArgumentHelp("Only the frames that this expression takes (man pcap-filter).", valueName: "expr"))
  var expression: String?
  @Option(help: ArgumentHelp("Write the frames to this file as well; only with an interface.", valueName: "file"))
  var write: String?
  @Option(help: ArgumentHelp("Names listed in the JSON document.", valueName: "n")) var names = 1000
  @Option(help: ArgumentHelp("Threads that share the hosts of capture files.", valueName: "n")) var threads = 1
  @Flag(name: .customLong("no-inventory"), help: "Tell, but write nothing into the inventory and the ledger.")
  var noInventory = false

  func validate() throws {
    guard files.isEmpty != (interface == nil) else {
      throw ValidationError("name capture files, or an interface with -i; not both")
    }
    guard files.count(where: { $0 == "-" }) < 2 else { throw ValidationError("- can be read once") }
    guard write == nil || interface != nil else { throw ValidationError("--write needs an interface (-i)") }
    guard (1...CaptureSource.threadLimit).contains(threads) else {
      throw ValidationError("--threads: a number from 1 to \(CaptureSource.threadLimit)")
    }
    guard threads == 1 || interface == nil else { throw ValidationError("--threads is for files, not for -i") }
    guard names >= 0 else { throw ValidationError("--names: a number from 0") }
  }

  func run() async throws {
    let style = Terminal.style(common)
    let host = Machine.host()
    let seen: WireReport
    if let interface {
      seen = try await listen(interface, host)
    } else {
      seen = try await read(host)
    }
    try WireVerb.tell(seen, host: host, common, style, noInventory: noInventory, source: .wire)
  }

  // MARK: Files

  private func read(_ host: Host) async throws -> WireReport {
    let (files, expression, count, options) = (files, expression, names, common)
    let observer = WireVerb.observer(common, noInventory: noInventory)
    if threads > 1, expression == nil, !files.contains(where: PipedInput.isNeeded) {
      return try await Self.shared(files, threads: threads, host: host, names: count, observer, options)
    }
    // Without a pipe Ctrl-C ends the program, as it does everywhere; what comes through one has no other end.
    guard files.contains(where: PipedInput.isNeeded) else {
      return try Self.stored(files, expression, host: host, names: count, observer, options) { true }
    }
    return try await Interruption.ends { () async -> Result<WireReport, Failure> in
      Result { () throws(Failure) in
        try Self.stored(files, expression, host: host, names: count, observer, options) { !Task.isCancelled }
      }
    }.get()
  }

  private static func stored(
    _ files: [String], _ expression: String?, host: Host, names: Int, _ observer: Observer, _ common: CommonOptions,
    _ goesOn: () -> Bool
  ) throws(Failure) -> WireReport {
    var filter = try Self.filter(expression)
    var traffic = Traffic(observer: observer, seed: seed())
    var reading = Reading()
    let isShown = Machine.isTerminal(2) && !common.quiet && !common.json
    for path in files where goesOn() {
      var progress = Progress(isShown: isShown, what: path)
      let outcome: CaptureSource.Outcome
      do throws(CaptureSource.Problem) {
        outcome = try CaptureSource.read(path, into: &traffic, filter: &filter) { done, of in
          progress.report(done, of: of)
          return goesOn()
        }
      } catch { throw failure(error, path) }
      progress.clear()
      reading.note(outcome)
    }
    traffic.finish()
    if let unsuited = unsuited(&filter) { reading.blind.append(unsuited) }
    let what =
      files.count > 1 ? "\(files.count) capture files" : files[0] == "-" ? "standard input" : files[0]
    return WireReport(
      &traffic, host: host, what: what, files: reading.values, skipped: reading.skipped, blind: reading.blind,
      names: names)
  }

  private static func shared(
    _ files: [String], threads: Int, host: Host, names: Int, _ observer: Observer, _ common: CommonOptions
  ) async throws(Failure) -> WireReport {
    var traffic = Traffic(observer: observer, seed: seed())
    let isShown = Machine.isTerminal(2) && !common.quiet && !common.json
    let outcomes: [CaptureSource.Outcome]
    let progress = Mutex<Progress?>(nil)
    do throws(CaptureSource.Unread) {
      outcomes = try await CaptureSource.read(files, threads: threads, into: &traffic) { path, done, of in
        progress.withLock {
          var one = $0?.what == path ? $0 : nil
          if one == nil {
            $0?.clear()
            one = Progress(isShown: isShown, what: path)
          }
          one?.report(done, of: of)
          $0 = one
        }
        return true
      }
    } catch { throw failure(error.problem, error.path) }
    progress.withLock { $0?.clear() }
    var reading = Reading()
    for outcome in outcomes { reading.note(outcome) }
    traffic.finish()
    return WireReport(
      &traffic, host: host, what: files.count > 1 ? "\(files.count) capture files" : files[0], files: reading.values,
      skipped: reading.skipped, blind: reading.blind, names: names)
  }

  /// What is told of files beside their traffic.
  private struct Reading {
    var values: [Value] = []
    var skipped: [String: Int] = [:]
    var blind: [SourceStatus.Blind] = []

    mutating func note(_ outcome: CaptureSource.Outcome) {
      let (path, statistics) = (outcome.path, outcome.statistics)
      if statistics.frames == 0 {
        blind.append(.init("\(path): no frame in it", remedy: "check that the capture was not empty"))
      }
      if statistics.truncatedTail { skipped["records cut at the end of a file", default: 0] += 1 }
      if statistics.damagedRecords > 0 { skipped["damaged records", default: 0] += statistics.damagedRecords }
      if statistics.skippedBytes > 0 { skipped["bytes that are no record", default: 0] += statistics.skippedBytes }
      if statistics.interfaceDrops > 0 {
        blind.append(
          .init(
            "\(statistics.interfaceDrops) frames that the capturing machine lost (\(path))",
            remedy: "capture with a larger buffer or a shorter snap length"))
      }
      if let place = outcome.packingFault, let kind = outcome.packing {
        blind.append(
          .init(
            "\(path): what is packed with \(FindCaptureCommand.name(kind)) breaks off or is damaged at byte \(place) of \(outcome.size)",
            remedy: "get the file again; what came before was read"))
      }
      if let count = outcome.filteredOut, count > 0 { skipped[FindCaptureCommand.filteredOut, default: 0] += count }
      var value: Value.Members = [
        "path": .string(path), "bytes": .int(Int64(outcome.size)), "frames": .int(Int64(statistics.frames)),
        "damaged": .int(Int64(statistics.damagedRecords + statistics.damagedPlaces)),
        "truncated": .bool(statistics.truncatedTail || outcome.packingFault != nil),
        "drops": .int(Int64(clamping: statistics.interfaceDrops)),
      ]
      if let kind = outcome.packing { value["packing"] = .string(FindCaptureCommand.name(kind)) }
      if let count = outcome.filteredOut { value["filtered_out"] = .int(Int64(count)) }
      values.append(.object(value))
    }
  }

  /// Frames that the expression means nothing for.
  private static func unsuited(_ filter: inout PacketFilter?) -> SourceStatus.Blind? {
    let (count, reason) = (filter?.unsuited ?? 0, filter?.unsuitedReason ?? "")
    guard count > 0 else { return nil }
    return .init(
      "\(count) frames of another link type than --bpf can be said of: \(reason)",
      remedy: "name only what all link types of the capture have, such as: ip, port, net")
  }

  private static let filteredOut = "frames filtered out by --bpf"

  static func name(_ kind: Unpacker.Kind) -> String {
    switch kind {
    case .gzip: "gzip"
    case .zstd: "zstd"
    }
  }

  private static func filter(_ expression: String?) throws(Failure) -> PacketFilter? {
    guard let expression else { return nil }
    do throws(PacketFilter.Problem) { return try PacketFilter(expression) } catch {
      switch error {
      case .noLibrary: throw Failure(.host, "--bpf needs libpcap: sudo apt install libpcap0.8")
      case .expression(let reason): throw Failure(.usage, "--bpf \(expression): \(reason); see: man pcap-filter")
      }
    }
  }

  static func seed() -> UInt64 { Machine.random(8).reduce(0) { $0 << 8 | UInt64($1) } }

  static func failure(_ problem: CaptureSource.Problem, _ path: String) -> Failure {
    switch problem {
    case .file(let error):
      switch error.code {
      case .notFound: Failure(.usage, "\(path): no such file")
      case .denied: Failure(.host, "\(path): not allowed to read it; run as its owner or with sudo")
      case .notRegular, .notDirectory:
        Failure(
          .usage,
          path == "-"
            ? "-: standard input is no pipe and no file; such as: tcpdump -w - -i eth0 | trammel find capture -"
            : "\(path): neither a regular file nor a pipe; to listen to an interface: -i")
      default: Failure(.host, "\(path): cannot be read (\(error.code))")
      }
    case .format(let fault): Failure(.usage, "\(path): \(describe(fault))")
    case .packed(let kind, let place):
      Failure(
        .usage,
        "\(path): packed with \(FindCaptureCommand.name(kind)), and damaged at byte \(place), before the first frame")
    }
  }

  private static func describe(_ fault: CaptureFault) -> String {
    switch fault {
    case .tooShort(let count): "no capture file: it has only \(count) bytes"
    case .unknownFormat: "no capture file: neither pcap nor pcapng; what it is: file FILE"
    case .unsupportedFormat(let name): "\(name) is not read; convert it with: editcap -F pcapng IN OUT"
    case .compressed(let how): "compressed with \(how.rawValue); unpack it first: \(how.rawValue) -dc FILE"
    case .unsupportedVersion(let major, let minor): "version \(major).\(minor) of the format is not known"
    case .damaged(let at): "damaged at byte \(at)"
    }
  }

  // MARK: An interface

  private func listen(_ name: String, _ host: Host) async throws -> WireReport {
    let (limit, count, write, expression, options) = (duration?.duration, names, write, expression, common)
    let observer = WireVerb.observer(common, noInventory: noInventory)
    // All of it in one place: a ring belongs to the thread that reads it.
    return try await Interruption.ends { () async -> Result<WireReport, Failure> in
      Result { () throws(Failure) in
        try Self.live(name, expression, host: host, limit: limit, write: write, names: count, observer, options)
      }
    }.get()
  }

  private static func live(
    _ name: String, _ expression: String?, host: Host, limit: Duration?, write: String?, names: Int,
    _ observer: Observer, _ common: CommonOptions
  ) throws(Failure) -> WireReport {
    var options = PacketRing.Options()
    options.interface = name == "any" ? nil : name
    options.waitsForFilter = expression != nil
    var ring: PacketRing
    do throws(PacketRing.Problem) {
      ring = try PacketRing.withoutPrivilege(options)
    } catch {
      switch error {
      case .noInterface(let name): throw Failure(.usage, "-i \(name): no such interface; see: ip link")
      case .denied:
        throw Failure(
          .host,
          "-i \(name): listening needs CAP_NET_RAW; run with sudo, or: sudo setcap cap_net_raw+ep $(command -v trammel)"
        )
      case .system(let number): throw Failure(.host, "-i \(name): cannot be listened to (error \(number))")
      }
    }
    // Only now: the library is loaded, and reads what it is given, without any capability.
    var filter = try Self.filter(expression)
    let asks: Bool
    do throws(PacketRing.Problem) {
      asks = try filter?.attach(to: &ring, options) == false
    } catch { throw Failure(.host, "-i \(name): the filter cannot be attached (\(error))") }
    var sink: CaptureSink?
    if let write {
      do throws(FileError) { sink = try CaptureSink(write) } catch {
        throw Failure(.usage, "--write \(write): cannot be written (\(error.code))")
      }
    }
    if Machine.isTerminal(2) { Terminal.note("Listening on \(name) …", common) }
    var traffic = Traffic(observer: observer, seed: seed())
    let clock = ContinuousClock()
    let begin = clock.now
    while !Task.isCancelled {
      if let limit, begin.duration(to: clock.now) >= limit { break }
      do throws(PacketRing.Problem) {
        _ = try ring.read(waiting: 100) { frame, bytes in
          if asks, filter?.accepts(bytes, link: frame.link, length: frame.length) == false { return }
          traffic.take(bytes, link: frame.link, time: frame.time, length: frame.length)
          sink?.take(bytes, frame)
        }
      } catch { throw Failure(.host, "\(name) can no longer be read (\(error)); is it down?") }
      if let sink, let error = sink.flush() {
        throw Failure(.host, "\(error.path): cannot be written (\(error.code)); is the disk full?")
      }
    }
    ring.refreshStatistics()
    traffic.finish()
    var blind: [SourceStatus.Blind] = []
    var skipped: [String: Int] = [:]
    var value: Value.Members = [
      "interface": .string(name), "received": .int(Int64(clamping: ring.received)),
      "dropped": .int(Int64(clamping: ring.dropped)),
    ]
    // What the kernel leaves out it does not count.
    if asks, let count = filter?.rejected {
      value["filtered_out"] = .int(Int64(count))
      if count > 0 { skipped[filteredOut] = count }
      if let unsuited = unsuited(&filter) { blind.append(unsuited) }
    }
    if ring.dropped > 0 {
      blind.append(
        .init(
          "\(ring.dropped) of \(ring.received) frames came faster than they were read",
          remedy: "listen on a quieter interface, or give this machine more processors"))
    }
    return WireReport(
      &traffic, host: host, what: "interface \(name)",
      files: [.object(value)], skipped: skipped, blind: blind, names: names)
  }
}

/// Frames of an interface on their way into a file.
private final class CaptureSink {
  private let file: OutputFile
  private var writer: CaptureWriter?
  private var pending: [UInt8] = []

  init(_ path: String) throws(FileError) { file = try OutputFile(path) }

  func take(_ bytes: Span<UInt8>, _ captured: PacketRing.Captured) {
    if writer == nil {
      let new = CaptureWriter(link: captured.link)
      pending = new.header
      writer = new
    }
    // One link type a file: what comes from an interface of another kind is left out.
    guard let writer, writer.link == captured.link else { return }
    writer.append(
      Frame(time: captured.time, offset: 0, captured: bytes.count, length: captured.length, link: captured.link), bytes,
      to: &pending)
  }

  func flush() -> FileError? {
    guard !pending.isEmpty else { return nil }
    do throws(FileError) { try file.write(pending) } catch { return error }
    pending.removeAll(keepingCapacity: true)
    return nil
  }
}

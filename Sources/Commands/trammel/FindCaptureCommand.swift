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
    commandName: "capture", abstract: "Everything that packets show: pcap and pcapng files, or an interface.",
    discussion: """
      Reads names out of DNS, TLS, QUIC and HTTP, fingerprints of hellos, flows and announcements, and says which hosts \
      run agents, which only speak with models, and which are people at a browser; each with its reasons. Where the wire \
      cannot tell, it says so.

      An interface needs CAP_NET_RAW, which is given up as soon as the ring is open. Ctrl-C ends it and keeps what was seen.

      EXAMPLES
        trammel find capture office.pcapng
            a file, or several, in the order given
        sudo trammel find capture -i eth0 --for 10m --json
            an interface, for ten minutes
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("Capture files.", valueName: "file")) var files: [String] = []
  @Option(name: .shortAndLong, help: ArgumentHelp("Listen on this interface; `any` for all.", valueName: "if"))
  var interface: String?
  @Option(
    name: .customLong("for"), help: ArgumentHelp("Stop after this long: 30s, 5m, 2h.", valueName: "dur"))
  var duration: DurationOption?
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
    var traffic = Traffic(observer: WireVerb.observer(common, noInventory: noInventory), seed: Self.seed())
    var values: [Value] = []
    var skipped: [String: Int] = [:]
    var blind: [SourceStatus.Blind] = []
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
    } catch { throw Self.failure(error.problem, error.path) }
    progress.withLock { $0?.clear() }
    for outcome in outcomes {
      let path = outcome.path
      let statistics = outcome.statistics
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
      values.append([
        "path": .string(path), "bytes": .int(Int64(outcome.size)), "frames": .int(Int64(statistics.frames)),
        "damaged": .int(Int64(statistics.damagedRecords + statistics.damagedPlaces)),
        "truncated": .bool(statistics.truncatedTail), "drops": .int(Int64(clamping: statistics.interfaceDrops)),
      ])
    }
    traffic.finish()
    return WireReport(
      &traffic, host: host, what: files.count == 1 ? files[0] : "\(files.count) capture files", files: values,
      skipped: skipped, blind: blind, names: names)
  }

  static func seed() -> UInt64 { Machine.random(8).reduce(0) { $0 << 8 | UInt64($1) } }

  static func failure(_ problem: CaptureSource.Problem, _ path: String) -> Failure {
    switch problem {
    case .file(let error):
      switch error.code {
      case .notFound: Failure(.usage, "\(path): no such file")
      case .denied: Failure(.host, "\(path): not allowed to read it; run as its owner or with sudo")
      case .notRegular, .notDirectory:
        Failure(.usage, "\(path): not a regular file; write the packets to a file first, or listen with -i")
      default: Failure(.host, "\(path): cannot be read (\(error.code))")
      }
    case .format(let fault): Failure(.usage, "\(path): \(describe(fault))")
    }
  }

  private static func describe(_ fault: CaptureFault) -> String {
    switch fault {
    case .tooShort(let count): "no capture file: it has only \(count) bytes"
    case .unknownFormat: "no capture file: neither pcap nor pcapng; what it is: file FILE"
    case .unsupportedFormat(let name): "\(name) is not read; convert it with: editcap -F pcapng IN OUT"
    case .compressed(let how): "compressed with \(how.rawValue); unpack it first"
    case .unsupportedVersion(let major, let minor): "version \(major).\(minor) of the format is not known"
    case .damaged(let at): "damaged at byte \(at)"
    }
  }

  // MARK: An interface

  private func listen(_ name: String, _ host: Host) async throws -> WireReport {
    let (limit, count, write, options) = (duration?.duration, names, write, common)
    let observer = WireVerb.observer(common, noInventory: noInventory)
    // All of it in one place: a ring belongs to the thread that reads it.
    return try await Interruption.ends { () async -> Result<WireReport, Failure> in
      Result { () throws(Failure) in
        try Self.live(name, host: host, limit: limit, write: write, names: count, observer, options)
      }
    }.get()
  }

  private static func live(
    _ name: String, host: Host, limit: Duration?, write: String?, names: Int, _ observer: Observer,
    _ common: CommonOptions
  ) throws(Failure) -> WireReport {
    var options = PacketRing.Options()
    options.interface = name == "any" ? nil : name
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
    if ring.dropped > 0 {
      blind.append(
        .init(
          "\(ring.dropped) of \(ring.received) frames came faster than they were read",
          remedy: "listen on a quieter interface, or give this machine more processors"))
    }
    return WireReport(
      &traffic, host: host, what: "interface \(name)",
      files: [
        [
          "interface": .string(name), "received": .int(Int64(clamping: ring.received)),
          "dropped": .int(Int64(clamping: ring.dropped)),
        ]
      ], skipped: [:], blind: blind, names: names)
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

import ArgumentParser
import Dispatch
import Model
import Platform
import WireSensor

import struct Foundation.Data
import struct Foundation.Date
import class Foundation.FileHandle

struct FindMDNSCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mdns", abstract: "Announcements of agents on the segment, and what they tell everybody.",
    discussion: """
      Listens on UDP 5353 over IPv4 and IPv6, on every interface that is up, and asks for the service types of agents. \
      Needs no privilege and takes no packet away from a resolver on this machine. Ctrl-C ends it early and keeps what \
      was heard.

      EXAMPLES:
        trammel find mdns
        trammel find mdns --passive --for 10m --interface eth0 --json
        trammel find mdns --follow
      """)

  @Option(name: .customLong("for"), help: "How long to listen: 3s, 5m, 2h. (default: 5s; without end with --follow)")
  var time: ListeningTime?

  @Flag(help: "Keep listening and print a line for each change.")
  var follow = false

  @Flag(help: "Only listen, send no question.")
  var passive = false

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Listen on this interface only; may be given again. Default: all.", valueName: "if"))
  var interface: [String] = []

  @Flag(help: "One JSON document on standard output; with --follow one event a line.")
  var json = false

  func run() async throws {
    var options = MDNS.Options()
    options.interfaces = interface
    options.passive = passive
    if !follow { options.window = .seconds(time?.seconds ?? 5) }
    let host = Self.thisHost()
    let sensor = MDNS(host: host, options: options)
    let start = Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
    if follow {
      await followChanges(sensor, from: start)
      return
    }
    let report = await Self.untilInterrupted { await sensor.browse(from: start) }
    if json {
      print(Self.document(report, host: host).json(indent: 2))
    } else {
      print(MDNSText.render(report), terminator: "")
    }
    // Nothing of what was asked for could be looked at: that is not the same as "nothing there".
    let failed = report.sweep.status.contains { status in
      !status.blind.isEmpty && status.looked.contains("on no interface")
    }
    if failed { throw ExitCode(3) }
  }

  /// Prints changes as they come, until interrupted or the time is over.
  private func followChanges(_ sensor: MDNS, from start: Timestamp) async {
    let limit = time.map { Duration.seconds($0.seconds) }
    let json = json
    await Self.untilInterrupted {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          for await report in sensor.reports(from: start) {
            for change in report.changes {
              let line =
                json
                ? change.event(id: Self.newID(report.time), time: report.time, host: sensor.host.id).value.json()
                : "\(report.time.rfc3339()) \(MDNSText.line(change))"
              FileHandle.standardOutput.write(Data((line + "\n").utf8))
            }
          }
        }
        if let limit {
          group.addTask { try? await Task.sleep(for: limit) }
        }
        await group.next()
        group.cancelAll()
      }
    }
  }

  private static func newID(_ time: Timestamp) -> EventID {
    EventID(time: time, random: (0..<10).map { _ in UInt8.random(in: 0...255) })
  }

  static func document(_ report: MDNS.Report, host: Host) -> Value {
    [
      "schema": "trammel.inventory/1", "host": host.value,
      "agents": .array(
        report.sweep.observations.map { seen in
          [
            "kind": .optional(seen.kind), "name": .optional(seen.facts.name), "host": seen.host.value,
            "status": .optional(seen.facts.status?.rawValue), "last_seen": .string(seen.time.rfc3339()),
            "listeners": .array(seen.facts.listeners.map(\.value)),
            "evidence": [
              [
                "source": .string(seen.source.rawValue), "observed": .string(seen.time.rfc3339()),
                "detail": .string(seen.detail), "confidence": .string(seen.confidence.rawValue),
                "proof": .optional(seen.proof), "reasons": .strings(seen.facts.reasons),
                "data": .object(seen.facts.data),
              ]
            ],
          ]
        }),
      "queries": .array(
        report.queries.map {
          [
            "address": .string($0.address.description), "interface": .string($0.link.name),
            "service_type": .string($0.type.text), "first_seen": .string($0.firstSeen.rfc3339()),
            "last_seen": .string($0.lastSeen.rfc3339()), "count": .int(Int64($0.count)),
          ]
        }),
      "sources": .array(report.sweep.status.map(\.value)),
    ]
  }

  /// Runs the work and cancels it at the first SIGINT or SIGTERM; what it returns then is what was heard until there.
  private static func untilInterrupted<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) async -> Result
  {
    let task = Task { await work() }
    let sources = [Int32(2), 15].map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { task.cancel() }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    return await task.value
  }

  /// This machine by its machine id, else by its name.
  private static func thisHost() -> Host {
    let files = SystemFiles()
    func line(_ path: String) -> String? {
      guard let text = try? files.text(path, limit: 4096) else { return nil }
      return text.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
    let name = line("/proc/sys/kernel/hostname") ?? "localhost"
    return Host(id: line("/etc/machine-id").map { "machine:\($0)" } ?? "name:\(name)", name: name)
  }
}

/// `30s`, `5m`, `2h`, `7d`.
struct ListeningTime: ExpressibleByArgument, Sendable {
  var seconds: Int

  init(seconds: Int) { self.seconds = seconds }

  init?(argument: String) {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    guard let unit = argument.last.flatMap({ units[$0] }), let number = Int(argument.dropLast()),
      (1...(366 * 86400 / unit)).contains(number)
    else { return nil }
    seconds = number * unit
  }
}

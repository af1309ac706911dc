import ArgumentParser
import Inventory
import Model
import Platform
import Reports
import Service
import WireSensor

/// `find mdns`: what agents announce on the segment.
struct FindMDNSCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mdns", abstract: "Announcements of agents on the segment, and what they tell everybody.",
    discussion: """
      Listens on UDP 5353 over IPv4 and IPv6, on every interface that is up, and asks for the service types of agents. \
      Needs no privilege and takes no packet away from a resolver on this machine. Ctrl-C ends it early and keeps what \
      was heard.

      EXAMPLES
        trammel find mdns
            five seconds on every interface
        trammel find mdns --passive --for 10m --interface eth0 --json
            only listen, on one interface, for ten minutes
        trammel find mdns --follow
            a line for each change, until Ctrl-C
      """)

  @OptionGroup var common: CommonOptions
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("How long to listen: 3s, 5m, 2h (default 5s; with --follow, without end).", valueName: "dur"))
  var time: DurationOption?
  @Flag(help: "Keep listening and print a line for each change.") var follow = false
  @Flag(help: "Only listen, send no question.") var passive = false
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Listen on this interface only; may be given again. Default: all.", valueName: "if"))
  var interface: [String] = []

  func run() async throws {
    var options = MDNS.Options()
    options.interfaces = interface
    options.passive = passive
    let seconds = time?.seconds ?? 5
    if !follow { options.window = .seconds(seconds) }
    let round = try Round(state: common.openState())
    let sensor = MDNS(host: round.keeper.host, options: options)
    if follow { return try await followChanges(sensor, round) }
    if Machine.isTerminal(2) { Terminal.note("Listening for \(seconds) s …", common) }
    let report = await Interruption.ends { await sensor.browse(from: Machine.now) }
    let outcome = try round.fold(report)
    if common.json {
      let seen = outcome.agents.filter { agent in
        agent.status != .lost && agent.evidence.contains { $0.source == .mdns }
      }
      var members =
        InventoryText.document(agents: seen, host: round.keeper.host, sources: report.sweep.status).members ?? [:]
      members["queries"] = .array(
        report.queries.map {
          [
            "address": .string($0.address.description), "interface": .string($0.link.name),
            "service_type": .string($0.type.text), "first_seen": .string($0.firstSeen.rfc3339()),
            "last_seen": .string($0.lastSeen.rfc3339()), "count": .int(Int64($0.count)),
          ]
        })
      Terminal.say(Value.object(members).json(indent: 2))
    } else {
      Terminal.say(MDNSText.render(report))
    }
    // Nothing of what was asked for could be looked at: that is not the same as "nothing there".
    let nowhere = report.sweep.status.contains { !$0.blind.isEmpty && $0.looked.contains("on no interface") }
    if nowhere { throw Failure(.host, "no interface takes multicast here; see: trammel doctor") }
  }

  /// Writes changes down and prints them as they come, until interrupted or the time is over.
  private func followChanges(_ sensor: MDNS, _ round: Round) async throws {
    let limit = time?.duration
    let json = common.json
    await Interruption.ends {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          for await report in sensor.reports(from: Machine.now) {
            do throws(Failure) { _ = try round.fold(report) } catch { Terminal.complain(error.message) }
            for change in report.changes {
              Terminal.say(
                json
                  ? change.event(
                    id: EventID(time: report.time, random: Machine.random(10)), time: report.time, host: sensor.host.id
                  ).value.json() : "\(report.time.rfc3339()) \(MDNSText.line(change))")
            }
          }
        }
        if let limit { group.addTask { try? await Task.sleep(for: limit) } }
        await group.next()
        group.cancelAll()
      }
    }
  }
}

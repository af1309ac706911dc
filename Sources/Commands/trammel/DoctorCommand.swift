import ArgumentParser
import HostSensor
import Inventory
import Model
import Platform
import Reports
import Service

/// `doctor`: what works on this host, what is missing, how to get it.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "What works on this host, what is missing, and how to get it.",
    discussion: """
      Looks, and changes nothing but the state directory, which is made where it is missing.

      EXAMPLES
        trammel doctor
            a line for each thing that a part of Trammel needs
        sudo trammel doctor --json
            the same with root's eyes, for a script
      """)

  @OptionGroup var common: CommonOptions

  func run() async throws {
    var items = Diagnosis.items(SystemFiles(), interfaces: Machine.interfaces(), isRoot: Machine.isRoot)
    items.append(stateItem())
    if common.json {
      Terminal.say(
        Value.object(["schema": "trammel.doctor/1", "host": Machine.host().value, "items": .array(items.map(\.value))])
          .json(indent: 2))
      return
    }
    let style = Terminal.style(common)
    for item in items {
      let mark =
        switch item.state {
        case .works: style.pass
        case .limited: "! limited"
        case .missing: "✗ missing"
        }
      let plain = item.state == .works ? "✓ pass" : mark
      Terminal.say(
        "  \(mark)\(String(repeating: " ", count: max(1, 11 - plain.count)))\(style.bold(item.name))\(String(repeating: " ", count: max(1, 13 - item.name.count)))\(item.detail)"
      )
      Terminal.say(style.dim(style.wrapped("for \(item.neededFor)", indent: 26)))
      if let remedy = item.remedy {
        Terminal.say(style.wrapped(remedy, indent: 28, first: String(repeating: " ", count: 26) + "→ "))
      }
    }
  }

  private func stateItem() -> Diagnosis.Item {
    let need = "the inventory, the ledger and its key"
    do throws(Failure) {
      let round = try Round(state: common.openState())
      let stored = try round.stored()
      let agents = stored.catalogue.agents.count
      return Diagnosis.Item(
        "state", .works,
        "\(round.keeper.state.path): \(agents) agents, \(stored.taken.map { "last look \($0.rfc3339())" } ?? "no look yet")",
        neededFor: need)
    } catch {
      return Diagnosis.Item(
        "state", .missing, error.message, remedy: "choose a directory with --state DIR", neededFor: need)
    }
  }
}

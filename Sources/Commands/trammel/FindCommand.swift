import ArgumentParser
import HostSensor
import Inventory
import Model
import Platform
import Reports
import Service

struct FindCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Look once, at one corner: this host, its segment, or packets.",
    discussion: """
      What is found goes into the inventory, and what changed into the ledger. `trammel up` looks at the host and its segment.

      EXAMPLES
        trammel find host
            what runs and lies on this machine
        trammel find mdns --for 30s
            what announces itself, for half a minute
        trammel find capture office.pcapng
            what packets show of every host in them
      """,
    subcommands: [
      FindHostCommand.self, FindMDNSCommand.self, FindCaptureCommand.self, FindDNSCommand.self, FindFlowsCommand.self,
      FindProbeCommand.self,
      FindImportCommand.self,
    ])
}

/// `find host`: one look at this machine, or at an image mounted below a directory.
struct FindHostCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host",
    abstract: "Processes, listeners, services, containers, tunnels and installations on this host.",
    discussion: """
      Reads only, and needs no root: what it could not see is named, with how to let it.

      EXAMPLES
        trammel find host
            what runs and lies on this machine, folded into the inventory
        trammel find host --root /mnt/disk --json
            what lies on a mounted image; nothing of it is written to the inventory
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: ArgumentHelp("Look at a mounted image below this directory instead.", valueName: "dir"))
  var root: String?

  func run() async throws {
    let style = Terminal.style(common)
    let agents: [Agent]
    let sources: [SourceStatus]
    let host: Host
    if let root {
      let image: SystemFiles
      do { image = try SystemFiles(root: root) } catch {
        throw Failure(
          .usage,
          "--root \(root): \(error.code == .notFound ? "no such directory" : "cannot be opened"); name the directory that holds the image's etc and home"
        )
      }
      host = Host(id: "image", name: root)
      let look = await HostLook(files: image, host: host, ownPid: Machine.pid, isRoot: Machine.isRoot, isImage: true)
        .look(now: Machine.now)
      var catalogue = Catalogue()
      _ = catalogue.fold(look.sweep.observations, looked: Set(look.sweep.status.map(\.source)), now: Machine.now)
      agents = catalogue.agents
      sources = look.sweep.status
    } else {
      let round = try Round(state: common.openState())
      let outcome = try await round.lookAtHost()
      host = round.keeper.host
      agents = outcome.agents.filter { $0.status != .lost }
      sources = outcome.sources
    }
    if common.json {
      Terminal.say(InventoryText.document(agents: agents, host: host, sources: sources).json(indent: 2))
      return
    }
    Terminal.say(style.bold(InventoryText.headline(agents, host: host)))
    if !agents.isEmpty { Terminal.say("\n" + InventoryText.table(agents, style: style)) }
    Terminal.say("\n" + InventoryText.sources(sources, style: style))
  }
}

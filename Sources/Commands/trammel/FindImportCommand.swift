import ArgumentParser
import Imports
import Model
import Platform
import Reports
import Service

/// `find import`: what other tools saw on other hosts.
struct FindImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "What other tools saw on other hosts: osquery, EDR, docker, ss, netstat, lsof, ps.",
    discussion: """
      Reads results of osquery, exports of EDR products, `docker inspect`, and pasted output of `ss -tlnp`, `netstat \
      -tlnp`, `netstat -ano` with `tasklist`, `lsof -i` and `ps`. The format is detected. Files of one host belong \
      together: name them in one call, or as HOST-TOOL.txt.

      EXAMPLES
        trammel find import web1-ss.txt web1-ps.txt
            sockets and processes of one host, joined by pid
        trammel find import osquery.json --host web1 --json
            results that do not say where they come from
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp("Files; - for standard input.", valueName: "file")) var files: [String]
  @Option(
    help: ArgumentHelp(
      "Format, where it is not detected: \(Source.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"
    ))
  var source: String?
  @Option(help: ArgumentHelp("The host that the files are from, where they do not say.", valueName: "name"))
  var host: String?

  func run() async throws {
    let style = Terminal.style(common)
    var chosen: Source?
    if let source {
      chosen = Source(rawValue: source)
      if chosen == nil {
        throw Failure(
          .usage,
          "--source \(Terminal.clean(source)): no such format; there are \(Source.allCases.map(\.rawValue).joined(separator: ", "))"
        )
      }
    }
    let round = try Round(state: common.openState())
    var intake = Import(host: host.flatMap { Import.host(named: $0) }, source: .imported, now: Machine.now)
    for path in files {
      let bytes: [UInt8]
      if path == "-" {
        bytes = Machine.standardInput(limit: Import.maximumBytes)
      } else {
        do throws(FileError) { bytes = try SystemFiles().read(path, limit: Import.maximumBytes) } catch {
          switch error.code {
          case .notFound: throw Failure(.usage, "\(path): no such file")
          case .tooLarge: throw Failure(.usage, "\(path): over 1 GiB; cut it into parts")
          case .denied: throw Failure(.host, "\(path): not allowed to read it")
          default: throw Failure(.usage, "\(path): cannot be read (\(error.code))")
          }
        }
      }
      do throws(ImportFault) { try intake.add(file: path, bytes: bytes, source: chosen) } catch {
        throw Failure(.usage, error.description)
      }
    }
    let sweep = intake.finish()
    let outcome = try round.fold([], sweep)
    let hosts = Set(sweep.observations.map(\.host.id))
    let agents = outcome.agents.filter { hosts.contains($0.host.id) && $0.status != .lost }
    if common.json {
      Terminal.say(
        InventoryText.document(agents: agents, host: round.keeper.host, sources: sweep.status).json(indent: 2))
      return
    }
    Terminal.say(style.bold(InventoryText.headline(agents, host: round.keeper.host)))
    if !agents.isEmpty { Terminal.say("\n" + InventoryText.table(agents, style: style)) }
    for agent in agents { Terminal.say("\n" + InventoryText.detail(agent, style: style)) }
    Terminal.say("\n" + InventoryText.sources(sweep.status, style: style))
  }
}

import Formats
import Platform
import YAML

/// Compose files, where people keep them: beside the state, in a folder of the home, in /opt and /srv.
extension LaunchReader {
  private static let names = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"]
  private static let overrides = [
    "compose.override.yaml", "compose.override.yml", "docker-compose.override.yaml", "docker-compose.override.yml",
  ]
  /// Folders of a home that hold thousands of others.
  private static let passedOver: Set<String> = [
    "node_modules", "Library", "snap", "go", "Pictures", "Music", "Videos", "Downloads",
  ]
  private static let maximumFolders = 3000

  mutating func readComposeFiles(_ homes: [Finder.Home], folders: [String]) {
    var seen: Set<String> = []
    var left = Self.maximumFolders
    for folder in folders { readCompose(in: folder, home: nil, seen: &seen) }
    for parent in ["/opt", "/srv"] { walk(parent, home: nil, depth: 1, seen: &seen, left: &left) }
    for home in homes { walk(home.path, home: home, depth: 2, seen: &seen, left: &left) }
  }

  private mutating func walk(
    _ folder: String, home: Finder.Home?, depth: Int, seen: inout Set<String>, left: inout Int
  ) {
    readCompose(in: folder, home: home, seen: &seen)
    guard depth > 0 else { return }
    for name in ((try? files.list(folder)) ?? []).prefix(2000)
    where !name.hasPrefix(".") && !Self.passedOver.contains(name) {
      let path = "\(folder)/\(name)"
      guard left > 0 else {
        return hide(.compose, folder, "more than \(Self.maximumFolders) folders were looked at before it")
      }
      do { guard try files.status(path, followingLinks: false).kind == .directory else { continue } } catch {
        if error.code == .denied { hide(.compose, path, Paths.explain(error)) }
        continue
      }
      left -= 1
      walk(path, home: home, depth: depth - 1, seen: &seen, left: &left)
    }
  }

  private mutating func readCompose(in folder: String, home: Finder.Home?, seen: inout Set<String>) {
    guard seen.insert(folder).inserted else { return }
    let listed: [String]
    do { listed = try files.list(folder) } catch {
      if error.code == .denied { hide(.compose, folder, Paths.explain(error)) }
      return
    }
    guard let name = Self.names.first(where: listed.contains) else { return }
    for name in [name] + Self.overrides.filter(listed.contains) {
      let path = "\(folder)/\(name)"
      guard let text = text(path, .compose, owner: home.map(owner)) else { continue }
      let file: ComposeText
      do throws(YAML.Error) { file = try ComposeText(text) } catch {
        if mentionsAgent(text) {
          hide(.compose, path, "not YAML: \(error.message)")
          note(.init(path: path, line: error.line, column: error.column, what: "not YAML: \(error.message)"))
        }
        continue
      }
      var hasAgent = false
      for service in file.services {
        let image = service.options.last { $0.name == "image" }?.value
        guard let kind = containerKind(name: service.name, image: image, words: service.words) else { continue }
        hasAgent = true
        var found = FoundLaunch(
          .compose, kind: kind, file: path, line: service.line, words: service.words,
          variables: service.environment, home: home?.path)
        found.launch.options = [.init("service", service.name, line: service.line)] + service.options
        found.folder = folder
        add(found)
      }
      if hasAgent, file.isPartial {
        note(.init(path: path, what: "it includes or extends other settings, which were not followed"))
      }
    }
  }

  /// Whether any word of a file that could not be read names an agent: others' broken files are none of our business.
  private func mentionsAgent(_ text: String) -> Bool {
    var seen: Set<Substring> = []
    let words = text.split { $0.isWhitespace || $0 == "\"" || $0 == "'" || $0 == "=" || $0 == "," || $0 == "[" }
    for word in words.prefix(20_000) {
      let name = word.last == ":" ? word.dropLast() : word
      guard name.utf8.count < 256, seen.insert(name).inserted else { continue }
      if containerKind(name: String(name), image: String(name), words: []) != nil { return true }
    }
    return false
  }
}

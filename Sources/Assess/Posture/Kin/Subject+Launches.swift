import Installations
import Matching
import Model

extension Subject {
  /// Every way in which the agent is started that is known: what was found written down, its units, its process.
  var launches: [Installation.Launch] {
    var launches = installation?.launches ?? []
    for unit in installation?.units ?? [] where !launches.contains(where: { $0.file == unit.path }) {
      var values: [String: String] = [:]
      for variable in unit.environment { values[variable.name] = variable.value }
      launches.append(
        Installation.Launch(
          .unit, file: unit.path, words: unit.execStart, environment: unit.environment.map(\.name), values: values))
    }
    if let arguments = arguments.found, !launches.contains(where: { $0.origin == .process }) {
      launches.append(Installation.Launch(.process, file: "", words: arguments))
    }
    return launches
  }

  /// Why nobody knows how it is started, or not every way; nil where all that may start it was looked at.
  var launchesBlind: String? {
    if let reason = startsUnread() { return reason }
    guard installation?.launches.isEmpty != false, installation?.units.isEmpty != false,
      case .blind(let reason) = arguments
    else { return nil }
    return reason
  }

  /// The first file or folder that may start it, as one of these, and could not be read, with the reason.
  func startsUnread(_ origins: Set<Installation.Launch.Origin> = Set(Installation.Launch.Origin.allCases)) -> String? {
    let hidden = (installation?.unreadStarts ?? []).filter { origins.contains($0.origin) }
    guard let first = hidden.first else { return nil }
    let more = hidden.count > 1 ? ", and \(hidden.count - 1) more" : ""
    return "what may start it could not all be read: \(VisibleText.terminal(first.path)) (\(first.what))\(more)"
  }

  /// The same answers, of which no pass may rest on a start that was not seen where one may be hidden.
  func doubting(
    _ answers: [Answer], _ origins: Set<Installation.Launch.Origin> = Set(Installation.Launch.Origin.allCases)
  ) -> [Answer] {
    guard let reason = startsUnread(origins) else { return answers }
    return answers.map { $0.outcome == .pass ? .notMeasured(reason, at: $0.location) : $0 }
  }
}

extension Installation.Launch {
  /// `in the arguments of the process`, `in /etc/systemd/system/x.service`.
  var place: String { origin == .process && file.isEmpty ? "in the arguments of the process" : "in \(file)" }

  func location(_ key: String) -> Finding.Location {
    Finding.Location(file: file.isEmpty ? nil : file, line: line, key: key)
  }

  var switches: Switches { Switches(words) }
}

/// The switches of an argument list, program name first: `--name value`, `--name=value`, `-n`.
///
/// A prompt may hold the same words, so switches count as whole arguments and never behind `--`; nor is the value of a
/// switch that always takes one a switch itself.
struct Switches {
  private(set) var all: [(name: String, value: String?)] = []
  /// Arguments that belong to no switch, as far as can be told.
  private(set) var words: [String] = []

  /// Switches of agents whose next argument is text, whatever it begins with.
  private static let valued: Set = [
    "--prompt", "-m", "--model", "--append-system-prompt", "--system-prompt", "--message", "--prompt-interactive",
    "--resume", "-c", "--config",
  ]

  init(_ arguments: [String]) {
    var index = 1
    // Claude Code's `-p` is a switch alone, Gemini's takes the prompt.
    let takesPrompt = arguments.prefix(3).contains { word in
      let name = word.split(separator: "/").last ?? ""
      return name.hasPrefix("gemini") || name.hasPrefix("qwen")
    }
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      if argument == "--" {
        words += arguments[index...]
        break
      }
      guard argument.hasPrefix("-"), argument.count > 1 else {
        words.append(argument)
        continue
      }
      if let equals = argument.firstIndex(of: "="), argument.hasPrefix("--") {
        all.append((String(argument[..<equals]), String(argument[argument.index(after: equals)...])))
        continue
      }
      let next = index < arguments.count ? arguments[index] : nil
      if Self.valued.contains(argument) || takesPrompt && (argument == "-p" || argument == "-i") {
        all.append((argument, next))
        index += 1
      } else {
        // Whether this one takes a value is not known, so the next argument is both.
        all.append((argument, next.flatMap { $0.hasPrefix("-") ? nil : $0 }))
      }
    }
  }

  func has(_ names: String...) -> Bool { all.contains { names.contains($0.name) } }
  func value(_ names: String...) -> String? { all.last { names.contains($0.name) }?.value }
  func values(_ names: String...) -> [String] { all.filter { names.contains($0.name) }.compactMap(\.value) }
}

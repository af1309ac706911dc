import ArgumentParser
import Foundation
import Model
import Platform

/// What every verb takes.
struct CommonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where ledger, inventory and keys live.",
      discussion: "Default: $TRAMMEL_STATE, else /var/lib/trammel as root, else $XDG_STATE_HOME/trammel.",
      valueName: "dir"))
  var state: String?

  @Flag(help: "JSON on standard output and nothing else; one object a line for streams.")
  var json = false

  /// The state directory of this call.
  var stateDirectory: String {
    let environment = ProcessInfo.processInfo.environment
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let state { return state }
    if let state = value("TRAMMEL_STATE") { return state }
    if geteuid() == 0 { return "/var/lib/trammel" }
    if let base = value("XDG_STATE_HOME") { return base + "/trammel" }
    return (value("HOME") ?? NSHomeDirectory()) + "/.local/state/trammel"
  }
}

/// A point in time as people give it: `2h` (ago), a date, or RFC 3339.
struct Moment: ExpressibleByArgument {
  enum Kind { case ago(Double), at(Timestamp) }
  let kind: Kind

  init?(argument: String) {
    if let time = Timestamp(rfc3339: argument) {
      kind = .at(time)
      return
    }
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = argument.last.flatMap({ units[$0] }), let count = Int32(argument.dropLast()), count >= 0 else {
      return nil
    }
    kind = .ago(Double(count) * unit)
  }

  func timestamp(now: Timestamp) -> Timestamp {
    switch kind {
    case .ago(let seconds): now.advanced(bySeconds: -seconds)
    case .at(let time): time
    }
  }
}

/// Standard output and error, for people and for programs.
enum Terminal {
  static let isColored = isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty

  /// One line, at once: whoever reads a pipe sees it when it happens.
  static func line(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
  static func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  /// SGR codes around a text, where colour is wanted.
  static func paint(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// What others wrote, made safe to print: control and direction characters would let an event rewrite the screen.
  static func clean(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
        out += "\\u{\(String(scalar.value, radix: 16))}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}

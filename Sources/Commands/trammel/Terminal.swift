import Matching
import Model
import Platform
import Reports

/// Standard output and error, and what they look like.
enum Terminal {
  /// Colour only on a terminal, and never against `NO_COLOR` or `--no-color`.
  static func style(_ options: CommonOptions) -> Style {
    let isTerminal = Machine.isTerminal(1)
    let refused = options.noColor || Machine.environment("NO_COLOR").map { !$0.isEmpty } ?? false
    return Style(
      colour: isTerminal && !refused && Machine.environment("TERM") != "dumb",
      width: Machine.columns(1) ?? (isTerminal ? 80 : 110))
  }

  /// Text on standard output.
  static func say(_ text: String) { Machine.write(text + "\n", to: 1) }

  /// Text on standard error.
  static func complain(_ text: String) {
    Machine.write(text.hasPrefix("trammel: ") || text.contains("\n") ? text + "\n" : "trammel: \(text)\n", to: 2)
  }

  /// Progress: only where a person looks.
  static func note(_ text: String, _ options: CommonOptions) {
    guard !options.quiet, !options.json else { return }
    Machine.write(text + "\n", to: 2)
  }

  /// A line at once: whoever reads a pipe sees it when it happens.
  static func line(_ text: String) { say(text) }

  /// A line for the person beside the output.
  static func note(_ text: String) { Machine.write(text + "\n", to: 2) }

  static let isColored =
    Machine.isTerminal(1) && (Machine.environment("NO_COLOR") ?? "").isEmpty && Machine.environment("TERM") != "dumb"

  /// SGR codes around a text, where colour is wanted.
  static func paint(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// What others wrote, made safe to print.
  static func clean(_ text: String) -> String { VisibleText.terminal(text) }
}

import Matching
import Model
import Platform
import Reports

#if canImport(Glibc)
  import Glibc
#endif

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
  static func say(_ text: String) { write(text + "\n", to: 1) }

  /// Text on standard error.
  static func complain(_ text: String) { write(text.hasPrefix("trammel: ") || text.contains("\n") ? text + "\n" : "trammel: \(text)\n", to: 2) }

  /// Progress: only where a person looks.
  static func note(_ text: String, _ options: CommonOptions) {
    guard !options.quiet, !options.json else { return }
    write(text + "\n", to: 2)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}

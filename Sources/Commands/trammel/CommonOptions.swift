import ArgumentParser
import Platform

/// Flags that every verb has.
struct CommonOptions: ParsableArguments {
  // The default is told in words: the help text is the same for everybody and everywhere.
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the inventory, ledger and keys lie. Default: $TRAMMEL_STATE, else $XDG_STATE_HOME/trammel or ~/.local/state/trammel; for root /var/lib/trammel.",
      valueName: "dir"))
  var state: String?

  @Flag(name: .long, help: "One JSON document on stdout, and nothing else there.")
  var json = false

  @Flag(name: .long, help: "Say only what was asked for.")
  var quiet = false

  @Flag(name: .long, help: "Say more about how.")
  var verbose = false

  @Flag(name: .customLong("no-color"), help: "No colour, also on a terminal.")
  var noColor = false

  /// Path of the state directory, whether it is there or not.
  var stateDirectory: String { state ?? StateDirectory.defaultPath() }

  /// The state directory, made where it is missing.
  func openState() throws(Failure) -> StateDirectory {
    do { return try StateDirectory(stateDirectory) } catch { throw Failure(.host, error.description) }
  }
}

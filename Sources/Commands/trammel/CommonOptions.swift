import ArgumentParser
import Platform

/// Flags that every verb has.
struct CommonOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Where the inventory, ledger and keys lie.", valueName: "dir"))
  var state: String = StateDirectory.defaultPath()

  @Flag(name: .long, help: "One JSON document on stdout, and nothing else there.")
  var json = false

  @Flag(name: .long, help: "Say only what was asked for.")
  var quiet = false

  @Flag(name: .long, help: "Say more about how.")
  var verbose = false

  @Flag(name: .customLong("no-color"), help: "No colour, also on a terminal.")
  var noColor = false

  /// Path of the state directory, whether it is there or not.
  var stateDirectory: String { state }

  /// The state directory, made where it is missing.
  func openState() throws(Failure) -> StateDirectory {
    do { return try StateDirectory(state) } catch { throw Failure(.host, error.description) }
  }
}

import Installations
import Matching
import Model
import Platform

/// Who else may look into a product's state: its directory, and what lies outside of it.
enum StateModes {
  /// `whole` is the severity where the directory itself is open, with what is then seen; nil is the rule's own.
  static func answers(_ subject: Subject, whole: Severity?, note: String) -> [Answer] {
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let directory = installation.stateDirectory
    var failures: [Answer] = []
    if let others = FileRules.others(installation.mode) {
      failures.append(
        .fail(
          "mode \(FileRules.octal(installation.mode)): \(others.text); \(note)", at: .init(file: directory),
          severity: others.writes ? .critical : whole, fix: FileRules.chmod("700", directory)))
    }
    // What lies in a closed directory is closed, whatever its own bits say.
    let isOpen = installation.mode & 0o011 != 0
    let files = installation.files.map { (path: $0.path, status: $0.status) }
    let layers = installation.layers.filter { ["user", "profile"].contains($0.scope.rawValue) }
      .map { (path: $0.path, status: $0.status) }
    var seen: Set = [directory]
    for file in files + layers where seen.insert(file.path).inserted {
      let isInside = file.path.hasPrefix(directory + "/")
      guard !isInside || isOpen, file.status.kind == .regular || file.status.kind == .directory,
        let others = FileRules.others(file.status.mode)
      else { continue }
      failures.append(
        .fail(
          "mode \(FileRules.octal(file.status.mode)): \(others.text)", at: .init(file: file.path),
          severity: others.writes ? .high : nil,
          fix: FileRules.chmod(file.status.kind == .directory ? "700" : "600", file.path)))
    }
    // What comes with a folder of work or from the machine is no secret; who may write it says what runs.
    for layer in installation.layers where layer.exists && seen.insert(layer.path).inserted {
      let isShared = layer.scope == .project || layer.scope == .local
      let mode = layer.status.mode
      guard layer.status.kind == .regular, mode & (isShared ? 0o002 : 0o022) != 0 else { continue }
      failures.append(
        .fail(
          "mode \(FileRules.octal(mode)): others may change it", at: .init(file: layer.path), severity: .high,
          fix: ShellWord.quote(layer.path).map {
            Finding.Fix("Take the right to write away from others.", command: "chmod go-w \($0)")
          }))
    }
    return failures.isEmpty
      ? [.pass("mode \(FileRules.octal(installation.mode)): nobody else may look into it", at: .init(file: directory))]
      : FileRules.capped(failures)
  }
}

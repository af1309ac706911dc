import Installations
import Knowledge
import Model

extension Recogniser {
  /// Agents of the fingerprint table, by what a command line starts and by the variables that are theirs alone.
  static func table(_ fingerprints: Fingerprints) -> Recogniser {
    Recogniser(
      program: { words in
        guard let program = words.first, !program.isEmpty else { return nil }
        let name = String(program.lastPathPart.prefix(15))
        // Nobody has looked which file a bare name leads to: the usual place stands for it.
        let look = ProcessLook(
          command: name, executable: program.hasPrefix("/") ? program : "/usr/bin/\(program.lastPathPart)",
          arguments: Array(words.prefix(64)))
        return fingerprints.match(look).first {
          Fingerprints.isAgent(kind: $0.row.kind) && $0.row.confidence >= .medium
        }?.row.kind ?? Recogniser.openClaw.program(words)
      },
      variable: { name in
        let look = ProcessLook(command: "", executable: nil, arguments: [], variables: [name])
        return fingerprints.variables(look).first {
          Fingerprints.isAgent(kind: $0.row.kind) && $0.row.confidence >= .medium
        }?.row.kind
      })
  }
}

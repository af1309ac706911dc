import Formats

/// How the files of each product that merges several are found.
enum KinFiles {
  static let readers: [String: @Sendable (inout LayerReader) -> Void] = [
    "claude-code": ClaudeCodeFiles.read, "codex-cli": CodexFiles.read, "gemini-cli": GeminiFiles.read,
    "nanobot": NanobotFiles.read, "openhands": OpenHandsFiles.read, "opencode": OpenCodeFiles.read,
    "nanoclaw": NanoClawFiles.read, "hermes": HermesFiles.read, "goose": GooseFiles.read,
  ]
}

extension Installation {
  /// What a reader of layers found, beside what is known already.
  mutating func take(_ reader: LayerReader) {
    layers = reader.layers
    for fact in reader.facts where !files.contains(where: { $0.path == fact.path }) { files.append(fact) }
    for problem in reader.problems where !problems.contains(where: { $0.path == problem.path }) {
      problems.append(problem)
    }
    let known = Set(secrets)
    secrets += reader.secrets.filter { !known.contains($0) }
    storedSecrets += reader.storedSecrets
    moreTranscripts += reader.moreTranscripts
    if version == nil, let found = reader.version { (version, versionSource) = (found.text, found.file) }
    for layer in layers where layer.role == "environment" && layer.scope == .user {
      for member in layer.configuration.root.members ?? [] {
        dotenv.append(
          DotenvName(
            name: member.name, line: member.setting.position.line, isEmpty: member.setting.string?.isEmpty ?? true))
      }
    }
  }
}

/// Variables by which a product's state lies elsewhere than in the usual folder of the home.
enum MovedState {
  /// With what the product adds to the variable's value.
  private static let variables = [
    (kind: "claude-code", name: "CLAUDE_CONFIG_DIR", inside: ""), (kind: "codex-cli", name: "CODEX_HOME", inside: ""),
    (kind: "gemini-cli", name: "GEMINI_CLI_HOME", inside: "/.gemini"),
  ]

  struct Place: Hashable {
    var kind: String
    var directory: String
    var home: String?
  }

  /// The product whose state the variable moves.
  static func kind(of name: String) -> String? { variables.first { $0.name == name }?.kind }

  static func places(in values: [String: String], home: String?) -> [Place] {
    variables.compactMap { variable in
      guard let value = values[variable.name], let path = expanded(value, home) else { return nil }
      return Place(kind: variable.kind, directory: path + variable.inside, home: home)
    }
  }

  static func directory(of kind: String, in values: [String: String], home: String?) -> String? {
    places(in: values, home: home).first { $0.kind == kind }?.directory
  }

  /// A path from the root; `~/` and `$HOME/` are the home. Nil for what only a running shell could tell.
  private static func expanded(_ value: String, _ home: String?) -> String? {
    var path = value
    for prefix in ["~/", "$HOME/", "${HOME}/"] where path.hasPrefix(prefix) {
      guard let home else { return nil }
      path = "\(home)/\(path.dropFirst(prefix.count))"
    }
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    guard path.hasPrefix("/"), path != "/", !path.contains("$"), !path.contains("\0"), path.utf8.count < 4096 else {
      return nil
    }
    return path
  }
}

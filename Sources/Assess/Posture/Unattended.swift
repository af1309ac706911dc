/// The switches by which each product works without asking, found in a parsed argument list.
///
/// A prompt may contain the same words, so they count only as whole arguments, never behind `--`, and never as the value
/// of a switch that takes one.
enum Unattended {
  /// One product's switches.
  private struct Table {
    /// Alone enough.
    var bare: Set<String> = []
    /// Switch and value: `--permission-mode bypassPermissions`.
    var pairs: [String: Set<String>] = [:]
    /// Switches whose next argument is text or a name, never a switch.
    var valued: Set<String> = []
  }

  private static let tables: [String: Table] = [
    "openclaw": Table(
      bare: ["--allow-unconfigured"], valued: ["-m", "--message", "--port", "--bind", "--token", "--password"]),
    // Its -p takes no value: the prompt is a plain argument.
    "claude-code": Table(
      bare: ["--dangerously-skip-permissions", "--allow-dangerously-skip-permissions"],
      pairs: [
        "--permission-mode": ["bypassPermissions"], "--allowedTools": ["Bash", "Bash(*)"],
        "--allowed-tools": ["Bash", "Bash(*)"],
      ],
      valued: [
        "--model", "--append-system-prompt", "--system-prompt", "--settings", "--mcp-config", "--add-dir", "--resume",
        "-r",
      ]),
    "codex-cli": Table(
      bare: ["--dangerously-bypass-approvals-and-sandbox", "--yolo", "--dangerously-bypass-hook-trust"],
      pairs: ["-s": ["danger-full-access"], "--sandbox": ["danger-full-access"]],
      valued: ["-m", "--model", "-c", "--config", "-p", "--profile", "-C", "--cd", "-i", "--image", "-o"]),
    "gemini-cli": Table(
      bare: ["-y", "--yolo"], pairs: ["--approval-mode": ["yolo"]],
      valued: ["-p", "--prompt", "-m", "--model", "-i", "--prompt-interactive"]),
    "qwen-code": Table(
      bare: ["-y", "--yolo"], pairs: ["--approval-mode": ["yolo"]],
      valued: ["-p", "--prompt", "-m", "--model", "-i", "--prompt-interactive"]),
    "hermes": Table(bare: ["--yolo", "--accept-hooks", "-z"], valued: ["-z", "-m", "--model", "-q", "--query"]),
    "openhands": Table(bare: ["--headless", "--always-approve", "--yolo"], valued: ["-t", "--task", "-f", "--file"]),
    "crush": Table(bare: ["--yolo", "-y"], valued: ["-p", "--prompt"]),
    "kimi-cli": Table(bare: ["--yolo", "-y"], valued: ["-p", "--prompt", "-m", "--model", "-c", "--command"]),
    "cline": Table(bare: ["--yolo", "-y"], valued: ["-p", "--prompt", "-m", "--model"]),
    "letta": Table(bare: ["--yolo"], valued: ["-p", "--prompt"]),
    "aider": Table(bare: ["--yes-always"], valued: ["-m", "--message", "--model", "-f", "--message-file"]),
    "open-interpreter": Table(bare: ["-y", "--auto_run"], valued: ["-m", "--model"]),
    "cursor-agent": Table(bare: ["-f", "--force", "--yolo", "--approve-mcps"], valued: ["-m", "--model"]),
    "copilot-cli": Table(bare: ["--allow-all-tools", "--allow-all", "--yolo"], valued: ["-p", "--prompt", "--model"]),
    "droid": Table(bare: ["--skip-permissions-unsafe"], pairs: ["--auto": ["high"]], valued: ["-m", "--model", "-f"]),
    "amp": Table(bare: ["--dangerously-allow-all"], valued: ["-x", "--execute"]),
    "kiro-cli": Table(bare: ["--trust-all-tools", "--no-interactive"], valued: ["--agent", "--model"]),
    "opencode": Table(pairs: ["--hostname": ["0.0.0.0", "::"]], valued: ["-m", "--model", "-p", "--prompt"]),
    "goose": Table(valued: ["-t", "--text", "-i", "--instructions"]),
    "nanobot": Table(valued: ["-m", "--message", "-c", "--config"]),
  ]

  private static let variables: [String: [String: Set<String>]] = [
    "goose": ["GOOSE_MODE": ["auto"]],
    "hermes": [
      "HERMES_YOLO_MODE": ["1", "true"], "HERMES_ACCEPT_HOOKS": ["1", "true"],
      "GATEWAY_ALLOW_ALL_USERS": ["1", "true"],
    ],
    "gemini-cli": ["GEMINI_CLI_TRUST_WORKSPACE": ["1", "true"]],
    "copilot-cli": ["COPILOT_ALLOW_ALL": ["1", "true"]],
    "claude-code": ["IS_SANDBOX": ["1", "true"]],
  ]

  static func knows(_ kind: String) -> Bool { tables[kind] != nil }

  static func isUnattended(_ kind: String, variable: String, value: String) -> Bool {
    variables[kind]?[variable]?.contains(value.lowercased()) == true
  }

  /// The switches that were found, as given. The first argument is the program.
  static func switches(of kind: String, in arguments: [String]) -> [String] {
    guard let table = tables[kind] else { return [] }
    var found: [String] = []
    var index = 1
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      if argument == "--" { break }
      let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = halves[0]
      if table.bare.contains(argument) { found.append(argument) }
      if let values = table.pairs[name] {
        let value = halves.count == 2 ? halves[1] : index < arguments.count ? arguments[index] : ""
        // A list of tools may hold several, with commas or blanks between.
        let items = [value] + value.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
        if items.contains(where: values.contains) { found.append("\(name) \(value)") }
        if halves.count == 1 { index += 1 }
      } else if table.valued.contains(argument) {
        index += 1
      }
    }
    return found
  }
}

import Installations
import Model
import Platform

/// Secrets where they should not stand.
enum SecretRules {
  static let all = [literals, units]

  private static let ownRules: Set<String> = ["gateway.auth.token", "gateway.auth.password", "gateway.token"]

  static let literals = Rule(
    "secrets.literal-in-configuration", "Secrets stand in the configuration in clear", .medium,
    because: "each copy of the file is a copy of the keys, but the file must be reached first",
    reads: ["secrets of channels, models, skills, tool servers, hooks"], for: .everyone, tier: 2, requirement: "H14",
    openclaw: ["config.secrets.hooks_token_in_config"],
    why:
      "Keys of model providers and chat accounts go along with every backup and pasted file, and the agent's tools can read them.",
    remedy: "Put the value into the environment or a secret store, and write ${NAME} or a reference in its place.",
    references: ["CWE-312", "CWE-798"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let files = [installation.configuration?.path].compactMap { $0 } + installation.layers.map(\.path)
    guard let file = files.first else { return [.notMeasured("no configuration was read")] }
    // Those of servers have a rule of their own, mcp.inline-secret.
    let servers = MCPServer.all(of: subject)
    let secrets = installation.secrets.filter { secret in
      !ownRules.contains(secret.key) && !isOthers(secret.key, installation.kind)
        && !servers.contains { $0.setting.file == secret.file && secret.key.hasPrefix($0.key + ".") }
    }
    let plain = secrets.filter { $0.form == .literal }.sorted {
      ($0.file, $0.line, $0.key) < ($1.file, $1.line, $1.key)
    }
    guard plain.isEmpty else {
      return FileRules.capped(
        plain.map { secret in
          let variable = variable(for: secret.key)
          return .fail(
            "\(secret.key) is a literal of \(secret.length) characters",
            at: Finding.Location(file: secret.file, line: secret.line, key: secret.key),
            fix: Finding.Fix(
              "In \(secret.file), line \(secret.line): set \(secret.key) to \"${\(variable)}\" and put the value into an environment file with mode 0600. Then make a new key: this one has been on disk."
            )
          ).naming(secret.key == "hooks.token" ? "config.secrets.hooks_token_in_config" : nil)
        })
    }
    let problems =
      installation.layers.isEmpty
      ? Settings.problems(of: installation) : KinSettings.problems(of: installation, installation.layers)
    if !problems.isEmpty { return [.notMeasured("part of the configuration was not read")] }
    return [
      .pass(
        secrets.isEmpty
          ? "no secret stands in it" : "\(secrets.count) secrets, all by reference or from the environment",
        at: Finding.Location(file: file))
    ]
  }

  /// Keys that a product's own rule speaks of: nanobot.plain-key, opencode.key-inline, hermes.config-secret.
  private static func isOthers(_ key: String, _ kind: String) -> Bool {
    let parts = key.split(separator: ".")
    switch (kind, parts.first, parts.last) {
    case ("openclaw", "mcp"?, _): return parts.count > 1 && parts[1] == "servers"
    case ("nanobot", "providers"?, "apiKey"?): return parts.count == 3
    case ("nanobot", "channels"?, let name?):
      return parts.count == 3 && NanobotRules.channelSecrets.contains(String(name))
    case ("nanobot", "tools"?, "apiKey"?): return key == "tools.web.search.apiKey"
    case ("opencode", "provider"?, "apiKey"?): return parts.count == 4 && parts[2] == "options"
    case ("hermes", "model"?, "api_key"?): return parts.count == 2
    case ("hermes", "providers"?, "api_key"?): return parts.count == 3
    default: return false
    }
  }

  /// `channels.telegram.botToken` → `TELEGRAM_BOT_TOKEN`: a name for a variable, from the last two parts of the key.
  static func variable(for key: String) -> String {
    let parts = key.split(separator: ".").suffix(2)
    var out = ""
    for part in parts {
      if !out.isEmpty { out += "_" }
      var previousLower = false
      for character in part {
        guard character.isASCII, character.isLetter || character.isNumber else {
          if !out.hasSuffix("_"), !out.isEmpty { out += "_" }
          previousLower = false
          continue
        }
        if character.isUppercase, previousLower { out += "_" }
        out += character.uppercased()
        previousLower = character.isLowercase || character.isNumber
      }
    }
    while out.hasSuffix("_") { out.removeLast() }
    guard let first = out.first else { return "SECRET" }
    return first.isNumber ? "SECRET_" + out : out
  }

  static let units = Rule(
    "secrets.in-unit", "A service unit holds a secret in clear", .medium,
    because: "units are copied, shown by status commands and often readable by everybody",
    reads: ["Environment lines of units that start the agent"], for: .everyone, tier: 1, requirement: "H14",
    why: "The token shows in the output of systemctl, in backups and to every account that may read the unit.",
    remedy: "Move it into a file with mode 0600 and name that in EnvironmentFile=.", references: ["CWE-522", "CWE-526"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    guard !installation.units.isEmpty else {
      return subject.doubting([FileRules.absent("no unit starts the agent", installation)], [.unit])
    }
    var failures: [Answer] = []
    for unit in installation.units {
      let mode = installation.files.first { $0.path == unit.path }?.status.mode
      let open = unit.system || mode.map { $0 & 0o004 != 0 } == true
      for variable in unit.environment where variable.isSecret {
        failures.append(
          .fail(
            "\(unit.name) sets \(variable.name) to a literal\(mode.map { ", mode \(FileRules.octal($0))" } ?? "")",
            at: Finding.Location(file: variable.file ?? unit.path, line: variable.line, key: variable.name),
            severity: open ? .high : nil,
            fix: Finding.Fix(
              "In \(variable.file ?? unit.path), line \(variable.line): move \(variable.name) into a file with mode 0600, name that file in EnvironmentFile=, then make a new value: this one has been on disk.",
              command: unit.system ? "systemctl daemon-reload" : "systemctl --user daemon-reload")))
      }
    }
    // Switches of the command line are in every user's list of processes.
    for secret in installation.storedSecrets where secret.key.hasPrefix("-") || secret.key == "ExecStart" {
      failures.append(
        .fail(
          "\(secret.key) is followed by a literal of \(secret.length) characters, which everybody sees in the list of processes",
          at: Finding.Location(file: secret.file, line: secret.line, key: secret.key), severity: .high,
          fix: Finding.Fix(
            "In \(secret.file), line \(secret.line): remove \(secret.key) from the command, put the value into a file with mode 0600 and name that in EnvironmentFile=. Then make a new value."
          )))
    }
    guard failures.isEmpty else { return FileRules.capped(failures) }
    return subject.doubting(
      [.pass("no secret in \(installation.units.count) units", at: Finding.Location(file: installation.units[0].path))],
      [.unit])
  }
}

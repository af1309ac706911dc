import Formats
import Installations
import Matching
import Model
import Platform

/// What a folder gives Codex to run, and what a trusted folder may decide.
extension CodexRules {
  static let folders = [projectConfiguration, trustWide, hooks, unknownKey]
  static let credentials = [environment, serverApproval, serverSecret, authStore]

  private static let powers = [
    "sandbox_mode", "approval_policy", "permissions", "default_permissions", "mcp_servers", "sandbox_workspace_write",
    "shell_environment_policy",
  ]

  static let projectConfiguration = rule(
    "project-config", "A trusted folder decides about its own sandbox and servers", .critical,
    because: "one answer about trust hands over policy and code", reads: powers.map { "\($0) of the project" }, tier: 1,
    requirement: "H15",
    why: "Whoever writes the repository raises it to full access and starts a program, at the next start.",
    remedy: "Delete these keys from the repository, or set trust_level of the folder to untrusted.",
    references: ["CWE-284", "CVE-2025-61260"]
  ) { settings in
    let folders = settings.layers.filter { $0.scope == .project || $0.scope == .local }
    guard !folders.isEmpty else { return [.pass("no folder of work brings a configuration")] }
    var failures: [Answer] = []
    var heard = 0
    for layer in folders where CodexTrust.isTrusted(layer, settings.layers) {
      heard += 1
      for key in powers {
        guard let setting = layer.configuration[key] else { continue }
        let found = KinSettings.Found(key: key, layer: layer, setting: setting)
        failures.append(
          .fail("\(key) is \(setting.shown) in a trusted folder", at: found.place, fix: KinSettings.remove(found)))
      }
    }
    guard failures.isEmpty else { return FileRules.capped(failures) }
    return [
      .pass(
        heard == 0
          ? "none of \(folders.count) folders with a configuration is trusted, so it is not heard"
          : "\(heard) trusted folders, none decides about sandbox, questions or servers",
        at: .init(file: folders[0].path))
    ]
  }

  static let trustWide = rule(
    "trust-wide", "A folder is trusted in which others may put things", .medium,
    because: "trust counts for that folder and its repository; clones below it ask anew",
    reads: ["projects.*.trust_level"], tier: 1, requirement: "H18b",
    why: "Whoever drops a .codex folder there supplies policy and code.",
    remedy: "Trust single repositories.", references: ["CWE-732"]
  ) { settings in
    var failures: [Answer] = []
    var count = 0
    for layer in settings.layers where layer.scope == .user {
      for member in layer.configuration["projects"]?.members ?? []
      where member.setting["trust_level"]?.string == "trusted" {
        count += 1
        let path = Configuration.Setting.shown(member.name)
        guard let reason = Reach.breeds(member.name, home: settings.subject.home, above: []) else { continue }
        let line = (member.setting["trust_level"] ?? member.setting).position.line
        failures.append(
          .fail(
            "\(path) is trusted: \(reason)",
            at: .init(file: layer.path, line: line, key: "projects.\(path).trust_level"),
            fix: Finding.Fix("In \(layer.path), line \(line): delete the record of \(path).")))
      }
    }
    return failures.isEmpty
      ? [.pass("\(count) trusted folders, each a repository of its own", at: settings.place("projects"))] : failures
  }

  static let hooks = rule(
    "hooks", "A folder brings commands, or a job runs hooks that nobody looked at", .high,
    because: "a hook runs once it was trusted; the switch takes that question away",
    reads: ["hooks of the project", "hooks.json of the project", "--dangerously-bypass-hook-trust"], tier: 2,
    requirement: "H15", why: "Commands of the repository's author run at the start of a session.",
    remedy: "Drop the switch, and set allow_managed_hooks_only in the requirements.", references: ["CWE-94"],
    roles: ["requirements", "hooks"]
  ) { settings in
    let only = settings.files("requirements").first { $0.configuration["allow_managed_hooks_only"]?.bool == true }
    var failures: [Answer] = []
    for launch in settings.subject.launches where launch.switches.has("--dangerously-bypass-hook-trust") {
      let name = "--dangerously-bypass-hook-trust"
      failures.append(.fail("\(name) \(launch.place)", at: launch.location(name)))
    }
    if failures.isEmpty, let reason = settings.subject.startsUnread() { return [.notMeasured(reason)] }
    if failures.isEmpty, let only { return [.pass("only managed hooks may run", at: .init(file: only.path))] }
    if failures.isEmpty, let off = settings.value("features.hooks"), off.setting.bool == false {
      return [.pass("features.hooks is false", at: off.place)]
    }
    let folders = settings.files.filter {
      ($0.scope == .project || $0.scope == .local) && ($0.role == "settings" || $0.role == "hooks")
    }
    for layer in folders {
      let setting = layer.configuration["hooks"] ?? (layer.role == "hooks" ? layer.configuration.root : nil)
      guard let setting, setting.members?.isEmpty == false else { continue }
      failures.append(
        .fail("a folder of work brings hooks", at: .init(file: layer.path, line: setting.position.line, key: "hooks")))
    }
    return failures.isEmpty
      ? [.pass("no folder of work brings hooks", at: settings.place("features.hooks"))] : FileRules.capped(failures)
  }

  private static let names = [
    "sandbox_mode", "approval_policy", "approvals_reviewer", "default_permissions", "permissions", "projects",
    "sandbox_workspace_write", "shell_environment_policy", "mcp_servers", "hooks", "features", "web_search", "history",
    "otel", "analytics", "cli_auth_credentials_store", "mcp_oauth_credentials_store", "notify", "profile", "profiles",
    "model", "model_provider", "model_providers", "tools", "apps", "skills", "agents", "plugins", "feedback", "tui",
  ]
  private static let spelled: [(prefix: String, known: [String], important: Set<String>)] = [
    (
      "", names,
      [
        "sandbox_mode", "approval_policy", "approvals_reviewer", "default_permissions", "permissions",
        "sandbox_workspace_write", "shell_environment_policy", "mcp_servers", "web_search", "history", "analytics",
        "cli_auth_credentials_store", "mcp_oauth_credentials_store",
      ]
    ),
    (
      "sandbox_workspace_write", [],
      ["network_access", "writable_roots", "exclude_slash_tmp", "exclude_tmpdir_env_var"]
    ),
    (
      "shell_environment_policy", ["set", "experimental_use_profile"],
      ["inherit", "ignore_default_excludes", "exclude", "include_only"]
    ),
  ]

  static let unknownKey = rule(
    "unknown-key", "A settings key is misspelt and does nothing", .medium,
    because: "the program counts unknown keys and goes on", reads: ["names of keys"], tier: 1, requirement: "H4",
    why: "A misspelt sandbox key leaves the default in force, and nobody is told.",
    remedy: "Correct the spelling; a start with --strict-config refuses such a file.", references: ["CWE-1287"]
  ) { settings in ClaudeRules.misspelt(settings.layers, spelled) }

  static let environment = rule(
    "env-inherit", "Commands see every key of the environment", .high,
    because: "variables with KEY, SECRET or TOKEN in their names are passed on, even to a sandbox that may only read",
    reads: [
      "shell_environment_policy.inherit", "shell_environment_policy.ignore_default_excludes",
      "shell_environment_policy.exclude",
    ],
    tier: 1, requirement: "H14b", why: "Any command prints the provider's key into the conversation.",
    remedy: "Set shell_environment_policy.ignore_default_excludes to false, or inherit to core.",
    references: ["CWE-526"]
  ) { settings in
    settings.everywhere { context in
      let inherit = context.text("shell_environment_policy.inherit") ?? "all"
      let key = "shell_environment_policy.ignore_default_excludes"
      if inherit == "core" || inherit == "none" {
        return [
          .pass("shell_environment_policy.inherit is \(inherit)", at: context.place("shell_environment_policy.inherit"))
        ]
      }
      if context.flag(key) == false { return [.pass("\(key) is false", at: context.place(key))] }
      let only = context.entries("shell_environment_policy.include_only")
      if !only.isEmpty,
        !only.contains(where: { $0.setting.string.map { $0.contains("*") || Secret.isCredentialName($0) } ?? false })
      {
        return [.pass("shell_environment_policy.include_only names \(only.count) variables", at: only[0].place)]
      }
      let excluded = context.entries("shell_environment_policy.exclude").compactMap { $0.setting.string?.uppercased() }
      if ["KEY", "SECRET", "TOKEN"].allSatisfy({ word in excluded.contains { $0.contains("*\(word)") } }) {
        return [
          .pass(
            "shell_environment_policy.exclude names keys, secrets and tokens",
            at: context.place("shell_environment_policy.exclude"))
        ]
      }
      let place = context.value("shell_environment_policy.inherit") != nil ? "shell_environment_policy.inherit" : key
      return [
        .fail(
          "shell_environment_policy.inherit is \(Configuration.Setting.shown(inherit)), and \(key) is \(context[key]?.shown ?? "unset, which means true")",
          at: context.place(place), fix: context.set(key, to: false))
      ]
    }
  }

  static let serverApproval = rule(
    "mcp-approve", "Tools of a server run without a question", .medium,
    because: "the server's tools run unasked; what they may do is the server's matter",
    reads: ["mcp_servers.*.default_tools_approval_mode", "mcp_servers.*.tools.*.approval_mode"], tier: 2,
    requirement: "H18b", why: "Text that steers the model writes, sends or deletes through the server at once.",
    remedy: "Set default_tools_approval_mode to prompt.", references: ["CWE-862"]
  ) { settings in
    settings.everywhere { context in
      var failures: [Answer] = []
      let servers = context.members("mcp_servers")
      for server in servers {
        let name = Configuration.Setting.shown(server.name)
        if let mode = server.found.setting.at("default_tools_approval_mode"), mode.string == "approve" {
          failures.append(
            .fail(
              "server \(name) has default_tools_approval_mode approve",
              at: .init(
                file: mode.file, line: mode.position.line, key: "mcp_servers.\(name).default_tools_approval_mode"),
              fix: Finding.Fix(
                "In \(mode.file), line \(mode.position.line): set default_tools_approval_mode to \"prompt\".")))
        }
        for tool in server.found.setting.at("tools")?.members ?? [] {
          guard let mode = tool.setting.at("approval_mode"), mode.string == "approve" else { continue }
          let shown = Configuration.Setting.shown(tool.name)
          failures.append(
            .fail(
              "server \(name) has approval_mode approve for \(shown)",
              at: .init(
                file: mode.file, line: mode.position.line, key: "mcp_servers.\(name).tools.\(shown).approval_mode"),
              severity: .low))
        }
      }
      return failures.isEmpty
        ? [.pass("\(servers.count) servers, none whose tools run unasked", at: context.place("mcp_servers"))] : failures
    }
  }

  static let serverSecret = rule(
    "mcp-secret", "A key stands in the configuration", .high, because: "the file is often synced and copied",
    reads: [
      "mcp_servers.*.env", "mcp_servers.*.http_headers", "model_providers.*.experimental_bearer_token",
      "model_providers.*.http_headers",
    ],
    tier: 1, requirement: "H14", why: "Whoever sees a copy of the file uses the account.",
    remedy: "Use bearer_token_env_var, env_http_headers or env_vars.", references: ["CWE-312"]
  ) { settings in
    var failures = MCPServer.all(of: settings.subject).flatMap { server in
      server.secrets.map { secret in
        Answer.fail(
          "\(Configuration.Setting.shown(secret.key)) is a literal credential",
          at: .init(file: server.setting.file, line: secret.line, key: Configuration.Setting.shown(secret.key)))
      }
    }
    for layer in settings.layers {
      for provider in layer.configuration["model_providers"]?.members ?? [] {
        var suspects: [(String, Configuration.Setting)] = []
        if let token = provider.setting.at("experimental_bearer_token") {
          suspects.append(("experimental_bearer_token", token))
        }
        for header in provider.setting.at("http_headers")?.members ?? [] where Secret.isCredentialName(header.name) {
          suspects.append(("http_headers.\(header.name)", header.setting))
        }
        for (key, setting) in suspects {
          guard let text = setting.string, !text.isEmpty, !text.contains("${") else { continue }
          let key = Configuration.Setting.shown("model_providers.\(provider.name).\(key)")
          failures.append(
            .fail(
              "\(key) is a literal credential", at: .init(file: setting.file, line: setting.position.line, key: key)))
        }
      }
    }
    return failures.isEmpty
      ? [.pass("no server and no provider has a literal credential", at: settings.place("mcp_servers"))]
      : FileRules.capped(failures)
  }

  static let authStore = rule(
    "auth-store", "The login is kept in a plain file", .medium,
    because: "a file is copied with the home; a keyring is not",
    reads: ["cli_auth_credentials_store", "mcp_oauth_credentials_store", "mode of auth.json"], tier: 2,
    requirement: "H14", why: "A backup or another program of the user takes the login along.",
    remedy: "Set cli_auth_credentials_store to keyring.", references: ["CWE-312"]
  ) { settings in
    var failures: [Answer] = []
    if let file = settings.installation.files.first(where: { $0.path.hasSuffix("/auth.json") }),
      file.status.mode & 0o077 != 0
    {
      failures.append(
        .fail(
          "mode \(FileRules.octal(file.status.mode)) of the login", at: .init(file: file.path), severity: .high,
          fix: FileRules.chmod("600", file.path)))
    }
    for key in ["cli_auth_credentials_store", "mcp_oauth_credentials_store"] {
      let found = settings.value(key)
      // The second one follows the first where it is not written.
      guard found != nil || key.hasPrefix("cli"), ["file", nil].contains(found?.setting.string) else { continue }
      failures.append(
        .fail(
          "\(key) is \(found?.setting.shown ?? "unset, which means file")", at: settings.place(key),
          fix: settings.set(key, to: "keyring")))
    }
    return failures.isEmpty
      ? [
        .pass(
          "cli_auth_credentials_store is \(settings["cli_auth_credentials_store"]?.shown ?? "")",
          at: settings.place("cli_auth_credentials_store"))
      ] : failures
  }
}

import Installations
import Matching
import Model

/// Who may change or drive the gateway itself.
enum ControlRules {
  static let all = [fetches, adminRPC, desktop, several, configWrites, owners]

  static let fetches = Rule(
    "gateway.http-fetches-addresses", "Callers of the HTTP interface make the gateway fetch any address", .low,
    because: "the caller needs the key, but may not be meant to reach the inside of the network",
    reads: [
      "gateway.http.endpoints.responses.enabled", "gateway.http.endpoints.responses.files.allowUrl",
      "gateway.http.endpoints.responses.files.urlAllowlist",
    ],
    tier: 3, requirement: "H12", why: "A program with the key reads services that only the gateway's machine reaches.",
    remedy: "Set files.allowUrl to false, or list hosts in files.urlAllowlist.", references: ["CWE-918"]
  ) { subject in
    Settings.judge(subject) { settings in
      let base = "gateway.http.endpoints.responses"
      guard settings.flag("\(base).enabled") == true else {
        return [.pass("\(base).enabled is off", at: settings.place("\(base).enabled"))]
      }
      let key = "\(base).files.allowUrl"
      if settings.flag(key) == false { return [.pass("\(key) is off", at: settings.place(key))] }
      let hosts = settings["\(base).files.urlAllowlist"]?.strings ?? []
      guard hosts.isEmpty || hosts.contains("*") else {
        return [.pass("\(hosts.count) hosts are listed", at: settings.place(key))]
      }
      return [
        .fail(
          "\(key) is \(settings[key] == nil ? "unset, which means on" : "true"), for every host",
          at: settings.place(key), fix: settings.edit(key, to: "false"))
      ]
    }
  }

  static let adminRPC = Rule.value(
    "plugins.admin-rpc", "A plugin opens the gateway's controls over HTTP", .medium,
    because: "the token stands before it; worse where others reach the gateway",
    keys: ["plugins.entries.admin-http-rpc.enabled"], isBad: ["true"], tier: 1, requirement: "H17", exposed: .high,
    why: "One HTTP request with the token changes the configuration, pairs devices or ends the gateway.",
    remedy: "Delete plugins.entries.admin-http-rpc, and use the command line on the host.")

  static let desktop = Rule.value(
    "desktop.shared", "The agent's page shows and drives this host's desktop", .medium,
    because: "it takes the operator's rights; then it is the person's own screen", keys: ["desktop.host.enabled"],
    isBad: ["true"], tier: 2, requirement: "H17", exposed: .high,
    why: "A stolen token sees everything on the screen and types as the person who sits there.",
    remedy: "Set desktop.host.enabled to false.")

  static let several = Rule(
    "gateway.several-units", "Several units start a gateway of this installation", .medium,
    because: "two gateways write the same state, and one of them is forgotten",
    reads: ["units", "OPENCLAW_ALLOW_MULTI_GATEWAY"],
    tier: 2, requirement: "H4",
    why: "The second one keeps listening with an older release, token and configuration after the first was put right.",
    remedy: "Disable all units but one, and give a second gateway a profile of its own."
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let enabled = installation.units.filter {
      $0.enabled && ($0.name.contains("gateway") || $0.execStart.contains("gateway"))
    }
    var failures: [Answer] = []
    if enabled.count > 1 {
      for unit in enabled.dropFirst() {
        let command = ShellWord.quote(unit.name).map { "systemctl \(unit.system ? "" : "--user ")disable --now \($0)" }
        failures.append(
          .fail(
            "\(unit.name) as well as \(enabled[0].name)", at: Finding.Location(file: unit.path),
            fix: Finding.Fix("Disable the unit that is not needed.", command: command)))
      }
    }
    let name = "OPENCLAW_ALLOW_MULTI_GATEWAY"
    for entry in installation.dotenv where entry.name == name && !entry.isEmpty {
      failures.append(
        .fail(
          "\(name) is set in .env",
          at: Finding.Location(file: installation.stateDirectory + "/.env", line: entry.line, key: name)))
    }
    for unit in installation.units {
      for variable in unit.environment where variable.name == name {
        failures.append(
          .fail("\(name) is set in \(unit.name)", at: Finding.Location(file: unit.path, line: variable.line, key: name))
        )
      }
    }
    return subject.doubting(
      Settings.outcome(failures, else: .pass("\(enabled.count) units start a gateway")), [.unit])
  }

  static let configWrites = Rule(
    "channels.open-with-configuration", "Strangers write on a channel that may change the configuration", .high,
    because: "commands in the chat rewrite settings, and the door is open",
    reads: ["channels.*.configWrites", "channels.*.dmPolicy", "channels.*.groupPolicy"], tier: 1, requirement: "H18",
    why: "A message changes who may write, which tools are on, or where the model's traffic goes.",
    remedy: "Close the channel, or set configWrites of it to false.", references: ["CWE-284"]
  ) { subject in
    Settings.judge(subject) { settings in
      let open = ExposureRules.open(settings)
      guard !open.isEmpty else { return [.pass("no channel is open to strangers", at: settings.place("channels"))] }
      let failures = open.compactMap { door -> Answer? in
        guard let channel = settings.channels.first(where: { $0.member.name == door.channel }) else { return nil }
        let own = channel.member.setting.at("configWrites")
        guard own?.bool != false else { return nil }
        let key = "\(channel.key).configWrites"
        return .fail(
          "\(door.evidence), and \(key) is \(own == nil ? "unset, which means on" : "true")", at: door.location,
          fix: settings.edit(key, to: "false"))
      }
      return Settings.outcome(
        failures, else: .pass("open channels may not change the configuration", at: open[0].location))
    }
  }

  static let owners = Rule(
    "commands.owner-anybody", "Anybody counts as the owner", .critical,
    because: "owners may do everything that a command in the chat can do",
    reads: ["commands.ownerAllowFrom", "commands.allowFrom"],
    tier: 1, requirement: "H18",
    why: "Every sender restarts the gateway, changes settings and switches sessions to full rights.",
    remedy: "List your own ids in commands.ownerAllowFrom.", references: ["CWE-284"]
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      let key = "commands.ownerAllowFrom"
      if settings[key]?.strings.contains("*") == true {
        failures.append(.fail("\(key) has *", at: settings.place(key)))
      }
      for member in settings["commands.allowFrom"]?.members ?? [] where member.setting.strings.contains("*") {
        let own = "commands.allowFrom.\(member.name)"
        failures.append(.fail("\(own) has *", at: settings.place(member.setting, key: own), severity: .high))
      }
      return Settings.outcome(failures, else: .pass("no list of owners has *", at: settings.place(key)))
    }
  }
}

import Installations
import Model

/// The gateway's web page: from where it may be used, and its dangerous switches.
enum ControlUIRules {
  static let all = [originsWildcard, originsMissing, hostHeader, insecureAuth, deviceAuth]

  /// Whether the page is there at all: it is, unless it is switched off.
  private static func page(_ subject: Subject, _ question: (Settings) -> [Answer]) -> [Answer] {
    Settings.judge(subject) { settings in
      guard settings.flag("gateway.controlUi.enabled") != false else {
        return [.pass("gateway.controlUi.enabled is off", at: settings.place("gateway.controlUi.enabled"))]
      }
      return question(settings)
    }
  }

  private static let key = "gateway.controlUi.allowedOrigins"

  static let originsWildcard = Rule(
    "control-ui.origins-wildcard", "Any web page may talk to the gateway", .high,
    because: "the browser's own wall between pages is taken down; a token is still needed where one is set",
    reads: [key], tier: 1, requirement: "H10", openclaw: ["gateway.control_ui.allowed_origins_wildcard"],
    why: "A page that a person opens can connect to the gateway from their browser and use what the browser stored.",
    remedy: "List the exact origins from which the page is used.", references: ["CWE-346", "CWE-942"]
  ) { subject in
    page(subject) { settings in
      let origins = settings[key]?.strings ?? []
      guard let wide = origins.first(where: { $0.contains("*") }) else {
        return [
          .pass(
            "\(key) \(origins.isEmpty ? "is unset" : "has \(origins.count) exact entries")", at: settings.place(key))
        ]
      }
      return [
        .fail(
          "\(key) has \(wide)", at: settings.place(key), severity: settings.exposure.isEmpty ? nil : .critical,
          fix: settings.edit(key, to: "the exact origins, such as [\"http://127.0.0.1:\(settings.port)\"]"))
      ]
    }
  }

  static let originsMissing = Rule(
    "control-ui.origins-missing", "An exposed gateway does not say which origins may use its page", .medium,
    because: "newer releases refuse such origins, older ones take them",
    reads: [key, "gateway.bind", "listening sockets"], tier: 1, requirement: "H10",
    openclaw: ["gateway.control_ui.allowed_origins_required"],
    why: "Releases differ in what they do without a list: some accept the origin that the request names.",
    remedy: "List the exact origins from which the page is used.", references: ["CWE-346"]
  ) { subject in
    page(subject) { settings in
      let origins = settings[key]?.strings ?? []
      if !origins.isEmpty { return [.pass("\(key) has \(origins.count) entries", at: settings.place(key))] }
      guard let way = settings.exposure.first else {
        return [.pass("\(key) is unset; nothing leads to the gateway from outside", at: settings.place(key))]
      }
      return [
        .fail(
          "\(key) is unset, and \(way)", at: settings.place(key),
          fix: settings.edit(key, to: "the exact origins, such as [\"https://agent.example.org\"]"))
      ]
    }
  }

  static let hostHeader = Rule(
    "control-ui.host-header-fallback", "The page trusts the name that a request brings along", .high,
    because: "a name that an attacker makes resolve to this address passes as the page's own origin",
    reads: ["gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback"], tier: 1, requirement: "H10",
    openclaw: ["gateway.control_ui.host_header_origin_fallback"],
    why:
      "A page of an attacker, its name pointed at this address (DNS rebinding), talks to the gateway as if it were its own page.",
    remedy: "Delete the switch and list exact origins instead.", references: ["CWE-350"]
  ) { subject in
    page(subject) { settings in
      settings.switchRule(
        "gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback",
        severity: settings.exposure.isEmpty ? nil : .critical)
    }
  }

  static let insecureAuth = Rule(
    "control-ui.insecure-auth", "The page accepts a token without a device's key", .medium,
    because: "a copied token is enough, from any device", reads: ["gateway.controlUi.allowInsecureAuth"], tier: 1,
    requirement: "H10", openclaw: ["gateway.control_ui.insecure_auth"],
    why:
      "The second wall, the key of a paired device, is gone: who has the token has everything, also over plain HTTP.",
    remedy: "Delete gateway.controlUi.allowInsecureAuth.", references: ["CWE-308"]
  ) { subject in
    page(subject) { $0.switchRule("gateway.controlUi.allowInsecureAuth", retired: true) }
  }

  static let deviceAuth = Rule(
    "control-ui.device-auth-disabled", "Devices need no pairing", .critical,
    because: "the pairing of devices is switched off for everybody",
    reads: ["gateway.controlUi.dangerouslyDisableDeviceAuth"], tier: 1, requirement: "H10",
    openclaw: ["gateway.control_ui.device_auth_disabled"],
    why:
      "Any client with the token, or any client at all where there is none, is an operator without anybody confirming it.",
    remedy: "Delete gateway.controlUi.dangerouslyDisableDeviceAuth and pair your devices again.",
    references: ["CWE-306"]
  ) { subject in
    page(subject) { $0.switchRule("gateway.controlUi.dangerouslyDisableDeviceAuth", retired: true) }
  }
}

/// What the gateway tells its neighbours.
enum DiscoveryRules {
  static let all = [mdnsFull]

  static let mdnsFull = Rule(
    "discovery.mdns-full", "The gateway announces paths, user and SSH port to the segment", .medium,
    because: "it gives nothing away that opens a door, but everything that helps to find one",
    reads: ["discovery.mdns.mode", "OPENCLAW_DISABLE_BONJOUR"], tier: 1, requirement: "N1",
    openclaw: ["discovery.mdns_full_mode"],
    why:
      "Everybody on the same network learns that an agent runs here, under which user, in which folder, and where SSH listens.",
    remedy: "Set discovery.mdns.mode to off or minimal.", references: ["CWE-200"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "discovery.mdns.mode"
      let mode = settings[key]?.string
      guard mode == "full" else {
        return [.pass("\(key) is \(mode ?? "unset, which means minimal")", at: settings.place(key))]
      }
      if subject.environment.found?.contains("OPENCLAW_DISABLE_BONJOUR") == true {
        return [
          .fail(
            "\(key) is full; OPENCLAW_DISABLE_BONJOUR is set in the running process and holds it back for now",
            at: settings.place(key), severity: .info, fix: settings.edit(key, to: "\"off\""))
        ]
      }
      return [
        .fail(
          "\(key) is full", at: settings.place(key), severity: settings.exposure.isEmpty ? nil : .high,
          fix: settings.edit(key, to: "\"off\""))
      ]
    }
  }
}

import Installations
import Matching
import Model

/// Browsers that the agent drives, and how it reaches them.
enum BrowserRules {
  static let all = [invalid, noLogin, plain, privateHost, relay]

  private static func browser(_ subject: Subject, _ question: (Settings) -> [Answer]) -> [Answer] {
    Settings.judge(subject) { settings in
      guard settings.flag("browser.enabled") != false else {
        return [.pass("browser.enabled is off", at: settings.place("browser.enabled"))]
      }
      return question(settings)
    }
  }

  /// Browsers of the configuration: its profiles, and the single address of earlier releases.
  static func addresses(_ settings: Settings) -> [(key: String, setting: Configuration.Setting, text: String)] {
    var out: [(String, Configuration.Setting, String)] = []
    if let own = settings["browser.cdpUrl"], let text = own.string { out.append(("browser.cdpUrl", own, text)) }
    for member in settings["browser.profiles"]?.members ?? [] {
      if let own = member.setting.at("cdpUrl"), let text = own.string {
        out.append(("browser.profiles.\(member.name).cdpUrl", own, text))
      }
    }
    return out
  }

  /// Scheme and host of an address, lower case; nil where it is none.
  static func parts(_ address: String) -> (scheme: String, host: String)? {
    guard let mark = address.firstRange(of: "://") else { return nil }
    let scheme = address[..<mark.lowerBound].lowercased()
    var rest = address[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    let host: Substring =
      if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") { rest[rest.index(after: rest.startIndex)..<end] } else
      {
        rest.prefix { $0 != ":" }
      }
    return scheme.isEmpty || host.isEmpty ? nil : (scheme, host.lowercased())
  }

  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host.hasSuffix(".localhost") || Address(host)?.isLoopback == true
  }

  static let invalid = Rule(
    "browser.configuration-invalid", "A browser of the configuration cannot work as written", .low,
    because: "the product then falls back to what it finds, which may be the person's own browser",
    reads: [
      "browser.profiles.*.cdpUrl", "browser.profiles.*.cdpPort", "browser.profiles.*.driver", "browser.defaultProfile",
    ],
    tier: 3, requirement: "H4", openclaw: ["browser.control_invalid_config"],
    why:
      "Checks of the part that cannot be read say nothing, and the browser that is used may be another than the owner believes.",
    remedy: "Correct the value at the place that is named."
  ) { subject in
    browser(subject) { settings in
      var failures: [Answer] = []
      for entry in addresses(settings) {
        guard let parts = parts(entry.text), ["http", "https", "ws", "wss"].contains(parts.scheme) else {
          failures.append(
            .fail("\(entry.key) is no address of a browser", at: settings.place(entry.setting, key: entry.key)))
          continue
        }
      }
      for member in settings["browser.profiles"]?.members ?? [] {
        let key = "browser.profiles.\(member.name)"
        if let port = member.setting.at("cdpPort") {
          let number = port.number.flatMap { UInt16(exactly: $0) }
          if number == nil || number == 0 {
            failures.append(.fail("\(key).cdpPort is no port", at: settings.place(port, key: key + ".cdpPort")))
          }
        }
        if let driver = member.setting.at("driver"),
          !["openclaw", "clawd", "extension", "existing-session"].contains(driver.string ?? "")
        {
          failures.append(
            .fail("\(key).driver is none that is known", at: settings.place(driver, key: key + ".driver")))
        }
      }
      if let chosen = settings["browser.defaultProfile"], let name = chosen.string,
        let profiles = settings["browser.profiles"], profiles[name] == nil,
        !["openclaw", "clawd", "chrome", "user"].contains(name)
      {
        failures.append(
          .fail(
            "browser.defaultProfile names a profile that is not there", at: settings.place("browser.defaultProfile")))
      }
      return Settings.outcome(failures, else: .pass("nothing in it is wrong", at: settings.place("browser")))
    }
  }

  static let noLogin = Rule(
    "browser.control-without-login", "The browser's control port asks for no login", .high,
    because: "local programs and web pages drive a browser that is logged in; nobody outside reaches the port",
    reads: ["browser.enabled", "gateway.auth", ".env", "units"], tier: 1, requirement: "H4",
    openclaw: ["browser.control_no_auth"],
    why:
      "Any program on this machine opens pages, reads cookies and acts in accounts that the browser is logged in to.",
    remedy: "Give the gateway a token, which also guards the browser, or set browser.enabled to false.",
    references: ["CWE-306"]
  ) { subject in
    browser(subject) { settings in
      switch settings.login {
      case .present(let how):
        guard settings["gateway.auth.mode"]?.string != "trusted-proxy" else {
          return [
            .fail(
              "the proxy's login does not reach the browser's own port, and no token is set",
              at: settings.place("gateway.auth.token"), severity: .medium)
          ]
        }
        return [.pass(how, at: settings.place("gateway.auth"))]
      case .unknown(let reason): return [.notMeasured(reason)]
      case .switchedOff:
        let hasSecret = settings.secret("gateway.auth.token") != nil || settings.secret("gateway.auth.password") != nil
        return hasSecret
          ? [.pass("gateway.auth.mode is none, but a token is set", at: settings.place("gateway.auth.token"))]
          : [.fail("gateway.auth.mode is none and no token is set", at: settings.place("gateway.auth.mode"))]
      case .missing(let what):
        // Newer releases make a token for themselves where none is set; whether this one did is not written in files.
        return [
          .fail(what, at: settings.place("gateway.auth.token"), severity: settings["browser"] == nil ? .medium : nil)
        ]
      }
    }
  }

  static let plain = Rule(
    "browser.remote-in-clear", "A browser elsewhere is driven without encryption", .high,
    because: "whoever is on the way reads pages and cookies and drives the browser",
    reads: ["browser.profiles.*.cdpUrl"], tier: 1, requirement: "H9", openclaw: ["browser.remote_cdp_http"],
    why: "Passwords that the browser fills in, and every page, cross the network readable and changeable.",
    remedy: "Use https or wss, or a VPN or SSH tunnel with an address of loopback.", references: ["CWE-319"]
  ) { subject in
    browser(subject) { settings in
      let failures = addresses(settings).compactMap { entry -> Answer? in
        guard let parts = parts(entry.text), parts.scheme == "http" || parts.scheme == "ws", !isLoopback(parts.host)
        else {
          return nil
        }
        let tailnet = Address(parts.host)?.scope == .tailnet || parts.host.hasSuffix(".ts.net")
        return .fail(
          "\(entry.key) is \(parts.scheme): to \(shown(parts.host))", at: settings.place(entry.setting, key: entry.key),
          severity: tailnet ? .low : nil)
      }
      return Settings.outcome(
        failures, else: .pass("no browser elsewhere is driven in clear", at: settings.place("browser.profiles")))
    }
  }

  private static func shown(_ host: String) -> String { VisibleText.cutMiddle(VisibleText.terminal(host), to: 60) }

  static let privateHost = Rule(
    "browser.private-hosts-allowed", "The browser may be led to machines of the private network", .medium,
    because: "it must be led there first, but then nothing stands between a page and the inside",
    reads: [
      "browser.ssrfPolicy.dangerouslyAllowPrivateNetwork", "browser.ssrfPolicy.allowPrivateNetwork",
      "browser.profiles.*.cdpUrl",
    ],
    tier: 2, requirement: "H12", openclaw: ["browser.remote_cdp_private_host"],
    why:
      "An injected instruction opens the router's page, the cloud's metadata or a colleague's service, and reads what it says.",
    remedy: "Delete the switch and name the few hosts in browser.ssrfPolicy.allowedHostnames.", references: ["CWE-918"]
  ) { subject in
    browser(subject) { settings in
      let keys = ["browser.ssrfPolicy.dangerouslyAllowPrivateNetwork", "browser.ssrfPolicy.allowPrivateNetwork"]
      guard let key = keys.first(where: { settings.flag($0) == true }) else {
        return [.pass("private networks are not opened to the browser", at: settings.place(keys[0]))]
      }
      let inside = addresses(settings).first { entry in
        guard let host = parts(entry.text)?.host else { return false }
        return isLoopback(host) || host == "metadata.google.internal"
          || Address(host).map { $0.scope < .public } ?? false
      }
      return [
        .fail(
          "\(key) is true\(inside.map { ", and \($0.key) leads to a private host" } ?? "")", at: settings.place(key),
          fix: settings.remove(key)
        ).naming(inside == nil ? nil : "browser.remote_cdp_private_host")
      ]
    }
  }

  static let relay = Rule(
    "browser.relay-old-login", "The browser extension may log in the old way", .low,
    because: "the old way hands the token to whatever answers on the relay's port; it is the shipped default",
    reads: ["browser.extensionRelay.allowLegacyAuth", "browser.profiles.*.driver"], tier: 3, requirement: "H10",
    openclaw: ["browser.extension_relay_legacy_auth"],
    why:
      "A local program that listens on the relay's port first is given the token and acts in the person's own browser.",
    remedy: "Update the extension, then set browser.extensionRelay.allowLegacyAuth to false.", references: ["CWE-522"]
  ) { subject in
    browser(subject) { settings in
      let key = "browser.extensionRelay.allowLegacyAuth"
      if settings.flag(key) == false { return [.pass("\(key) is off", at: settings.place(key))] }
      let used = (settings["browser.profiles"]?.members ?? []).contains {
        $0.setting.at("driver")?.string == "extension"
      }
      guard used || settings.flag(key) == true else {
        return [.pass("\(key) is unset, which means on; no profile uses the extension", at: settings.place(key))]
      }
      return [
        .fail(
          "\(key) is \(settings[key] == nil ? "unset, which means on" : "true")\(used ? ", and a profile uses the extension" : "")",
          at: settings.place(key), fix: settings.edit(key, to: "false"))
      ]
    }
  }
}

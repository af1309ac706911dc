import Model

/// Words for the nouns of the model, as the pages use them.
enum Words {
  /// `1 agent`, `3 agents`
  static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  /// `1,204,091`
  static func grouped(_ number: Int) -> String {
    var out = ""
    let digits = String(number)
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.utf8.count - index) % 3 == 0, out != "-" { out += "," }
      out.append(digit)
    }
    return out
  }

  /// `a, b and c`
  static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  static func severity(_ severity: Severity) -> String {
    switch severity {
    case .info: "Info"
    case .low: "Low"
    case .medium: "Medium"
    case .high: "High"
    case .critical: "Critical"
    }
  }

  static func scope(_ scope: Scope) -> String {
    switch scope {
    case .loopback: "loopback"
    case .tailnet: "tailnet"
    case .lan: "LAN"
    case .public: "public"
    }
  }

  static func source(_ source: Observation.Source) -> String {
    switch source {
    case .process: "Processes"
    case .listener: "Listening sockets"
    case .installation: "Installations"
    case .unit: "Service units"
    case .container: "Containers"
    case .tunnel: "Tunnels"
    case .mdns: "mDNS"
    case .wire: "Packets"
    case .flows: "Flow exports"
    case .log: "Logs"
    case .probe: "Probes"
    case .imported: "Other tools"
    case .demo: "Demo"
    }
  }

  /// How a fact of that source is known.
  static func knownBy(_ source: Observation.Source) -> String {
    switch source {
    case .process: "seen running on the host"
    case .listener: "read from the host’s sockets"
    case .installation: "read on disk"
    case .unit: "read from its unit"
    case .container: "read from the container engine"
    case .tunnel: "seen as a tunnel process"
    case .mdns: "heard on the segment"
    case .wire: "seen on the wire"
    case .flows: "seen in flow exports"
    case .log: "read from logs"
    case .probe: "answered from outside"
    case .imported: "told by another tool"
    case .demo: "made up for the demo"
    }
  }

  static func status(_ status: Agent.Status) -> String {
    switch status {
    case .running: "running"
    case .enabled: "enabled"
    case .announced: "announced"
    case .installed: "installed"
    case .remains: "remains"
    case .lost: "gone"
    }
  }

  /// The same in a sentence, in full.
  static func statusInFull(_ status: Agent.Status) -> String {
    switch status {
    case .running: "running"
    case .enabled: "enabled, not running now"
    case .announced: "announced on the segment"
    case .installed: "installed, not running"
    case .remains: "state without a program"
    case .lost: "not seen in the last look"
    }
  }

  /// Display name of a kind in the fingerprint table: `claude-code` becomes `Claude Code`.
  static func kind(_ kind: String) -> String {
    let known = [
      "openclaw": "OpenClaw", "nemoclaw": "NemoClaw", "nanoclaw": "NanoClaw", "ironclaw": "IronClaw",
      "zeroclaw": "ZeroClaw", "picoclaw": "PicoClaw", "openshell": "OpenShell", "codex": "Codex CLI",
      "codex-cli": "Codex CLI", "gemini-cli": "Gemini CLI", "claude-code": "Claude Code", "opencode": "OpenCode",
      "nanobot": "nanobot", "goose": "Goose", "hermes": "Hermes", "unknown": "Unknown agent",
    ]
    return known[kind] ?? kind
  }
}

extension Markup {
  static func severity(_ severity: Severity, _ word: String? = nil) -> Markup {
    "<span class=\"sev \(severity.rawValue)\">\(word ?? Words.severity(severity))</span>"
  }
  static func pass(_ word: String = "Pass") -> Markup { "<span class=\"sev pass\">\(word)</span>" }
  static func unmeasured(_ word: String = "Not measured") -> Markup {
    "<span class=\"sev unmeasured\">\(word)</span>"
  }
  /// A verdict is no severity and has no colour; an unknown one is shown as text from outside.
  static func verdict(_ verdict: String?) -> Markup {
    switch verdict {
    case nil: "<span></span>"
    case let known? where ["allow", "deny", "ask", "observe"].contains(known):
      "<span class=\"verdict \(known)\">\(known)</span>"
    case let other?: "<span class=\"tag\">\(other)</span>"
    }
  }
}

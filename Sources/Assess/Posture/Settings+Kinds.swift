import Installations
import Model

/// Values of a kind that a key does not have: the product refuses such a file, and what the rules read there says nothing.
extension Settings {
  enum Kind: String {
    case object = "an object"
    case list = "a list"
    case text = "a text"
    case flag = "true or false"
  }

  /// Keys whose kind is the same in every era; `*` stands for one name.
  private static let kinds: [(path: [Substring], kind: Kind)] = table.flatMap { kind, paths in
    paths.split(separator: " ").map { (path: $0.split(separator: "."), kind: kind) }
  }

  private static let table: [(Kind, String)] = [
    (
      .object,
      "gateway gateway.auth gateway.nodes gateway.controlUi gateway.tailscale gateway.auth.rateLimit gateway.http"
    ),
    (.object, "agents agents.defaults agents.entries agents.entries.* agents.defaults.sandbox"),
    (.object, "channels channels.* tools tools.exec tools.fs tools.elevated tools.web"),
    (.object, "logging hooks mcp mcp.servers mcp.servers.* plugins plugins.entries session discovery discovery.mdns"),
    (.object, "discovery.wideArea browser browser.profiles cron env security commands models skills"),
    (.list, "agents.list tools.allow tools.deny tools.alsoAllow plugins.allow plugins.deny gateway.trustedProxies"),
    (.text, "gateway.bind gateway.mode gateway.auth.mode gateway.tailscale.mode tools.profile tools.exec.mode"),
    (.text, "tools.exec.security tools.exec.ask tools.exec.host channels.*.dmPolicy channels.*.groupPolicy"),
    (.text, "logging.redactSensitive discovery.mdns.mode session.dmScope agents.defaults.sandbox.mode"),
    (.flag, "hooks.enabled gateway.terminal.enabled gateway.controlUi.enabled tools.elevated.enabled"),
    (.flag, "tools.fs.workspaceOnly plugins.enabled"),
  ]

  /// Where a value of another kind stands, and which kind belongs there, in the order of the table.
  var misfits: [(key: String, kind: Kind)] {
    Self.kinds.flatMap { entry in
      Self.places(of: entry.path[...], in: configuration.root, key: "").compactMap { place in
        Self.fits(place.setting, entry.kind) ? nil : (key: place.key, kind: entry.kind)
      }
    }
  }

  private static func places(
    of path: ArraySlice<Substring>, in setting: Configuration.Setting, key: String
  ) -> [(key: String, setting: Configuration.Setting)] {
    guard let name = path.first else { return [(key, setting)] }
    let members = (setting.members ?? []).filter { name == "*" || $0.name == name }
    return members.flatMap { member in
      places(of: path.dropFirst(), in: member.setting, key: key.isEmpty ? member.name : "\(key).\(member.name)")
    }
  }

  private static func fits(_ setting: Configuration.Setting, _ kind: Kind) -> Bool {
    if setting.content == .null { return true }
    return switch kind {
    case .object: setting.members != nil
    // A single one counts as a list of one; older releases took both.
    case .list: setting.array != nil || setting.string != nil
    case .text: setting.string != nil
    case .flag: setting.bool != nil
    }
  }

  /// A pass that rests on a value of the wrong kind, above it or below, is none.
  func withoutMisfits(_ answers: [Answer]) -> [Answer] {
    let misfits = misfits
    guard !misfits.isEmpty else { return answers }
    return answers.map { answer in
      guard answer.outcome == .pass, let key = answer.location.key,
        let misfit = misfits.first(where: { Self.touches(key, $0.key) })
      else { return answer }
      return .notMeasured(
        "\(misfit.key) is not \(misfit.kind.rawValue), which the product refuses; it is not known what it runs with",
        at: place(misfit.key))
    }
  }

  private static func touches(_ key: String, _ misfit: String) -> Bool {
    key == misfit || key.hasPrefix(misfit + ".") || misfit.hasPrefix(key + ".") || key.hasPrefix(misfit + "[")
  }
}

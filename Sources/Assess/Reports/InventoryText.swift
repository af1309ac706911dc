import Matching
public import Model

/// The inventory for a terminal: what runs here, how Trammel knows, what it could not see.
public enum InventoryText {
  /// One sentence that answers the question of the page.
  public static func headline(_ agents: [Agent], host: Host) -> String {
    let present = agents.filter { $0.status != .lost }
    guard !present.isEmpty else { return "No agent was found on \(VisibleText.terminal(host.name)) or its segment." }
    let running = present.filter { $0.status == .running || $0.status == .announced }.count
    let unowned = present.filter { $0.registration == nil }.count
    let hosts = Set(present.map(\.host.id)).count
    var text = count(present.count, "agent", "agents") + " on " + count(hosts, "host", "hosts")
    text += running == present.count ? ", all running." : ", \(running) running."
    if unowned == present.count {
      text += present.count == 1 ? " It belongs to nobody." : " None is registered."
    } else if unowned > 0 {
      text += unowned == 1 ? " 1 belongs to nobody." : " \(unowned) belong to nobody."
    }
    return text
  }

  public static func table(_ agents: [Agent], style: Style) -> String {
    var table = Table(["RISK", "AGENT", "VERSION", "HOST", "USER", "OWNER", "LISTENS ON", "STATUS"])
    for agent in agents {
      let level = agent.risk.level
      let plain = level.map { Style().severity($0) } ?? "– not assessed"
      table.add(
        [
          plain, agent.id, VisibleText.terminal(agent.version ?? "–"), VisibleText.terminal(agent.host.name),
          VisibleText.terminal(agent.user ?? "–"),
          VisibleText.terminal(agent.registration?.owner ?? "unregistered"), listens(agent), agent.status.rawValue,
        ], dressed: level.map { [0: style.severity($0)] } ?? [:])
    }
    return table.text(style)
  }

  private static func listens(_ agent: Agent) -> String {
    guard let first = agent.listeners.max(by: { $0.scope < $1.scope }) else { return "–" }
    let more = agent.listeners.count > 1 ? " +\(agent.listeners.count - 1)" : ""
    return "\(first.scope.rawValue) :\(first.port)\(more)"
  }

  /// Everything known of one agent, with the evidence for it.
  public static func detail(_ agent: Agent, style: Style) -> String {
    var lines: [String] = []
    lines.append(style.bold(agent.id) + "  " + (agent.risk.level.map(style.severity) ?? style.dim("not assessed")))
    func fact(_ name: String, _ value: String?) {
      guard let value else { return }
      let label = "  " + name + String(repeating: " ", count: max(1, 18 - name.count))
      lines.append(style.wrapped(VisibleText.terminal(value), indent: 20, first: label))
    }
    fact("product", agent.kind)
    if agent.name != agent.kind { fact("calls itself", agent.name) }
    fact("version", agent.version ?? "not known")
    fact("status", agent.status.rawValue)
    fact(
      "host",
      "\(agent.host.name)"
        + (agent.host.addresses.isEmpty ? "" : " (\(agent.host.addresses.map(\.description).joined(separator: ", ")))"))
    fact("network card", agent.host.mac.map { "\($0)\(agent.host.vendor.map { " (\($0))" } ?? "")" })
    fact("user", agent.user)
    fact("state directory", agent.stateDirectory)
    fact(
      "owner",
      agent.registration.map { registration in
        registration.owner + (registration.approvedBy.map { ", approved by \($0)" } ?? "")
          + (registration.until.map { ", until \($0.rfc3339())" } ?? "")
      } ?? "unregistered: trammel agents register \(agent.id) --owner WHO")
    fact("first seen", agent.firstSeen.rfc3339())
    fact("last seen", agent.lastSeen.rfc3339())
    for listener in agent.listeners {
      var text = "\(listener.endpoint) \(listener.scope.rawValue)"
      if let authenticated = listener.authenticated { text += authenticated ? ", login" : ", no login" }
      if let tls = listener.tls { text += tls ? ", TLS" : ", no TLS" }
      fact("listens on", text)
    }
    lines.append("")
    lines.append("  " + style.bold("How Trammel knows"))
    for piece in agent.evidence {
      lines.append(
        style.wrapped(
          "\(VisibleText.terminal(piece.detail)) (\(piece.confidence.rawValue))", indent: 18,
          first: "    " + piece.source.rawValue
            + String(repeating: " ", count: max(1, 14 - piece.source.rawValue.count))))
      for reason in piece.reasons {
        lines.append(style.dim(style.wrapped(VisibleText.terminal(reason), indent: 20, first: "                  · ")))
      }
      if let proof = piece.proof { lines.append(style.dim("                  $ " + VisibleText.terminal(proof))) }
    }
    return lines.joined(separator: "\n")
  }

  /// What was looked at and what was out of reach.
  public static func sources(_ sources: [SourceStatus], style: Style) -> String {
    var lines = [style.bold("Looked at")]
    for source in sources {
      let name = source.source.rawValue
      var text = VisibleText.terminal(source.looked)
      if !source.skipped.isEmpty {
        text +=
          "; skipped "
          + source.skipped.sorted { $0.key < $1.key }.map { "\($0.value) \(VisibleText.terminal($0.key))" }
          .joined(separator: ", ")
      }
      lines.append(
        style.wrapped(text, indent: 17, first: "  " + name + String(repeating: " ", count: max(1, 15 - name.count))))
    }
    let blind = sources.flatMap(\.blind)
    if !blind.isEmpty {
      lines.append("")
      lines.append(style.bold("Could not see"))
      for one in blind {
        lines.append(style.wrapped(VisibleText.terminal(one.what), indent: 4, first: "  ? "))
        lines.append(style.dim(style.wrapped(VisibleText.terminal(one.remedy), indent: 6, first: "    → ")))
      }
    }
    return lines.joined(separator: "\n")
  }

  static func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }

  /// The `trammel.inventory/1` document of the command line contract.
  public static func document(agents: [Agent], host: Host, sources: [SourceStatus]) -> Value {
    [
      "schema": "trammel.inventory/1", "host": host.value, "agents": .array(agents.map(\.value)),
      "sources": .array(sources.map(\.value)),
    ]
  }
}

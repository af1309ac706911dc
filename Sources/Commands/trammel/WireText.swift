import Detection
import Matching
import Model
import Reports
import Wire
import WireSensor

/// What was seen on a wire, ready to be told.
struct WireReport: Sendable {
  var look: Traffic.Look
  var status: SourceStatus
  /// The member `capture` of the JSON document.
  var value: Value
  var files: [Value]
  /// Contacts with models that are news, and the baseline to keep.
  var news: (contacts: [FirstContact], baseline: [UInt8])

  init(
    _ traffic: inout Traffic, host: Host, what: String, files: [Value], skipped: [String: Int],
    blind: [SourceStatus.Blind], names: Int, source: Observation.Source = .wire
  ) {
    look = traffic.look(host: host, source: source)
    news = traffic.takeNews()
    value = traffic.value(names: look.names, limit: names)
    self.files = files
    status = traffic.status(source, what: what, skipped: skipped, blind: blind)
  }
}

/// A capture for a person: who runs agents and why, who only speaks with models, what was looked at.
enum WireText {
  static func render(_ report: WireReport, agents: [Agent], style: Style) -> String {
    var out = ""
    let shown = report.look.activities.filter { $0.verdict != .nothing || !$0.concerns.isEmpty }
    let count = shown.filter(\.verdict.isAgent).count
    out += style.bold(headline(count, shown)) + "\n"
    for contact in report.news.contacts.prefix(20) {
      out +=
        "\n\(contact.host) spoke to \(contact.provider) for the first time in \(contact.daysWatched) days\(contact.isFirstOfHost ? "; to no model before" : "")\n"
    }
    for activity in shown.prefix(200) { out += "\n" + block(activity, style) }
    if shown.count > 200 { out += "\nand \(shown.count - 200) more hosts: --json lists all\n" }
    if !report.look.announcements.isEmpty {
      out += "\nAnnounced by multicast DNS\n"
      for one in report.look.announcements.prefix(50) {
        let place = one.addresses.first.map(\.description) ?? "?"
        out += "  \(VisibleText.terminal(one.title)) as \(one.type.text) at \(place):\(one.service?.port ?? 0)\n"
      }
    }
    out += "\n" + InventoryText.sources([report.status], style: style)
    return out
  }

  private static func headline(_ count: Int, _ shown: [HostActivity]) -> String {
    if shown.isEmpty { return "No traffic with model services, agents' platforms or gateways." }
    let agents =
      count == 0
      ? "No host runs an agent, as far as the wire shows"
      : count == 1 ? "1 host runs an agent" : "\(count) hosts run agents"
    let rest = shown.count - count
    return agents + (rest == 0 ? "." : "; \(rest) more \(rest == 1 ? "has" : "have") traffic worth knowing.")
  }

  private static func block(_ activity: HostActivity, _ style: Style) -> String {
    let addresses = activity.addresses.prefix(4).map(\.description).joined(separator: ", ")
    var out = "\(style.bold(addresses))  \(words(activity.verdict)), confidence \(activity.confidence.rawValue)\n"
    out += "  \(VisibleText.terminal(activity.statement))\n"
    for service in activity.providers.prefix(6) { out += "  " + line(service) + "\n" }
    for service in activity.integrations.prefix(4) { out += "  " + line(service) + "\n" }
    for sign in activity.signs.prefix(5) {
      out += "  \(sign.weight < 0 ? "−" : "+") \(sign.strength.rawValue): \(VisibleText.terminal(sign.words))\n"
    }
    for concern in activity.concerns.prefix(4) {
      out += "  \(style.severity(concern.severity)) \(VisibleText.terminal(concern.words))\n"
    }
    return out
  }

  private static func words(_ verdict: HostActivity.Verdict) -> String {
    switch verdict {
    case .agent(let kind): kind.map { "runs \($0)" } ?? "runs an agent"
    case .likelyAgent(let kind): kind.map { "likely runs \($0)" } ?? "likely runs an agent"
    case .modelTraffic: "model traffic"
    case .person: "a person at a browser"
    case .nothing: "no model traffic"
    }
  }

  private static func line(_ service: HostActivity.Service) -> String {
    var out = "\(service.name) (\(VisibleText.terminal(service.domain)))"
    if service.connections > 0 {
      out += ": \(service.connections) \(service.connections == 1 ? "connection" : "connections"), "
      out += "\(bytes(service.bytesUp)) up, \(bytes(service.bytesDown)) down"
    } else {
      out += ": \(service.queries) \(service.queries == 1 ? "question" : "questions") to a resolver"
    }
    return out
  }

  static func bytes(_ count: UInt64) -> String {
    switch count {
    case ..<1000: "\(count) B"
    case ..<1_000_000: "\(count / 100 / 10).\(count / 100 % 10) kB"
    case ..<1_000_000_000: "\(count / 100_000 / 10).\(count / 100_000 % 10) MB"
    default: "\(count / 100_000_000 / 10).\(count / 100_000_000 % 10) GB"
    }
  }
}

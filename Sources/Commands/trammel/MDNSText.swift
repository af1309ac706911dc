import Model
import Wire
import WireSensor

/// A round of mDNS for a person: a table of announcers, then what each of them tells everybody.
enum MDNSText {
  static func render(_ report: MDNS.Report) -> String {
    var out = ""
    let seen = report.sweep.observations
    if seen.isEmpty {
      out += "No agent announces itself here.\n"
    } else {
      let rows =
        [["ANNOUNCED AS", "WHERE", "ERA", "MODE", "CARD", "CONFIDENCE"]] + seen.map { row($0) }
      out += table(rows)
      for one in seen { out += "\n" + details(one) }
    }
    if !report.queries.isEmpty {
      out += "\nLooked for gateways:\n"
      out += table(
        report.queries.map {
          ["  \($0.address)", "on \($0.link.name)", $0.type.text, $0.count == 1 ? "once" : "\($0.count) times"]
        })
    }
    for status in report.sweep.status {
      out += "\nLooked at: \(status.looked).\n"
      for (name, count) in status.skipped.sorted(by: { $0.key < $1.key }) { out += "Skipped: \(count) \(name).\n" }
      for blind in status.blind { out += "Not seen: \(blind.what).\n  \(blind.remedy)\n" }
    }
    return out
  }

  /// One change in one line.
  static func line(_ change: Segment.Change) -> String {
    func place(_ one: Announcement) -> String {
      let endpoint = one.service.map { service in
        one.addresses.first.map { Listener(address: $0, port: service.port).endpoint } ?? "port \(service.port)"
      }
      return "\(one.title) as \(one.type.text)" + (endpoint.map { " at \($0)" } ?? "") + " on \(one.link.name)"
        + (one.mode.map { ", \($0.rawValue) mode" } ?? "")
    }
    return switch change {
    case .appeared(let one): "appeared   \(place(one))"
    case .changed(let one): "changed    \(place(one))"
    case .withdrawn(let one, let reason): "gone       \(place(one)) (\(reason.rawValue))"
    case .queried(let query): "looked for \(query.type.text) by \(query.address) on \(query.link.name)"
    case .flooded(let flood): "flood      on \(flood.link.name), first from \(flood.address)"
    }
  }

  private static func row(_ seen: Observation) -> [String] {
    let data = seen.facts.data
    return [
      data["instance"]?.string ?? "?", seen.facts.listeners.first?.endpoint ?? "?", data["era"]?.string ?? "?",
      data["mode"]?.string ?? "no TXT",
      [seen.host.mac, seen.host.vendor.map { "(\($0))" }].compactMap { $0 }.joined(separator: " "),
      seen.confidence.rawValue,
    ]
  }

  private static func details(_ seen: Observation) -> String {
    var out =
      "\(seen.facts.data["instance"]?.string ?? "?") tells everybody on \(seen.facts.data["interface"]?.string ?? "?"):\n"
    let names = Dictionary(
      Announcement.Leak.What.allCases.map { ($0.rawValue, $0.title) }, uniquingKeysWith: { first, _ in first })
    let leaks = seen.facts.data["leaks"]?.array ?? []
    out += table(
      leaks.map { leak in
        let what = leak["what"]?.string ?? "?"
        return ["  \(names[what] ?? what)", leak["value"]?.string ?? "?", "(\(leak["source"]?.string ?? "?"))"]
      })
    for reason in seen.facts.reasons.dropFirst() { out += "  note: \(reason)\n" }
    if let claimed = seen.facts.data["txt_port_differs"]?.string {
      out += "  note: TXT says port \(claimed), the service record says another; the record counts\n"
    }
    return out
  }

  /// Columns two blanks apart; the last one is not padded.
  private static func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

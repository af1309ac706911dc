import Platform

/// What of a machine's files limits the connections that leave it, and what sends its logs to another one.
struct OutgoingReader {
  typealias Line = MachineFacts.Line

  let files: any FileSystem

  func read(into facts: inout MachineFacts) {
    facts.outgoing = lines(in: firewalls(), of: Self.closing)
    facts.logForwards = lines(in: forwarders(), of: Self.forwarding)
  }

  /// The lines that a question finds in files that are there; unread where one of them could not be read and none of the
  /// others has such a line.
  private func lines(
    in paths: [String], of question: (_ text: String, _ path: String) -> [Line]
  ) -> MachineFacts.Reading<[Line]> {
    var found: [Line] = []
    var unread: String?
    for path in paths {
      do { found += question(try files.text(path, limit: MachineReader.maximumBytes), path) } catch {
        if error.code == .notFound || error.code == .notDirectory { continue }
        unread = unread ?? "\(path): \(Paths.explain(error, limit: MachineReader.maximumBytes))"
      }
    }
    if found.isEmpty, let unread { return .unread(unread) }
    return .read(Array(found.prefix(20)))
  }

  private func folder(_ path: String, ending: String) -> [String] {
    // A folder that cannot be listed is handed on as a file: reading it then says why.
    do { return try files.list(path).prefix(200).filter { $0.hasSuffix(ending) }.map { "\(path)/\($0)" } } catch {
      return error.code == .notFound || error.code == .notDirectory ? [] : [path]
    }
  }

  // MARK: firewalls

  private func firewalls() -> [String] {
    ["/etc/default/ufw", "/etc/nftables.conf", "/etc/sysconfig/nftables.conf"]
      + folder("/etc/nftables.d", ending: ".conf") + folder("/etc/nftables", ending: ".nft")
      + ["/etc/iptables/rules.v4", "/etc/sysconfig/iptables"]
  }

  /// The rule for packets that leave and that no line names, where it lets nothing through: nft(8), iptables-save(8),
  /// and the default of ufw-framework(8).
  static func closing(_ text: String, of path: String) -> [Line] {
    var isOutput = false
    return MachineReader.lines(text, of: path).filter { line in
      let words = line.text.lowercased().split {
        $0 == " " || $0 == "\t" || $0 == ";" || $0 == "{" || $0 == "=" || $0 == "\""
      }
      if words.first == "default_output_policy" { return words.contains("drop") || words.contains("reject") }
      if words.first == ":output" { return words.dropFirst().first == "drop" }
      if words.first == "chain" { isOutput = false }
      if let hook = words.firstIndex(of: "hook") { isOutput = words.dropFirst(hook + 1).first == "output" }
      guard isOutput, let policy = words.firstIndex(of: "policy") else { return false }
      return words.dropFirst(policy + 1).first == "drop"
    }
  }

  // MARK: logs

  private static let shippers = [
    "/etc/fluent-bit/fluent-bit.conf", "/etc/fluent/fluentd.conf", "/etc/vector/vector.toml", "/etc/vector/vector.yaml",
    "/etc/filebeat/filebeat.yml", "/etc/promtail/config.yml", "/etc/alloy/config.alloy",
    "/etc/otelcol-contrib/config.yaml",
  ]

  private func forwarders() -> [String] {
    ["/etc/rsyslog.conf"] + folder("/etc/rsyslog.d", ending: ".conf") + ["/etc/syslog-ng/syslog-ng.conf"]
      + folder("/etc/syslog-ng/conf.d", ending: ".conf") + ["/etc/systemd/journal-upload.conf"]
      + folder("/etc/systemd/journal-upload.conf.d", ending: ".conf") + ["/etc/audit/plugins.d/au-remote.conf"]
      + Self.shippers
  }

  /// Lines that name another machine: rsyslog.conf(5) (`@host`, `@@host`, `omfwd`, `omrelp`), the destinations of
  /// syslog-ng, journal-upload.conf(5), the remote plugin of auditd(8). A program whose work is to ship logs counts by its
  /// configuration being there, at line 0.
  static func forwarding(_ text: String, of path: String) -> [Line] {
    let lines = MachineReader.lines(text, of: path)
    if shippers.contains(path) {
      return lines.isEmpty ? [] : [Line(file: path, line: 0, text: "")]
    }
    return lines.filter { line in
      let text = line.text
      if path.contains("journal-upload") { return text.hasPrefix("URL=") && text.count > 4 }
      if path.hasSuffix("au-remote.conf") {
        return text.filter { $0 != " " }.lowercased() == "active=yes"
      }
      if path.contains("syslog-ng") {
        return text.hasPrefix("destination") && ["network(", "syslog(", "tcp(", "udp("].contains { text.contains($0) }
      }
      if text.contains("omfwd") || text.contains("omrelp") {
        return text.hasPrefix("action") || text.contains("action(")
      }
      guard text.first != "$", let target = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).last else {
        return false
      }
      return target.hasPrefix("@")
        && target.drop { $0 == "@" }.first.map { $0.isLetter || $0.isNumber || "[(".contains($0) } ?? false
    }
  }
}

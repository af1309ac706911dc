import Platform

extension MachineReader {
  /// ufw's switch, policy and rules.
  func firewall() -> MachineFacts.Reading<MachineFacts.Firewall> {
    let path = "/etc/ufw/ufw.conf"
    let lines: [Line]
    switch reading(path) {
    case .absent: return .absent
    case .unread(let reason): return .unread(reason)
    case .read(let text): lines = Self.lines(text, of: path)
    }
    func value(_ line: Line) -> String {
      line.text.split(separator: "=").last.map { $0.filter { $0 != "\"" && $0 != " " }.lowercased() } ?? ""
    }
    let switched = lines.last { $0.text.hasPrefix("ENABLED=") }
    var firewall = MachineFacts.Firewall(isEnabled: switched, enabled: switched.map { value($0) == "yes" } ?? false)
    switch reading("/etc/default/ufw") {
    case .absent: break
    case .unread(let reason): firewall.unread = reason
    case .read(let text):
      firewall.inputPolicy = Self.lines(text, of: "/etc/default/ufw").last {
        $0.text.hasPrefix("DEFAULT_INPUT_POLICY=")
      }
    }
    // Without these files ufw lets through nothing that it would not do by itself.
    for name in ["after.rules", "before.rules", "user.rules"] {
      let path = "/etc/ufw/\(name)"
      switch reading(path) {
      case .absent: break
      case .unread(let reason): firewall.unread = firewall.unread ?? reason
      case .read(let text): take(Self.lines(text, of: path), name, &firewall)
      }
    }
    return .read(firewall)
  }

  private func take(_ rules: [Line], _ name: String, _ firewall: inout MachineFacts.Firewall) {
    if rules.contains(where: {
      $0.text.hasPrefix("-A DOCKER-USER")
        && ($0.text.contains("-j DROP") || $0.text.contains("-j REJECT") || $0.text.contains("-j ufw"))
    }) {
      firewall.guardsDocker = true
    }
    guard name == "user.rules" else { return }
    firewall.openPorts = Array(
      rules.filter {
        $0.text.hasPrefix("-A ufw-user-input") && $0.text.hasSuffix("-j ACCEPT") && !$0.text.contains(" -s ")
          && !$0.text.contains("-i ")
      }
      .prefix(200))
  }

  /// Lines of firewall files that keep programs of this machine from the metadata service.
  func metadataBlocks(_ facts: inout MachineFacts) {
    for path in [
      "/etc/nftables.conf", "/etc/iptables/rules.v4", "/etc/sysconfig/iptables", "/etc/ufw/before.rules",
      "/etc/ufw/user.rules", "/etc/ufw/after.rules",
    ] {
      switch reading(path) {
      case .absent: break
      case .unread(let reason): facts.metadataUnread = facts.metadataUnread ?? reason
      case .read(let text):
        facts.metadataBlocks += Self.lines(text, of: path).filter { line in
          let text = line.text.lowercased()
          return (text.contains("169.254.169.254") || text.contains("169.254.0.0/16"))
            && (text.contains("drop") || text.contains("reject")) && !text.contains("forward")
        }.prefix(20)
      }
    }
  }
}

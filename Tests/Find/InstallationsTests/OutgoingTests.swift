import Platform
import Testing

@testable import Installations

/// What limits connections that leave, and what sends logs away. Every file is made up.
@Suite struct OutgoingTests {
  private func facts(_ contents: [String: String], closed: [String] = []) -> MachineFacts {
    var files = MemoryFiles()
    for (path, text) in contents { files.add(path, text, mode: 0o644, owner: 0) }
    var facts = MachineFacts()
    OutgoingReader(files: Guarded(base: files, closed: closed)).read(into: &facts)
    return facts
  }

  @Test(
    arguments: [
      ("/etc/default/ufw", "IPV6=yes\nDEFAULT_INPUT_POLICY=\"DROP\"\nDEFAULT_OUTPUT_POLICY=\"DROP\"\n", 3),
      ("/etc/default/ufw", "DEFAULT_OUTPUT_POLICY=\"REJECT\"\n", 1),
      ("/etc/default/ufw", "DEFAULT_INPUT_POLICY=\"DROP\"\nDEFAULT_OUTPUT_POLICY=\"ACCEPT\"\n", nil),
      (
        "/etc/nftables.conf",
        "table inet f {\n chain out {\n  type filter hook output priority 0; policy drop;\n }\n}\n", 3
      ),
      (
        "/etc/nftables.conf",
        "table inet f {\n chain out {\n  type filter hook output priority 0\n  policy drop\n }\n}\n", 4
      ),
      (
        "/etc/nftables.conf", "table inet f {\n chain in {\n  type filter hook input priority 0; policy drop;\n }\n}\n",
        nil
      ),
      (
        "/etc/nftables.conf",
        "chain out { type filter hook output priority 0; policy accept; }\nchain in { type filter hook input priority 0; policy drop; }\n",
        nil
      ),
      ("/etc/nftables.d/a.conf", "chain o { type filter hook output priority 0; policy drop; }\n", 1),
      ("/etc/iptables/rules.v4", "*filter\n:INPUT DROP [0:0]\n:OUTPUT DROP [0:0]\n", 3),
      ("/etc/iptables/rules.v4", "*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n", nil),
      ("/etc/nftables.conf", "# chain o { type filter hook output priority 0; policy drop; }\n", nil),
    ] as [(String, String, Int?)])
  func `a policy that lets nothing out counts, in every firewall's words`(path: String, text: String, line: Int?) {
    #expect(
      facts([path: text]).outgoing
        == .read(line.map { [MachineFacts.Line(file: path, line: $0, text: Self.at($0, text))] } ?? []))
  }

  @Test(
    arguments: [
      ("/etc/rsyslog.d/90-x.conf", "*.* @@logs.example.com:6514\n", 1),
      ("/etc/rsyslog.conf", "# *.* @logs.example.com\nauth.* @192.0.2.7\n", 2),
      ("/etc/rsyslog.conf", "*.* action(type=\"omfwd\" target=\"logs.example.com\")\n", 1),
      ("/etc/rsyslog.conf", "$ModLoad imuxsock\n*.* /var/log/syslog\nmail.* -/var/log/mail@host\n", nil),
      ("/etc/systemd/journal-upload.conf", "[Upload]\n# URL=\nURL=https://logs.example.com\n", 3),
      ("/etc/systemd/journal-upload.conf", "[Upload]\nURL=\n", nil),
      ("/etc/syslog-ng/syslog-ng.conf", "destination d { network(\"logs.example.com\" port(6514)); };\n", 1),
      ("/etc/syslog-ng/syslog-ng.conf", "source s { network(port(514)); };\n", nil),
      ("/etc/audit/plugins.d/au-remote.conf", "active = no\n", nil),
      ("/etc/audit/plugins.d/au-remote.conf", "active = yes\n", 1),
    ] as [(String, String, Int?)])
  func `a line that sends the log elsewhere counts, and one that keeps it does not`(
    path: String, text: String, line: Int?
  ) {
    #expect(
      facts([path: text]).logForwards
        == .read(line.map { [MachineFacts.Line(file: path, line: $0, text: Self.at($0, text))] } ?? []))
  }

  @Test func `a shipper counts where it is set up`() {
    let path = "/etc/vector/vector.yaml"
    #expect(facts([path: "sinks: {}\n"]).logForwards == .read([.init(file: path, line: 0, text: "")]))
    #expect(facts([path: "# nothing\n"]).logForwards == .read([]))
  }

  @Test func `a file or folder that is closed is no proof that nothing stands in it`() {
    #expect(facts(["/etc/rsyslog.d/90-x.conf": "x\n"], closed: ["/etc/rsyslog.d"]).logForwards.content == nil)
    #expect(facts(["/etc/iptables/rules.v4": ":OUTPUT DROP\n"], closed: ["/etc/iptables"]).outgoing.content == nil)
    // What stands in another file holds all the same.
    let both = facts(
      ["/etc/iptables/rules.v4": "x\n", "/etc/default/ufw": "DEFAULT_OUTPUT_POLICY=\"DROP\"\n"],
      closed: ["/etc/iptables"])
    #expect(both.outgoing.content?.count == 1)
  }

  private static func at(_ line: Int, _ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return String(lines[line - 1].drop { $0 == " " })
  }
}

public import Model

extension SampleOffice {
  public var findings: [Finding] {
    failing + passing
  }

  private var failing: [Finding] {
    [
      Finding(
        rule: "gateway.bind-exposed", title: "Anyone on the LAN can command it, without a password",
        severity: .critical, outcome: .fail, agent: Self.studio,
        location: .init(file: "/Users/mira/.openclaw/openclaw.json", line: 12, key: "gateway.bind"),
        evidence:
          "Port 18789 listens on every address and asks for no token; `wren` connected and was given the operator role.",
        why: "Whoever is on the office Wi-Fi can run shell commands as mira.",
        fix: .init(
          "Listen on loopback only. Remote use goes through the VPN.",
          command: "openclaw config set gateway.bind loopback"),
        references: ["https://docs.openclaw.ai/gateway/security"], requirement: "A2", tier: 1,
        openclawCheckID: "gateway.bind_no_auth"),
      Finding(
        rule: "secret.plaintext", title: "An API key stands in the configuration", severity: .critical, outcome: .fail,
        agent: Self.studio,
        location: .init(file: "/Users/mira/.openclaw/openclaw.json", line: 58, key: "models.anthropic.apiKey"),
        evidence: "A key of Anthropic’s shape, 108 characters, ending in `…Q2ML`.",
        why: "Whoever reads this file, or the backup it is in, spends on the account without a limit.",
        fix: .init(
          "Move it to the vault, then disable the old one at Anthropic.",
          command:
            "trammel secrets set ANTHROPIC_API_KEY --host api.anthropic.com\nopenclaw config unset models.anthropic.apiKey"
        )),
      Finding(
        rule: "container.bypasses-firewall", title: "Published past the firewall", severity: .high, outcome: .fail,
        agent: "oc-1b22c0", location: .init(file: "/srv/crm/docker-compose.yml", line: 14, address: "0.0.0.0:18789"),
        evidence:
          "The engine publishes 18789 on 0.0.0.0 before UFW sees the packet, so the rule `deny 18789` does nothing.",
        why: "The firewall says closed, and the port is open.",
        fix: .init(
          "Publish it on loopback in `docker-compose.yml`, line 14.", command: "trammel audit crm-bot --fix --dry-run")),
      Finding(
        rule: "mdns.full-mode", title: "Announces user name, install path and SSH port to the segment", severity: .high,
        outcome: .fail, agent: Self.studio,
        evidence: "TXT record: `cliPath=/Users/mira/.npm-global/bin/openclaw` `sshPort=22`",
        why: "A guest learns a login name and where to try it, without touching the host.",
        fix: .init(
          "Turn the announcement off; paired devices keep working.",
          command: "openclaw config set discovery.mdns.mode off")),
      Finding(
        rule: "mdns.hostile-announcement", title: "Announcement made to deceive", severity: .medium, outcome: .fail,
        agent: Self.hostile, evidence: "The instance name holds \(Self.scriptName)",
        why: "Whoever reads it in a careless tool runs its script.",
        fix: .init("Find the device with this address and switch it off.")),
      Finding(
        rule: "agent.unregistered", title: "Belongs to nobody", severity: .medium, outcome: .fail, agent: Self.studio,
        evidence: "No owner is registered.", why: "Nobody is asked when something is wrong.",
        fix: .init("Register its owner.", command: "trammel agents register \(Self.studio) --owner mira")),
      Finding(
        rule: "agent.unregistered", title: "Belongs to nobody", severity: .medium, outcome: .fail, agent: "cx-52aa01",
        evidence: "No owner is registered.", why: "Nobody is asked when something is wrong.",
        fix: .init("Register its owner.", command: "trammel agents register cx-52aa01 --owner ana")),
      Finding(
        rule: "files.readable", title: "Transcripts readable by every user", severity: .low, outcome: .fail,
        agent: Self.studio, location: .init(file: "/Users/mira/.openclaw/agents/main/sessions"),
        evidence: "The directory has mode 0755.", why: "Other users of this machine read what was said.",
        fix: .init("Take the rights of others away.", command: "chmod -R go-rwx /Users/mira/.openclaw", automatic: true)
      ),
    ]
  }

  private var passing: [Finding] {
    let rules = [
      ("gateway.token-strength", "Its token is strong"), ("tools.sandbox", "Tools run in the sandbox"),
      ("channels.group-policy", "Groups are asked before it answers"), ("process.root", "It does not run as root"),
      ("advisory.affected", "Its version has no known advisory"),
    ]
    let unmeasured = [
      ("keychain.items", "Keys in the keychain", "the sensor may not read the keychain"),
      ("tailscale.funnel", "Tailscale funnel is off", "`tailscaled` did not answer"),
    ]
    return rules.map { rule, title in
      Finding(
        rule: rule, title: title, severity: .info, outcome: .pass, agent: Self.studio, evidence: "As it should be.",
        why: "It keeps the agent within bounds.", fix: .init("Nothing to do."))
    }
      + unmeasured.map { rule, title, reason in
        Finding(
          rule: rule, title: title, severity: .medium, outcome: .notMeasured(reason), agent: Self.studio,
          evidence: "", why: "It may hide what an attacker uses.", fix: .init("Let Trammel read it."))
      }
  }
}

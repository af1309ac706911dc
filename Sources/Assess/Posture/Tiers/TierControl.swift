/// One thing that a deployment tier asks for, in words for people, and the rules that tell whether it is there.
public struct TierControl: Sendable, Hashable {
  public var id: String
  /// 1 personal, 2 team, 3 enterprise. A tier asks for everything of the tiers below it.
  public var tier: Int
  /// What holds where it is met, as a sentence without a full stop.
  public var title: String
  /// The same for somebody who runs no computers, where `title` has a word of the trade.
  public var plain: String
  /// What may happen otherwise, in a sentence for somebody who runs no computers.
  public var consequence: String
  /// Ids of rules, or what they start with: `gateway.auth`. Empty: nothing here can tell, see `unmeasured`.
  public var rules: [String]
  /// Why no rule can tell, and how a person can.
  public var unmeasured: String?

  init(
    _ id: String, _ tier: Int, _ title: String, plain: String? = nil, otherwise consequence: String,
    rules: [String] = [],
    unmeasured: String? = nil
  ) {
    self.plain = plain ?? title
    self.consequence = consequence
    self.id = id
    self.tier = tier
    self.title = title
    self.rules = rules
    self.unmeasured = unmeasured
  }

  func asks(_ rule: String) -> Bool { rules.contains { $0 == rule || ($0.hasSuffix(".") && rule.hasPrefix($0)) } }

  /// The table, the cheapest tier first. What no line names and a rule of that tier still asks is counted under `rest`.
  public static let all: [TierControl] = [
    TierControl(
      "reach", 1, "It can be reached from this machine alone",
      otherwise: "Other people on the network, or on the internet, can try to take it over.",
      rules: [
        "gateway.bind-exposed", "gateway.socket-exposed", "listener.", "host.tunnel", "container.published-ports",
        "gateway.tailscale-funnel",
      ]),
    TierControl(
      "sign-in", 1, "Whoever commands it has signed in, and strangers in chats cannot",
      otherwise: "Somebody who is not known can tell it what to do.",
      rules: [
        "gateway.auth-none", "gateway.auth-missing-exposed", "gateway.auth-missing-loopback", "gateway.token-weak",
        "channels.", "nanobot.allow-all", "hooks.",
      ]),
    TierControl(
      "shell", 1, "Its commands are asked about, or run where they can do no harm",
      otherwise: "A message or a page that fools it can make it delete, copy or change whatever its user may.",
      rules: [
        "exec.", "sandbox.", "tools.", "nanobot.exec-unconfined", "claude-code.bypass-mode", "unattended.switches",
      ]),
    TierControl(
      "files", 1, "Its keys and conversations can be read by its own user alone",
      otherwise: "Other people who use the same computer can read its passwords and what was said to it.",
      rules: ["files.", "secrets.", "gateway.token-plaintext", "gateway.password-plaintext"]),
    TierControl(
      "holes", 1, "Its version has no hole that is public",
      otherwise: "Attackers know a way into this version, and how to use it can be looked up.",
      rules: ["release.", "kin.advisories"]),
    TierControl(
      "account", 2, "It has an account of its own, without the rights of root",
      plain: "It has an account of its own that does not rule the whole computer",
      otherwise: "What goes wrong with it goes wrong with the whole computer.",
      rules: ["host.runs-as-root", "container.privileged", "container.engine-socket"]),
    TierControl(
      "entry", 2, "People reach it through a VPN or a proxy that signs them in",
      plain: "People reach it through an entrance that asks each of them who they are",
      otherwise: "Whoever gets hold of one password is in, from anywhere, and can try as often as they like.",
      rules: ["gateway.trusted-proxy", "gateway.tailscale-serve", "gateway.rate-limit-missing", "control-ui."]),
    TierControl(
      "egress", 2, "It can call only the hosts that it needs",
      otherwise: "What it is fooled into giving away can be sent anywhere.",
      unmeasured: "what a firewall or proxy lets through is not looked at; try a host that it must not reach"),
    TierControl(
      "scope", 2, "Its tokens can do only what it is for, and end",
      otherwise: "One stolen password opens more than the agent ever needed, for as long as nobody notices.",
      unmeasured: "what a token may do is known to whoever issued it; list them with: trammel jewels"),
    TierControl(
      "records", 2, "What it does is written down on another machine",
      otherwise: "Whoever breaks in can also remove the traces.",
      unmeasured: "where logs are sent is not looked at"),
    TierControl(
      "machine", 3, "It has a machine of its own",
      otherwise: "Whatever else is on the same computer is lost with it.",
      unmeasured: "what else a machine is for is known to its owner"),
    TierControl(
      "segment", 3, "Its network segment holds nothing else",
      otherwise: "From there, an attacker can try every other computer on that network.",
      unmeasured: "the rules of switches and firewalls are not looked at"),
    TierControl(
      "siem", 3, "Its events reach the people who watch",
      otherwise: "An attack at night is read about in the morning.",
      unmeasured: "no export to them is set up from here"),
    TierControl(
      "change", 3, "It is patched and changed by a procedure, with an owner who is known",
      otherwise: "Nobody knows which version runs, or who has to act.",
      unmeasured: "a procedure cannot be seen; who answers for it: trammel agents register"),
  ]
}

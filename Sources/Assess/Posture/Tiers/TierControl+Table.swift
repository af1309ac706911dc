extension TierControl {
  /// The table, the cheapest tier first. A rule counts in its own tier: what a control asks beyond its first tier is
  /// asked again there. What no line names is counted under `rest`.
  public static let all: [TierControl] = personal + team + enterprise

  private static let personal: [TierControl] = [
    TierControl(
      "reach", 1, "It can be reached from this machine alone",
      otherwise: "Other people on the network, or on the internet, can try to take it over.",
      rules: [
        "gateway.bind-exposed", "gateway.bind-falls-back", "gateway.socket-exposed", "gateway.tailscale-funnel",
        "gateway.real-ip-fallback", "listener.", "host.tunnel", "host.engine-on-network", "container.published-ports",
        "container.written-ports", "network.", "discovery.", "desktop.shared", "nanobot.bind-trick",
        "sandbox.browser-published", "mcp.listener", "hermes.dashboard-bind", "*.web-bind", "*.webhook-bind",
        "*.serve-docker", "*.agent-server", "goose.server",
      ]),
    TierControl(
      "sign-in", 1, "Whoever commands it has signed in, and strangers in chats cannot",
      otherwise: "Somebody who is not known can tell it what to do.",
      rules: [
        "gateway.auth-none", "gateway.auth-missing-exposed", "gateway.auth-missing-loopback", "gateway.token-weak",
        "gateway.pairing-unattended", "gateway.proxies-unlisted", "gateway.trusted-proxy-list",
        "gateway.trusted-proxy-user-header", "network.proxy-no-login", "channels.", "discord.", "slack.", "telegram.",
        "zalo.", "feishu.", "sessions.", "commands.", "hooks.", "browser.control-without-login",
        "browser.relay-old-login", "hermes.allow-all-users", "*.sender-policy", "nanobot.allow-all",
        "nanobot.group-open",
        "nanobot.email-auth", "nanobot.ws-notoken", "nanobot.webui-open", "nanobot.api-noauth", "codex-cli.server",
        "opencode.server", "claude-code.remote", "nanobot.remote-install",
      ]),
    TierControl(
      "shell", 1, "Its commands are asked about, or run where they can do no harm",
      otherwise: "A message or a page that fools it can make it delete, copy or change whatever its user may.",
      rules: [
        "exec.", "sandbox.", "tools.", "unattended.", "agents.", "cron.", "models.small-with-tools",
        "plugins.admin-rpc",
        "plugins.tools-reachable", "gateway.node-", "gateway.http-", "gateway.terminal-open",
        "configuration.dangerous-switch",
        "configuration.starts-programs", "environment.break-glass", "host.launch-unattended", "browser.",
        "summary.attack-surface", "skills.uploads-allowed",
        "mcp.auto-approve", "mcp.filesystem-root", "mcp.toolset-open", "mcp.apps-enabled", "mcp.shell-c",
        "claude-code.", "codex-cli.", "gemini-cli.", "nanobot.", "hermes.", "opencode.", "openhands.", "goose.",
        "nanoclaw.",
      ]),
    TierControl(
      "folders", 1, "What a folder or a message brings with it does not run by itself",
      otherwise: "Opening somebody else's folder is enough to run what they wrote.", concernsAll: false,
      rules: [
        "*.mcp-project-headless", "*.project-hooks", "*.project-env-endpoint", "*.sandbox-project-weakened",
        "*.trust-parent", "*.trust-wide", "*.trust-bypass", "*.folder-trust", "*.project-config", "*.project-plugins",
        "*.project-override", "*.project-plugin-hooks", "*.skills-autoload", "*.workspace-policy", "*.skill-shell",
        "*.hooks-auto", "mcp.project-autoenable",
        "mcp.headers-helper", "mcp.duplicate-name", "workspace.", "web.proxy-ignored",
      ]),
    TierControl(
      "files", 1, "Its keys and conversations can be read by its own user alone",
      otherwise: "Other people who use the same computer can read its passwords and what was said to it.",
      rules: [
        "files.", "secrets.", "credentials.", "logging.", "diagnostics.", "gateway.token-plaintext",
        "gateway.password-plaintext", "gateway.token-shadowed", "gateway.credential-unresolved", "*.state-modes",
        "*.config-mode", "*.config-secret", "*.plain-key", "*.key-inline", "*.mcp-secret", "*.settings-secret",
        "*.secrets-file", "*.conversation-modes", "*.mcp-file", "*.auth-store", "*.history",
        "*.telemetry-prompts", "*.telemetry", "*.share", "environment.writes-prompts", "host.launch-secret",
        "host.home-open",
        "mcp.file-mode", "mcp.inline-secret", "mcp.secret-in-repo",
      ]),
    TierControl(
      "keys", 1, "What it starts is given no keys that it does not need",
      otherwise: "Every helper program that it starts holds the passwords to everything.", concernsAll: false,
      rules: [
        "*.env-inherit", "*.env-keys", "*.env-leak", "*.env-redaction", "*.env-file", "*.deny-secrets",
        "*.sandbox-credentials", "*.mcp-env", "mcp.env-passthrough", "environment.", "sandbox.holds-secrets",
      ]),
    TierControl(
      "clear", 1, "What it says on the wire is encrypted, to whom it was meant for",
      otherwise: "Whoever sits between can read its keys and conversations, and answer in another's name.",
      concernsAll: false,
      rules: [
        "*.remote-in-clear", "*.in-clear", "*.server-in-clear", "host.launch-certificates-unchecked",
        "host.launch-model-in-clear", "gateway.no-encryption", "network.proxy-in-clear", "network.proxy-old-tls",
        "models.address-not-its-own",
        "mcp.plain-http", "mcp.tls-off", "mcp.remote-noauth", "sandbox.ssh-unchecked",
      ]),
    TierControl(
      "supply", 1, "What it is built from is known, pinned, and cannot be swapped by others",
      otherwise: "Somebody else's change to a helper program becomes a change to the agent.", concernsAll: false,
      rules: [
        "plugins.", "skills.", "extensions.", "hooks.code-elsewhere", "hooks.install-untraceable",
        "host.launch-file-writable", "workspace.instructions-writable", "environment.loads-code",
        "exec.search-path-writable", "exec.trusted-folder-writable", "*.plugins", "*.extensions", "*.plugin-unpinned",
        "*.extension-cmd", "*.image-pins", "*.group-config", "*.allowlist-writable",
        "mcp.npx-unpinned", "mcp.uvx-unpinned", "mcp.docker-unpinned", "mcp.command-writable", "mcp.command-relative",
        "mcp.path-env",
      ]),
    TierControl(
      "settings", 1, "Its settings mean what their owner thinks they mean",
      otherwise: "A protection that everybody believes in is not there.", concernsAll: false,
      rules: [
        "configuration.", "audit.suppressions", "*.invalid-file", "*.unknown-key", "*.deny-inert",
        "*.policy-hook-fail-open", "*.last-match",
        "gateway.node-deny-ineffective", "gateway.not-listening", "gateway.several-units",
        "logging.patterns-replaced", "sandbox.settings-without-effect", "telegram.entries-invalid",
        "exec.files-denied-in-vain", "tools.minimal-overridden", "exec.skill-list-no-boundary",
      ]),
    TierControl(
      "holes", 1, "Its version has no hole that is public",
      otherwise: "Attackers know a way into this version, and how to use it can be looked up.",
      rules: ["release.", "*.advisories", "claude-code.update", "mcp.known-bad-version", "models."]),
  ]

  private static let team: [TierControl] = [
    TierControl(
      "account", 2, "It has an account of its own, without the rights of root",
      plain: "It has an account of its own that does not rule the whole computer",
      otherwise: "What goes wrong with it goes wrong with the whole computer.",
      rules: [
        "host.", "container.privileged", "container.engine-socket", "container.written-privileged",
        "container.written-engine-socket", "container.", "nanobot.root",
      ]),
    TierControl(
      "entry", 2, "People reach it through a VPN or a proxy that signs them in",
      plain: "People reach it through an entrance that asks each of them who they are",
      otherwise: "Whoever gets hold of one password is in, from anywhere, and can try as often as they like.",
      rules: ["gateway.", "control-ui."]),
    TierControl(
      "egress", 2, "It can call only the hosts that it needs",
      otherwise: "What it is fooled into giving away can be sent anywhere.",
      rules: [
        "network.egress-open", "*.egress", "*.net-on", "*.sandbox-domains", "*.sandbox-network", "*.ssrf",
        "network.metadata-reachable",
      ]),
    TierControl(
      "scope", 2, "Its tokens can do only what it is for, and end",
      otherwise: "One stolen password opens more than the agent ever needed, for as long as nobody notices.",
      unmeasured: "what a token may do is known to whoever issued it; list them with: trammel jewels"),
    TierControl(
      "records", 2, "What it does is written down on another machine",
      otherwise: "Whoever breaks in can also remove the traces.", rules: ["host.logs-stay-here"]),
  ]

  private static let enterprise: [TierControl] = [
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
      rules: [
        "*.managed-only", "*.managed-dir", "*.managed", "*.requirements", "*.policy-dir", "*.system-path",
        "*.autoupdate", "host.reboot-pending", "host.updates-by-hand", "*.bypass-lock",
      ],
      unmeasured: "a procedure cannot be seen; who answers for it: trammel agents register"),
  ]
}

import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  /// State as it lies: below `.config`, so that the home is two folders above.
  private static func claw(_ files: LayerFile..., change: (inout Subject) -> Void = { _ in }) -> Subject {
    layered("nanoclaw", files) {
      $0.installation?.stateDirectory = "/home/ada/.config/nanoclaw"
      change(&$0)
    }
  }
  private static func allowlist(_ text: String, mode: UInt16 = 0o600, owner: UInt32 = 1000) -> LayerFile {
    LayerFile(
      scope: .user, text: text, path: "/home/ada/.config/nanoclaw/mount-allowlist.json", mode: mode, owner: owner)
  }
  private static func senders(_ text: String) -> LayerFile {
    LayerFile(scope: .user, text: text, role: "policy", path: "/home/ada/.config/nanoclaw/sender-allowlist.json")
  }
  private static func group(_ text: String) -> LayerFile {
    LayerFile(scope: .user, text: text, role: "group", path: "/home/ada/claw/groups/main/container.json")
  }
  private static let package = LayerFile(
    scope: .user, text: #"{"name":"nanoclaw","version":"2.0.64"}"#, role: "package", path: "/home/ada/claw/package.json"
  )
  private static let dotenvFile = LayerFile(
    scope: .user, text: "{X: '1'}", role: "environment", path: "/home/ada/claw/.env")
  /// A file that is kept as its lines.
  private static func lines(_ role: String, _ path: String, _ lines: String...) -> LayerFile {
    LayerFile(
      scope: .user, text: "[\n" + lines.map { "'\($0)'" }.joined(separator: ",\n") + "]", role: role,
      path: "/home/ada/claw/\(path)")
  }
  private static func image(_ text: String...) -> LayerFile {
    LayerFile(
      scope: .user, text: "[\n" + text.map { "'\($0)'" }.joined(separator: ",\n") + "]", role: "image",
      path: "/home/ada/claw/container/Dockerfile")
  }
  private static let bypass = lines(
    "runner", "container/agent-runner/src/providers/claude.ts", "permissionMode: \\'bypassPermissions\\',")

  private static func box(
    _ confinement: ContainerFacts.Confinement? = nil, network: String? = "bridge", isInternal: Bool? = nil,
    mounts: [ContainerFacts.Mount] = [], user: String? = nil, privileged: Bool = false
  ) -> (inout Subject) -> Void {
    {
      var facts = ContainerFacts(
        name: "nanoclaw-v2-main-1", image: "nanoclaw-agent-v2-0a1b2c3d", isPrivileged: privileged, mounts: mounts,
        user: user, network: network)
      facts.confinement = confinement
      facts.isNetworkInternal = isInternal
      $0.container = .seen(facts)
    }
  }
  private static let asShipped = ContainerFacts.Confinement(
    dropped: [], securityOptions: [], memory: 0, processes: 0, isReadOnly: false,
    hosts: ["host.docker.internal:host-gateway"])
  private static let hardened = ContainerFacts.Confinement(
    dropped: ["ALL"], securityOptions: ["no-new-privileges"], memory: 2 << 30, processes: 256)
  private static func database(
    _ policies: (String, String, Int)..., containers: [String] = []
  ) -> (inout Subject) -> Void {
    {
      var state = NanoClawState(path: "/home/ada/claw/data/v2.db")
      state.policies = policies.map { .init(channel: $0.0, policy: $0.1, count: $0.2) }
      state.containers = containers.map { configuration($0, path: state.path).root }
      $0.installation?.nanoClaw = state
    }
  }
  private static let noBox: @Sendable (inout Subject) -> Void = { $0.container = .seen(nil) }
  private static let blindBox: @Sendable (inout Subject) -> Void = {
    $0.container = .blind("containers were not looked at")
  }

  static let nanoClaw: [Fixture] = clawMounts + clawBox + clawPeople + clawProgram

  private static let clawMounts: [Fixture] = [
    .fail(
      "nanoclaw.mount-allowlist", .critical, "allowedRoots has ~, to be written: it contains", line: 1,
      claw(allowlist(#"{"allowedRoots":[{"path":"~","allowReadWrite":true}],"blockedPatterns":[]}"#))),
    .fail(
      "nanoclaw.mount-allowlist", .critical, "allowedRoots has /: it contains", line: 1,
      claw(allowlist(#"{"allowedRoots":[{"path":"/","allowReadWrite":false}],"blockedPatterns":[]}"#))),
    .fail(
      "nanoclaw.mount-allowlist", .critical, "/var/run", line: 1,
      claw(allowlist(#"{"allowedRoots":[{"path":"/var/run","allowReadWrite":false}],"blockedPatterns":[]}"#))),
    .fail(
      "nanoclaw.mount-allowlist", .critical, "clone into", line: 1,
      claw(allowlist(#"{"allowedRoots":[{"path":"~/projects","allowReadWrite":true}],"blockedPatterns":[]}"#))),
    .fail(
      "nanoclaw.mount-allowlist", .critical, "the program that watches", line: 1,
      claw(package, allowlist(#"{"allowedRoots":[{"path":"~/claw","allowReadWrite":true}],"blockedPatterns":[]}"#))),
    .pass(
      "nanoclaw.mount-allowlist", "1 root",
      claw(
        allowlist(#"{"allowedRoots":[{"path":"~/projects/a","allowReadWrite":false}],"blockedPatterns":["token"]}"#))),
    .pass(
      "nanoclaw.mount-allowlist", "1 root",
      claw(allowlist(#"{"allowedRoots":[{"path":"~/projects","allowReadWrite":false}],"blockedPatterns":[]}"#))),
    .pass("nanoclaw.mount-allowlist", "there is no mount-allowlist", claw()),
    .pass("nanoclaw.mount-allowlist", "refuses", claw(allowlist(#"{"allowedRoots":[{"path":"/"}]}"#))),
    .blind("nanoclaw.mount-allowlist", "no state directory", nowhere("nanoclaw")),
    .blind(
      "nanoclaw.mount-allowlist", "permission denied", unreadLayer("nanoclaw", [allowlist("{}")], unread: 0)),

    .fail("nanoclaw.allowlist-writable", .high, "mode 0666: everybody may change", claw(allowlist("{}", mode: 0o666))),
    .fail("nanoclaw.allowlist-writable", .high, "uid 1001", claw(allowlist("{}", owner: 1001))),
    .fail(
      "nanoclaw.allowlist-writable", .high, "/home/ada/.config is mounted",
      claw(allowlist("{}"), change: box(mounts: [.init(source: "/home/ada/.config", target: "/c")]))),
    .fail(
      "nanoclaw.allowlist-writable", .medium, "/ is mounted",
      claw(allowlist("{}"), change: box(mounts: [.init(source: "/", target: "/host", isReadOnly: true)]))),
    .fail(
      "nanoclaw.allowlist-writable", .high, "mode 0777: everybody may change",
      claw(allowlist("{}")) { $0.installation?.mode = 0o777 }),
    .pass("nanoclaw.allowlist-writable", "mode 0600", claw(allowlist("{}"))),
    .pass("nanoclaw.allowlist-writable", "there is no", claw()),
    .blind("nanoclaw.allowlist-writable", "no state directory", nowhere("nanoclaw")),

    .fail(
      "nanoclaw.project-rw", .high, "/home/ada/claw in container nanoclaw-v2-main-1 may be written",
      claw(package, change: box(mounts: [.init(source: "/home/ada/claw", target: "/workspace/project")]))),
    .fail(
      "nanoclaw.project-rw", .high, "/home/ada/claw/src in container",
      claw(package, change: box(mounts: [.init(source: "/home/ada/claw/src", target: "/app/src")]))),
    .fail(
      "nanoclaw.project-rw", .high, "shows .env",
      claw(
        package, dotenvFile,
        change: box(mounts: [.init(source: "/home/ada/claw", target: "/workspace/project", isReadOnly: true)]))),
    .fail(
      "nanoclaw.project-rw", .high, "/srv/x in container",
      claw(change: box(mounts: [.init(source: "/srv/x", target: "/workspace/project")]))),
    .pass(
      "nanoclaw.project-rw", "to read alone",
      claw(
        package, dotenvFile,
        change: box(mounts: [
          .init(source: "/home/ada/claw", target: "/workspace/project", isReadOnly: true),
          .init(source: "/dev/null", target: "/workspace/project/.env", isReadOnly: true),
          .init(source: "/home/ada/claw/groups/main", target: "/workspace/group"),
        ]))),
    .pass("nanoclaw.project-rw", "nothing of the program", claw(package, change: box())),
    .blind("nanoclaw.project-rw", "checkout was not found", claw(change: box())),
    .blind("nanoclaw.project-rw", "no container of a group", claw(package, change: noBox)),
    .blind("nanoclaw.project-rw", "were not looked at", claw(package, change: blindBox)),
  ]

  private static let clawBox: [Fixture] = [
    .fail("nanoclaw.container-flags", .high, "no capability is dropped", claw(change: box(asShipped))),
    .fail("nanoclaw.container-flags", .high, "no capability is dropped", claw(change: box(.init(dropped: [])))),
    .fail(
      "nanoclaw.container-flags", .medium, "no limit of memory",
      claw(
        change: box(.init(dropped: ["ALL"], securityOptions: ["no-new-privileges:true"], memory: 0, processes: 256)))),
    .fail(
      "nanoclaw.container-flags", .high, "seccomp=unconfined",
      claw(change: box(.init(dropped: ["ALL"], securityOptions: ["no-new-privileges", "seccomp=unconfined"])))),
    .fail("nanoclaw.container-flags", .high, "runs as root", claw(change: box(hardened, user: "0:0"))),
    .fail("nanoclaw.container-flags", .critical, "privileged", claw(change: box(asShipped, privileged: true))),
    .pass("nanoclaw.container-flags", "walls of its own", claw(change: box(.init(dropped: ["ALL"])))),
    .pass("nanoclaw.container-flags", "walls of its own", claw(change: box(hardened))),
    .blind("nanoclaw.container-flags", "the engine was not asked", claw(change: box())),
    .blind("nanoclaw.container-flags", "no container of a group", claw(change: noBox)),
    .blind("nanoclaw.container-flags", "were not looked at", claw(change: blindBox)),

    .fail("nanoclaw.egress", .high, "the network bridge", claw(change: box())),
    .fail("nanoclaw.egress", .critical, "the network host", claw(change: box(network: "host"))),
    .fail("nanoclaw.egress", .high, "everything goes out", claw(change: box(network: "claw", isInternal: false))),
    .pass("nanoclaw.egress", "which is internal", claw(change: box(network: "claw", isInternal: true))),
    .pass("nanoclaw.egress", "nothing goes out", claw(change: box(network: "none"))),
    .blind("nanoclaw.egress", "is not known", claw(change: box(network: "claw"))),
    .blind("nanoclaw.egress", "is not known", claw(change: box(network: nil))),
    .blind("nanoclaw.egress", "no container of a group", claw(change: noBox)),

    .fail(
      "nanoclaw.inner-bypass", .medium, "bypassPermissions, and container", line: 2,
      claw(bypass, change: box(asShipped))),
    .fail("nanoclaw.inner-bypass", .medium, "no capability", claw(change: box(asShipped))),
    .pass("nanoclaw.inner-bypass", "walls of its own", claw(bypass, change: box(hardened))),
    .pass(
      "nanoclaw.inner-bypass", "does not skip",
      claw(
        lines("runner", "container/agent-runner/src/providers/claude.ts", "permissionMode: \\'default\\',"),
        change: box(asShipped))),
    .blind("nanoclaw.inner-bypass", "no container of a group", claw(bypass, change: noBox)),
  ]

  private static let clawPeople: [Fixture] = [
    .fail(
      "nanoclaw.sender-policy", .critical, "2 of telegram: unknown_sender_policy is public",
      claw(change: database(("telegram", "public", 2), ("whatsapp", "strict", 1)))),
    .fail(
      "nanoclaw.sender-policy", .critical, "allow of default is *", line: 1,
      claw(senders("{default: {allow: '*', mode: 'trigger'}, chats: {}}"))),
    .fail(
      "nanoclaw.sender-policy", .critical, "allow of chats is *", line: 1,
      claw(senders("{default: {allow: ['a'], mode: 'drop'}, chats: {'120@g.us': {allow: '*', mode: 'trigger'}}}"))),
    .pass(
      "nanoclaw.sender-policy", "none public",
      claw(change: database(("telegram", "strict", 1), ("whatsapp", "request_approval", 3)))),
    .pass("nanoclaw.sender-policy", "0 groups", claw(change: database())),
    .blind("nanoclaw.sender-policy", "checkout was not found", claw()),
    .blind("nanoclaw.sender-policy", "not there, or not looked at", claw(package)),
    .blind(
      "nanoclaw.sender-policy", "keeps it locked",
      claw(package) {
        $0.installation?.problems = [
          .init(path: "/home/ada/claw/data/v2.db", what: "its writer keeps it locked; not read")
        ]
      }),
    .blind("nanoclaw.sender-policy", "no state directory", nowhere("nanoclaw")),

    .fail(
      "nanoclaw.webhook-bind", .high, "0.0.0.0:3000 listens", claw { $0.sockets = .seen([socket("0.0.0.0", 3000)]) }),
    .fail(
      "nanoclaw.webhook-bind", .high, "0.0.0.0:8443 listens",
      claw {
        $0.sockets = .seen([socket("0.0.0.0", 8443)])
        variable("WEBHOOK_PORT", "8443")(&$0)
      }),
    .pass("nanoclaw.webhook-bind", "port 3000", claw()),
    .pass("nanoclaw.webhook-bind", "port 3000", claw { $0.sockets = .seen([socket("127.0.0.1", 3000)]) }),
    .blind(
      "nanoclaw.webhook-bind", "sockets were not", claw { $0.sockets = .blind("listening sockets were not seen") }),
  ]

  private static let clawProgram: [Fixture] = [
    .fail(
      "nanoclaw.group-config", .medium, "packages.npm has left-pad", line: 1,
      claw(group(#"{"packages":{"npm":["left-pad"],"apt":[]},"mcpServers":{}}"#))),
    .fail(
      "nanoclaw.group-config", .medium, "packages.apt has curl", line: 1,
      claw(group("{packages: {npm: [], apt: ['curl']}}"))),
    .fail(
      "nanoclaw.group-config", .medium, "server x starts mcp-x", line: 1,
      claw(group("{mcpServers: {x: {command: 'npx', args: ['-y', 'mcp-x']}}}"))),
    .fail(
      "nanoclaw.group-config", .medium, "imageTag is evil/agent:latest", line: 1,
      claw(group("{imageTag: 'evil/agent:latest'}"))),
    .fail(
      "nanoclaw.group-config", .medium, "packages.npm has left-pad",
      claw(change: database(containers: ["{packages: {npm: ['left-pad'], apt: []}}"]))),
    .pass(
      "nanoclaw.group-config", "1 group",
      claw(group(#"{"packages":{"npm":["left-pad@1.3.0"],"apt":[]},"mcpServers":{}}"#))),
    .pass("nanoclaw.group-config", "1 group", claw(group("{imageTag: 'nanoclaw-agent-v2-0a1b2c3d:g1'}"))),
    .blind("nanoclaw.group-config", "checkout was not found", claw()),
    .blind("nanoclaw.group-config", "no group has", claw(package)),
    .blind("nanoclaw.group-config", "no state directory", nowhere("nanoclaw")),

    .fail(
      "nanoclaw.image-pins", .medium, "AGENT_BROWSER_VERSION is latest", line: 2,
      claw(image("AGENT_BROWSER_VERSION=latest"))),
    .fail(
      "nanoclaw.image-pins", .medium, "AGENT_BROWSER_VERSION is latest", line: 3,
      claw(image("ARG CLAUDE_CODE_VERSION=2.1.128", "ARG AGENT_BROWSER_VERSION=latest"))),
    .pass("nanoclaw.image-pins", "1 version", claw(image("AGENT_BROWSER_VERSION=0.20.0"))),
    .blind("nanoclaw.image-pins", "names no version", claw(image("FROM node:22-slim"))),
    .blind("nanoclaw.image-pins", "checkout was not found", claw()),
    .blind("nanoclaw.image-pins", "was not there", claw(package)),
    .blind("nanoclaw.image-pins", "no state directory", nowhere("nanoclaw")),

    .fail("nanoclaw.advisories", .high, "CVE-2026-56693", claw(package) { $0.installation?.version = "2.0.64" }),
    .pass("nanoclaw.advisories", "no advisory", claw(package) { $0.installation?.version = "2.1.17" }),
    .blind("nanoclaw.advisories", "not known", claw()),
  ]
}

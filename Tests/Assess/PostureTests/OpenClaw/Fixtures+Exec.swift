import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  private static func approvals(_ text: String, configuration: String = "{}") -> Subject {
    detailed(configuration) { $0.documents = [document(.approvals, "exec-approvals.json", text)] }
  }

  static let exec: [Fixture] =
    setting(
      "exec.sandbox-not-there", .medium, "tools.exec.host is sandbox", line: 1,
      fails: "{tools:{exec:{host:'sandbox'}}}",
      passes: ["{}", "{tools:{exec:{host:'sandbox'}},agents:{defaults:{sandbox:{mode:'all'}}}}"])
    + [
      .fail(
        "exec.sandbox-not-there", .medium, "agents.list[0].tools.exec.host is sandbox", line: 1,
        openclaw("{agents:{list:[{id:'a',tools:{exec:{host:'sandbox'}}}]}}"))
    ]
    + setting(
      "exec.files-denied-in-vain", .medium, "leaves commands", line: 1, fails: "{tools:{deny:['write','edit']}}",
      passes: [
        "{}", "{tools:{deny:['group:fs','group:runtime']}}", "{tools:{deny:['write'],exec:{mode:'deny'}}}",
        "{tools:{deny:['write']},agents:{defaults:{sandbox:{mode:'all'}}}}",
      ])
    + setting(
      "exec.safe-bins-unsafe", .high, "python3, an interpreter without a profile", line: 1,
      fails: "{tools:{exec:{safeBins:['cut','python3']}}}",
      passes: [
        "{}", "{tools:{exec:{safeBins:['cut','head']}}}",
        "{tools:{exec:{safeBins:['python3'],safeBinProfiles:{python3:{maxPositional:0}}}}}",
      ])
    + [
      .fail(
        "exec.safe-bins-unsafe", .medium, "has jq", line: 1,
        openclaw("{agents:{entries:{a:{tools:{exec:{safeBins:['jq']}}}}}}"))
    ]
    + setting(
      "exec.trusted-folder-writable", .medium, "a package manager fills it", line: 1,
      fails: "{tools:{exec:{safeBinTrustedDirs:['/usr/local/bin']}}}",
      passes: ["{}", "{tools:{exec:{safeBinTrustedDirs:['/bin','/usr/bin']}}}"])
    + ["/tmp/x", "bin", "~/bin", "/home/ada/bin", "/home/bob/bin", "/var/tmp"].map {
      .fail(
        "exec.trusted-folder-writable", .medium, $0, line: 1,
        openclaw("{tools:{exec:{safeBinTrustedDirs:['\($0)']}}}"))
    }
    + unseen("exec.skills-approve-themselves")
    + [
      .fail(
        "exec.skills-approve-themselves", .medium, "defaults.autoAllowSkills is true", line: 1,
        approvals("{version:1,defaults:{autoAllowSkills:true}}")),
      .fail(
        "exec.skills-approve-themselves", .medium, "agents.main.autoAllowSkills", line: 1,
        approvals("{agents:{main:{autoAllowSkills:true}}}")),
      .pass("exec.skills-approve-themselves", "nothing by themselves", approvals("{defaults:{autoAllowSkills:false}}")),
      .pass("exec.skills-approve-themselves", "no exec-approvals.json", detailed()),
      .blind("exec.skills-approve-themselves", "state/openclaw.sqlite", later()),
      .blind(
        "exec.skills-approve-themselves", "not JSON",
        detailed {
          $0.documents = [
            .init(.approvals, path: "\(state)/exec-approvals.json", problem: "not JSON: expected a value")
          ]
        }),
    ]
    + unseen("exec.interpreter-approved")
    + [
      .fail(
        "exec.interpreter-approved", .high, "/usr/bin/python3.12", line: 1,
        approvals("{agents:{main:{allowlist:[{pattern:'/usr/bin/python3.12'}]}}}")),
      .fail(
        "exec.interpreter-approved", .low, "node", line: 1,
        approvals("{agents:{'*':{allowlist:[{pattern:'node',argPattern:'^--version$'}]}}}")),
      .pass(
        "exec.interpreter-approved", "no interpreter",
        approvals(
          "{agents:{main:{allowlist:[{pattern:'node'}]}}}", configuration: "{tools:{exec:{strictInlineEval:true}}}")),
      .pass(
        "exec.interpreter-approved", "no interpreter", approvals("{agents:{main:{allowlist:[{pattern:'/bin/ls'}]}}}")),
      .blind("exec.interpreter-approved", "state/openclaw.sqlite", later()),
    ]
    + unseen("exec.skill-list-no-boundary")
    + [
      .fail(
        "exec.skill-list-no-boundary", .low, "agents.entries.a.skills is a list", line: 1,
        detailed("{mcp:{servers:{x:{command:'x'}}},agents:{entries:{a:{skills:['weather']}}}}")),
      .pass("exec.skill-list-no-boundary", "no tool server", detailed("{agents:{entries:{a:{skills:['weather']}}}}")),
      .pass(
        "exec.skill-list-no-boundary", "no agent has a list",
        detailed(
          "{mcp:{servers:{x:{command:'x'}}},agents:{entries:{a:{skills:['weather'],tools:{exec:{mode:'deny'}}}}}}")),
    ]
    + unseen("skills.registry-unread")
    + [
      .fail(
        "skills.registry-unread", .low, "larger than 16 MB",
        detailed {
          $0.documents = [
            .init(.registry, path: "\(state)/skills/x/config/mcporter.json", problem: "larger than 16 MB; not read")
          ]
        }),
      .pass("skills.registry-unread", "no skill brings", detailed()),
      .pass(
        "skills.registry-unread", "1 lists",
        detailed { $0.documents = [document(.registry, "skills/x/config/mcporter.json", "{}")] }),
    ]
    + setting(
      "tools.elevated-many", .low, "has 26 entries", line: 1,
      fails: "{tools:{elevated:{allowFrom:{slack:[\((0..<26).map { "'U\($0)'" }.joined(separator: ","))]}}}}",
      passes: ["{}", "{tools:{elevated:{allowFrom:{slack:['U1']}}}}"])
    + setting(
      "tools.minimal-overridden", .low, "agents.entries.a.tools.profile is coding", line: 1,
      fails: "{tools:{profile:'minimal'},agents:{entries:{a:{tools:{profile:'coding'}}}}}",
      passes: [
        "{}", "{tools:{profile:'minimal'}}",
        "{tools:{profile:'minimal'},agents:{entries:{a:{tools:{profile:'minimal'}}}}}",
      ])

  private static func browser(_ labels: [String: String], _ host: String?) -> Subject {
    openclaw {
      $0.sandboxes = .seen([
        .init(name: "tools", ports: [.init(host: nil, hostPort: 80, containerPort: 80)]),
        .init(
          name: "openclaw-sbx-browser-main", labels: labels.merging(["openclaw.sandboxBrowser": "1"]) { a, _ in a },
          ports: [.init(host: host.flatMap(Address.init), hostPort: 9222, containerPort: 9222)]),
      ])
    }
  }

  static let cages: [Fixture] =
    setting(
      "sandbox.settings-without-effect", .low, "agents.defaults.sandbox.docker is set", line: 1,
      fails: "{agents:{defaults:{sandbox:{docker:{network:'none'}}}}}",
      passes: [
        "{}", "{agents:{defaults:{sandbox:{mode:'all',docker:{network:'none'}}}}}",
        "{agents:{defaults:{sandbox:{docker:{network:'none'}}},entries:{a:{sandbox:{mode:'all'}}}}}",
      ])
    + [
      .fail(
        "sandbox.settings-without-effect", .low, "agents.entries.a.sandbox.docker", line: 1,
        openclaw("{agents:{entries:{a:{sandbox:{docker:{pidsLimit:5}}}}}}"))
    ]
    + setting(
      "sandbox.browser-bridge-open", .medium, "is bridge", line: 1,
      fails: "{agents:{defaults:{sandbox:{mode:'all',browser:{enabled:true,network:'bridge'}}}}}",
      passes: [
        "{}", "{agents:{defaults:{sandbox:{browser:{enabled:true,network:'bridge',cdpSourceRange:'172.20.0.1/32'}}}}}",
      ])
    + [
      .fail("sandbox.browser-published", .critical, "publishes 0.0.0.0:9222", browser([:], nil)),
      .pass("sandbox.browser-published", "none beyond loopback", browser([:], "127.0.0.1")),
      .pass("sandbox.browser-published", "0 browsers", openclaw { $0.sandboxes = .seen([]) }),
      .blind("sandbox.browser-published", "not looked at", openclaw()),
      .fail("sandbox.browser-unlabelled", .low, "no label", browser([:], "127.0.0.1")),
      .pass("sandbox.browser-unlabelled", "all labelled", browser(["openclaw.configHash": "a1"], "127.0.0.1")),
      .blind("sandbox.browser-unlabelled", "not looked at", openclaw()),
    ] + unanswered("sandbox.browser-epoch", "in no file") + unanswered("sandbox.engine-answers", "known to it alone")

  private static func plugin(_ id: String, version: String? = "1.0.0", entries: [String] = []) -> OpenClawDetails.Plugin
  {
    .init(id: id, folder: "\(state)/extensions/\(id)", version: version, entries: entries)
  }

  static let plugins: [Fixture] =
    unseen("plugins.allowed-but-absent")
    + [
      .fail(
        "plugins.allowed-but-absent", .low, "has ghost", line: 1,
        detailed("{plugins:{allow:['ghost','a']}}") { $0.plugins = [plugin("a")] }),
      .pass(
        "plugins.allowed-but-absent", "has 2 entries",
        detailed("{plugins:{allow:['bonjour','a']}}") { $0.plugins = [plugin("a")] }),
      .pass("plugins.allowed-but-absent", "names no plugin", detailed()),
      .blind("plugins.allowed-but-absent", "was not read", later("{plugins:{allow:['ghost']}}")),
    ]
    + unseen("plugins.install-untraceable")
    + [
      .fail(
        "plugins.install-untraceable", .low, "no exact version", line: 1,
        detailed("{plugins:{installs:{a:{source:'npm',spec:'@x/a@latest',integrity:'sha512-x',version:'1.0.0'}}}}")),
      .fail(
        "plugins.install-untraceable", .low, "no integrity value", line: 1,
        detailed("{plugins:{installs:{a:{source:'npm',spec:'@x/a@1.0.0'}}}}")),
      .fail(
        "plugins.install-untraceable", .medium, "1.0.1 is there", line: 1,
        detailed(
          "{plugins:{installs:{a:{source:'npm',spec:'@x/a@1.0.0',resolvedVersion:'1.0.0',integrity:'sha512-x'}}}}"
        ) {
          $0.plugins = [plugin("a", version: "1.0.1")]
        }),
      .pass(
        "plugins.install-untraceable", "1 packages",
        detailed(
          "{plugins:{installs:{a:{source:'npm',spec:'@x/a@1.0.0',resolvedVersion:'1.0.0',integrity:'sha512-x'}}}}"
        ) {
          $0.plugins = [plugin("a")]
        }),
      .pass("plugins.install-untraceable", "no record", detailed("{plugins:{installs:{a:{source:'path'}}}}")),
      .pass("plugins.install-untraceable", "no record", later()),
      .blind("plugins.install-untraceable", "state/openclaw.sqlite", later { $0.plugins = [plugin("a")] }),
    ]
    + unseen("hooks.install-untraceable")
    + [
      .fail(
        "hooks.install-untraceable", .low, "no exact version", line: 1,
        detailed("{hooks:{internal:{installs:{a:{source:'npm',spec:'a',integrity:'sha512-x'}}}}}")),
      .pass("hooks.install-untraceable", "no record", detailed()),
      .blind(
        "hooks.install-untraceable", "state/openclaw.sqlite", later("{hooks:{internal:{entries:{a:{enabled:true}}}}}")),
    ]
    + unseen("plugins.tools-reachable")
    + [
      .fail("plugins.tools-reachable", .low, "unset, which means full", detailed { $0.plugins = [plugin("a")] }),
      .fail(
        "plugins.tools-reachable", .low, "tools.alsoAllow lets all of them in", line: 1,
        detailed("{tools:{profile:'messaging',alsoAllow:['group:plugins']},plugins:{entries:{b:{enabled:true}}}}")),
      .pass("plugins.tools-reachable", "no plugin of others", detailed()),
      .pass(
        "plugins.tools-reachable", "not open to all",
        detailed("{tools:{profile:'messaging'}}") { $0.plugins = [plugin("a")] }),
      .pass(
        "plugins.tools-reachable", "not open to all",
        detailed("{tools:{deny:['group:plugins']}}") { $0.plugins = [plugin("a")] }),
      .pass("plugins.tools-reachable", "is off", detailed("{plugins:{enabled:false}}") { $0.plugins = [plugin("a")] }),
    ]
    + unseen("plugins.entry-hidden")
    + [
      .fail(
        "plugins.entry-hidden", .critical, "outside its folder",
        detailed { $0.plugins = [plugin("a", entries: ["./x/../../b.js"])] }),
      .fail(
        "plugins.entry-hidden", .medium, ".hidden/index.js",
        detailed { $0.plugins = [plugin("a", entries: [".hidden/index.js"])] }),
      .fail(
        "plugins.entry-hidden", .medium, "node_modules",
        detailed { $0.plugins = [plugin("a", entries: ["node_modules/x/index.js"])] }),
      .pass("plugins.entry-hidden", "1 plugins", detailed { $0.plugins = [plugin("a", entries: ["./dist/index.js"])] }),
    ]
    + unseen("plugins.manifest-broken")
    + [
      .fail(
        "plugins.manifest-broken", .low, "not JSON",
        detailed {
          $0.documents = [
            .init(
              .manifest, path: "\(state)/extensions/a/openclaw.plugin.json",
              problem: "not JSON: expected a value (line 1)")
          ]
        }),
      .pass("plugins.manifest-broken", "was read", detailed()),
    ]
    + unseen("plugins.unreadable")
    + [
      .fail(
        "plugins.unreadable", .low, "permission denied",
        detailed {
          $0.documents = [.init(.package, path: "\(state)/extensions/a/package.json", problem: "permission denied")]
        }),
      .pass("plugins.unreadable", "no file of a plugin", detailed()),
    ]
    + unseen("skills.link-out")
    + [
      .fail(
        "skills.link-out", .medium, "/srv/x/SKILL.md",
        detailed {
          $0.skills = [
            .init(
              name: "x", folder: "\(state)/workspace/skills/x", workspace: "\(state)/workspace",
              escapesTo: "/srv/x/SKILL.md")
          ]
        }),
      .pass(
        "skills.link-out", "1 skills",
        detailed {
          $0.skills = [.init(name: "x", folder: "\(state)/workspace/skills/x", workspace: "\(state)/workspace")]
        }),
    ]
    + unseen("skills.too-many-folders")
    + [
      .fail(
        "skills.too-many-folders", .low, "not walked", detailed { $0.truncatedSkills = ["\(state)/workspace/skills"] }),
      .pass("skills.too-many-folders", "0 skills", detailed()),
    ] + code
    + unanswered("plugins.own-audit-failed", "only the product")

  static let places: [Fixture] =
    unseen("files.configuration-link")
    + [
      .fail(
        "files.configuration-link", .low, "leads to /srv/oc.json", detailed { $0.configurationLink = "/srv/oc.json" }),
      .pass("files.configuration-link", "a file of its own", detailed()),
    ] + unseen("files.volume-unencrypted")
    + [
      .fail("files.volume-unencrypted", .low, "no layer of encryption", detailed { $0.isEncrypted = false }),
      .pass("files.volume-unencrypted", "a layer of encryption", detailed { $0.isEncrypted = true }),
      .blind("files.volume-unencrypted", "lsblk", detailed()),
    ]
    + setting(
      "sessions.across-agents", .medium, "is all", line: 1, fails: "{tools:{sessions:{visibility:'all'}}}",
      passes: ["{}", "{tools:{agentToAgent:{enabled:true,allow:['a']}}}"])
    + [
      .fail(
        "sessions.across-agents", .low, "no list of agents", line: 1, openclaw("{tools:{agentToAgent:{enabled:true}}}"))
    ]
    + setting(
      "agents.claude-bypass", .high, "claude-cli is used", line: 1,
      fails: "{agents:{defaults:{model:{primary:'claude-cli/opus'}}}}",
      passes: ["{}", "{tools:{exec:{mode:'ask'}},agents:{defaults:{model:'claude-cli/opus'}}}"])

  private static func signs(_ kinds: [OpenClawDetails.CodeSign.Kind], inPlugin: Bool) -> Subject {
    detailed {
      $0.codeSigns = kinds.map { .init($0, file: "\(state)/x/i.js", line: 7, isPlugin: inPlugin) }
      $0.skills = [.init(name: "x", folder: "\(state)/skills/x")]
    }
  }

  private static let code: [Fixture] =
    [("plugins.code-suspicious", true), ("skills.code-suspicious", false)].flatMap { rule, inPlugin in
      unseen(rule) + [
        .fail(rule, .critical, "mining", line: 7, signs([.mining], inPlugin: inPlugin)),
        .fail(rule, .high, "sends requests beside that", line: 7, signs([.sendsEnvironment], inPlugin: inPlugin)),
        .fail(rule, .high, "unreadable", line: 7, signs([.hidden], inPlugin: inPlugin)),
        .fail(
          rule, .medium, "starts programs", line: 7,
          signs([.startsPrograms, .dynamicCode, .sendsFiles], inPlugin: inPlugin)),
        .fail(rule, .low, "unusual port", line: 7, signs([.oddPort], inPlugin: inPlugin)),
        .pass(rule, "nothing stands out", signs([.mining], inPlugin: !inPlugin)),
        .blind(rule, "more code", detailed { $0.moreCode = true }),
      ]
    }
    + [
      .fail(
        "skills.code-suspicious", .low, "was not read",
        signs([], inPlugin: false).with {
          $0.installation?.details?.unreadCode = [.init(path: "\(state)/skills/x/i.js", what: "permission denied")]
        })
    ]
}

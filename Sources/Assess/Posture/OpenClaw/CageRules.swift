import Installations
import Model

/// Holes in the sandbox that its own page of settings opens.
enum CageRules {
  static let all = [unused, bridge, publishes, labels, epoch, timeout]

  static let unused = Rule(
    "sandbox.settings-without-effect", "Sandbox settings are there, but the sandbox is off", .low,
    because: "somebody meant to lock tools in and did not",
    reads: ["agents.*.sandbox.docker", "agents.*.sandbox.mode"],
    tier: 2, requirement: "H11", openclaw: ["sandbox.docker_config_mode_off"],
    why: "The careful settings have no effect: every tool runs on the host.",
    remedy: "Set the sandbox's mode to all, or delete the settings."
  ) { subject in
    Settings.judge(subject) { settings in
      let failures = SandboxRules.sections(settings).compactMap { section -> Answer? in
        guard let docker = section.setting.at("docker"), docker.members?.isEmpty == false else { return nil }
        let agent = settings.scopes.first { !$0.prefix.isEmpty && section.key == $0.prefix + "sandbox" }
        guard settings.sandbox(agent ?? settings.scopes[0]).mode == .off else { return nil }
        // Agents of their own may still switch it on with the common settings.
        if agent == nil, settings.scopes.dropFirst().contains(where: { settings.sandbox($0).mode != .off }) {
          return nil
        }
        let key = section.key + ".docker"
        return .fail(
          "\(key) is set, and the sandbox is off", at: settings.place(docker, key: key),
          fix: settings.edit(section.key + ".mode", to: "\"all\""))
      }
      return Settings.outcome(
        failures, else: .pass("no settings for a sandbox that is off", at: settings.place("agents.defaults.sandbox")))
    }
  }

  static let bridge = Rule(
    "sandbox.browser-bridge-open", "The sandbox's browser can be driven by its neighbours", .medium,
    because: "only containers on the same network reach it",
    reads: [
      "agents.*.sandbox.browser.enabled", "agents.*.sandbox.browser.network", "agents.*.sandbox.browser.cdpSourceRange",
    ],
    tier: 2, requirement: "H12", openclaw: ["sandbox.browser_cdp_bridge_unrestricted"],
    why: "Another container on the bridge reads the pages and cookies of that browser and clicks for the agent.",
    remedy: "Set browser.cdpSourceRange to the gateway's address, or leave the network at its default."
  ) { subject in
    Settings.judge(subject) { settings in
      let failures = SandboxRules.sections(settings).compactMap { section -> Answer? in
        guard section.setting.at("browser.enabled")?.bool == true,
          let network = section.setting.at("browser.network"), network.string == "bridge",
          section.setting.at("browser.cdpSourceRange") == nil
        else { return nil }
        let key = section.key + ".browser.network"
        return .fail("\(key) is bridge, and no cdpSourceRange is set", at: settings.place(network, key: key))
      }
      return Settings.outcome(
        failures,
        else: .pass(
          "no browser of a sandbox hangs open on a bridge", at: settings.place("agents.defaults.sandbox.browser")))
    }
  }

  private static func browsers(_ subject: Subject, _ question: ([SandboxContainer]) -> [Answer]) -> [Answer] {
    switch subject.sandboxes {
    case .blind(let reason): [.notMeasured(reason)]
    case .seen(let all): question(all.filter(\.isBrowser))
    }
  }

  static let publishes = Rule(
    "sandbox.browser-published", "The sandbox's browser is open to the network", .critical,
    because: "the port drives a browser and asks for nothing",
    reads: ["published ports of containers labelled openclaw.sandboxBrowser"],
    tier: 1, requirement: "N2", openclaw: ["sandbox.browser_container.non_loopback_publish"],
    why: "Anybody on the network watches and drives the browser, with every session that it has.",
    remedy: "Remove the container and let the product make it again with ports on loopback.", references: ["CWE-1327"]
  ) { subject in
    browsers(subject) { containers in
      let failures = containers.flatMap { container in
        container.ports.filter { $0.host?.isLoopback != true }.map { port in
          Answer.fail(
            "container \(container.name) publishes \(port.text)", at: Finding.Location(address: port.text),
            fix: Finding.Fix("Make the container again.", command: "openclaw sandbox recreate --browser --all"))
        }
      }
      return Settings.outcome(failures, else: .pass("\(containers.count) browsers of sandboxes, none beyond loopback"))
    }
  }

  static let labels = Rule(
    "sandbox.browser-unlabelled", "A sandbox's browser was not made from the present settings", .low,
    because: "it may be older than a wall that the settings now ask for", reads: ["label openclaw.configHash"], tier: 3,
    requirement: "H11", openclaw: ["sandbox.browser_container.hash_label_missing"],
    why: "Ports, mounts and networks of an earlier configuration stay open until the container is made again.",
    remedy: "Run `openclaw sandbox recreate --browser --all`."
  ) { subject in
    browsers(subject) { containers in
      let failures = containers.filter { $0.labels["openclaw.configHash"] == nil }.map { container in
        Answer.fail(
          "container \(container.name) has no label openclaw.configHash",
          fix: Finding.Fix("Make the container again.", command: "openclaw sandbox recreate --browser --all"))
      }
      return Settings.outcome(failures, else: .pass("\(containers.count) browsers of sandboxes, all labelled"))
    }
  }

  static let epoch = Rule.unanswered(
    "sandbox.browser-epoch", "A sandbox's browser belongs to an older release", .low,
    because: "newer releases close holes by making the container anew", tier: 3, requirement: "H11",
    openclaw: ["sandbox.browser_container.hash_epoch_stale"],
    why: "A container that an older release made keeps that release's ports and flags.",
    remedy: "Run `openclaw sandbox recreate --browser --all` after each update.",
    reason: "the number that is current is inside the product and in no file; `openclaw security audit` compares it")

  static let timeout = Rule.unanswered(
    "sandbox.engine-answers", "The product's own look at its containers timed out", .info,
    because: "it says something about its audit, not about its safety", tier: 3, requirement: "H4",
    openclaw: ["sandbox.browser_container.docker_probe_timeout"],
    why: "Checks of containers in the product's own audit are missing, and their silence looks like a pass.",
    remedy: "Trammel asks the engine itself; where it could not, its container checks say \"not measured\".",
    reason: "whether the product's own question timed out is known to it alone; Trammel asks the engine itself")
}

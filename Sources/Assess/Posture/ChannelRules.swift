import Installations
import Model

/// Who may talk to the agent.
enum ChannelRules {
  static let all = [directOpen, groupOpen, openWithExec]

  static let directOpen = Rule(
    "channels.dm-open", "Strangers may write to the agent", .high,
    because: "every message is an instruction to a model that has tools; how bad depends on the tools",
    reads: ["channels.*.dmPolicy", "channels.*.dm.policy", "channels.*.allowFrom", "channels.*.accounts.*"], tier: 1,
    requirement: "H18", openclaw: ["channels.<p>.dm.open", "channels.<p>.dm.disabled"],
    why:
      "Anybody who finds the bot commands it, spends its model budget, and can ask it for what it knows of its owner.",
    remedy: "Set dmPolicy to pairing or allowlist.", references: ["CWE-284"]
  ) { subject in
    answers(subject, .direct, closed: "no channel lets strangers write directly") { settings, door in
      settings.fix(door, to: "\"pairing\"")
    }
  }

  static let groupOpen = Rule(
    "channels.group-open", "Everybody in any group may command the agent", .high,
    because: "groups hold people whom the owner does not know, and what they paste",
    reads: [
      "channels.*.groupPolicy", "channels.defaults.groupPolicy", "channels.*.groupAllowFrom", "channels.*.accounts.*",
    ],
    tier: 1, requirement: "H18",
    why:
      "Whoever adds the bot to a group, and everybody in it, gives it instructions; quoted text and links count too.",
    remedy: "Set groupPolicy to allowlist.", references: ["CWE-284"]
  ) { subject in
    answers(subject, .group, closed: "no channel takes commands from any group") { settings, door in
      settings.fix(door, to: "\"allowlist\"")
    }
  }

  private static func answers(
    _ subject: Subject, _ side: Settings.Side, closed: String, fix: (Settings, Settings.Door) -> Finding.Fix
  ) -> [Answer] {
    Settings.judge(subject) { settings in
      let doors = settings.doors(side)
      let open = doors.filter { $0.policy == .open }
      guard open.isEmpty else {
        return open.map {
          .fail("\($0.evidence) (\($0.name))", at: $0.location, fix: fix(settings, $0)).naming(
            side == .direct ? "channels.\($0.channel).dm.open" : nil)
        }
      }
      // The product says so for its own reasons; to nobody it is a weakness.
      if side == .direct, let shut = doors.first(where: \.isDisabled) {
        return [
          .pass("\(shut.evidence) (\(shut.name))", at: shut.location).naming("channels.\(shut.channel).dm.disabled")
        ]
      }
      return [.pass(doors.isEmpty ? "no channel is configured" : closed, at: settings.place("channels"))]
    }
  }

  static let openWithExec = Rule(
    "channels.open-with-exec", "Strangers' messages can become commands on this host", .critical,
    because: "an open door and unasked commands together are a shell for everybody",
    reads: ["channels.*.dmPolicy", "channels.*.groupPolicy", "tools.exec.mode", "agents.*.sandbox.mode"], tier: 1,
    requirement: "N4", openclaw: ["security.exposure.open_channels_with_exec"],
    why: "No flaw is needed: a stranger asks the agent to run a command, and it runs.",
    remedy: "Close the channels, or take commands away from the agent.", references: ["CWE-284", "CWE-77"]
  ) { subject in
    Settings.judge(subject) { settings in
      let open = (settings.doors(.direct) + settings.doors(.group)).filter { $0.policy == .open }
      guard let door = open.first else {
        return [.pass("no channel is open to strangers", at: settings.place("channels"))]
      }
      guard let unattended = settings.unattendedExec.first else {
        return [.pass("a channel is open, but commands do not run unasked on this host", at: door.location)]
      }
      return [
        .fail(
          "\(door.evidence) (\(door.name)), and \(unattended.exec.evidence)", at: door.location,
          fix: Finding.Fix(
            settings.fix(
              door, to: door.location.key?.hasSuffix("groupPolicy") == true ? "\"allowlist\"" : "\"pairing\""
            ).text
              + " Then close exec.policy-full as well."))
      ]
    }
  }
}

extension Settings {
  func fix(_ door: Door, to policy: String) -> Finding.Fix {
    let file = door.location.file ?? configuration.path
    let line = door.location.line.map { ", line \($0)" } ?? ""
    let key = door.location.key ?? "channels"
    return key.hasSuffix("llowFrom")
      ? Finding.Fix(
        "In \(file)\(line): replace * in \(key) by the ids of the people who may, then restart the gateway.")
      : Finding.Fix("In \(file)\(line): set \(key) to \(policy), then restart the gateway.")
  }
}

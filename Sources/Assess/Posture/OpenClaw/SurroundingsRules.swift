import Installations
import Knowledge
import Matching
import Model
import Platform

/// What lies around the state: copies, workspaces, logins, the account.
enum SurroundingsRules {
  static let all = [workTree, browserProfiles, instructions, bootFile, workspaceDotenv, noExpiry, linger]

  static let workTree = Rule(
    "files.in-work-tree", "The agent's state lies inside a version control work tree", .medium,
    because: "one careless command commits the keys; what was pushed cannot be taken back",
    reads: ["folders above the state directory"],
    tier: 1, requirement: "H14",
    why: "Tokens and conversations are committed and pushed, and stay in the history for good.",
    remedy: "Move the state out of the work tree, or make sure that everything in it is ignored.",
    references: ["CWE-538"]
  ) { subject in
    Settings.details(subject) { details, installation in
      let place = Finding.Location(file: installation.stateDirectory)
      guard let found = details.workTree else {
        return [.pass("no folder above it is under version control", at: place)]
      }
      let own = found.hasPrefix(installation.stateDirectory + "/")
      return [
        .fail("\(VisibleText.terminal(found)) is \(own ? "in it" : "above it")", at: place, severity: own ? .high : nil)
      ]
    }
  }

  /// Files of which others may do something, with the usual shelter.
  private static func modes(
    _ installation: Installation, _ files: [Installation.FileFact], writeOnly: Bool
  ) -> [Answer] {
    files.compactMap { fact in
      guard fact.status.kind != .symlink, let others = FileRules.others(fact.status.mode), others.writes || !writeOnly
      else { return nil }
      let sheltered = installation.mode & 0o011 == 0 && fact.path.hasPrefix(installation.stateDirectory + "/")
      return .fail(
        "mode \(FileRules.octal(fact.status.mode)): \(others.text)\(sheltered ? "; the state directory keeps others out today" : "")",
        at: Finding.Location(file: fact.path), severity: sheltered ? .low : others.writes ? .critical : nil,
        fix: FileRules.chmod(fact.status.kind == .directory ? "700" : "600", fact.path))
    }
  }

  static let browserProfiles = Rule(
    "files.browser-profile-mode", "Others on this machine may read the agent's browser profile", .high,
    because: "cookies are logins, ready to use", reads: ["mode of browser/*/user-data"], tier: 1, requirement: "H14",
    why: "Another account copies the cookies and is logged in wherever the agent is.",
    remedy: "Set the folder's mode to 700.", references: ["CWE-732"]
  ) { subject in
    Settings.details(subject) { details, installation in
      Settings.outcome(
        modes(installation, details.browserProfiles, writeOnly: false),
        else: .pass("\(details.browserProfiles.count) profiles, none that others may read"))
    }
  }

  private static let instructionNames: Set<String> = [
    "SOUL.md", "AGENTS.md", "TOOLS.md", "MEMORY.md", "IDENTITY.md", "USER.md", "HEARTBEAT.md", "BOOTSTRAP.md",
    "BOOT.md",
  ]
  private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

  static let instructions = Rule(
    "workspace.instructions-writable", "Others may write the agent's instructions", .critical,
    because: "what stands there is obeyed at the next turn, with all tools",
    reads: ["modes of SOUL.md, AGENTS.md, MEMORY.md and the like"], tier: 1,
    requirement: "H13", why: "Another account adds a line, and the agent does for it what it does for its owner.",
    remedy: "Set files to 600 and the workspace to 700.", references: ["CWE-732"]
  ) { subject in
    Settings.details(subject) { details, installation in
      let files = details.workspaceFiles.filter {
        instructionNames.contains(name($0.path)) || $0.status.kind == .directory
      }
      return Settings.outcome(
        modes(installation, files, writeOnly: true),
        else: .pass("\(files.count) files and folders of instructions, none that others may write"))
    }
  }

  static let bootFile = Rule(
    "workspace.boot-file", "A file tells the agent what to do at every start", .info,
    because: "it is a feature, and a place where an intruder stays",
    reads: ["workspace/BOOT.md", "hooks.internal.enabled"], tier: 3, requirement: "H17",
    why: "A line that was planted there is carried out at each start, before anybody asks for anything.",
    remedy: "Read BOOT.md, and delete it where it is not used."
  ) { subject in
    Settings.judgeDetails(subject) { settings, details in
      if settings.flag("hooks.internal.enabled") == false {
        return [.pass("hooks.internal.enabled is off", at: settings.place("hooks.internal.enabled"))]
      }
      let found = details.workspaceFiles.filter { name($0.path) == "BOOT.md" && $0.status.size > 0 }
      return Settings.outcome(
        found.map { .fail("\($0.status.size) bytes", at: Finding.Location(file: $0.path)) },
        else: .pass("there is no BOOT.md"))
    }
  }

  static let workspaceDotenv = Rule(
    "workspace.environment-file", "The workspace has a .env, which the agent itself can write", .low,
    because: "newer releases refuse dangerous names from it; older ones did not", reads: ["workspace/.env", "version"],
    tier: 2, requirement: "H17",
    why:
      "A misled agent writes a variable there and changes, at the next start, where its traffic and its plugins come from.",
    remedy: "Move what is needed to the .env of the state directory and delete this one.", references: ["CWE-427"]
  ) { subject in
    Settings.details(subject) { details, _ in
      let found = details.workspaceFiles.filter { name($0.path) == ".env" }
      let old = subject.openClawVersion.map { $0 < OpenClawVersion(year: 2026, month: 5, number: 28) } ?? false
      return Settings.outcome(
        found.map {
          .fail(
            "it is read at start\(old ? ", and this release lets it set too much" : "")",
            at: Finding.Location(file: $0.path), severity: old ? .high : nil)
        },
        else: .pass("no workspace has one"))
    }
  }

  static let noExpiry = Rule(
    "credentials.no-expiry", "A login of the agent never ends", .low,
    because: "a stolen one works until somebody revokes it", reads: ["auth-profiles.json: type, expires"], tier: 3,
    requirement: "H14",
    why: "A copy of the file, in a backup or a stolen disk, opens the account years later.",
    remedy: "Use a login that ends and renews itself (OAuth), or replace the key regularly.", references: ["CWE-613"]
  ) { subject in
    Settings.details(subject) { details, installation in
      guard !details.profiles.isEmpty else {
        return installation.databases.contains { $0.hasSuffix("openclaw-agent.sqlite") }
          ? [.notMeasured("logins: since mid 2026 they stand in openclaw-agent.sqlite, which is not read")]
          : [.pass("no login is stored in files")]
      }
      let endless = details.profiles.filter { ["token", "api_key", "api-key"].contains($0.type) && $0.expires == nil }
      return Settings.outcome(
        endless.map { profile in
          .fail(
            "\(VisibleText.cutMiddle(VisibleText.terminal(profile.name), to: 60)) is a \(profile.type == "token" ? "token" : "key") without an end",
            at: Finding.Location(file: profile.file, line: profile.line, key: "profiles.\(profile.name)"))
        }, else: .pass("\(details.profiles.count) logins, each with an end"))
    }
  }

  static let linger = Rule(
    "host.linger", "The agent runs whether or not its owner is logged in", .info,
    because: "it is how most of them are set up; it also means that nobody is there",
    reads: ["/var/lib/systemd/linger", "user units"], tier: 3,
    requirement: "H18b",
    why: "It works at night and on an account that was thought to be unused, until the machine is switched off.",
    remedy: "Switch it off for an account that is not meant to serve: loginctl disable-linger."
  ) { subject in
    Settings.details(subject) { details, installation in
      guard let linger = details.linger else {
        return [.notMeasured("whether units start without a login could not be looked at")]
      }
      let units = installation.units.filter { !$0.system && $0.enabled }
      guard linger, let unit = units.first else {
        return [.pass(linger ? "lingering is on, but no user unit starts the agent" : "lingering is off")]
      }
      let command = installation.ownerName.flatMap(ShellWord.quote).map { "loginctl disable-linger \($0)" }
      return [
        .fail(
          "lingering is on for \(VisibleText.terminal(installation.ownerName ?? "the owner")), and \(unit.name) is enabled",
          at: Finding.Location(file: unit.path),
          fix: Finding.Fix("Switch lingering off where the account is not meant to serve.", command: command))
      ]
    }
  }
}

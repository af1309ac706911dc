import Matching
import Installations
import Model
import Platform

/// Who else on this machine may read or change the agent's files. For every kind of agent.
enum FileRules {
  /// Products whose own rule about modes looks at everything that these do.
  static let elsewhere = Rule.Audience(except: ["claude-code", "codex-cli", "nanobot"])

  /// Of these one file, or the transcripts, have a rule of their own.
  private static let ownConfiguration = Rule.Audience(except: elsewhere.except + ["hermes", "openhands"])
  private static let ownTranscripts = Rule.Audience(except: elsewhere.except + ["openhands"])

  static let all = [stateDirectory, configurationMode, credentials, transcripts, dotenv, link, synced, broken]

  private typealias Role = Installation.FileFact.Role

  /// What the permission bits let others do, in words; nil where they let them do nothing.
  static func others(_ mode: UInt16) -> (text: String, writes: Bool, everybody: Bool)? {
    let writes = mode & 0o022 != 0
    let reads = mode & 0o044 != 0
    guard writes || reads else { return nil }
    let everybody = mode & (writes ? 0o002 : 0o004) != 0
    return (
      "\(everybody ? "everybody" : "its group") may \(writes ? "change" : "read") it", writes, everybody
    )
  }

  static func octal(_ mode: UInt16) -> String {
    let text = String(mode & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - text.count)) + text
  }

  static func chmod(_ mode: String, _ path: String) -> Finding.Fix {
    guard let word = ShellWord.quote(path) else {
      return Finding.Fix("Set its mode to \(mode); its name holds bytes that are no text, so find it by hand.")
    }
    return Finding.Fix(
      "Take the rights of others away.", command: "chmod \(mode) \(word)", automatic: true,
      edit: UInt16(mode, radix: 8).map { .mode(path: path, $0) })
  }

  /// The common shape: every file of some roles, judged by its mode.
  private static func modes(
    _ subject: Subject, _ roles: Set<Installation.FileFact.Role>, none: String, worstWhenWritable: Severity,
    theirs: (Installation.FileFact.Role, _ others: (text: String, writes: Bool, everybody: Bool)) -> String? = { _, _ in
      nil
    }
  ) -> [Answer] {
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let facts = installation.files.filter { roles.contains($0.role) } + layers(of: installation, roles)
    guard !facts.isEmpty else { return [absent(none, installation)] }
    var failures: [Answer] = []
    for fact in facts {
      // A link's own bits mean nothing.
      guard fact.status.kind != .symlink, let others = others(fact.status.mode) else { continue }
      let isDirectory = fact.status.kind == .directory
      // A closed directory above keeps others out whatever the file's own bits say, until somebody opens it.
      let sheltered =
        installation.mode & 0o011 == 0 && fact.path != installation.stateDirectory
        && fact.path.hasPrefix(installation.stateDirectory + "/")
      var severity: Severity? = others.writes ? worstWhenWritable : others.everybody ? nil : .medium
      if sheltered { severity = .low }
      failures.append(
        .fail(
          "mode \(octal(fact.status.mode)): \(others.text)\(sheltered ? "; the state directory keeps others out today" : "")",
          at: Finding.Location(file: fact.path), severity: severity, fix: chmod(isDirectory ? "700" : "600", fact.path)
        ).naming(theirs(fact.role, others)))
    }
    guard failures.isEmpty else { return capped(failures) }
    // A folder that may not be listed may hold anything.
    if let closed = installation.problems.first(where: { problem in
      problem.what.contains("permission denied")
        && facts.contains { problem.path == $0.path || problem.path.hasPrefix($0.path + "/") }
    }) {
      return [.notMeasured("permission denied: \(closed.path)", at: Finding.Location(file: closed.path))]
    }
    return [
      .pass(
        "\(facts.count) \(facts.count == 1 ? "file or folder" : "files and folders"): nobody else may read them",
        at: Finding.Location(file: facts[0].path))
    ]
  }

  /// Files of the user that a product merges, where they are no more than that.
  private static func layers(
    of installation: Installation, _ roles: Set<Installation.FileFact.Role>
  ) -> [Installation.FileFact] {
    installation.layers.filter { layer in
      guard layer.scope == .user || layer.scope == .profile, layer.exists, layer.status.kind == .regular,
        !installation.files.contains(where: { $0.path == layer.path })
      else { return false }
      return roles.contains(layer.role == "environment" ? .dotenv : .configuration)
    }.map {
      Installation.FileFact(
        path: $0.path, role: $0.role == "environment" ? .dotenv : .configuration, status: $0.status)
    }
  }

  /// Nothing of that role: fine where everything was looked at, and nothing to go by where it was not. Of products whose
  /// layers are read, files with credentials and transcripts are looked at with them; `.env` where it is one of them.
  static func absent(_ what: String, _ installation: Installation, isLookedAt: Bool = true) -> Answer {
    if installation.kind != "openclaw", installation.layers.isEmpty || !isLookedAt {
      return .notMeasured("files of \(installation.kind) are not looked at one by one")
    }
    if let problem = installation.problems.first(where: { $0.what.contains("permission denied") }) {
      return .notMeasured("permission denied: \(problem.path)")
    }
    return .pass(what)
  }

  /// A thousand transcripts are one problem: the first twenty are named, the rest counted.
  static func capped(_ failures: [Answer], limit: Int = 20) -> [Answer] {
    guard failures.count > limit else { return failures }
    var out = Array(failures.prefix(limit))
    out[limit - 1].evidence += "; \(failures.count - limit) more like it"
    return out
  }

  static let stateDirectory = Rule(
    "files.state-directory-mode", "Others on this machine may look into the agent's state", .medium,
    because: "names and sizes are seen at once, contents as far as the files let it",
    reads: ["mode of the state directory"],
    for: elsewhere, tier: 1, requirement: "H13",
    openclaw: [
      "fs.state_dir.perms_readable", "fs.state_dir.perms_group_writable", "fs.state_dir.perms_world_writable",
    ],
    why:
      "Other accounts list conversations, projects and devices, and read each file whose own mode lets them. Who may write there plants code that the agent runs.",
    remedy: "Set the directory's mode to 700.", references: ["CWE-732"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let path = installation.stateDirectory
    let place = Finding.Location(file: path)
    guard installation.mode & 0o077 != 0 else { return [.pass("mode \(octal(installation.mode))", at: place)] }
    let others = others(installation.mode)
    let severity: Severity? =
      if let others { others.writes ? (others.everybody ? .critical : .high) : others.everybody ? nil : .low } else {
        .low
      }
    return [
      .fail(
        "mode \(octal(installation.mode)): \(others?.text ?? "others may pass through it")", at: place,
        severity: severity,
        fix: chmod("700", path)
      ).naming(
        others.map {
          $0.writes
            ? $0.everybody ? "fs.state_dir.perms_world_writable" : "fs.state_dir.perms_group_writable"
            : "fs.state_dir.perms_readable"
        })
    ]
  }

  static let configurationMode = Rule(
    "files.configuration-mode", "Others on this machine may read the agent's configuration", .high,
    because: "it holds tokens and keys of channels, models and the gateway; who may write it runs code as the agent",
    reads: ["mode of the configuration and its includes"], for: ownConfiguration, tier: 1, requirement: "H14",
    openclaw: [
      "fs.config.perms_world_readable", "fs.config.perms_group_readable", "fs.config.perms_writable",
      "fs.config_include.perms_world_readable", "fs.config_include.perms_group_readable",
      "fs.config_include.perms_writable",
    ],
    why: "Another account copies the keys in it, or points the agent at a model, a server or a command of its own.",
    remedy: "Set the file's mode to 600.", references: ["CWE-732"]
  ) { subject in
    modes(
      subject, [.configuration, .include, .backup], none: "no configuration file was seen", worstWhenWritable: .critical
    ) { role, others in
      let end = others.writes ? "perms_writable" : others.everybody ? "perms_world_readable" : "perms_group_readable"
      return role == .backup ? nil : (role == .include ? "fs.config_include." : "fs.config.") + end
    }
  }

  static let credentials = Rule(
    "files.credentials-mode", "Others on this machine may read the agent's credentials", .high,
    because: "they are logins of channels and models, ready to use",
    reads: ["modes of credentials, login profiles, device keys, TLS keys, databases, approvals"], for: elsewhere,
    tier: 1,
    requirement: "H14",
    openclaw: [
      "fs.credentials_dir.perms_readable", "fs.credentials_dir.perms_writable", "fs.auth_profiles.perms_readable",
      "fs.auth_profiles.perms_writable",
    ],
    why: "Another account takes over the messenger session, the model account or the device's identity.",
    remedy: "Set files to 600 and folders to 700.", references: ["CWE-732", "CWE-522"]
  ) { subject in
    modes(
      subject, [.credentialsDirectory, .credentials, .authProfiles, .deviceKey, .tlsKey, .database, .approvals],
      none: "no credential file was seen", worstWhenWritable: .critical
    ) { role, others in
      let end = others.writes ? ".perms_writable" : ".perms_readable"
      return role == .credentialsDirectory
        ? "fs.credentials_dir" + end : role == .authProfiles ? "fs.auth_profiles" + end : nil
    }
  }

  static let transcripts = Rule(
    "files.transcripts-mode", "Others on this machine may read the agent's conversations", .medium,
    because: "they hold private talk, tool output and now and then a pasted key",
    reads: ["modes of session stores, transcripts, logs"], for: ownTranscripts, tier: 1, requirement: "H13",
    openclaw: ["fs.sessions_store.perms_readable", "fs.log_file.perms_readable"],
    why: "Another account reads what was said and what tools returned, keys that were pasted included.",
    remedy: "Set files to 600 and folders to 700.", references: ["CWE-732", "GHSA-vr7j-g7jv-h5mp"]
  ) { subject in
    var answers = modes(
      subject, [.sessions, .transcript, .log], none: "no transcript or log was seen", worstWhenWritable: .high
    ) { role, _ in
      role == .sessions ? "fs.sessions_store.perms_readable" : role == .log ? "fs.log_file.perms_readable" : nil
    }
    if let more = subject.installation?.moreTranscripts, more > 0, let last = answers.indices.last {
      answers[last].evidence += "; \(more) more transcripts were not looked at"
    }
    return answers
  }

  static let dotenv = Rule(
    "files.dotenv-mode", "Others on this machine may read the agent's .env", .high,
    because: "it is the file that secrets are moved to, in clear", reads: ["mode of .env"], for: elsewhere, tier: 1,
    requirement: "H14",
    why: "Another account copies every token and key that the agent starts with.",
    remedy: "Set the file's mode to 600.",
    references: ["CWE-732"]
  ) { subject in
    // Of the products with layers one reads such a file.
    if let installation = subject.installation, !["openclaw", "gemini-cli"].contains(installation.kind),
      !installation.files.contains(where: { $0.role == .dotenv })
    {
      return [absent("there is no .env", installation, isLookedAt: false)]
    }
    return modes(subject, [.dotenv], none: "there is no .env", worstWhenWritable: .critical)
  }

  static let link = Rule(
    "files.state-directory-link", "The state directory is a symbolic link", .low,
    because: "where it leads may lie outside the home, with other owners, modes and backups",
    reads: ["path of the state directory"], for: .everyone, tier: 2, requirement: "H13",
    openclaw: ["fs.state_dir.symlink"],
    why:
      "Whoever may change the target's parent folder swaps the whole state, and programs that check only the link see nothing.",
    remedy: "Move the directory to where the link stands, or name its real path in the agent's own variable for it.",
    references: ["CWE-59"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    guard let linked = installation.linkedFrom else {
      return [.pass("it is a real directory", at: Finding.Location(file: installation.stateDirectory))]
    }
    return [.fail("it leads to \(installation.stateDirectory)", at: Finding.Location(file: linked))]
  }

  /// Folders that a program copies to somebody else's computers: names as those programs make them.
  private static let syncedNames = [
    ("mobile documents", "iCloud"), ("icloud", "iCloud"), ("dropbox", "Dropbox"), ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"), ("my drive", "Google Drive"), ("onedrive", "OneDrive"),
    ("cloudstorage", "a cloud drive"),
    ("nextcloud", "Nextcloud"), ("owncloud", "ownCloud"), ("pclouddrive", "pCloud"), ("megasync", "MEGA"),
    ("syncthing", "Syncthing"),
  ]

  static let synced = Rule(
    "files.synced-folder", "The agent's state lies in a folder that is copied to a cloud", .medium,
    because: "keys and conversations leave the machine, and a change made elsewhere comes back in",
    reads: ["paths of the state directory and the configuration"], for: .everyone, tier: 1, requirement: "H14",
    openclaw: ["fs.synced_dir"],
    why:
      "Tokens and transcripts are copied to another company's computers, and who gets into that account writes the agent's configuration.",
    remedy: "Move the state directory to a folder that is not synchronised.", references: ["CWE-538"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let paths = [installation.stateDirectory, installation.configuration?.path, installation.linkedFrom].compactMap {
      $0
    }
    for path in paths {
      for part in path.split(separator: "/") {
        let name = part.lowercased()
        if let match = syncedNames.first(where: {
          name == $0.0 || name.hasPrefix($0.0 + "-") || name.hasPrefix($0.0 + " ")
        }) {
          return [.fail("a folder of \(match.1) is part of the path", at: Finding.Location(file: path))]
        }
      }
    }
    return [
      .pass(
        "no folder of a known cloud drive is part of the path", at: Finding.Location(file: installation.stateDirectory))
    ]
  }

  static let broken = Rule(
    "configuration.unreadable", "Part of the agent's configuration could not be read", .medium,
    because: "what was not read was not judged, and the agent may do something else than its owner believes",
    reads: ["configuration", "includes", "files of every scope"], for: .everyone, tier: 1, requirement: "H4",
    why:
      "Checks that need the missing part say \"not measured\". A gateway with a broken configuration refuses to start, or starts with defaults.",
    remedy:
      "Correct the file at the place that is named; where the right to read is missing, run the audit as the owner or as root."
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    guard installation.problems.isEmpty else {
      return capped(
        installation.problems.map { problem in
          let place = Finding.Location(file: problem.path, line: problem.line)
          // Ours to solve, not the agent's.
          if problem.what.contains("permission denied") {
            return .notMeasured("permission denied: run as the owner or as root to read it", at: place)
          }
          let column = problem.column.map { " (column \($0))" } ?? ""
          return .fail(problem.what + column + (problem.excerpt.map { ": \($0)" } ?? ""), at: place)
        })
    }
    let layers = installation.layers.filter(\.exists)
    guard let path = installation.configuration?.path ?? layers.first?.path else {
      return [.notMeasured("there is no configuration file that Trammel reads")]
    }
    return [
      .pass(
        layers.count > 1 ? "\(layers.count) files were read to the end" : "it was read to the end",
        at: Finding.Location(file: path))
    ]
  }
}

import Platform

/// The files of a state directory that matter, each with its mode and owner. None of them is opened.
struct StateFiles {
  let files: any FileSystem

  enum Limit {
    static let agents = 200
    static let transcripts = 50
    static let others = 200
  }

  init(files: any FileSystem) { self.files = files }

  func list(_ root: String, credentials: String?, into installation: inout Installation) {
    let names = names(in: root, &installation)
    backups(names, root, &installation)
    self.credentials(credentials.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(root)/credentials", &installation)
    agents("\(root)/agents", &installation)
    for name in ["device.json", "device-auth.json"] { add("\(root)/identity/\(name)", .deviceKey, &installation) }
    add("\(root)/exec-approvals.json", .approvals, &installation)
    for name in self.names(in: "\(root)/gateway/tls", &installation) where name.hasSuffix(".pem") {
      add("\(root)/gateway/tls/\(name)", .tlsKey, &installation)
    }
    for name in self.names(in: "\(root)/logs", &installation).prefix(Limit.transcripts) {
      add("\(root)/logs/\(name)", .log, &installation)
    }
    for name in ["secrets.json", "devices/paired.json", "nodes/paired.json", "node.json"] {
      add("\(root)/\(name)", .credentials, &installation)
    }
    for name in self.names(in: "\(root)/secrets", &installation).prefix(Limit.others) {
      add("\(root)/secrets/\(name)", .credentials, &installation)
    }
    database("\(root)/state/openclaw.sqlite", &installation)
  }

  /// Copies of the configuration: `openclaw.json.bak`, `.bak.1`, `.clobbered.TIME`.
  private func backups(_ names: [String], _ root: String, _ installation: inout Installation) {
    let copies = names.filter { name in
      Era.configurationNames.contains { name.hasPrefix($0.name + ".") }
    }
    for name in copies.prefix(Limit.others) { add("\(root)/\(name)", .backup, &installation) }
  }

  private func credentials(_ directory: String, _ installation: inout Installation) {
    guard add(directory, .credentialsDirectory, &installation) else { return }
    for name in names(in: directory, &installation).prefix(Limit.others) {
      let path = "\(directory)/\(name)"
      if name.hasSuffix(".json") {
        add(path, .credentials, &installation)
      } else {
        // A messenger's account: hundreds of key files, of which one stands for all.
        for account in names(in: path, &installation).prefix(Limit.transcripts) {
          let inner = "\(path)/\(account)"
          add(account.hasSuffix(".json") ? inner : "\(inner)/creds.json", .credentials, &installation)
        }
      }
    }
  }

  private func agents(_ directory: String, _ installation: inout Installation) {
    for agent in names(in: directory, &installation).prefix(Limit.agents) {
      let path = "\(directory)/\(agent)"
      for name in ["auth-profiles.json", "auth.json"] { add("\(path)/agent/\(name)", .authProfiles, &installation) }
      // Generated, but may hold keys in clear.
      add("\(path)/agent/models.json", .credentials, &installation)
      database("\(path)/agent/openclaw-agent.sqlite", &installation)
      add("\(path)/sessions/sessions.json", .sessions, &installation)
      let transcripts = names(in: "\(path)/sessions", &installation).filter { $0.contains(".jsonl") }
      for name in transcripts.prefix(Limit.transcripts) { add("\(path)/sessions/\(name)", .transcript, &installation) }
      installation.moreTranscripts += max(0, transcripts.count - Limit.transcripts)
    }
  }

  private func database(_ path: String, _ installation: inout Installation) {
    if add(path, .database, &installation) { installation.databases.append(path) }
  }

  /// False where there is no such file, or nobody may say.
  @discardableResult
  private func add(_ path: String, _ role: Installation.FileFact.Role, _ installation: inout Installation) -> Bool {
    guard let status = try? files.status(path, followingLinks: true) else { return false }
    installation.files.append(Installation.FileFact(path: path, role: role, status: status))
    return true
  }

  /// Names in a directory; none where it is absent, and a problem where it may not be read.
  private func names(in directory: String, _ installation: inout Installation) -> [String] {
    do { return try files.list(directory) } catch {
      if error.code == .denied {
        installation.problems.append(Installation.Problem(path: directory, what: Paths.explain(error)))
      }
      return []
    }
  }
}

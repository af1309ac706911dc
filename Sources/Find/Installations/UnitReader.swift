import Formats
import Matching
import Model
import Platform

/// A unit of the product, with what is needed to tell which installation it starts.
struct FoundUnit {
  var fact: Installation.UnitFact
  var era: Era
  /// Home of the user it runs as.
  var home: String?
  /// Its environment, with that of its environment files; stays inside this module.
  var variables: [String: String]
  var files: [Installation.FileFact]
  var secrets: [Installation.SecretFact]
  var problems: [Installation.Problem]
  /// Where its command stands, and what `[Service]` says besides.
  var line: Int?
  var options: [Installation.Launch.Option] = []
}

/// Reads systemd units, of the system and of each user, that start a gateway or node of OpenClaw under any of its names.
struct UnitReader {
  let files: any FileSystem
  let accounts: Accounts
  let tags: KeyedTag

  static let maximumFiles = 2000
  static let maximumBytes = 256 << 10
  private var filesRead = 0
  private(set) var blind: [SourceStatus.Blind] = []
  /// Files and folders of units that are there and were not read.
  private(set) var unread: [Installation.UnreadStart] = []

  init(files: any FileSystem, accounts: Accounts, tags: KeyedTag) {
    self.files = files
    self.accounts = accounts
    self.tags = tags
  }

  /// In the order in which systemd looks: a unit in /etc hides one of the same name in /usr/lib.
  private static let systemDirectories = [
    "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
    "/lib/systemd/system",
  ]
  private static let sharedUserDirectories = [
    "/etc/systemd/user", "/run/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user",
    "/lib/systemd/user",
  ]

  mutating func read(homes: [Finder.Home]) -> [FoundUnit] {
    var units = read(Self.systemDirectories, system: true, home: nil)
    // Shared user units run for whoever enables them; they are reported once, without a home.
    units += read(Self.sharedUserDirectories, system: false, home: nil)
    for home in homes {
      let base = "\(home.path)/.config/systemd/user"
      units += read([base, "\(home.path)/.local/share/systemd/user"], system: false, home: home)
    }
    return units
  }

  private mutating func read(_ directories: [String], system: Bool, home: Finder.Home?) -> [FoundUnit] {
    var units: [FoundUnit] = []
    var names: Set<String> = []
    let enabled = self.enabled(in: directories)
    var seen: Set<String> = []
    for directory in directories {
      let listed: [String]
      do {
        guard seen.insert(try files.realPath(directory)).inserted else { continue }
        listed = try files.list(directory)
      } catch {
        hide(directory, error)
        continue
      }
      for name in listed where name.hasSuffix(".service") && !names.contains(name) {
        names.insert(name)
        // Vendor folders hold hundreds of others: there the name must say it.
        let isVendor = directory.contains("/lib/")
        guard Era.mentioned(in: name) != nil || !isVendor else { continue }
        guard filesRead < Self.maximumFiles else {
          unread.append(.init(.unit, directory, what: "more than \(Self.maximumFiles) units were read before"))
          break
        }
        filesRead += 1
        if let unit = unit(
          name, at: "\(directory)/\(name)", dropIns: directories.map { "\($0)/\(name).d" }, system: system,
          enabled: enabled.contains(name), home: home)
        {
          units.append(unit)
        }
      }
    }
    return units
  }

  /// Keeps that a unit could not be read. A masked unit is a link to /dev/null, which is refused as no regular file.
  private mutating func hide(_ path: String, _ error: FileError) {
    switch error.code {
    case .notFound, .notDirectory: return
    case .notRegular where (try? files.realPath(path)) == "/dev/null": return
    case .denied: blind.append(.init(path, remedy: "run with sudo to include \(path)"))
    default: break
    }
    if unread.count < 500 {
      unread.append(.init(.unit, path, what: Paths.explain(error, limit: Self.maximumBytes)))
    }
  }

  /// Units that something wants: a symbolic link in a `.wants` or `.requires` folder.
  private func enabled(in directories: [String]) -> Set<String> {
    var enabled: Set<String> = []
    for directory in directories {
      for name in (try? files.list(directory)) ?? [] where name.hasSuffix(".wants") || name.hasSuffix(".requires") {
        enabled.formUnion((try? files.list("\(directory)/\(name)")) ?? [])
      }
    }
    return enabled
  }

  private mutating func unit(
    _ name: String, at path: String, dropIns: [String], system: Bool, enabled: Bool, home: Finder.Home?
  ) -> FoundUnit? {
    let bytes: [UInt8]
    do { bytes = try files.read(path, limit: Self.maximumBytes) } catch {
      hide(path, error)
      return nil
    }
    var unit = UnitFile(bytes, path: path)
    var extra: [UnitFile] = []
    for directory in dropIns {
      let names: [String]
      do { names = try files.list(directory) } catch {
        hide(directory, error)
        continue
      }
      for file in names.prefix(100) where file.hasSuffix(".conf") {
        do {
          let bytes = try files.read("\(directory)/\(file)", limit: Self.maximumBytes)
          extra.append(UnitFile(bytes, path: "\(directory)/\(file)"))
        } catch { hide("\(directory)/\(file)", error) }
      }
    }
    extra.sort { Paths.name(of: $0.path) < Paths.name(of: $1.path) }
    unit = unit.merged(with: extra)
    let commands = unit.commands()
    guard let era = Self.era(name: name, commands: commands) else { return nil }
    return found(
      unit, name: name, era: era, paths: [path] + extra.map(\.path), system: system, enabled: enabled, home: home)
  }

  /// Whether this is a gateway or node host: `openclaw-gateway`, `clawdbot-node-x`, or any other name whose command runs
  /// the product with one of these words. A unit that only watches it (`openclaw-backup`) is none.
  private static func era(name: String, commands: [UnitFile.Command]) -> Era? {
    for era in Era.allCases {
      for role in ["gateway", "node"] {
        let base = "\(era.word)-\(role)"
        if name == "\(base).service" || name.hasPrefix("\(base)-") || name.hasPrefix("\(base)@") { return era }
      }
    }
    for command in commands {
      // The program, or the script behind an interpreter and its switches; never the text after it.
      guard let era = command.arguments.prefix(4).lazy.compactMap({ Self.program($0) }).first else { continue }
      if command.arguments.dropFirst().contains(where: { $0 == "gateway" || $0 == "node" }) { return era }
    }
    return nil
  }

  /// `/usr/bin/openclaw`, `…/openclaw/dist/index.js`, `openclaw.mjs`.
  private static func program(_ argument: String) -> Era? {
    let parts = argument.split(separator: "/").map(String.init)
    guard let last = parts.last else { return nil }
    return Era.allCases.first { era in
      if last == era.word || last == "\(era.word).mjs" { return true }
      return (last.hasSuffix(".js") || last.hasSuffix(".mjs")) && parts.contains { era.packages.contains($0) }
    }
  }

  private func found(
    _ unit: UnitFile, name: String, era: Era, paths: [String], system: Bool, enabled: Bool, home: Finder.Home?
  ) -> FoundUnit {
    let user = unit.last("Service", "User")?.value
    let account = accounts[named: user ?? "root"]
    let userHome = system ? (account?.home ?? (user == nil ? "/root" : user.map { "/home/\($0)" })) : home?.path
    let instance = name.split(separator: "@", maxSplits: 1).dropFirst().first.map { String($0.dropLast(8)) } ?? ""
    var specifiers: [Character: String] = ["i": instance, "I": instance, "n": name, "N": String(name.dropLast(8))]
    specifiers["h"] = userHome
    specifiers["u"] = system ? user ?? "root" : home?.user

    var variables: [String: String] = [:]
    var secrets: [Installation.SecretFact] = []
    var facts: [Installation.UnitFact.Variable] = []
    for variable in unit.environment {
      let value = UnitFile.expand(variable.value, specifiers)
      variables[variable.name] = value
      let isSecret = Secret.looksLikeCredential(name: variable.name, value: value)
      if isSecret {
        secrets.append(
          CredentialCutter.literal(value, key: variable.name, file: variable.path, line: variable.line, tags: tags))
      }
      facts.append(
        Installation.UnitFact.Variable(
          name: variable.name, file: variable.path == unit.path ? nil : variable.path, line: variable.line,
          isSecret: isSecret,
          value: isSecret ? nil : Secret.cut(value, replacement: Configuration.redacted).text))
    }
    var problems: [Installation.Problem] = []
    var files = paths.compactMap { path in fact(path, .unit) }
    var environmentFiles: [String] = []
    for entry in unit.environmentFiles.prefix(50) {
      let path = UnitFile.expand(entry.file, specifiers)
      environmentFiles.append(path)
      guard let fact = fact(path, .dotenv) else { continue }
      files.append(fact)
      do {
        // A user's manager reads it in that user's name.
        let owner = system ? 0 : home.flatMap { try? self.files.status($0.path, followingLinks: true).owner } ?? 65534
        let files = OwnersFiles(self.files, owner: owner)
        for variable in Dotenv(try files.read(path, limit: Self.maximumBytes), dialect: .systemd).entries {
          variables[variable.name] = variable.value
          guard Secret.looksLikeCredential(name: variable.name, value: variable.value) else { continue }
          secrets.append(
            CredentialCutter.literal(variable.value, key: variable.name, file: path, line: variable.line, tags: tags))
        }
      } catch {
        problems.append(Installation.Problem(path: path, what: Paths.explain(error)))
      }
    }
    let command = unit.commands().first
    let (arguments, inArguments) = Self.shown(command?.arguments.map { UnitFile.expand($0, specifiers) } ?? [])
    for secret in inArguments {
      secrets.append(
        CredentialCutter.literal(
          secret.text, key: secret.option, file: command?.path ?? unit.path, line: command?.line ?? 1, tags: tags))
    }
    var result = Installation.UnitFact(
      path: unit.path, name: name, system: system, enabled: enabled, user: system ? user : nil,
      execStart: arguments, environment: facts)
    result.environmentFiles = environmentFiles
    return FoundUnit(
      fact: result, era: era, home: userHome, variables: variables, files: files, secrets: secrets, problems: problems,
      line: command?.line, options: LaunchReader.options(unit, section: "Service"))
  }

  private func fact(_ path: String, _ role: Installation.FileFact.Role) -> Installation.FileFact? {
    (try? files.status(path, followingLinks: true)).map { Installation.FileFact(path: path, role: role, status: $0) }
  }

  /// A command line without its credentials, and the credentials with the option they belong to: `--token x` and
  /// `--token=x` are common in hand-made units, and every user of the machine can read them in its list of processes.
  private static func shown(_ arguments: [String]) -> (arguments: [String], secrets: [(option: String, text: String)]) {
    var result: [String] = []
    var secrets: [(option: String, text: String)] = []
    var option: String?
    for argument in arguments {
      if let name = option, !argument.hasPrefix("-"), Secret.looksLikeCredential(name: name, value: argument) {
        secrets.append((name, argument))
        result.append(Configuration.redacted)
      } else if case let (shown, cut) = Secret.cut(argument, replacement: Configuration.redacted), !cut.isEmpty {
        secrets += cut.map { (String(argument.prefix { $0 != "=" && $0 != ":" }), $0) }
        result.append(shown)
      } else if Secret.hasKnownForm(argument) {
        secrets.append(("ExecStart", argument))
        result.append(Configuration.redacted)
      } else {
        result.append(argument)
      }
      option = argument.hasPrefix("-") && !argument.contains("=") ? argument : nil
    }
    return (result, secrets)
  }
}

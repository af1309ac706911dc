public import Formats
public import Platform

/// One installation of an agent product, as it lies on a disk. Nothing here is judged, and no secret value is kept.
public struct Installation: Sendable, Hashable {
  /// Product, as in the fingerprint table.
  public var kind: String
  /// Name of the era it was made in (`OpenClaw`, `Moltbot`, `Clawdbot`, `Clawdis`); the product's own name for others.
  public var era: String
  /// Real path of the state directory, as seen inside the file system it was read from.
  public var stateDirectory: String
  /// The path by which it was found, where that is a symbolic link.
  public var linkedFrom: String?
  public var profile: String?
  public var owner: UInt32
  public var ownerName: String?
  public var mode: UInt16
  /// Version and the file that says so.
  public var version: String?
  public var versionSource: String?
  /// Nil where there is no configuration file.
  public var configuration: Configuration?
  /// Files that matter, with their modes: configuration, includes, credentials, transcripts, units.
  public var files: [FileFact]
  public var units: [UnitFact]
  /// SQLite state that is detected, not read.
  public var databases: [String]
  /// Names of variables set in `<state>/.env`, with the line; values are not kept.
  public var dotenv: [DotenvName]
  /// Facts about a shared secret, by configuration key: enough to judge it, not enough to use it.
  public var secrets: [SecretFact]
  /// Credentials that stand outside the configuration: in units, `.env` and environment files (the key is the variable's
  /// name), and in auth profiles (`profiles.ID.key`).
  public var storedSecrets: [SecretFact]
  /// Transcripts beyond those listed in `files`.
  public var moreTranscripts: Int
  /// Settings of every scope that the product merges, strongest first; empty for products with one file.
  public var layers: [Layer] = []
  /// How it is started, wherever that is written down.
  public var launches: [Launch] = []
  /// What may start it besides, and could not be read.
  public var unreadStarts: [UnreadStart] = []
  /// What lies beside the configuration; nil for other products, and where nobody looked.
  public var details: OpenClawDetails?
  /// What the machine says of itself; nil where nobody looked.
  public var machine: MachineFacts?
  /// What stands in the state database; nil where there is none, or it could not be read (`problems` says why).
  public var stateDatabase: StateDatabase?
  /// What stands in NanoClaw's central database; nil for other products, and where it could not be read.
  public var nanoClaw: NanoClawState?
  /// What could not be read, and why.
  public var problems: [Problem]

  public struct FileFact: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable, CaseIterable {
      case stateDirectory, configuration, include, dotenv, credentialsDirectory, credentials, authProfiles, sessions,
        transcript, log, deviceKey, approvals, unit, tlsKey, backup, database, instructions
    }
    public var path: String
    public var role: Role
    public var status: FileStatus
    public init(path: String, role: Role, status: FileStatus) {
      self.path = path
      self.role = role
      self.status = status
    }
  }

  /// A service unit that starts this installation.
  public struct UnitFact: Sendable, Hashable {
    public var path: String
    public var name: String
    public var system: Bool
    public var enabled: Bool
    /// User that a system unit runs as; nil means root there, the owner for a user unit.
    public var user: String?
    public var execStart: [String]
    /// Environment lines, by variable: `secret` where the value is a literal that looks like a credential.
    public var environment: [Variable]
    /// Files of `EnvironmentFile=`, each also in `files` where it exists.
    public var environmentFiles: [String] = []
    public struct Variable: Sendable, Hashable {
      public var name: String
      /// The drop-in that says so; nil for the unit itself.
      public var file: String?
      public var line: Int
      public var isSecret: Bool
      /// The value where it is no secret.
      public var value: String?
      public init(name: String, file: String? = nil, line: Int, isSecret: Bool, value: String?) {
        self.name = name
        self.file = file
        self.line = line
        self.isSecret = isSecret
        self.value = value
      }
    }
    public init(
      path: String, name: String, system: Bool, enabled: Bool, user: String? = nil, execStart: [String] = [],
      environment: [Variable] = []
    ) {
      self.path = path
      self.name = name
      self.system = system
      self.enabled = enabled
      self.user = user
      self.execStart = execStart
      self.environment = environment
    }
  }

  public struct DotenvName: Sendable, Hashable {
    public var name: String
    public var line: Int
    public var isEmpty: Bool
    public init(name: String, line: Int, isEmpty: Bool) {
      self.name = name
      self.line = line
      self.isEmpty = isEmpty
    }
  }

  /// What can be said of a credential without keeping it.
  public struct SecretFact: Sendable, Hashable {
    /// Dotted configuration key: `gateway.auth.token`.
    public var key: String
    public var file: String
    public var line: Int
    public var form: Form
    /// Of the literal: length in characters, and Shannon entropy in bits over the whole text. 0 where it is no literal.
    public var length: Int
    public var entropyBits: Double
    /// A word of the list of defaults and examples (`changeme`, `token`, `secret` …), or one repeated character.
    public var isWellKnown: Bool
    /// Equal values have equal tags within one reading, and only there: a keyed hash with a key that is thrown away.
    public var tag: UInt64
    public enum Form: Sendable, Hashable {
      case literal
      /// `${NAME}`, and whether the variable has a value where Trammel could look.
      case environment(String, resolved: Bool)
      /// A SecretRef, with its source: `env`, `file`, `exec`, `store`.
      case reference(String)
    }
    public init(
      key: String, file: String, line: Int, form: Form, length: Int = 0, entropyBits: Double = 0,
      isWellKnown: Bool = false, tag: UInt64 = 0
    ) {
      self.key = key
      self.file = file
      self.line = line
      self.form = form
      self.length = length
      self.entropyBits = entropyBits
      self.isWellKnown = isWellKnown
      self.tag = tag
    }
  }

  public struct Problem: Sendable, Hashable {
    public var path: String
    public var line: Int?
    public var column: Int?
    public var what: String
    /// The line, with a mark before the place and its values hidden.
    public var excerpt: String?
    /// Whether the file says how agents are started, and holds no settings of theirs.
    public var isOfLaunch = false
    public init(path: String, line: Int? = nil, column: Int? = nil, what: String) {
      self.path = path
      self.line = line
      self.column = column
      self.what = what
    }
  }

  public init(kind: String, era: String, stateDirectory: String, owner: UInt32 = 0, mode: UInt16 = 0o700) {
    self.kind = kind
    self.era = era
    self.stateDirectory = stateDirectory
    self.owner = owner
    self.mode = mode
    files = []
    units = []
    databases = []
    dotenv = []
    secrets = []
    storedSecrets = []
    moreTranscripts = 0
    problems = []
  }
}

/// A configuration after `$include` and `${NAME}`: every setting knows the file and line it came from.
///
/// Credentials are cut out before it is handed on: a literal secret is replaced by `Configuration.redacted`.
public struct Configuration: Sendable, Hashable {
  /// Main file.
  public var path: String
  public var root: Setting

  public static let redacted = "<redacted>"

  public struct Setting: Sendable, Hashable {
    public var file: String
    public var position: Position
    public var content: Content
    /// The name of a variable that was put in, where there was one.
    public var substituted: [String]

    public indirect enum Content: Sendable, Hashable {
      case null
      case bool(Bool)
      case number(Double)
      case string(String)
      case array([Setting])
      /// In the order of the files; names are unique after merging.
      case object([Member])
    }
    public struct Member: Sendable, Hashable {
      public var name: String
      public var setting: Setting
      public init(name: String, setting: Setting) {
        self.name = name
        self.setting = setting
      }
    }
    public init(file: String, position: Position, content: Content, substituted: [String] = []) {
      self.file = file
      self.position = position
      self.content = content
      self.substituted = substituted
    }

    public subscript(name: String) -> Setting? {
      guard case .object(let members) = content else { return nil }
      return members.last { $0.name == name }?.setting
    }
    public var string: String? { if case .string(let value) = content { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = content { value } else { nil } }
    public var number: Double? { if case .number(let value) = content { value } else { nil } }
    public var array: [Setting]? { if case .array(let value) = content { value } else { nil } }
    public var members: [Member]? { if case .object(let value) = content { value } else { nil } }
  }

  public init(path: String, root: Setting) {
    self.path = path
    self.root = root
  }

  /// The setting at a dotted path, such as `gateway.auth.mode`; nil where it is absent. Names with dots: use `root`.
  public subscript(path: String) -> Setting? {
    var setting = root
    for part in path.split(separator: ".") {
      guard let next = setting[String(part)] else { return nil }
      setting = next
    }
    return setting
  }
}

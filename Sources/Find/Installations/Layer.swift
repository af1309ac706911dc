public import Platform

extension Installation {
  /// One settings file of a product that merges several: who wrote it, what it is, and what stands in it.
  ///
  /// Products merge differently; the rules of a product know how. Layers are listed strongest first.
  public struct Layer: Sendable, Hashable {
    public enum Scope: String, Sendable, Hashable, CaseIterable {
      /// Set by whoever runs the machine, above what a user may say.
      case managed
      /// Defaults of the whole machine.
      case system
      case user
      /// A named profile of the user.
      case profile
      /// Comes with a folder of work: whoever wrote the repository wrote it.
      case project
      /// Of one user in one folder of work, not shared with others.
      case local
    }
    public var scope: Scope
    /// What the file is to its product: `settings`, `mcp`, `policy`, `trust`, `hooks`, `environment`, `state`.
    public var role: String
    /// Empty where the file could not be read; then `problems` of the installation says why.
    public var configuration: Configuration
    public var status: FileStatus
    /// The folder of work that a project or local layer belongs to.
    public var project: String?
    /// Whether the user told the product to trust that folder; nil where the product asks no such question or it is not known.
    public var isTrusted: Bool?

    /// False for the user's file where there is none: nothing is set in it, and the product's defaults hold.
    public var exists = true

    public var path: String { configuration.path }

    public init(
      _ scope: Scope, role: String = "settings", _ configuration: Configuration, status: FileStatus,
      project: String? = nil, isTrusted: Bool? = nil
    ) {
      self.scope = scope
      self.role = role
      self.configuration = configuration
      self.status = status
      self.project = project
      self.isTrusted = isTrusted
    }
  }

  /// A file or folder from which something may be started, and why nobody knows whether it is.
  public struct UnreadStart: Sendable, Hashable {
    public var origin: Launch.Origin
    public var path: String
    public var what: String
    public init(_ origin: Launch.Origin, _ path: String, what: String) {
      self.origin = origin
      self.path = path
      self.what = what
    }
  }

  /// A place from which the product is started with arguments: a unit, a crontab, a shell start file, a script of a timer.
  public struct Launch: Sendable, Hashable {
    public enum Origin: String, Sendable, Hashable, CaseIterable {
      case unit, timer, cron, shell, login, compose, quadlet, process
    }
    public var origin: Origin
    public var file: String
    public var line: Int?
    /// The program and its arguments, with credentials cut out.
    public var words: [String]
    /// Names of variables that are set there.
    public var environment: [String]
    /// Of the variables that are no secret.
    public var values: [String: String]
    /// Of the others, those whose value is a word that everybody knows: a default, an example.
    public var wellKnown: Set<String> = []
    /// What else stands there of how it runs: settings of a unit's `[Service]`, of a Quadlet's `[Container]` and of a
    /// Compose service, the latter two by the names of Compose (`ports`, `volumes`, `network_mode` …); `user` of a
    /// crontab. Credentials are cut out.
    public var options: [Option] = []
    /// Nil where the file could not be looked at.
    public var status: FileStatus?

    /// One setting of a launch. Lists have one for each item.
    public struct Option: Sendable, Hashable {
      public var name: String
      public var value: String
      public var line: Int
      public init(_ name: String, _ value: String, line: Int) {
        self.name = name
        self.value = value
        self.line = line
      }
    }

    /// Every value of an option, in the order of the file.
    public subscript(all name: String) -> [Option] { options.filter { $0.name == name } }
    /// The value that counts: the last.
    public subscript(name: String) -> Option? { options.last { $0.name == name } }

    /// Variables whose value is a credential that stands there in clear.
    public var secretNames: [String] { environment.filter { values[$0] == nil } }

    public init(
      _ origin: Origin, file: String, line: Int? = nil, words: [String], environment: [String] = [],
      values: [String: String] = [:]
    ) {
      self.origin = origin
      self.file = file
      self.line = line
      self.words = words
      self.environment = environment
      self.values = values
    }
  }
}

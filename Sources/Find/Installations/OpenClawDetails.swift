/// What lies in an OpenClaw state directory beside its configuration, as far as checks need it. Nothing is judged.
public struct OpenClawDetails: Sendable, Hashable {
  /// Where the configuration's path leads; nil where it is a file of its own.
  public var configurationLink: String?
  /// JSON files of the product: approvals, scheduled jobs, manifests, registries of tool servers.
  public var documents: [Document] = []
  /// Who was let in by pairing, by channel and account.
  public var allowStores: [AllowStore] = []
  public var plugins: [Plugin] = []
  /// Folders with a `SKILL.md`, in the state directory and in workspaces.
  public var skills: [Skill] = []
  /// Folders that were not walked to the end because they are too many.
  public var truncatedSkills: [String] = []
  /// Existing workspaces of the configuration and the default one.
  public var workspaces: [String] = []
  /// Files in them that the agent obeys or starts with, and the workspaces themselves.
  public var workspaceFiles: [Installation.FileFact] = []
  /// The folder that makes one above the state directory a version control work tree: `/home/ada/.git`.
  public var workTree: String?
  /// Profiles of managed browsers: folders with cookies.
  public var browserProfiles: [Installation.FileFact] = []
  /// Whether units of the owner start without a login; nil where that could not be looked at.
  public var linger: Bool?
  /// Whether a layer of encryption lies below the file system of the state directory; nil where that cannot be told.
  public var isEncrypted: Bool?
  /// Logins of models and services: kind and expiry, never a value.
  public var profiles: [Profile] = []

  /// What stands out in the code of plugins and skills: the first line of each sign in each file.
  public var codeSigns: [CodeSign] = []
  /// Files of code that could not be read, and why.
  public var unreadCode: [Installation.Problem] = []
  /// How many files of code were looked at, and whether there were more than are looked at.
  public var codeFiles = 0
  public var moreCode = false

  public struct CodeSign: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      case startsPrograms, dynamicCode, mining, oddPort, sendsFiles, hidden, sendsEnvironment
    }
    public var kind: Kind
    public var file: String
    public var line: Int
    /// In a plugin; else in a skill.
    public var isPlugin: Bool
    public init(_ kind: Kind, file: String, line: Int, isPlugin: Bool) {
      self.kind = kind
      self.file = file
      self.line = line
      self.isPlugin = isPlugin
    }
  }

  public struct Document: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable, CaseIterable {
      case approvals, jobs, manifest, package, registry, devices
    }
    public var role: Role
    public var path: String
    /// Nil where it could not be read; then `problem` says why.
    public var configuration: Configuration?
    public var problem: String?
    public init(_ role: Role, path: String, configuration: Configuration? = nil, problem: String? = nil) {
      self.role = role
      self.path = path
      self.configuration = configuration
      self.problem = problem
    }
  }

  /// A pairing store: how many may write, and whether the list is sound. The ids themselves are not kept.
  public struct AllowStore: Sendable, Hashable {
    public var channel: String
    public var account: String?
    public var path: String
    public var count: Int
    public var hasWildcard: Bool
    /// Entries that are not plain numbers.
    public var named: Int
    public init(
      channel: String, account: String? = nil, path: String, count: Int, hasWildcard: Bool = false, named: Int = 0
    ) {
      self.channel = channel
      self.account = account
      self.path = path
      self.count = count
      self.hasWildcard = hasWildcard
      self.named = named
    }
  }

  /// A folder in `extensions/`, or one that `plugins.load.paths` names.
  public struct Plugin: Sendable, Hashable {
    /// From its manifest, else the folder's name.
    public var id: String
    public var folder: String
    public var version: String?
    /// Entry points of `package.json`, as written.
    public var entries: [String]
    public var mode: UInt16
    public var owner: UInt32
    public init(
      id: String, folder: String, version: String? = nil, entries: [String] = [], mode: UInt16 = 0o700,
      owner: UInt32 = 1000
    ) {
      self.id = id
      self.folder = folder
      self.version = version
      self.entries = entries
      self.mode = mode
      self.owner = owner
    }
  }

  public struct Skill: Sendable, Hashable {
    public var name: String
    public var folder: String
    /// The workspace it lies in; nil for the state directory's own.
    public var workspace: String?
    /// Real path of its `SKILL.md` where that leads out of the workspace.
    public var escapesTo: String?
    public init(name: String, folder: String, workspace: String? = nil, escapesTo: String? = nil) {
      self.name = name
      self.folder = folder
      self.workspace = workspace
      self.escapesTo = escapesTo
    }
  }

  public struct Profile: Sendable, Hashable {
    public var name: String
    /// `api_key`, `oauth`, `token`, as written.
    public var type: String
    public var file: String
    public var line: Int
    /// Milliseconds since 1970, where it says when it ends.
    public var expires: Double?
    public init(name: String, type: String, file: String, line: Int, expires: Double? = nil) {
      self.name = name
      self.type = type
      self.file = file
      self.line = line
      self.expires = expires
    }
  }

  public init() {}

  public func documents(_ role: Document.Role) -> [Document] { documents.filter { $0.role == role } }
}

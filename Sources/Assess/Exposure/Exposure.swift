// Exposure: the credentials within reach of an agent: where they lie, what each opens, how bad its loss would be.
//
// Goes in: a home, a tree of files, a key for fingerprints, the time. Comes out: jewels without values, and what was not
// looked at. Stays out: who can reach them by which way, sentences about it, printing, asking any service.
public import Model
public import Platform

/// The search for credentials.
public enum Exposure {
  /// Whose files are looked through.
  public struct Home: Sendable, Hashable {
    public var path: String
    /// Nil for all users whose homes are looked through together.
    public var owner: UInt32?
    /// Variables of the agent that move places: `XDG_CONFIG_HOME`, `AWS_SHARED_CREDENTIALS_FILE`, `KUBECONFIG`.
    public var variables: [String: String]
    public init(path: String, owner: UInt32? = nil, variables: [String: String] = [:]) {
      self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      self.owner = owner
      self.variables = variables
    }
  }

  public struct Limits: Sendable, Hashable {
    /// Bytes of a configuration; what is longer is cut, and counted.
    public var file = 1 << 20
    /// Bytes at the end of a history, log or transcript.
    public var history = 8 << 20
    /// Folders in folders.
    public var depth = 24
    /// Files whose contents are read.
    public var files = 200_000
    public var entries = 20_000_000
    /// Seconds for contents; places that are known by name come before that.
    public var seconds = 30.0
    public var jewels = 20_000
    /// Places outside the home too: `/etc`, `/run`, `/var/lib`.
    public var system = true
    /// Nothing is left out by its name.
    public var all = false
    public init() {}
  }

  public struct Progress: Sendable, Hashable {
    public enum Stage: String, Sendable, Hashable { case knownPlaces = "known-places", names, contents }
    public var stage: Stage
    public var folders: Int
    public var files: Int
    public var jewels: Int
  }

  /// Looks for credentials in a home, and outside it where the kinds have places there.
  ///
  /// Known places come first, then every folder by the names in it, then the contents of what the names promise. Nothing
  /// is changed, followed out of the tree, executed or asked; no value leaves this call.
  ///
  /// - Parameters:
  ///   - now: judges expiry. `clock` measures how long contents may take, in seconds from any beginning.
  ///   - progress: is called a few times a second at most, and says whether to go on.
  public static func search(
    home: Home, files: any FileTree, key: FingerprintKey, limits: Limits = Limits(), now: Timestamp,
    clock: () -> Double = { 0 }, progress: (Progress) -> Bool = { _ in true }
  ) -> Look {
    var search = Search(home: home, files: files, key: key, limits: limits, now: now)
    search.run(clock: clock, progress: progress)
    return search.look
  }
}

import Formats
import Matching
import Platform

/// A configuration file with everything it includes, merged as OpenClaw merges; what cannot be read is a problem with its
/// place, and reading goes on.
struct ConfigurationReader {
  typealias Setting = Configuration.Setting

  /// Files and nesting allowed by OpenClaw; the number of includes bounds a tree of files that include each other tenfold.
  enum Limit {
    static let bytes = 2 << 20
    static let nesting = 10
    static let includes = 200
    static let depth = 128
    /// Settings over all files.
    static let settings = 400_000
  }

  let files: any FileSystem
  /// Directories beside the configuration's own that an include may lead to.
  let includeRoots: [String]
  private(set) var problems: [Installation.Problem] = []
  private(set) var includes: [Installation.FileFact] = []
  private var loads = 0
  private var settings = 0
  private var allowed: [String] = []

  init(files: any FileSystem, includeRoots: [String]) {
    self.files = files
    self.includeRoots = includeRoots
  }

  /// The merged configuration, with variables and secrets still in it; nil where the main file is unreadable.
  mutating func read(_ path: String) -> Setting? {
    guard let real = try? files.realPath(path), let node = load(path, depth: 0) else { return nil }
    let roots = [Paths.parent(of: real)] + includeRoots
    allowed = roots.compactMap { try? files.realPath($0) }
    let root = setting(node, in: path, depth: 0, chain: [real])
    // A list or a text has no setting, and none of them would look set: what is read of such a file is nothing.
    guard root.members != nil else {
      report(path, node.start, "the file holds no object, so it is no configuration")
      return nil
    }
    return root
  }

  private mutating func load(_ path: String, depth: Int) -> Node? {
    do throws(FileError) {
      // Asked first, so that a file of any size costs no memory.
      let size = try files.status(path, followingLinks: true).size
      guard size <= Limit.bytes else { throw FileError(path, .tooLarge) }
      let bytes = try files.read(path, limit: Limit.bytes)
      do {
        return try JSON5.parse(bytes, limits: .init(bytes: Limit.bytes, depth: Limit.depth - depth))
      } catch {
        report(path, error.position, "not JSON5: \(error.message)")
        if problems.last?.path == path { problems[problems.count - 1].excerpt = ShownLine.excerpt(error, of: bytes) }
      }
    } catch {
      report(path, nil, Paths.explain(error, limit: Limit.bytes))
    }
    return nil
  }

  private mutating func report(_ path: String, _ position: Position?, _ what: String) {
    guard problems.count < 100 else { return }
    problems.append(Installation.Problem(path: path, line: position?.line, column: position?.column, what: what))
  }

  private mutating func setting(_ node: Node, in file: String, depth: Int, chain: [String]) -> Setting {
    settings += 1
    var content = Setting.Content.null
    switch node.content {
    case .null: break
    case .bool(let value): content = .bool(value)
    case .number(let value, _): content = .number(value)
    case .string(let value): content = .string(value)
    case .array(let elements):
      content = .array(elements.map { setting($0, in: file, depth: depth + 1, chain: chain) })
    case .object(let members):
      return object(members, node, in: file, depth: depth, chain: chain)
    }
    return Setting(file: file, position: node.start, content: content)
  }

  private mutating func object(
    _ members: [Node.Member], _ node: Node, in file: String, depth: Int, chain: [String]
  ) -> Setting {
    var own: [Setting.Member] = []
    var places: [String: Int] = [:]
    var include: Node?
    for member in members {
      if member.name == "$include" {
        include = member.node
        continue
      }
      let value = setting(member.node, in: file, depth: depth + 1, chain: chain)
      if let place = places[member.name] {
        own[place].setting = value
      } else {
        places[member.name] = own.count
        own.append(Setting.Member(name: member.name, setting: value))
      }
    }
    let siblings = Setting(file: file, position: node.start, content: .object(own))
    guard let include, let included = self.included(include, in: file, depth: depth, chain: chain) else {
      return siblings
    }
    guard included.members != nil else {
      if own.isEmpty { return included }
      report(file, include.start, "the included file is no object and cannot be joined with the settings beside it")
      return siblings
    }
    return Self.merged(included, siblings)
  }

  // MARK: includes

  /// What an `$include` brings: its files in their order, the later over the earlier; nil where none could be read.
  private mutating func included(_ include: Node, in file: String, depth: Int, chain: [String]) -> Setting? {
    let paths = include.array ?? [include]
    var result: Setting?
    for path in paths {
      guard let text = path.string, !text.isEmpty, !text.contains("\0") else {
        report(file, path.start, "`$include` takes a path or a list of paths")
        continue
      }
      guard let next = includedFile(text, at: path.start, in: file, depth: depth, chain: chain) else { continue }
      result = result.map { Self.merged($0, next) } ?? next
    }
    return result
  }

  private mutating func includedFile(
    _ text: String, at position: Position, in file: String, depth: Int, chain: [String]
  ) -> Setting? {
    let shown = VisibleText.cutMiddle(VisibleText.terminal(text), to: 120)
    // Relative to the file that includes; a path from the root is allowed where it stays inside.
    let path = text.hasPrefix("/") ? text : Paths.parent(of: file) + "/" + text
    guard chain.count <= Limit.nesting else {
      report(file, position, "`\(shown)` is included more than \(Limit.nesting) levels deep; not read")
      return nil
    }
    guard loads < Limit.includes, settings < Limit.settings else {
      report(file, position, "`\(shown)` not read: more than \(Limit.includes) includes or \(Limit.settings) settings")
      return nil
    }
    loads += 1
    let real: String
    do { real = try files.realPath(path) } catch {
      report(file, position, "`\(shown)` cannot be included: \(Paths.explain(error))")
      return nil
    }
    guard allowed.contains(where: { Paths.isInside(real, $0) }) else {
      report(file, position, "`\(shown)` leads out of the configuration's directory; not read")
      return nil
    }
    guard !chain.contains(real) else {
      report(file, position, "`\(shown)` includes itself in a circle; not read again")
      return nil
    }
    if !includes.contains(where: { $0.path == real }), let status = try? files.status(real, followingLinks: true) {
      includes.append(Installation.FileFact(path: real, role: .include, status: status))
    }
    guard let node = load(real, depth: depth) else { return nil }
    return setting(node, in: real, depth: depth, chain: chain + [real])
  }

  /// Objects member by member, arrays one after the other, anything else replaced by what comes later.
  static func merged(_ base: Setting, _ over: Setting) -> Setting {
    switch (base.content, over.content) {
    case (.object(var members), .object(let others)):
      var places: [String: Int] = [:]
      for (index, member) in members.enumerated() { places[member.name] = index }
      for other in others {
        if let place = places[other.name] {
          members[place].setting = merged(members[place].setting, other.setting)
        } else {
          places[other.name] = members.count
          members.append(other)
        }
      }
      return Setting(file: over.file, position: over.position, content: .object(members))
    case (.array(let elements), .array(let others)):
      return Setting(file: over.file, position: over.position, content: .array(elements + others))
    default: return over
    }
  }
}

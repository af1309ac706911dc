public import Model
public import Platform

extension Fixes {
  /// What was done, as the state directory keeps it.
  public struct Record: Sendable, Hashable {
    public var name: String
    public var time: Timestamp
    public var changes: [Change]
    public var isUndone = false

    public struct Change: Sendable, Hashable {
      public var path: String
      public var agents: [String]
      public var rules: [String]
      public var modeBefore: UInt16
      public var modeAfter: UInt16
      public var owner: UInt32
      public var group: UInt32
      /// Nil where the contents stayed.
      public var contents: Operation.Contents?
      /// False where the state directory knows of it and the change was not made: then there is nothing to take back.
      public var isMade: Bool
    }
  }

  /// Makes the planned changes; what could not be made is refused, with the reason, and leaves the file as it was.
  ///
  /// - Throws: where what is there could not be kept first: then nothing was changed.
  public func apply(
    _ operations: [Operation], now: Timestamp
  ) throws(StateDirectory.Failure) -> (record: Record, refused: [Refusal]) {
    var record = Record(
      name: Self.name(now), time: now,
      changes: operations.map { operation in
        Record.Change(
          path: operation.path, agents: Self.distinct(operation.findings.compactMap(\.agent)),
          rules: Self.distinct(operation.findings.map(\.rule)), modeBefore: operation.before.mode,
          modeAfter: operation.mode, owner: operation.before.owner, group: operation.before.group,
          contents: operation.contents, isMade: false)
      })
    guard !operations.isEmpty else { return (record, []) }
    // Kept before anything happens, as if all were made: after a crash in between, undo looks at each file.
    for place in record.changes.indices { record.changes[place].isMade = true }
    try keep(record)
    var refused: [Refusal] = []
    for (place, operation) in operations.enumerated() {
      do throws(FileError) {
        if let reason = try make(operation) {
          refused.append(Refusal(operation.path, reason))
          record.changes[place].isMade = false
        }
      } catch {
        refused.append(Refusal(operation.path, error.reason))
        record.changes[place].isMade = false
      }
    }
    try keep(record)
    return (record, refused)
  }

  /// Nil where it was made, else why not.
  private func make(_ operation: Operation) throws(FileError) -> String? {
    let (path, name) = split(operation.path)
    let folder = try HeldFolder(path)
    let status = try folder.status(name)
    guard status.inode == operation.before.inode, status.device == operation.before.device,
      status.mode == operation.before.mode
    else { return "it changed since it was looked at; run it again" }
    if let contents = operation.contents, contents.before != contents.after {
      guard try folder.read(name, limit: Self.limit) == contents.before else {
        return "it changed since it was looked at; run it again"
      }
      var wanted = status
      wanted.mode = operation.mode
      try folder.replace(name, with: contents.after, like: wanted)
    } else if operation.changesMode {
      try folder.setMode(name, operation.mode)
    }
    return nil
  }

  private static func distinct(_ texts: [String]) -> [String] {
    texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Sorts by time; two in one nanosecond would be one.
  private static func name(_ now: Timestamp) -> String {
    let digits = String(now.nanoseconds)
    return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
  }

  func keep(_ record: Record) throws(StateDirectory.Failure) {
    let folder = try StateDirectory("\(state.path)/\(Self.folder)")
    try folder.write(record.value.canonicalBytes, to: "\(record.name).cbor")
  }
}

import Model
import Platform

extension Fixes {
  public enum UndoProblem: Error, Sendable, Hashable {
    /// Nothing was changed by a fix, or all of it was taken back.
    case nothing
    /// The record cannot be read.
    case unreadable(String)
    case state(String)
  }

  /// Everything that was changed and not taken back, the latest first.
  ///
  /// - Parameter agent: only records with a change for this agent.
  public func records(of agent: String? = nil) throws(UndoProblem) -> [Record] {
    let path = "\(state.path)/\(Self.folder)"
    let files = SystemFiles()
    guard let names = try? files.list(path) else { return [] }
    var out: [Record] = []
    for name in names.sorted(by: >) where name.hasSuffix(".cbor") {
      guard let bytes = try? files.read("\(path)/\(name)", limit: 1 << 30),
        let value = try? Value(canonicalBytes: bytes),
        let record = Record(value: value)
      else { throw .unreadable("\(path)/\(name)") }
      guard !record.isUndone, agent.map({ id in record.changes.contains { $0.agents.contains(id) } }) ?? true else {
        continue
      }
      out.append(record)
    }
    return out
  }

  /// Takes the last fix back.
  ///
  /// - Parameters:
  ///   - agent: what was done for this agent only; the rest of the record stays.
  ///   - force: also where somebody changed a file since: what is there now is kept beside it.
  /// - Returns: the record, and what could not be taken back.
  public func undo(
    agent: String? = nil, force: Bool = false
  ) throws(UndoProblem) -> (restored: [Record.Change], refused: [Refusal]) {
    guard var record = try records(of: agent).first else { throw .nothing }
    var restored: [Record.Change] = []
    var refused: [Refusal] = []
    // Backwards: a folder that was closed is opened again after what lies in it.
    for place in record.changes.indices.reversed() where record.changes[place].isMade {
      let change = record.changes[place]
      if let agent, !change.agents.contains(agent) { continue }
      do throws(FileError) {
        if let reason = try takeBack(change, force: force) {
          refused.append(Refusal(change.path, reason))
        } else {
          restored.append(change)
          record.changes[place].isMade = false
        }
      } catch { refused.append(Refusal(change.path, error.reason)) }
    }
    record.isUndone = !record.changes.contains(where: \.isMade)
    do { try keep(record) } catch { throw .state(error.description) }
    return (restored, refused)
  }

  private func takeBack(_ change: Record.Change, force: Bool) throws(FileError) -> String? {
    let (path, name) = split(change.path)
    let folder = try HeldFolder(path)
    var status = try folder.status(name)
    guard status.kind != .symlink else { throw FileError(change.path, .symlinkLoop) }
    if let contents = change.contents, contents.before != contents.after {
      let now = try folder.read(name, limit: Self.limit)
      if now != contents.before {
        guard now == contents.after || force else {
          return "somebody changed it since; what it was before the fix: trammel audit --undo --force"
        }
        if now != contents.after { try folder.replace("\(name).before-undo", with: now, like: status) }
        status.mode = change.modeBefore
        status.owner = change.owner
        status.group = change.group
        try folder.replace(name, with: contents.before, like: status)
        return nil
      }
    }
    guard status.mode != change.modeBefore else { return nil }
    guard status.mode == change.modeAfter || force else {
      return
        "its mode was changed since, to \(String(status.mode, radix: 8)); before the fix it was \(String(change.modeBefore, radix: 8))"
    }
    try folder.setMode(name, change.modeBefore)
    return nil
  }
}

extension Fixes.Record {
  var value: Value {
    [
      "format": 1, "name": .string(name), "time": .int(time.nanoseconds), "undone": .bool(isUndone),
      "changes": .array(
        changes.map { change in
          var members: Value.Members = [
            "path": .string(change.path), "agents": .strings(change.agents), "rules": .strings(change.rules),
            "mode_before": .int(Int64(change.modeBefore)), "mode_after": .int(Int64(change.modeAfter)),
            "owner": .int(Int64(change.owner)), "group": .int(Int64(change.group)), "made": .bool(change.isMade),
          ]
          if let contents = change.contents {
            members["before"] = .bytes(contents.before)
            members["after"] = .bytes(contents.after)
          }
          return .object(members)
        }),
    ]
  }

  init?(value: Value) {
    guard value["format"]?.int == 1, let name = value["name"]?.string, let time = value["time"]?.int,
      let list = value["changes"]?.array
    else { return nil }
    self.name = name
    self.time = Timestamp(nanoseconds: time)
    isUndone = value["undone"]?.bool ?? false
    changes = []
    for one in list {
      guard let path = one["path"]?.string, let before = one["mode_before"]?.int.flatMap(UInt16.init(exactly:)),
        let after = one["mode_after"]?.int.flatMap(UInt16.init(exactly:)),
        let owner = one["owner"]?.int.flatMap(UInt32.init(exactly:)),
        let group = one["group"]?.int.flatMap(UInt32.init(exactly:))
      else { return nil }
      var contents: Fixes.Operation.Contents?
      if let old = one["before"]?.bytes, let new = one["after"]?.bytes {
        contents = Fixes.Operation.Contents(before: old, after: new)
      }
      changes.append(
        Change(
          path: path, agents: (one["agents"]?.array ?? []).compactMap(\.string),
          rules: (one["rules"]?.array ?? []).compactMap(\.string), modeBefore: before, modeAfter: after, owner: owner,
          group: group, contents: contents, isMade: one["made"]?.bool ?? false))
    }
  }
}

import Formats
public import Model
import Platform

extension Fixes {
  /// What `apply` would do about these findings. Nothing is changed.
  ///
  /// - Parameter findings: those that failed and whose fix is automatic count; the others are left out.
  public func plan(_ findings: [Finding]) -> Plan {
    var plan = Plan()
    for finding in findings where finding.outcome == .fail && finding.fix.automatic {
      guard let edit = finding.fix.edit else { continue }
      let path = edit.path
      do throws(Refused) {
        let place = plan.operations.firstIndex { $0.path == path }
        var operation: Operation
        if let place { operation = plan.operations[place] } else { operation = try looked(at: path) }
        try change(&operation, edit)
        if !operation.findings.contains(finding) { operation.findings.append(finding) }
        if let place { plan.operations[place] = operation } else { plan.operations.append(operation) }
      } catch {
        plan.refused.append(Refusal(path, error.reason, finding: finding))
      }
    }
    // An edit that changes nothing is none: somebody was faster.
    plan.operations.removeAll { !$0.changesMode && $0.contents.map { $0.before == $0.after } ?? true }
    return plan
  }

  struct Refused: Error { var reason: String }

  private func looked(at path: String) throws(Refused) -> Operation {
    let (folder, name) = split(path)
    do throws(FileError) {
      let status = try HeldFolder(folder).status(name)
      guard status.kind != .symlink else { throw FileError(path, .symlinkLoop) }
      return Operation(path: path, before: status, mode: status.mode, contents: nil, findings: [])
    } catch { throw Refused(reason: error.reason) }
  }

  private func change(_ operation: inout Operation, _ edit: Finding.Edit) throws(Refused) {
    switch edit {
    case .mode(_, let mode): operation.mode = mode
    case .set(_, let key, let value):
      try rewrite(&operation) { (bytes) throws(JSON5.EditError) in
        try JSON5.setting(key, to: JSON5.Replacement(value), in: bytes)
      }
    case .remove(_, let key):
      try rewrite(&operation) { (bytes) throws(JSON5.EditError) in try JSON5.removing(key, from: bytes) }
    }
  }

  private func rewrite(
    _ operation: inout Operation, _ body: ([UInt8]) throws(JSON5.EditError) -> [UInt8]
  ) throws(Refused) {
    if operation.contents == nil {
      let (folder, name) = split(operation.path)
      do throws(FileError) {
        let bytes = try HeldFolder(folder).read(name, limit: Self.limit)
        operation.contents = Operation.Contents(before: bytes, after: bytes)
      } catch { throw Refused(reason: error.reason) }
    }
    guard let contents = operation.contents else { return }
    do throws(JSON5.EditError) {
      operation.contents?.after = try body(contents.after)
    } catch {
      switch error {
      case .unreadable(let problem):
        throw Refused(
          reason:
            "line \(problem.position.line), column \(problem.position.column): \(problem.message); correct it first")
      case .notObject(let key): throw Refused(reason: "\(key) is no object, so nothing can be set in it")
      case .unfaithful:
        throw Refused(reason: "it could not be changed without changing something else; edit it by hand")
      }
    }
  }
}

extension Finding.Edit {
  public var path: String {
    switch self {
    case .mode(let path, _): path
    case .set(let file, _, _), .remove(let file, _): file
    }
  }
}

extension JSON5.Replacement {
  init(_ value: Value) {
    switch value {
    case .null, .bytes: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .number(Double(value))
    case .double(let value): self = .number(value)
    case .string(let value): self = .string(value)
    case .array(let values): self = .array(values.map(JSON5.Replacement.init))
    case .object(let members): self = .object(members.entries.map { Entry($0.name, JSON5.Replacement($0.value)) })
    }
  }
}

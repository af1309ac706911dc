import Matching
import Model
import Platform
import Repair
import Reports
import Service

/// `audit --fix` and `--undo`: shown first, then done, and told.
enum AuditFix {
  /// True where something was changed or nothing had to be: then the audit goes on and shows what is left.
  static func run(_ findings: [Finding], _ round: Round, dryRun: Bool, _ common: CommonOptions) throws(Failure) -> Bool
  {
    let fixes = Fixes(state: round.keeper.state)
    let plan = fixes.plan(findings)
    let style = Terminal.style(common)
    if dryRun {
      if common.json {
        Terminal.say(value(plan).json(indent: 2))
      } else {
        Terminal.say(preview(plan, style))
      }
      return false
    }
    if !common.json, !common.quiet { Terminal.note(preview(plan, style), common) }
    let (record, refused): (Fixes.Record, [Fixes.Refusal])
    do { (record, refused) = try fixes.apply(plan.operations, now: Machine.now) } catch {
      throw Failure(.host, "\(error.description); nothing was changed")
    }
    for one in refused { Terminal.complain("\(one.path): \(one.reason)") }
    let made = record.changes.filter(\.isMade)
    do {
      try round.keeper.record(
        made.map { FileChange(path: $0.path, agents: $0.agents, rules: $0.rules, isUndone: false) }, now: Machine.now)
    } catch {
      throw Round.failure(error)
    }
    if !common.json {
      Terminal.note(
        made.isEmpty
          ? "Nothing was changed.\n"
          : "\(made.count) \(made.count == 1 ? "file" : "files") changed. Take it back with: trammel audit --undo\n",
        common)
    }
    return true
  }

  static func undo(agent: String?, force: Bool, dryRun: Bool, _ common: CommonOptions) throws(Failure) {
    let round = try Round(state: common.openState())
    let fixes = Fixes(state: round.keeper.state)
    do {
      if dryRun {
        guard let record = try fixes.records(of: agent).first else { throw Fixes.UndoProblem.nothing }
        let changes = record.changes.filter { $0.isMade && (agent.map($0.agents.contains) ?? true) }
        let style = Terminal.style(common)
        Terminal.say(
          common.json
            ? Value.object(["would_restore": .array(changes.map(value))]).json(indent: 2)
            : "Changed at \(record.time.rfc3339()); would be put back:\n"
              + changes.map { "  " + VisibleText.terminal($0.path) + style.dim("  " + words($0)) }.joined(
                separator: "\n"))
        return
      }
      let (restored, refused) = try fixes.undo(agent: agent, force: force)
      do {
        try round.keeper.record(
          restored.map { FileChange(path: $0.path, agents: $0.agents, rules: $0.rules, isUndone: true) },
          now: Machine.now)
      } catch {
        throw Round.failure(error)
      }
      if common.json {
        Terminal.say(
          Value.object([
            "restored": .array(restored.map(value)),
            "refused": .array(refused.map { ["path": .string($0.path), "reason": .string($0.reason)] }),
          ]).json(indent: 2))
      } else {
        for change in restored { Terminal.say("put back  \(VisibleText.terminal(change.path))  \(words(change))") }
      }
      guard refused.isEmpty else {
        for one in refused { Terminal.complain("\(one.path): \(one.reason)") }
        throw Failure(
          .host, "\(refused.count) of \(refused.count + restored.count) changes could not be taken back; the rest was")
      }
    } catch let failure as Failure { throw failure } catch let problem as Fixes.UndoProblem {
      switch problem {
      case .nothing:
        throw Failure(.usage, "no fix to take back\(agent.map { " for \($0)" } ?? "") in \(round.keeper.state.path)")
      case .unreadable(let path): throw Failure(.host, "\(path): cannot be read; what was there before a fix is in it")
      case .state(let text): throw Failure(.host, text)
      }
    } catch { throw Failure(.fault, "\(error)") }
  }

  // MARK: shown

  private static func words(_ change: Fixes.Record.Change) -> String {
    var parts: [String] = []
    if change.modeBefore != change.modeAfter {
      parts.append("mode \(octal(change.modeAfter)) → \(octal(change.modeBefore))")
    }
    if let contents = change.contents, contents.before != contents.after { parts.append("contents") }
    return parts.joined(separator: ", ")
  }

  private static func octal(_ mode: UInt16) -> String {
    let text = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - text.count)) + text
  }

  static func preview(_ plan: Fixes.Plan, _ style: Style) -> String {
    guard !plan.operations.isEmpty || !plan.refused.isEmpty else {
      return "Nothing here can be changed safely by itself."
    }
    var lines: [String] = []
    for operation in plan.operations {
      lines.append(style.bold(VisibleText.terminal(operation.path)))
      var told: [String] = []
      for finding in operation.findings where !told.contains(finding.title) {
        told.append(finding.title)
        lines.append(style.dim("  \(finding.rule): \(finding.title)"))
      }
      if operation.changesMode { lines.append("  mode \(octal(operation.before.mode)) → \(octal(operation.mode))") }
      for hunk in operation.hunks {
        lines.append(style.dim("  line \(hunk.first)"))
        for line in hunk.lines {
          let text = shown(line.text)
          switch line.kind {
          case .same: lines.append("    " + style.dim(text))
          case .removed: lines.append("  - " + text)
          case .added: lines.append("  + " + text)
          }
        }
      }
      lines.append("")
    }
    for refusal in plan.refused { lines.append("? \(VisibleText.terminal(refusal.path)): \(refusal.reason)") }
    return lines.joined(separator: "\n")
  }

  /// A line of a file: tabs as blanks, and without the carriage return that belongs to its end.
  private static func shown(_ line: String) -> String {
    let text = line.hasSuffix("\r") ? String(line.dropLast()) : line
    return VisibleText.terminal(text.replacing("\t", with: "  "))
  }

  private static func value(_ plan: Fixes.Plan) -> Value {
    [
      "changes": .array(
        plan.operations.map { operation in
          var members: Value.Members = [
            "path": .string(operation.path), "rules": .strings(operation.findings.map(\.rule)),
          ]
          if operation.changesMode {
            members["mode_before"] = .string(octal(operation.before.mode))
            members["mode_after"] = .string(octal(operation.mode))
          }
          members["contents"] = .bool(operation.contents.map { $0.before != $0.after } ?? false)
          return .object(members)
        }),
      "refused": .array(plan.refused.map { ["path": .string($0.path), "reason": .string($0.reason)] }),
    ]
  }

  private static func value(_ change: Fixes.Record.Change) -> Value {
    [
      "path": .string(change.path), "agents": .strings(change.agents), "rules": .strings(change.rules),
      "mode_before": .string(octal(change.modeBefore)), "mode_after": .string(octal(change.modeAfter)),
      "contents": .bool(change.contents.map { $0.before != $0.after } ?? false),
    ]
  }
}

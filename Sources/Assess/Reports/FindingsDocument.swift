public import Model

/// How many findings failed, by severity, and how many passed or could not be measured.
public struct FindingsSummary: Sendable, Hashable {
  public private(set) var failed: [Severity: Int] = [:]
  public private(set) var passed = 0
  public private(set) var notMeasured = 0

  public init(_ findings: [Finding]) {
    for finding in findings {
      switch finding.outcome {
      case .fail: failed[finding.severity, default: 0] += 1
      case .pass: passed += 1
      case .notMeasured: notMeasured += 1
      }
    }
  }

  /// `2 critical, 1 high; 40 passed, 3 not measured`.
  public var line: String {
    let counts = Severity.allCases.reversed().compactMap { severity in
      failed[severity].map { "\($0) \(severity.rawValue)" }
    }
    return (counts.isEmpty ? "nothing failed" : counts.joined(separator: ", "))
      + "; \(passed) passed, \(notMeasured) not measured"
  }

  var value: Value {
    var members: Value.Members = [:]
    for severity in Severity.allCases.reversed() { members[severity.rawValue] = .int(Int64(failed[severity] ?? 0)) }
    members["passed"] = .int(Int64(passed))
    members["not_measured"] = .int(Int64(notMeasured))
    return .object(members)
  }
}

/// The JSON document `trammel.findings/1` of the command line contract.
public enum FindingsDocument {
  public static let schema = "trammel.findings/1"

  /// Severities in `summary` count what failed; `findings` holds every answer with its outcome, unless only failures are asked for.
  public static func value(_ findings: [Finding], target: String, onlyFailures: Bool = false) -> Value {
    [
      "schema": .string(schema), "target": .string(target), "summary": FindingsSummary(findings).value,
      "findings": .array(findings.filter { !onlyFailures || $0.outcome == .fail }.map(\.value)),
    ]
  }
}

/// The level of `--fail-on`: when findings make the exit code 1.
public enum FailOn: Sendable, Hashable {
  case never
  case level(Severity)

  /// Reads `info`, `low`, `medium`, `high`, `critical`, `never`; nil for anything else.
  public init?(_ text: String) {
    if text == "never" {
      self = .never
    } else if let severity = Severity(rawValue: text) {
      self = .level(severity)
    } else {
      return nil
    }
  }
}

extension Sequence<Finding> {
  /// Whether anything that failed is at or above the level. What was not measured never is.
  public func exceeds(_ level: FailOn) -> Bool {
    switch level {
    case .never: false
    case .level(let severity): contains { $0.outcome == .fail && $0.severity >= severity }
    }
  }
}

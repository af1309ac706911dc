/// How bad it is if nobody acts.
public enum Severity: String, Sendable, Hashable, Comparable, CaseIterable, Codable {
  case info, low, medium, high, critical

  /// 0 for info to 4 for critical.
  public var rank: Int {
    switch self {
    case .info: 0
    case .low: 1
    case .medium: 2
    case .high: 3
    case .critical: 4
    }
  }
  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
}

/// How surely one piece of evidence, taken alone, says what it claims.
public enum Confidence: String, Sendable, Hashable, Comparable, CaseIterable, Codable {
  case low, medium, high, certain

  public var rank: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    case .certain: 3
    }
  }
  public static func < (a: Confidence, b: Confidence) -> Bool { a.rank < b.rank }
}

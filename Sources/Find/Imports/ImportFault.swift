/// Why a file brought nothing. What is damaged inside a file that was understood is counted, not thrown.
public enum ImportFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// Nothing in it has a form that is known.
  case unrecognised(file: String)
  /// It was said to be of that source, and holds nothing of it.
  case nothing(file: String, source: Source)
  case tooLarge(file: String, limit: Int)

  /// What, where, and what to do.
  public var description: String {
    switch self {
    case .unrecognised(let file):
      "\(Shown.line(file)): no output or export that is known; name it with --source "
        + Source.allCases.map(\.rawValue).joined(separator: ", ")
    case .nothing(let file, let source):
      "\(Shown.line(file)): nothing in it reads like \(source.rawValue); leave --source out to have the form detected"
    case .tooLarge(let file, let limit):
      "\(Shown.line(file)): larger than \(limit >> 20) MiB; split it"
    }
  }
}

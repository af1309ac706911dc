import Formats
import Matching
import Model
import Platform

/// Configurations that are broken, for the person who may read them: the line, and a caret below the place.
enum BrokenFiles {
  static func text(_ findings: [Finding]) -> String {
    var paths: [String] = []
    for finding in findings {
      // Without a line it is another problem: too large, not allowed, a circle.
      guard case .notMeasured = finding.outcome, finding.location.line != nil, let path = finding.location.file,
        !paths.contains(path), path.hasSuffix(".json") || path.hasSuffix(".json5") || path.hasSuffix(".jsonc")
      else { continue }
      paths.append(path)
    }
    return paths.prefix(5).compactMap(excerpt).joined()
  }

  private static func excerpt(_ path: String) -> String? {
    guard let bytes = try? SystemFiles().read(path, limit: 2 << 20) else { return nil }
    do {
      _ = try JSON5.parse(bytes)
      return nil
    } catch {
      let lines = error.excerpt(of: bytes, width: 72, hidesValues: true).split(separator: "\n")
      return "\nBroken: \(VisibleText.terminal(path)), \(error)\n"
        + lines.map { "    " + $0 + "\n" }.joined()
    }
  }
}

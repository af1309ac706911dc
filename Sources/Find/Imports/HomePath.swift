import Knowledge
import Model

/// A path of another host, taken apart at the home directory.
struct HomePath {
  var path: String
  var user: String?
  var home: String?
  /// Below the home.
  var rest: Substring = ""

  init(_ text: String) {
    path = String(text.prefix(1024)).replacing("\\", with: "/")
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    // `/home/ada/…`, `/Users/ada/…`, `C:/Users/ada/…`
    if parts.count > 3, ["home", "Users"].contains(parts[1]),
      parts[0].isEmpty || parts[0].hasSuffix(":"),
      !parts[2].isEmpty
    {
      user = String(parts[2])
      take(3)
    } else if parts.count > 2, parts[0].isEmpty, parts[1] == "root" {
      user = "root"
      take(2)
    } else if parts.count > 3, parts[0].isEmpty, parts[1] == "var", parts[2] == "root" {
      user = "root"
      take(3)
    }
    func take(_ count: Int) {
      home = parts[..<count].joined(separator: "/")
      rest = path.dropFirst((home?.count ?? 0) + 1)
    }
  }

  /// The agent whose state or configuration lies there.
  func place(_ fingerprints: Fingerprints, seen: Timestamp, source: Source) -> Machine.Place? {
    guard let user, let home else { return nil }
    for signal in ["state.dir", "config.file"] {
      for row in fingerprints.rows(signal)
      where row.match == .exact && row.confidence >= .medium && Fingerprints.isAgent(kind: row.kind) {
        guard rest == row.value || rest.hasPrefix(row.value + "/") else { continue }
        var directory = row.value
        if signal == "config.file" {
          guard let slash = directory.lastIndex(of: "/") else { continue }
          directory = String(directory[..<slash])
        }
        return Machine.Place(
          kind: row.kind, directory: "\(home)/\(directory)", short: "~\(user)/\(directory)",
          user: user, era: row.era,
          confidence: row.confidence, seen: seen, source: source)
      }
    }
    return nil
  }
}

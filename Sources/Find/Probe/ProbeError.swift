/// Why nothing was sent. The description is one line: what, where, what to do.
public enum ProbeError: Error, Sendable, Hashable, CustomStringConvertible {
  case notATarget(String, String)
  case unresolved(String, String)
  /// A network wider than /24, or /120 for IPv6.
  case tooWide(String)
  /// Outside loopback, private, link-local and tailnet ranges.
  case isPublic(String)
  case tooMany(UInt64)
  case nothing

  public var description: String {
    switch self {
    case .notATarget(let text, let why): "'\(text)' is no target: \(why)"
    case .unresolved(let name, let why): "cannot resolve '\(name)': \(why)"
    case .tooWide(let network): "\(network) is wider than /24 (IPv6: /120); add --yes if all of it is yours to probe"
    case .isPublic(let place):
      "\(place) is outside the private, link-local and tailnet ranges; add --yes if it is yours to probe"
    case .tooMany(let limit): "more than \(limit) endpoints; name smaller networks or fewer ports"
    case .nothing: "nothing to probe; name a HOST, a HOST:PORT or a network such as 192.168.1.0/24"
    }
  }
}

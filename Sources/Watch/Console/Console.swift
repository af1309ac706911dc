/// The web interface: pages rendered on the server, live by server-sent events.
///
/// Goes in: HTTP, templates, sessions, exports. Stays out: looking, judging, storing; it reads what others wrote, through
/// `Reading`.
public enum Console {
  /// The name under which alone pages are served. Cookies ignore ports, so a session for `127.0.0.1` would reach every
  /// other server on that address, the watched agent's own page among them.
  public static let name = "trammel.localhost"
  public static let defaultPort = 7717

  /// Why the console does not start.
  public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
    case notLoopback(String)
    case portTaken(address: String, port: Int)
    /// A template or asset in the program is broken: a fault of ours.
    case brokenTemplate(String)

    public var description: String {
      switch self {
      case .notLoopback(let address):
        "console: will not listen on \(address): without TLS only a loopback address is served; "
          + "listen on 127.0.0.1 and reach it from elsewhere with ssh -L"
      case .portTaken(let address, let port):
        "console: port \(port) on \(address) is taken by another program; choose another one with --console"
      case .brokenTemplate(let what): "console: \(what) cannot be read; this is a fault of Trammel"
      }
    }
  }
}

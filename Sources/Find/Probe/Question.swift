internal import Model

/// What an endpoint is asked: one connection, one request.
enum Question: Sendable, Hashable {
  case get(String)
  /// A WebSocket upgrade (RFC 6455 §4.1) that listens for the first message of the server.
  case upgrade
  /// A TLS ClientHello.
  case hello

  /// Says who asks and that it is a probe, so that whoever reads a log of the other side knows.
  static let userAgent = "Trammel/\(Model.version) (+probe)"

  /// - Parameter random: at least 64 bytes from a source of randomness; missing ones count as zero.
  func bytes(_ endpoint: Endpoint, random: [UInt8]) -> [UInt8] {
    switch self {
    case .get(let path):
      return Array(
        (head(path, endpoint) + "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n").utf8)
    case .upgrade:
      // No Origin: that is how a browser would be told from a program.
      return Array(
        (head("/", endpoint) + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: \(Self.base64(Array(random.prefix(16))))\r\n\r\n").utf8)
    case .hello: return ClientHello.bytes(server: endpoint.name, random: random)
    }
  }

  private func head(_ path: String, _ endpoint: Endpoint) -> String {
    let place = endpoint.name ?? (endpoint.address.isIPv4 ? "\(endpoint.address)" : "[\(endpoint.address)]")
    let host = endpoint.port == 80 ? place : "\(place):\(endpoint.port)"
    return "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: \(Self.userAgent)\r\n"
  }

  /// A masked close frame with code 1000, normal closure (RFC 6455 §5.5.1, §7.4.1).
  static func goodbye(random: [UInt8]) -> [UInt8] {
    let mask = (0..<4).map { $0 < random.count ? random[$0] : 0 }
    return [0x88, 0x82] + mask + [0x03 ^ mask[0], 0xE8 ^ mask[1]]
  }

  /// RFC 4648 §4.
  static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var out = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      let group = (0..<3).reduce(0) { $0 << 8 | ($1 < count ? Int(bytes[start + $1]) : 0) }
      for place in 0..<4 {
        out.append(place <= count ? alphabet[group >> (18 - 6 * place) & 63] : "=")
      }
    }
    return out
  }

  /// For logs and results: `GET /healthz`.
  var description: String {
    switch self {
    case .get(let path): "GET \(path)"
    case .upgrade: "WebSocket upgrade"
    case .hello: "TLS ClientHello"
    }
  }
}

public import Model

/// A tunnel that leads from elsewhere to a port of this host.
public struct TunnelLook: Sendable, Hashable {
  /// Program or service: `ngrok`, `tailscale funnel`, `ssh -R`.
  public var name: String
  /// Whether its far end is open to the internet.
  public var isPublic: Bool
  /// Port on this host.
  public var port: UInt16
  /// `pid 990 ngrok → localhost:18789`; never a token, never an argument as it was written.
  public var detail: String

  public init(name: String, isPublic: Bool, port: UInt16, detail: String) {
    self.name = name
    self.isPublic = isPublic
    self.port = port
    self.detail = detail
  }

  /// Members of an observation's data: `tunnel`, `public`, `port`, `tunnel_detail`.
  public var data: Value.Members {
    [
      "tunnel": .string(name), "public": .bool(isPublic), "port": .int(Int64(port)), "tunnel_detail": .string(detail),
    ]
  }

  /// Reads what `data` wrote; nil where the members describe no tunnel.
  public init?(data: Value.Members) {
    guard let name = data["tunnel"]?.string, let isPublic = data["public"]?.bool,
      let port = data["port"]?.int.flatMap(UInt16.init(exactly:))
    else { return nil }
    self.init(name: name, isPublic: isPublic, port: port, detail: data["tunnel_detail"]?.string ?? name)
  }
}

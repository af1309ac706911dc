internal import Knowledge

/// Ports on which a gateway is usual, and the path that its owner answers without a login.
public enum Ports {
  /// OpenClaw: the default, the `--dev` profile, and the second gateway that its manual advises.
  static let openClaw: Set<UInt16> = [18789, 19001, 19789]

  /// One GET for each port whose usual owner is known by another path than `/healthz`. OpenClaw answers `/health` too.
  static let paths: [UInt16: [String]] = [
    18790: ["/health"],  // nanobot, picoclaw
    42617: ["/health"],  // zeroclaw
    4096: ["/global/health"],  // opencode
    9119: ["/api/status"],  // hermes, dashboard
    8642: ["/health"],  // hermes, API
    8088: ["/api/version"],  // qwenpaw
    8765: ["/"],  // nanobot, page and WebSocket
    3000: ["/healthz", "/status"],  // goosed
    8080: ["/healthz", "/health"],  // llama.cpp
    11434: ["/"],  // ollama
  ]

  /// Shared with too many programs to be tried on everybody; probed where somebody names them.
  private static let common: Set<UInt16> = [3000, 5000, 8000, 8080]

  static func paths(_ port: UInt16) -> [String] { paths[port] ?? ["/healthz"] }

  /// Ports of OpenClaw, and those that the fingerprint table gives to an agent that can be told by its answer.
  public static func gateways() -> [UInt16] {
    let kin = Fingerprints.embedded.rows("listen.port").lazy
      .filter { $0.match == .exact && Fingerprints.isAgent(kind: $0.kind) }
      .compactMap { UInt16($0.value) }
      .filter { paths[$0] != nil && !common.contains($0) }
    return openClaw.union(kin).sorted()
  }
}

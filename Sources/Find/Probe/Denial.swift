internal import Model

/// What is never touched.
public struct Denial: Sendable, Hashable {
  public var networks: [Prefix]
  public var ports: Set<UInt16>

  public init(networks: [Prefix] = [], ports: Set<UInt16> = []) {
    self.networks = networks
    self.ports = ports
  }

  /// Printers put what they receive on paper (515, 9100 to 9107: JetDirect and its kin); controllers of machines
  /// (102 S7, 502 Modbus, 2404 IEC 104, 20000 DNP3, 44818 EtherNet/IP) are known to stop on a request that they do not
  /// expect.
  public static let standard = Denial(ports: Set([102, 502, 515, 2404, 20000, 44818] + Array(9100...9107)))

  func contains(_ address: Address, _ port: UInt16) -> Bool {
    ports.contains(port) || networks.contains { $0.contains(address) }
  }
}

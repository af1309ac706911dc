/// How many packets stand for one, as an exporter told it in options data.
struct FlowSampling: Sendable, Hashable {
  /// For all of the exporter or domain; 0 where it was not told.
  var rate: UInt32 = 0
  /// By sampler or selector id.
  private(set) var samplers: [UInt32: UInt32] = [:]
  /// By input interface.
  private(set) var interfaces: [UInt32: UInt32] = [:]
  /// Of the only sampler that there is, for records that name none; 0 for several with different rates.
  private(set) var common: UInt32 = 0

  /// Samplers, and interfaces, that are kept of one domain.
  static let limit = 1024

  init() {}

  mutating func set(_ rate: UInt32, sampler: UInt32) {
    guard samplers[sampler] != nil || samplers.count < Self.limit else { return }
    samplers[sampler] = rate
    // Few enough to look at each time, however many records a datagram has.
    common = samplers.count <= 16 && samplers.values.allSatisfy { $0 == rate } ? rate : 0
  }

  mutating func set(_ rate: UInt32, interface: UInt32) {
    guard interfaces[interface] != nil || interfaces.count < Self.limit else { return }
    interfaces[interface] = rate
  }

  /// 0 for unknown.
  func rate(sampler: UInt32?, input: UInt32) -> UInt32 {
    if let sampler, let known = samplers[sampler] { return known }
    if !interfaces.isEmpty, let known = interfaces[input] { return known }
    return rate > 0 ? rate : common
  }
}

extension FlowRecord {
  /// Fills the estimates from the raw counts. Products that do not fit stay at the greatest number.
  @inline(__always) mutating func scale(by rate: UInt32) {
    bytes = rawBytes
    packets = rawPackets
    guard rate > 1 else { return }
    sampling = rate
    let factor = UInt64(rate)
    bytes = Self.product(bytes, factor)
    packets = Self.product(packets, factor)
    reverseBytes = Self.product(reverseBytes, factor)
    reversePackets = Self.product(reversePackets, factor)
  }

  @inline(__always) private static func product(_ value: UInt64, _ factor: UInt64) -> UInt64 {
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }
}

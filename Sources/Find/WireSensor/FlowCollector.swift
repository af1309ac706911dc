internal import CLinux
public import Model
internal import Platform
public import Wire

#if canImport(Glibc)
  import Glibc
#endif

/// A UDP socket to which exporters send flow records, many datagrams at a call.
///
/// The buffers are arrays of this value that outlive the call into C; the span that a reader sees lives for one datagram.
public struct FlowCollector: ~Copyable {
  public enum Problem: Error, Sendable, Hashable {
    case inUse
    case denied
    case noSuchAddress
    case system(Int32)
  }

  private let descriptor: Descriptor
  /// Bytes of room that the kernel gave the socket.
  public let buffer: Int
  /// Datagrams that found no room in the socket.
  public private(set) var dropped: UInt64 = 0
  public private(set) var received: UInt64 = 0
  /// Datagrams longer than a datagram of UDP over Ethernet with jumbo frames.
  public private(set) var truncated: UInt64 = 0
  private var bytes: [UInt8]
  private var exports: [trammel_export]
  private var lastDropped: UInt32 = 0

  private static let slot = 16_384
  private static let batch = 128

  /// - Parameter buffer: bytes of room to ask the kernel for; without CAP_NET_ADMIN it gives net.core.rmem_max at most.
  public init(address: Address, port: UInt16, buffer wanted: Int = 64 << 20) throws(Problem) {
    var granted: Int32 = 0
    let raw = unsafe trammel_collector_open(
      address.isIPv4 ? AF_INET : AF_INET6, address.bytes, port, Int32(clamping: wanted), &granted)
    guard raw >= 0 else {
      switch errno {
      case EADDRINUSE: throw .inUse
      case EACCES, EPERM: throw .denied
      case EADDRNOTAVAIL: throw .noSuchAddress
      default: throw .system(errno)
      }
    }
    descriptor = Descriptor(owning: raw)
    buffer = Int(granted)
    bytes = [UInt8](repeating: 0, count: Self.slot * Self.batch)
    exports = [trammel_export](repeating: trammel_export(), count: Self.batch)
  }

  /// Waits for datagrams; their number, 0 where none came in time. They stay until the next call.
  public mutating func receive(waiting milliseconds: Int32) throws(Problem) -> Int {
    var lost = lastDropped
    let count = unsafe trammel_collector_read(
      descriptor.raw, milliseconds, &bytes, UInt32(Self.slot), Int32(Self.batch), &exports, &lost)
    guard count >= 0 else { throw .system(errno) }
    // The kernel's counter is 32 bits wide and never falls.
    dropped &+= UInt64(lost &- lastDropped)
    lastDropped = lost
    received &+= UInt64(count)
    for place in 0..<Int(count) where exports[place].truncated != 0 { truncated &+= 1 }
    return Int(count)
  }

  /// Waits for datagrams and feeds them; their number, 0 where none came in time.
  public mutating func feed(
    _ flows: inout FlowSource, _ traffic: inout Traffic, waiting milliseconds: Int32, at now: Timestamp
  ) throws(Problem) -> Int {
    let count = try receive(waiting: milliseconds)
    for place in 0..<count {
      flows.take(datagram(place), from: exporter(place), at: now.nanoseconds, into: &traffic)
    }
    return count
  }

  /// Bytes of a datagram of the last call.
  @_lifetime(borrow self)
  public func datagram(_ place: Int) -> Span<UInt8> {
    let start = Int(exports[place].offset)
    return bytes.span.extracting(start..<(start + min(Int(exports[place].count), Self.slot)))
  }

  /// Who sent it.
  public func exporter(_ place: Int) -> FlowDecoder.Exporter {
    FlowDecoder.Exporter(address: Self.address(exports[place]), port: exports[place].port)
  }

  private static func address(_ export: trammel_export) -> IP {
    let a = export.address
    let first = [a.0, a.1, a.2, a.3]
    if Int32(export.family) == AF_INET { return IP(v4: first.reduce(0) { $0 << 8 | UInt32($1) }) }
    let high = [a.0, a.1, a.2, a.3, a.4, a.5, a.6, a.7].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let low = [a.8, a.9, a.10, a.11, a.12, a.13, a.14, a.15].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return IP(high: high, low: low)
  }
}

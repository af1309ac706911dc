internal import CLinux
internal import Model
internal import Platform
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif
import Dispatch

// This file calls C. Each `unsafe` hands over a pointer to a local value or array together with its size, for the length
// of the call; the C side writes within that size and keeps nothing.

/// An interface with the addresses of one machine, as far as multicast DNS cares.
struct Interface: Sendable, Hashable {
  var link: Link
  var addresses: [Address]
  var isUp: Bool
  var hasMulticast: Bool
  var isLoopback: Bool

  var isUsable: Bool { isUp && hasMulticast && !isLoopback && !addresses.isEmpty }
  var families: [Int32] {
    (addresses.contains(where: \.isIPv4) ? [AF_INET] : []) + (addresses.contains { !$0.isIPv4 } ? [AF_INET6] : [])
  }

  /// Every interface of this network namespace, by name.
  static func all() -> [Interface] {
    var entries: [trammel_interface] = []
    var capacity = 256
    while true {
      entries = Array(repeating: trammel_interface(), count: capacity)
      let count = unsafe trammel_interfaces(&entries, Int32(capacity))
      guard count > 0 else { return [] }
      if Int(count) <= capacity {
        entries.removeLast(capacity - Int(count))
        break
      }
      guard capacity < 65_536 else { break }
      capacity = Int(count) + 64
    }
    var out: [UInt32: Interface] = [:]
    for entry in entries where entry.index > 0 {
      let name = unsafe withUnsafeBytes(of: entry.name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      var one =
        out[entry.index]
        ?? Interface(
          link: Link(index: entry.index, name: name), addresses: [], isUp: entry.up != 0,
          hasMulticast: entry.multicast != 0, isLoopback: entry.loopback != 0)
      if let address = Multicast.address(family: entry.family, entry.address) { one.addresses.append(address) }
      out[entry.index] = one
    }
    return out.values.sorted { $0.link.name < $1.link.name }
  }
}

enum Multicast {
  static let port: UInt16 = 5353

  static func address<Bytes: BitwiseCopyable>(family: UInt8, _ bytes: Bytes) -> Address? {
    let length = Int32(family) == AF_INET ? 4 : Int32(family) == AF_INET6 ? 16 : 0
    return unsafe withUnsafeBytes(of: bytes) { unsafe Address(bytes: Array($0.prefix(length))) }
  }

  /// What the kernel knows of the cards around; empty where it does not say.
  static func neighbours() -> Neighbours {
    var table = Neighbours()
    var entries = Array(repeating: trammel_neighbour(), count: Neighbours.limit)
    let count = unsafe trammel_neighbours(&entries, Int32(Neighbours.limit))
    for entry in entries.prefix(max(0, Int(count))) {
      guard let address = address(family: entry.family, entry.address) else { continue }
      let mac = unsafe withUnsafeBytes(of: entry.mac) { unsafe Array($0) }
      table.add(address, link: entry.index, mac: mac)
    }
    return table
  }
}

/// Why a socket could not be made or used.
struct SocketError: Error, Sendable, Hashable {
  var call: String
  var number: Int32
  var reason: String { unsafe String(cString: strerror(number)) }
}

/// A non-blocking datagram socket whose packets go to `deliver`, on a queue of its own, until it is cancelled.
final class Channel: Sendable {
  enum Role: Sendable, Hashable { case group, questions }
  let role: Role
  let family: Int32
  private let descriptor: Descriptor
  private let source = Mutex<Source?>(nil)

  /// Dispatch objects may be used from any thread (dispatch_source_cancel(3)); the overlay on Linux does not say so.
  private struct Source: @unchecked Sendable { let reader: any DispatchSourceRead }

  /// Room for the largest multicast message (RFC 6762 §17) and one byte that shows that there was more.
  private static let capacity = 9001
  /// Packets read in one go, so that a flood on one socket does not starve the others.
  private static let burst = 64

  init(
    _ role: Role, family: Int32, index: UInt32, queue: DispatchQueue,
    deliver: @escaping @Sendable (Segment.Packet) -> Void
  ) throws(SocketError) {
    let raw =
      role == .group ? trammel_group_socket(family, index, Multicast.port) : trammel_query_socket(family)
    guard raw >= 0 else { throw SocketError(call: role == .group ? "bind" : "socket", number: errno) }
    self.role = role
    self.family = family
    descriptor = Descriptor(owning: raw)
    let reader = DispatchSource.makeReadSource(fileDescriptor: raw, queue: queue)
    reader.setEventHandler { [self] in
      for _ in 0..<Self.burst {
        guard let packet = receive() else { return }
        deliver(packet)
      }
    }
    // The handler holds the channel, and so the descriptor, until the source is cancelled: it is closed after the
    // last event, never under it.
    reader.setCancelHandler { [self] in source.withLock { $0 = nil } }
    let kept = Source(reader: reader)
    source.withLock { $0 = kept }
    reader.resume()
  }

  func cancel() { source.withLock { $0 }?.reader.cancel() }

  func join(_ index: UInt32) throws(SocketError) {
    guard trammel_join(descriptor.raw, family, index) == 0 else { throw SocketError(call: "join", number: errno) }
  }

  func send(_ bytes: [UInt8], on index: UInt32) throws(SocketError) {
    while true {
      let result = unsafe trammel_send_group(descriptor.raw, family, index, Multicast.port, bytes, bytes.count)
      if result >= 0 { return }
      guard errno == EINTR else { throw SocketError(call: "send", number: errno) }
    }
  }

  private func receive() -> Segment.Packet? {
    var info = trammel_datagram()
    var length = -1
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.capacity) { buffer, count in
      length = unsafe buffer.baseAddress.map { unsafe trammel_receive(descriptor.raw, $0, buffer.count, &info) } ?? -1
      count = max(0, min(length, buffer.count))
    }
    guard length >= 0, let address = Multicast.address(family: info.family, info.address) else { return nil }
    return Segment.Packet(
      bytes: bytes, address: address, port: info.port, link: Link(index: info.index, name: ""),
      hopLimit: info.hop_limit == 0 ? nil : info.hop_limit, isLegacy: role == .questions, isCut: info.truncated != 0)
  }
}

internal import CLinux
internal import Model
internal import Platform

#if canImport(Glibc)
  import Glibc
#endif

// This file calls C. Each `unsafe` hands over a pointer to a local value or array together with its size, for the length
// of the call, and reads what the call wrote there within that size; getaddrinfo's list is read between the call and its
// release, and each entry as the type that its family promises.

/// The system calls of a probe: stream sockets that never block, and what the kernel knows of addresses.
enum Sockets {
  /// How an attempt to connect stands.
  enum Progress: Sendable, Hashable {
    case connected, underWay, refused, silent, unreachable
    /// No more descriptors: not the other side's doing.
    case exhausted
  }

  /// A socket on its way to an endpoint; none where it failed at once.
  final class Stream {
    private let descriptor: Descriptor
    var raw: Int32 { descriptor.raw }

    fileprivate init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Whether the connection came about, once the socket is writable.
    var progress: Progress {
      var number: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      guard unsafe getsockopt(raw, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else { return .unreachable }
      return number == 0 ? .connected : Sockets.progress(number)
    }

    /// Bytes that were taken; nil where the other side is gone.
    func send(_ bytes: ArraySlice<UInt8>) -> Int? {
      // MSG_NOSIGNAL: whoever hangs up must not end the program.
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe Glibc.send(raw, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 { return count }
      return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    /// Empty where the other side closed or is gone; nil where nothing is there yet.
    func receive() -> [UInt8]? {
      var failure: Int32 = 0
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: 16384) { buffer, count in
        let got = unsafe Glibc.recv(raw, buffer.baseAddress, buffer.count, 0)
        if got < 0 { failure = errno }
        count = max(0, got)
      }
      return failure == EAGAIN || failure == EINTR ? nil : piece
    }

    /// This machine's address on the connection.
    var localAddress: Address? {
      var storage = sockaddr_storage()
      var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(raw, $0, &size) }
      }
      guard result == 0 else { return nil }
      return unsafe withUnsafePointer(to: &storage) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe Sockets.address($0)?.address }
      }
    }
  }

  static func connect(_ endpoint: Endpoint) -> (Progress, Stream?) {
    let family = endpoint.address.isIPv4 ? AF_INET : AF_INET6
    let raw = Glibc.socket(
      family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard raw >= 0 else { return (errno == EMFILE || errno == ENFILE ? .exhausted : .unreachable, nil) }
    let stream = Stream(Descriptor(owning: raw))
    let result: Int32
    if endpoint.address.isIPv4 {
      var place = sockaddr_in()
      place.sin_family = sa_family_t(AF_INET)
      place.sin_port = endpoint.port.bigEndian
      unsafe withUnsafeMutableBytes(of: &place.sin_addr) { unsafe $0.copyBytes(from: endpoint.address.bytes) }
      result = unsafe withUnsafePointer(to: &place) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe Glibc.connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    } else {
      var place = sockaddr_in6()
      place.sin6_family = sa_family_t(AF_INET6)
      place.sin6_port = endpoint.port.bigEndian
      place.sin6_scope_id = endpoint.zone
      unsafe withUnsafeMutableBytes(of: &place.sin6_addr) { unsafe $0.copyBytes(from: endpoint.address.bytes) }
      result = unsafe withUnsafePointer(to: &place) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe Glibc.connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    }
    if result == 0 { return (.connected, stream) }
    let progress = progress(errno)
    return (progress, progress == .underWay ? stream : nil)
  }

  static func progress(_ number: Int32) -> Progress {
    switch number {
    case EINPROGRESS, EINTR: .underWay
    case ECONNREFUSED, ECONNRESET: .refused
    case ETIMEDOUT: .silent
    default: .unreachable
    }
  }

  /// Waits until one of the sockets is ready or the time is over, and tells which are.
  static func wait(_ sockets: [(raw: Int32, writes: Bool)], milliseconds: Int32) -> [Bool] {
    var entries = sockets.map { pollfd(fd: $0.raw, events: Int16($0.writes ? POLLOUT : POLLIN), revents: 0) }
    let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
    return count > 0 ? entries.map { $0.revents != 0 } : Array(repeating: false, count: sockets.count)
  }

  /// Nanoseconds that only go forward.
  static func clock() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  static func ownAddresses() -> Set<Address> { Set(Machine.interfaces().flatMap(\.addresses)) }

  /// Cards behind addresses, as the kernel learned them; an address with different cards on two links is left out.
  static func neighbours() -> [Address: String] {
    var entries = Array(repeating: trammel_neighbour(), count: 4096)
    let count = unsafe trammel_neighbours(&entries, Int32(entries.count))
    var table: [Address: String?] = [:]
    for entry in entries.prefix(max(0, Int(count))) {
      let length = Int32(entry.family) == AF_INET ? 4 : 16
      let bytes = unsafe withUnsafeBytes(of: entry.address) { unsafe Array($0.prefix(length)) }
      let mac = unsafe withUnsafeBytes(of: entry.mac) { unsafe Array($0) }
      guard let address = Address(bytes: bytes), mac.contains(where: { $0 != 0 }) else { continue }
      let text = mac.map { Hex.encode([$0]) }.joined(separator: ":")
      table[address] = table[address].map { $0 == text ? text : nil } ?? text
    }
    return table.compactMapValues { $0 }
  }

  /// Address and zone in a socket address of either family.
  fileprivate static func address(_ place: UnsafePointer<sockaddr>) -> (address: Address, zone: UInt32)? {
    switch Int32(unsafe place.pointee.sa_family) {
    case AF_INET:
      let bytes = unsafe place.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
        unsafe withUnsafeBytes(of: pointer.pointee.sin_addr) { unsafe Array($0) }
      }
      return Address(bytes: bytes).map { ($0, 0) }
    case AF_INET6:
      let (bytes, zone) = unsafe place.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
        (
          unsafe withUnsafeBytes(of: pointer.pointee.sin6_addr) { unsafe Array($0) },
          unsafe pointer.pointee.sin6_scope_id
        )
      }
      return Address(bytes: bytes).map { ($0, zone) }
    default: return nil
    }
  }
}

/// The resolver of this machine, as nsswitch.conf(5) has it.
struct SystemResolver: Resolver {
  /// Addresses that one name may stand for: a name server could list thousands.
  private static let limit = 16

  func addresses(of name: String) throws(ProbeError) -> [(address: Address, zone: UInt32)] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var head: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(name, nil, &hints, &head)
    guard code == 0 else { throw .unresolved(name, unsafe String(cString: gai_strerror(code))) }
    defer { unsafe freeaddrinfo(head) }
    var out: [(address: Address, zone: UInt32)] = []
    var next = unsafe head
    while let entry = unsafe next, out.count < Self.limit {
      if let place = unsafe entry.pointee.ai_addr, let found = unsafe Sockets.address(place),
        !out.contains(where: { $0 == found })
      {
        out.append(found)
      }
      unsafe next = entry.pointee.ai_next
    }
    guard !out.isEmpty else { throw .unresolved(name, "it has no address") }
    return out
  }

  func zone(_ name: String) -> UInt32? {
    if let number = UInt32(name), number > 0 { return number }
    let index = unsafe if_nametoindex(name)
    return index > 0 ? index : nil
  }
}

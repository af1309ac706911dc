import CLinux
public import Model

#if canImport(Glibc)
  import Glibc
#endif

/// Facts about the machine and the process that only the system can tell.
public enum Machine {
  public static var now: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }

  public static var pid: Int32 { getpid() }
  public static var user: UInt32 { geteuid() }
  public static var isRoot: Bool { geteuid() == 0 }

  /// CPU seconds that this process has used, user and system.
  public static var cpuSeconds: Double {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }

  public static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Bytes from the kernel's generator.
  public static func random(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// Whether a descriptor is a terminal, and how many columns it has.
  public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  public static func columns(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// One network interface that is up, with its addresses.
  public struct Interface: Sendable, Hashable {
    public var name: String
    public var index: UInt32
    public var addresses: [Address]
    public var mac: String?
    public var isLoopback: Bool
    public var isMulticast: Bool
  }

  /// Interfaces that are up, in the order of their index.
  public static func interfaces(_ files: some FileSystem = SystemFiles()) -> [Interface] {
    var head: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&head) == 0 else { return [] }
    defer { unsafe freeifaddrs(head) }
    var found: [String: Interface] = [:]
    var next = unsafe head
    while let entry = unsafe next {
      unsafe next = entry.pointee.ifa_next
      let flags = unsafe entry.pointee.ifa_flags
      guard flags & UInt32(IFF_UP) != 0, let rawName = unsafe entry.pointee.ifa_name else { continue }
      let name = unsafe String(cString: rawName)
      var interface =
        found[name]
        ?? Interface(
          name: name, index: unsafe if_nametoindex(rawName), addresses: [],
          mac: (try? files.text("/sys/class/net/\(name)/address", limit: 64)).flatMap(Self.mac),
          isLoopback: flags & UInt32(IFF_LOOPBACK) != 0,
          isMulticast: flags & UInt32(IFF_MULTICAST) != 0)
      // getifaddrs(3) promises a sockaddr_in or sockaddr_in6 behind the pointer, as the family says.
      if let raw = unsafe entry.pointee.ifa_addr {
        switch Int32(unsafe raw.pointee.sa_family) {
        case AF_INET:
          let bytes = unsafe raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
            unsafe withUnsafeBytes(of: pointer.pointee.sin_addr) { unsafe Array($0) }
          }
          if let address = Address(bytes: bytes) { interface.addresses.append(address) }
        case AF_INET6:
          let bytes = unsafe raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
            unsafe withUnsafeBytes(of: pointer.pointee.sin6_addr) { unsafe Array($0) }
          }
          if let address = Address(bytes: bytes) { interface.addresses.append(address) }
        default: break
        }
      }
      found[name] = interface
    }
    return found.values.sorted { $0.index < $1.index }
  }

  private static func mac(_ text: String) -> String? {
    let trimmed = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    return trimmed.utf8.count == 17 && trimmed != "00:00:00:00:00:00" ? trimmed : nil
  }

  /// This machine as it appears in the inventory. The id is a digest of the machine id, which itself must stay private
  /// (machine-id(5)); without one, of the name.
  public static func host(_ files: some FileSystem = SystemFiles()) -> Host {
    let name =
      (try? files.text("/proc/sys/kernel/hostname", limit: 256))?.split(whereSeparator: \.isNewline).first.map(
        String.init)
      ?? "localhost"
    let interfaces = interfaces(files)
    let secret = ["/etc/machine-id", "/var/lib/dbus/machine-id"].lazy
      .compactMap { try? files.text($0, limit: 128) }.first { $0.utf8.count >= 32 }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "trammel host \(secret ?? name)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = (0..<6).map { UInt8(truncatingIfNeeded: (hash ^ hash >> 29) >> UInt64(8 * $0)) }
    return Host(
      id: "host-\(Hex.encode(digits))", name: name,
      addresses: interfaces.filter { !$0.isLoopback }.flatMap(\.addresses).filter { !$0.isLinkLocal },
      mac: interfaces.first { !$0.isLoopback && $0.mac != nil && !$0.addresses.isEmpty }?.mac)
  }
}

extension Machine {
  /// Ends the program. Standard output is written straight through, so nothing is left behind.
  public static func end(_ code: Int32) -> Never { exit(code) }

  /// Keeps the memory of this process out of core files and from debuggers of the same user; false where that was refused.
  @discardableResult
  public static func shieldMemory() -> Bool { trammel_shield_memory() == 0 }

  /// A reader that closes early (`trammel … | head`) is not a fault: writes then fail instead of killing the program.
  public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  /// Everything on standard input, up to a limit; what is behind it is not read.
  public static func standardInput(limit: Int) -> [UInt8] {
    var out: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while out.count < limit {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(0, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      out.append(contentsOf: buffer[..<min(count, limit - out.count)])
    }
    return out
  }

  /// Writes all bytes to an open descriptor; false where it takes no more.
  @discardableResult
  public static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}

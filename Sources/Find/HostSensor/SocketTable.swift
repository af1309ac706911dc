public import Model
public import Platform

/// Listening TCP sockets, from /proc/net/tcp and tcp6, with the inode that leads to the owner.
public struct SocketTable: Sendable {
  public struct Socket: Sendable, Hashable {
    public var address: Address
    public var port: UInt16
    public var inode: UInt64
    public var user: UInt32
    /// An IPv6 socket on `::` that takes IPv4 as well unless told otherwise; /proc does not say which.
    public var isIPv6: Bool
    /// Whether it is in the network namespace that Trammel is in: others have addresses of their own.
    public var isOwnNetwork = true
  }

  /// A connection to an address of this host, as the one who made it sees it.
  public struct Connection: Sendable, Hashable {
    public var remote: Address
    public var port: UInt16
    public var inode: UInt64
  }

  public private(set) var listening: [Socket] = []
  /// Lines that could not be read.
  public private(set) var skipped = 0

  public init() {}

  /// Reads both families below a directory such as `/proc/net` or `/proc/812/net`.
  public static func read(_ files: some FileSystem, directory: String) throws(FileError) -> SocketTable {
    var table = SocketTable()
    table.add(try files.read("\(directory)/tcp", limit: 64 << 20), isIPv6: false)
    // A kernel without IPv6 has no such file.
    if let raw = try? files.read("\(directory)/tcp6", limit: 64 << 20) { table.add(raw, isIPv6: true) }
    return table
  }

  /// Established connections of these sockets, both families.
  static func connections(_ files: some FileSystem, directory: String, inodes: Set<UInt64>) -> [Connection] {
    var out: [Connection] = []
    for name in ["tcp", "tcp6"] {
      guard let raw = try? files.read("\(directory)/\(name)", limit: 64 << 20) else { continue }
      for line in raw.split(separator: UInt8(ascii: "\n")).dropFirst() {
        let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 10)
        guard fields.count >= 10, fields[3].elementsEqual("01".utf8),
          let inode = UInt64(String(decoding: fields[9], as: UTF8.self)), inodes.contains(inode),
          let (address, port) = endpoint(fields[2])
        else { continue }
        out.append(Connection(remote: address, port: port, inode: inode))
      }
    }
    return out
  }

  /// `0100007F:4965`
  private static func endpoint(_ field: ArraySlice<UInt8>) -> (Address, UInt16)? {
    let parts = String(decoding: field, as: UTF8.self).split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1], radix: 16), let address = address(String(parts[0])) else {
      return nil
    }
    return (address, port)
  }

  /// `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`; state 0A is LISTEN.
  mutating func add(_ raw: [UInt8], isIPv6: Bool) {
    for line in raw.split(separator: UInt8(ascii: "\n")).dropFirst() {
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 10)
      guard fields.count >= 10 else {
        skipped += 1
        continue
      }
      guard fields[3].elementsEqual("0A".utf8) else { continue }
      guard let (address, port) = Self.endpoint(fields[1]),
        let user = UInt32(String(decoding: fields[7], as: UTF8.self)),
        let inode = UInt64(String(decoding: fields[9], as: UTF8.self))
      else {
        skipped += 1
        continue
      }
      listening.append(Socket(address: address, port: port, inode: inode, user: user, isIPv6: isIPv6))
    }
  }

  /// The kernel prints each 32-bit word in the machine's order: little-endian on every machine that Trammel runs on.
  static func address(_ hex: String) -> Address? {
    guard let bytes = Hex.decode(hex), bytes.count == 4 || bytes.count == 16 else { return nil }
    var out: [UInt8] = []
    for word in stride(from: 0, to: bytes.count, by: 4) { out += bytes[word..<word + 4].reversed() }
    return Address(bytes: out)
  }
}

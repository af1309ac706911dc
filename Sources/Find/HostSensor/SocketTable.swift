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

  /// `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`; state 0A is LISTEN.
  mutating func add(_ raw: [UInt8], isIPv6: Bool) {
    for line in raw.split(separator: UInt8(ascii: "\n")).dropFirst() {
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 10)
      guard fields.count >= 10 else {
        skipped += 1
        continue
      }
      guard Array(fields[3]) == Array("0A".utf8) else { continue }
      let local = String(decoding: fields[1], as: UTF8.self).split(separator: ":")
      guard local.count == 2, let port = UInt16(local[1], radix: 16), let address = Self.address(String(local[0])),
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

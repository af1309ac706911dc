internal import CLinux
internal import Model
public import Wire

#if canImport(Glibc)
  import Glibc
#endif

/// Frames of an interface, as the kernel lays them into a ring that is shared with it (packet(7)).
///
/// It needs CAP_NET_RAW to open, and nothing after. A frame's bytes are the kernel's until the block is given back, which
/// happens after `body` has seen all of it: that is what makes the span safe. It lives no longer than the call.
@safe
public struct PacketRing: ~Copyable {
  public struct Options: Sendable, Hashable {
    /// Name of the interface; nil for all.
    public var interface: String?
    /// Bytes kept of each frame.
    public var snapLength: UInt32 = 262_144
    /// Blocks of a megabyte.
    public var blocks: UInt32 = 64
    /// Number of a group of rings that share the traffic by flow; 0 for one that takes all.
    public var fanout: UInt16 = 0
    public var isPromiscuous = true
    /// Receives nothing until `attach` has said what.
    public var waitsForFilter = false
    public init() {}
  }

  public enum Problem: Error, Sendable, Hashable {
    case noInterface(String)
    /// The system refuses: CAP_NET_RAW is missing.
    case denied
    case system(Int32)
  }

  /// One frame: its bytes come beside it.
  public struct Captured: Sendable, BitwiseCopyable {
    /// Nanoseconds since 1970.
    public var time: Int64
    public var length: Int
    public var link: LinkType
    public var interface: UInt32
    /// Number of the tag that the card took off, which stands in the bytes again; 0 for none.
    public var vlan: UInt16
  }

  private var ring: trammel_ring
  /// Frames that the kernel counted, and of those the ones that found no room.
  public private(set) var received: UInt64 = 0
  public private(set) var dropped: UInt64 = 0

  public init(_ options: Options) throws(Problem) {
    var index: UInt32 = 0
    if let name = options.interface {
      index = unsafe if_nametoindex(name)
      guard index > 0 else { throw .noInterface(name) }
    }
    var ring = unsafe trammel_ring()
    let result = unsafe trammel_ring_open(
      &ring, index, options.waitsForFilter ? 0 : options.snapLength, 1 << 20, options.blocks, options.fanout,
      options.isPromiscuous ? 1 : 0)
    guard result == 0 else {
      let number = errno
      throw number == EPERM || number == EACCES ? .denied : .system(number)
    }
    unsafe self.ring = ring
  }

  deinit {
    var ring = unsafe ring
    unsafe trammel_ring_close(&ring)
  }

  /// Waits for a block of frames and hands them over one by one; the number of frames, 0 where none came in time.
  public mutating func read(
    waiting milliseconds: Int32, _ body: (Captured, Span<UInt8>) -> Void
  ) throws(Problem) -> Int {
    var count: UInt32 = 0
    switch unsafe trammel_ring_block(&ring, milliseconds, &count) {
    case 0: return 0
    case 1: break
    default: throw .system(errno)
    }
    var cursor: UInt32 = 0
    var frame = unsafe trammel_frame()
    var seen: UInt32 = 0
    while seen < count, unsafe trammel_ring_frame(&ring, &cursor, &frame) == 1 {
      seen += 1
      let bytes = unsafe Span<UInt8>(
        _unsafeBytes: UnsafeRawBufferPointer(start: frame.bytes, count: Int(frame.captured)))
      body(
        unsafe Captured(
          time: frame.time, length: Int(frame.length), link: Self.link(frame.arphrd), interface: frame.interface,
          vlan: frame.has_vlan != 0 ? frame.vlan & 0xFFF : 0), bytes)
    }
    unsafe trammel_ring_release(&ring)
    return Int(count)
  }

  /// The ring that this program opened before it started itself anew; nil where it has not.
  private static func handedOver() throws(Problem) -> PacketRing? {
    var ring = unsafe trammel_ring()
    switch unsafe trammel_ring_adopt(&ring) {
    case 1: return unsafe PacketRing(ring)
    case 0: return nil
    default: throw .system(errno)
    }
  }

  private init(_ ring: trammel_ring) { unsafe self.ring = ring }

  /// A ring in a program without capabilities.
  ///
  /// The first time it opens the ring and starts this program anew, with the same arguments, the ring and no capability:
  /// threads that are there already could not be made to give up theirs. The second time it takes that ring.
  public static func withoutPrivilege(_ options: Options) throws(Problem) -> PacketRing {
    if let open = try handedOver() { return open }
    try handOver(options)
    throw .system(EPERM)
  }

  private static func handOver(_ options: Options) throws(Problem) {
    let opened = try PacketRing(options)
    var ring = unsafe opened.ring
    // Returns only where it fails.
    _ = unsafe trammel_ring_hand_over(&ring, CommandLine.unsafeArgv)
    throw .system(errno)
  }

  /// Begins to receive with these instructions of eight bytes; nil for all frames, which are cut to the snap length.
  /// - Returns: whether the kernel takes them.
  mutating func filter(_ program: (start: UnsafeRawPointer, count: UInt16)?, snapLength: UInt32) -> Bool {
    guard let program = unsafe program else { return unsafe trammel_ring_cut(&ring, snapLength) == 0 }
    return unsafe trammel_ring_filter(&ring, program.start, program.count) == 0
  }

  /// What the frames of an interface start with; nil where it is gone.
  mutating func link(of interface: String) -> LinkType? {
    let hardware = unsafe trammel_ring_hardware(&ring, interface)
    return hardware < 0 ? nil : Self.link(UInt16(truncatingIfNeeded: hardware))
  }

  /// Asks the kernel what it counted since the last time.
  public mutating func refreshStatistics() {
    var packets: UInt32 = 0
    var drops: UInt32 = 0
    guard unsafe trammel_ring_statistics(&ring, &packets, &drops) == 0 else { return }
    received += UInt64(packets)
    dropped += UInt64(drops)
  }

  /// Hardware types of if_arp.h: a tunnel or a telephone gives IP without a header before it.
  private static func link(_ hardware: UInt16) -> LinkType {
    switch hardware {
    case 512: .ppp
    case 519, 768, 769, 776, 65534: .raw
    default: .ethernet
    }
  }
}

import Model
import Wire

/// One conversation, in as few bytes as a million of them can afford. Trivially copyable.
struct Flow: BitwiseCopyable {
  var client = IP.none
  var server = IP.none
  var clientPort: UInt16 = 0
  var serverPort: UInt16 = 0
  var transport: UInt8 = 0
  var stage = Stage.inspect
  var marks: Marks = []
  var encapsulation: UInt32 = 0
  /// Tag of each direction, 0 for none; `anyTag` where no packet of it was seen.
  var vlanUp = Flow.anyTag
  var vlanDown = Flow.anyTag
  /// Packets with payload that were inspected, each way.
  var inspectedUp: UInt8 = 0
  var inspectedDown: UInt8 = 0
  /// In `Names`; 0 where none is known.
  var name: UInt32 = 0
  /// In `Details`; 0 for none.
  var detail: UInt32 = 0
  var packetsUp: UInt32 = 0
  var packetsDown: UInt32 = 0
  /// Payload bytes on the wire.
  var bytesUp: UInt64 = 0
  var bytesDown: UInt64 = 0
  /// Nanoseconds since 1970.
  var first: Int64 = 0
  var last: Int64 = 0
  /// Sequence number of the first byte of payload each way, where the start was seen.
  var startUp: UInt32 = 0
  var startDown: UInt32 = 0
  /// Low half of the hash, so that a chain can be moved without reading addresses again.
  var hash: UInt32 = 0

  /// What is still done with packets of the flow.
  enum Stage: UInt8, BitwiseCopyable {
    /// Its protocol is not known yet.
    case inspect
    /// Only counted.
    case count
    /// DNS, mDNS and other protocols of single messages: each is read.
    case messages
    /// STUN was seen: a hello of DTLS may come from either side.
    case media
  }

  struct Marks: OptionSet, BitwiseCopyable {
    var rawValue: UInt16
    init(rawValue: UInt16) { self.rawValue = rawValue }
    static let synSeen = Marks(rawValue: 1)
    static let finUp = Marks(rawValue: 2)
    static let finDown = Marks(rawValue: 4)
    static let reset = Marks(rawValue: 8)
    /// The server sent something.
    static let answered = Marks(rawValue: 16)
    static let quic = Marks(rawValue: 32)
    static let tls = Marks(rawValue: 64)
    /// The name is an address's, learnt from DNS: a hello may still say better.
    static let nameFromDNS = Marks(rawValue: 128)
    static let nameFromConnect = Marks(rawValue: 256)
    static let nameFromHTTP = Marks(rawValue: 512)
    /// The start was not seen.
    static let midstream = Marks(rawValue: 1024)
    static let ssh = Marks(rawValue: 2048)
    static let http = Marks(rawValue: 4096)
    /// Handed to detection; what comes after is a new flow.
    static let told = Marks(rawValue: 8192)
    /// Uploads and answers are told apart.
    static let followed = Marks(rawValue: 16384)
    /// `startDown` is known.
    static let downStart = Marks(rawValue: 32768)
  }

  static let anyTag: UInt16 = 0xFFFF

  var isOver: Bool { marks.contains(.reset) || (marks.contains(.finUp) && marks.contains(.finDown)) }
}

/// Conversations by both their ends, in either direction.
///
/// VLAN tags are told by direction and not hashed. Behind a mirror port the two directions of one conversation often carry
/// different tags, or one carries none: in a routed network each side's network has its own. So the first packet of a
/// direction decides its tag, whatever the other one's is. But equal addresses in several VLANs are several hosts: a direction
/// never takes a second tag, and a packet goes to the conversation whose other direction has its tag before one that has
/// another. After a few conversations between the same ends the tag no longer counts, so that a sender of thousands of tags
/// makes no chain of thousands.
///
/// Flows lie in one block that is reserved at once and touched as it fills, so that growth never copies them; an index of
/// 32-bit places (24 bits of place, 8 of hash) finds them. Two seeds from outside make chains unpredictable to a sender.
/// The two pointers are allocated in `init`, freed in `deinit`, and every access is below `capacity` or `mask`: that is all
/// that is `unsafe` here.
@safe
struct FlowTable: ~Copyable {
  let capacity: Int
  private(set) var count = 0
  /// Flows that had to make room for a new one.
  var evicted: UInt64 = 0
  private let flows: UnsafeMutablePointer<Flow>
  private var index: UnsafeMutablePointer<UInt32>
  private var mask: Int
  private var free: [UInt32] = []
  /// Places that were ever used.
  private(set) var used = 0
  private let seedA: UInt64
  private let seedB: UInt64
  private var hand = 0

  static let placeLimit = 1 << 24
  private static let firstIndex = 1 << 14

  init(capacity: Int, seed: UInt64) {
    self.capacity = max(16, min(capacity, Self.placeLimit - 1))
    unsafe flows = UnsafeMutablePointer<Flow>.allocate(capacity: self.capacity)
    unsafe index = UnsafeMutablePointer<UInt32>.allocate(capacity: Self.firstIndex)
    unsafe index.initialize(repeating: 0, count: Self.firstIndex)
    mask = Self.firstIndex - 1
    seedA = seed | 1
    seedB = (seed &* 0x9E37_79B9_7F4A_7C15) | 1
  }

  deinit {
    unsafe flows.deallocate()
    unsafe index.deallocate()
  }

  subscript(place: Int) -> Flow {
    @inline(__always) get { unsafe flows[place] }
    @inline(__always) _modify { yield unsafe &flows[place] }
  }

  @inline(__always)
  private func end(_ address: IP, _ port: UInt16) -> UInt64 {
    var hash = (address.low ^ (address.high &* seedB)) &+ (UInt64(port) &* 0xD6E8_FEB8_6659_FD93)
    hash = (hash ^ (hash >> 32)) &* seedA
    return hash ^ (hash >> 29)
  }

  /// The same for both directions.
  @inline(__always)
  func hash(_ packet: Packet) -> UInt64 {
    let both = end(packet.source, packet.sourcePort) &+ end(packet.destination, packet.destinationPort)
    let rest = UInt64(packet.encapsulation) << 8 | UInt64(packet.transport)
    let hash = (both ^ (rest &* 0x9FB2_1C65_1E98_DF25)) &* 0x9E37_79B9_7F4A_7C15
    return hash ^ (hash >> 32)
  }

  /// Conversations between the same ends that are told apart by tags.
  static let tagLimit = 8

  /// Place of the packet's flow, and whether the packet comes from its client; nil where there is no such flow.
  @inline(__always)
  func find(_ packet: Packet, _ hash: UInt64) -> (place: Int, up: Bool)? {
    var slot = Int(truncatingIfNeeded: hash) & mask
    let tag = UInt32(truncatingIfNeeded: hash >> 32) & 0xFF
    var second: (place: Int, up: Bool)?
    var others = 0
    while true {
      let entry = unsafe index[slot]
      if entry == 0 { return second }
      if entry & 0xFF == tag {
        let place = Int(entry >> 8) - 1
        let flow = unsafe flows + place
        if unsafe flow.pointee.transport == packet.transport, unsafe flow.pointee.encapsulation == packet.encapsulation,
          let up = unsafe Self.direction(packet, flow.pointee)
        {
          let (upTag, downTag) = unsafe (flow.pointee.vlanUp, flow.pointee.vlanDown)
          let (own, other) = up ? (upTag, downTag) : (downTag, upTag)
          if own == packet.vlan || (own == Flow.anyTag && other == packet.vlan) { return (place, up) }
          others += 1
          if own == Flow.anyTag, second == nil { second = (place, up) }
          if others == Self.tagLimit { return second ?? (place, up) }
        }
      }
      slot = (slot + 1) & mask
    }
  }

  /// Whether the packet comes from the flow's client; nil where it is between other ends.
  @inline(__always)
  private static func direction(_ packet: Packet, _ flow: borrowing Flow) -> Bool? {
    if flow.clientPort == packet.sourcePort, flow.serverPort == packet.destinationPort,
      flow.client == packet.source, flow.server == packet.destination
    {
      return true
    }
    if flow.serverPort == packet.sourcePort, flow.clientPort == packet.destinationPort,
      flow.server == packet.source, flow.client == packet.destination
    {
      return false
    }
    return nil
  }

  /// Adds a flow that is not there. Where the table is full, `victim` names the flow that must go first.
  mutating func insert(_ flow: Flow, _ hash: UInt64) -> Int {
    if (count + 1) * 4 > (mask + 1) * 3 { grow() }
    let place: Int
    if let last = free.popLast() {
      place = Int(last)
    } else {
      place = used
      used += 1
    }
    unsafe flows[place] = flow
    unsafe flows[place].hash = UInt32(truncatingIfNeeded: hash)
    count += 1
    put(place, low: UInt32(truncatingIfNeeded: hash), tag: UInt32(truncatingIfNeeded: hash >> 32) & 0xFF)
    return place
  }

  var isFull: Bool { free.isEmpty && used >= capacity }

  /// The flow that was silent for longest of sixteen that are looked at in turn: it goes where there is no room.
  mutating func victim() -> Int {
    var best = hand % used
    for _ in 0..<16 {
      hand = (hand + 1) % used
      guard unsafe flows[hand].transport != 0 else { continue }
      // A flood of what nobody answers does not push out what somebody did.
      let (mine, other) = unsafe (flows[hand].marks.contains(.answered), flows[best].marks.contains(.answered))
      if mine != other ? !mine : unsafe flows[hand].last < flows[best].last { best = hand }
    }
    evicted += 1
    return best
  }

  /// The index holds 32 bits of a place's hash at most: the tag is in bits 0 to 7.
  private func put(_ place: Int, low: UInt32, tag: UInt32) {
    var slot = Int(low) & mask
    while unsafe index[slot] != 0 { slot = (slot + 1) & mask }
    unsafe index[slot] = UInt32(place + 1) << 8 | tag
  }

  private mutating func grow() {
    let old = unsafe index
    let oldCount = mask + 1
    unsafe index = UnsafeMutablePointer<UInt32>.allocate(capacity: oldCount * 2)
    unsafe index.initialize(repeating: 0, count: oldCount * 2)
    mask = oldCount * 2 - 1
    for slot in 0..<oldCount {
      let entry = unsafe old[slot]
      guard entry != 0 else { continue }
      let place = Int(entry >> 8) - 1
      unsafe put(place, low: flows[place].hash, tag: entry & 0xFF)
    }
    unsafe old.deallocate()
  }

  /// Forgets every flow.
  mutating func removeAll() {
    unsafe index.update(repeating: 0, count: mask + 1)
    free = []
    used = 0
    count = 0
    hand = 0
  }

  /// Takes a flow out; its place is used again.
  mutating func remove(_ place: Int) {
    var slot = unsafe Int(flows[place].hash) & mask
    while true {
      let entry = unsafe index[slot]
      guard entry != 0 else { return }
      if Int(entry >> 8) - 1 == place { break }
      slot = (slot + 1) & mask
    }
    // What follows in the chain moves up, so that no search ends too early (Knuth, algorithm R).
    var hole = slot
    var next = (slot + 1) & mask
    while unsafe index[next] != 0 {
      let home = unsafe Int(flows[Int(index[next] >> 8) - 1].hash) & mask
      if ((next &- home) & mask) >= ((next &- hole) & mask) {
        unsafe index[hole] = index[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    unsafe index[hole] = 0
    unsafe flows[place].transport = 0
    unsafe flows[place].hash = 0
    free.append(UInt32(place))
    count -= 1
  }
}

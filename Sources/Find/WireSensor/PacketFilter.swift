internal import CLinux
public import Wire

/// An expression of pcap-filter(7), compiled once for each link type that comes along.
///
/// The libpcap of the system compiles it; it is loaded by the first filter and by nothing else. A compiled program is the
/// filter's own from then on, freed in `deinit`, and sees a frame only during the call.
@safe
public struct PacketFilter: ~Copyable {
  public enum Problem: Error, Sendable, Hashable {
    /// This system has no libpcap.
    case noLibrary
    /// What libpcap says of the expression.
    case expression(String)
  }

  /// Nothing but `PacketFilter` touches the instructions.
  @safe
  private struct Program {
    var link: LinkType
    /// Nil where the expression cannot be said of this link type.
    var filter: trammel_filter?
  }

  public let expression: String
  /// Frames that it did not take.
  public private(set) var rejected = 0
  /// Of those, frames of link types that the expression cannot be said of, and what libpcap says of the first one.
  public private(set) var unsuited = 0
  public private(set) var unsuitedReason = ""
  private var programs: [Program] = []
  /// Program of the last frame.
  private var last = 0

  /// Link types that programs are kept for: a file may name thousands.
  private static let limit = 64
  /// An expression that none of these knows is wrong: `inbound` is no word for Ethernet, `wlan` and `ifname` are for few.
  private static let common: [LinkType] = [.ethernet, .sll2, .sll, .raw, .nflog, .radiotap, .ppp, .null]

  public init(_ expression: String) throws(Problem) {
    self.expression = expression
    guard trammel_filter_load() == 0 else { throw .noLibrary }
    var first: String?
    for link in Self.common {
      do throws(Problem) {
        let filter = unsafe try Self.compile(expression, link)
        unsafe programs.append(Program(link: link, filter: filter))
        return
      } catch {
        if first == nil, case .expression(let reason) = error { first = reason }
        unsafe programs.append(Program(link: link, filter: nil))
      }
    }
    throw .expression(first ?? "")
  }

  deinit {
    for program in programs {
      guard var filter = unsafe program.filter else { continue }
      unsafe trammel_filter_free(&filter)
    }
  }

  private static func compile(_ expression: String, _ link: LinkType) throws(Problem) -> trammel_filter {
    var filter = unsafe trammel_filter()
    var reason = [CChar](repeating: 0, count: 256)
    let capacity = reason.count
    let result = unsafe reason.withUnsafeMutableBufferPointer { why in
      unsafe trammel_filter_compile(
        expression, link.dlt, Int32(CaptureReader.frameLimit), &filter, why.baseAddress, capacity)
    }
    guard result == 0 else {
      throw .expression(
        SafeText.render(reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }))
    }
    return unsafe filter
  }

  /// Whether the expression takes a frame.
  /// - Parameter length: bytes that it had on the wire.
  public mutating func accepts(_ frame: Span<UInt8>, link: LinkType, length: Int) -> Bool {
    select(link)
    guard var filter = unsafe programs[last].filter else {
      unsuited += 1
      rejected += 1
      return false
    }
    let isTaken = unsafe frame.withUnsafeBufferPointer { bytes in
      unsafe trammel_filter_test(
        &filter, bytes.baseAddress, UInt32(clamping: bytes.count), UInt32(clamping: max(length, bytes.count)))
    }
    if isTaken == 0 { rejected += 1 }
    return isTaken != 0
  }

  /// Makes `last` the program for a link type.
  @inline(__always)
  private mutating func select(_ link: LinkType) {
    if programs[last].link != link { find(link) }
  }

  @inline(never)
  private mutating func find(_ link: LinkType) {
    if let place = programs.firstIndex(where: { $0.link == link }) {
      last = place
    } else {
      var program = unsafe Program(link: link, filter: nil)
      do throws(Problem) { unsafe program.filter = try Self.compile(expression, link) } catch {
        if unsuitedReason.isEmpty, case .expression(let reason) = error { unsuitedReason = reason }
      }
      // The newest takes the place of the one before where there is no room.
      if programs.count < Self.limit {
        programs.append(program)
      } else {
        if var old = unsafe programs[Self.limit - 1].filter { unsafe trammel_filter_free(&old) }
        programs[Self.limit - 1] = program
      }
      last = programs.count - 1
    }
    // Compiled at the beginning, and not for this one.
    if unsafe programs[last].filter == nil, unsuitedReason.isEmpty {
      unsuitedReason = "link type \(link.rawValue): the expression means nothing there"
    }
  }

  /// Lets a ring that waits for it receive.
  ///
  /// On one interface the kernel itself leaves out what the expression does not take, and does not count it. Where it cannot
  /// (`any` has frames of several link types; a VLAN tag is no longer in the frame when the kernel looks; the program is too
  /// long for it), all frames come and `accepts` has to be asked for each.
  /// - Returns: whether the kernel filters.
  public mutating func attach(to ring: inout PacketRing, _ options: PacketRing.Options) throws(PacketRing.Problem)
    -> Bool
  {
    if let name = options.interface, !speaksOfTags {
      guard let link = ring.link(of: name) else { throw .noInterface(name) }
      select(link)
      if let filter = unsafe programs[last].filter, let start = unsafe filter.instructions,
        unsafe ring.filter((UnsafeRawPointer(start), filter.count), snapLength: options.snapLength)
      {
        return true
      }
    }
    guard unsafe ring.filter(nil, snapLength: options.snapLength) else { throw .system(0) }
    return false
  }

  /// The expression speaks of VLAN tags, which the kernel takes off before it filters.
  var speaksOfTags: Bool {
    expression.lowercased().split { !($0.isLetter || $0.isNumber) }.contains("vlan")
  }
}

extension LinkType {
  /// The number that libpcap has for it inside of a program, where that differs from the one in files.
  var dlt: Int32 {
    switch self {
    case .raw, .rawBSD: 12
    case .rawOpenBSD: 12
    // ATM (RFC 1483).
    case LinkType(rawValue: 100): 11
    default: Int32(rawValue)
    }
  }
}

import Model

/// One sampled or discarded packet: its own header, and where its records are.
struct SFlowSample {
  /// Tells the sources of one agent apart: kind and number of the source, kind of the sample.
  var source: UInt64
  var sequence: UInt32
  var rate: UInt32
  var drops: UInt32
  var input: UInt32
  var output: UInt32
  var isDropped: Bool
  /// A claim.
  var count: UInt32
  var body: Range<Int>

  /// - Parameters:
  ///   - range: the body of the sample, which lies within `bytes`.
  ///   - type: 1 flow sample, 3 the same with wide numbers, 5 discarded packet.
  /// - Returns: nil where it is too short.
  init?(_ bytes: RawSpan, _ range: Range<Int>, type: UInt32) {
    let at = range.lowerBound
    let header =
      switch type {
      case 1: 32
      case 3: 44
      default: 32
      }
    guard range.count >= header else { return nil }
    sequence = bytes.long(at)
    isDropped = false
    switch type {
    case 1:
      let id = bytes.long(at + 4)
      source = UInt64(id >> 24) << 32 | UInt64(id & 0xFF_FFFF)
      rate = bytes.long(at + 8)
      drops = bytes.long(at + 16)
      input = Self.interface(bytes.long(at + 20) >> 30, bytes.long(at + 20) & 0x3FFF_FFFF)
      let kind = bytes.long(at + 24) >> 30
      output = Self.interface(kind, bytes.long(at + 24) & 0x3FFF_FFFF)
      isDropped = kind == 1
    case 3:
      source = UInt64(bytes.long(at + 4)) << 32 | UInt64(bytes.long(at + 8))
      rate = bytes.long(at + 12)
      drops = bytes.long(at + 20)
      input = Self.interface(bytes.long(at + 24), bytes.long(at + 28))
      output = Self.interface(bytes.long(at + 32), bytes.long(at + 36))
      isDropped = bytes.long(at + 32) == 1
    default:
      source = 1 << 63 | UInt64(bytes.long(at + 4)) << 32 | UInt64(bytes.long(at + 8))
      rate = 1
      drops = bytes.long(at + 12)
      input = bytes.long(at + 16)
      output = bytes.long(at + 20)
      isDropped = true
    }
    // The number of records stands last; for discarded packets the reason is before it.
    count = bytes.long(at + header - 4)
    body = (at + header)..<range.upperBound
  }

  /// The number of an interface; 0 where the packet was dropped, went to several, or to the device itself.
  private static func interface(_ kind: UInt32, _ value: UInt32) -> UInt32 {
    kind == 0 && value != 0x3FFF_FFFF && value != 0xFFFF_FFFF ? value : 0
  }

  /// Fills one record from those of the sample.
  /// - Returns: false where they run past the end of the sample: what was read until then is kept if it is of use.
  @inline(__always)
  func read(_ bytes: RawSpan, from blank: FlowRecord, into records: inout [FlowRecord]) -> Bool {
    var record = blank
    record.input = input
    record.output = output
    if isDropped { record.traits.insert(.isDropped) }
    record.rawPackets = 1
    var at = body.lowerBound
    var left = count
    var isWhole = true
    while left > 0 {
      guard at + 8 <= body.upperBound else {
        isWhole = false
        break
      }
      let type = bytes.long(at)
      let length = Int(bytes.long(at + 4))
      at += 8
      guard length <= body.upperBound - at else {
        isWhole = false
        break
      }
      record.take(type, bytes, at..<(at + length))
      at += length
      left -= 1
    }
    guard isWhole || record.source != .none || !record.packet.isEmpty else { return false }
    record.scale(by: rate)
    records.append(record)
    return isWhole
  }
}

extension FlowRecord {
  /// Takes what one record of a sample says. Those of vendors and those that say nothing of use are skipped.
  @inline(__always)
  fileprivate mutating func take(_ type: UInt32, _ bytes: RawSpan, _ range: Range<Int>) {
    let at = range.lowerBound
    switch type {
    case 1:
      guard range.count >= 16 else { return }
      frameLength = bytes.long(at + 4)
      rawBytes = UInt64(frameLength)
      link =
        switch bytes.long(at) {
        case 1: .ethernet
        case 11, 12: .ip
        case 13: .mpls
        default: .other
        }
      let count = min(Int(bytes.long(at + 12)), range.count - 16)
      packet = Slice(offset: UInt16(truncatingIfNeeded: at + 16), count: UInt16(truncatingIfNeeded: count))
    case 1001:
      // All ones where it is not known.
      if range.count >= 16, bytes.long(at) < 4095 { vlan = UInt16(truncatingIfNeeded: bytes.long(at)) }
    default: takeRare(type, bytes, range)
    }
  }

  @inline(never)
  private mutating func takeRare(_ type: UInt32, _ bytes: RawSpan, _ range: Range<Int>) {
    let at = range.lowerBound
    switch type {
    case 2:
      guard range.count >= 20 else { return }
      if rawBytes == 0 { rawBytes = UInt64(bytes.long(at)) }
      sourceMAC = bytes.quad(at + 4) >> 16
      destinationMAC = bytes.quad(at + 12) >> 16
    case 3:
      guard range.count >= 32 else { return }
      if rawBytes == 0 { rawBytes = UInt64(bytes.long(at)) }
      source = IP(v4: bytes.long(at + 8))
      destination = IP(v4: bytes.long(at + 12))
      takeTransport(bytes, kind: at + 4, at + 16)
    case 4:
      guard range.count >= 56 else { return }
      if rawBytes == 0 { rawBytes = UInt64(bytes.long(at)) }
      source = IP(high: bytes.quad(at + 8), low: bytes.quad(at + 16))
      destination = IP(high: bytes.quad(at + 24), low: bytes.quad(at + 32))
      takeTransport(bytes, kind: at + 4, at + 40)
    case 1005:
      // Direction, URL, host.
      takeHost(bytes, at + 4, range.upperBound, strings: 2)
    case 2100:
      guard range.count >= 20, source == .none else { return }
      source = IP(v4: bytes.long(at + 4))
      destination = IP(v4: bytes.long(at + 8))
      takeSocket(bytes, kind: at, ports: at + 12)
    case 2101:
      guard range.count >= 44, source == .none else { return }
      source = IP(high: bytes.quad(at + 4), low: bytes.quad(at + 12))
      destination = IP(high: bytes.quad(at + 20), low: bytes.quad(at + 28))
      takeSocket(bytes, kind: at, ports: at + 36)
    case 2206:
      // Method, version, URI, host.
      takeHost(bytes, at + 8, range.upperBound, strings: 2)
    default: break
    }
  }

  private mutating func takeTransport(_ bytes: RawSpan, kind: Int, _ at: Int) {
    takeSocket(bytes, kind: kind, ports: at)
    tcpFlags = UInt8(truncatingIfNeeded: bytes.long(at + 8))
    tos = UInt8(truncatingIfNeeded: bytes.long(at + 12))
  }

  private mutating func takeSocket(_ bytes: RawSpan, kind: Int, ports at: Int) {
    `protocol` = UInt8(truncatingIfNeeded: bytes.long(kind))
    sourcePort = UInt16(truncatingIfNeeded: bytes.long(at))
    destinationPort = UInt16(truncatingIfNeeded: bytes.long(at + 4))
  }

  /// The last of so many strings: each with its length before it, filled up to a multiple of four (RFC 4506 §4.11).
  private mutating func takeHost(_ bytes: RawSpan, _ start: Int, _ limit: Int, strings: Int) {
    var at = start
    for index in 1...strings {
      guard at + 4 <= limit else { return }
      let count = Int(bytes.long(at))
      at += 4
      guard count <= limit - at else { return }
      if index == strings {
        names.host = Slice(offset: UInt16(truncatingIfNeeded: at), count: UInt16(truncatingIfNeeded: count))
      }
      at += (count + 3) & ~3
    }
  }
}

/// Blocks of pcapng: type, total length, body, total length again.
extension CaptureParser {
  enum Block {
    static let section: UInt32 = 0x0A0D_0D0A
    static let interface: UInt32 = 1
    static let oldPacket: UInt32 = 2
    static let simplePacket: UInt32 = 3
    static let names: UInt32 = 4
    static let interfaceStatistics: UInt32 = 5
    static let packet: UInt32 = 6
  }

  /// The byte order of a section, by the word behind its length; nil where it is no section header.
  static func order(_ bytes: Span<UInt8>, at: Int) -> Bool? {
    switch bytes.big32(at + 8) {
    case 0x1A2B_3C4D: true
    case 0x4D3C_2B1A: false
    default: nil
    }
  }

  @inline(__always)
  mutating func nextBlock(_ bytes: Span<UInt8>, at: inout Int, base: Int, ended: Bool) -> Frame? {
    while true {
      let rest = bytes.count &- at
      if rest >= 12, !searching {
        let head = pair(bytes, at)
        let type = UInt32(truncatingIfNeeded: head)
        if type != Block.section {
          let total = Int(head &>> 32)
          if total >= 12, total & 3 == 0, total <= CaptureReader.blockLimit, total <= rest,
            Int(long(bytes, at &+ total &- 4)) == total
          {
            let start = at
            at = start &+ total
            guard type != Block.packet else {
              if let frame = packet(bytes, start, total, base: base) { return frame }
              continue
            }
            if let frame = otherBlock(type, bytes, start, total, base: base) { return frame }
            continue
          }
        }
      }
      guard recoverBlock(bytes, at: &at, base: base, ended: ended) else { return nil }
    }
  }

  /// A section header, the end, a wait for more, or damage that is stepped over.
  /// - Returns: whether reading goes on at `at`.
  @inline(never)
  private mutating func recoverBlock(_ bytes: Span<UInt8>, at: inout Int, base: Int, ended: Bool) -> Bool {
    let rest = bytes.count - at
    if !searching {
      switch size(bytes, at, ended: ended) {
      case .whole(let total) where bytes.big32(at) == Block.section:
        openSection(bytes, at)
        at += total
        return true
      // The caller has looked at it and found it whole.
      case .whole: return true
      case .more:
        if ended, rest > 0 { statistics.truncatedTail = true }
        if ended { at = bytes.count }
        return false
      case .unsound:
        damage(at: base + at)
        at += 1
        statistics.skippedBytes += 1
      }
    }
    let start = at
    while bytes.count - at >= 12 {
      if isKnown(bytes, at) {
        switch size(bytes, at, ended: ended) {
        case .whole:
          found(skipped: at - start)
          return true
        // A block cannot be told from a frame's bytes until its end was seen.
        case .more where !ended:
          statistics.skippedBytes += at - start
          return false
        case .more, .unsound: break
        }
      }
      at += 1
    }
    if ended { at = bytes.count }
    statistics.skippedBytes += at - start
    return false
  }

  private enum Size { case whole(Int), more, unsound }

  /// How long the block is by its own word, and whether its two lengths agree.
  ///
  /// At the end of the file a block that runs past it counts as cut only where the rest of what it says holds together;
  /// else a wrong length would hide all that follows.
  private func size(_ bytes: Span<UInt8>, _ at: Int, ended: Bool) -> Size {
    let rest = bytes.count - at
    guard rest >= 12 else { return .more }
    var order = bigEndian
    if bytes.big32(at) == Block.section {
      guard let own = Self.order(bytes, at: at) else { return .unsound }
      order = own
    }
    func long(_ at: Int) -> UInt32 { order ? bytes.big32(at) : bytes.little32(at) }
    let total = Int(long(at + 4))
    guard total >= 12, total & 3 == 0, total <= CaptureReader.blockLimit else { return .unsound }
    if bytes.big32(at) == Block.section, total < 28 { return .unsound }
    guard total <= rest else {
      guard ended, !searching else { return .more }
      if long(at) == Block.packet, rest >= 28 {
        let body = total - 32 - (Int(long(at + 20)) + 3) & ~3
        return body >= 0 && body <= 65_536 ? .more : .unsound
      }
      return isKnown(bytes, at) ? .more : .unsound
    }
    return Int(long(at + total - 4)) == total ? .whole(total) : .unsound
  }

  /// Whether a block of a known type may begin here.
  private func isKnown(_ bytes: Span<UInt8>, _ at: Int) -> Bool {
    switch long(bytes, at) {
    // Journal, secrets, custom blocks (to be copied and not) have no frame.
    case 1...6, 9, 10, 0xBAD, 0x4000_0BAD, Block.section: true
    default: false
    }
  }

  /// A new section has its own byte order and its own interfaces.
  private mutating func openSection(_ bytes: Span<UInt8>, _ at: Int) {
    bigEndian = Self.order(bytes, at: at) ?? bigEndian
    closedDrops = total.interfaceDrops
    interfaceBase &+= UInt32(truncatingIfNeeded: interfaces.count)
    interfaces.removeAll(keepingCapacity: true)
    let major = word(bytes, at + 12)
    isForeign = major != 1
    if isForeign { fault = fault ?? .unsupportedVersion(major: major, minor: word(bytes, at + 14)) }
  }

  /// Enhanced packet block: interface, two halves of the time, two lengths. The old one begins with a shorter number.
  @inline(__always)
  private mutating func packet(
    _ bytes: Span<UInt8>, _ at: Int, _ total: Int, base: Int, interface: Int? = nil
  ) -> Frame? {
    guard total >= 32 else { return damagedRecord() }
    let first = pair(bytes, at &+ 8)
    let second = pair(bytes, at &+ 16)
    let time = (first &>> 32) &<< 32 | second & 0xFFFF_FFFF
    return frame(
      interface: interface ?? Int(first & 0xFFFF_FFFF), time: time, captured: Int(second &>> 32),
      length: Int(long(bytes, at &+ 24)), data: at &+ 28, room: total &- 32, base: base)
  }

  @inline(__always)
  private mutating func frame(
    interface: Int, time: UInt64?, captured: Int, length: Int, data: Int, room: Int, base: Int
  ) -> Frame? {
    guard interface < interfaces.count, captured <= room, captured <= CaptureReader.frameLimit else {
      return damagedRecord()
    }
    let from = interfaces[interface]
    statistics.frames &+= 1
    var frame = Frame(
      time: time.map { from.time($0) } ?? Frame.unknownTime, offset: base &+ data, captured: captured, length: length,
      interface: interfaceBase &+ UInt32(truncatingIfNeeded: interface), link: from.link)
    if from.checksum > 0 { frame.removeChecksum(from.checksum) }
    return frame
  }

  private mutating func damagedRecord() -> Frame? {
    statistics.damagedRecords += 1
    return nil
  }

  @inline(never)
  private mutating func otherBlock(
    _ type: UInt32, _ bytes: Span<UInt8>, _ at: Int, _ total: Int, base: Int
  ) -> Frame? {
    switch type {
    case Block.simplePacket:
      guard total >= 16, let first = interfaces.first else { return damagedRecord() }
      let length = Int(long(bytes, at + 8))
      // What was captured is not written down: the interface's limit and the block's size give it.
      let limit = first.snapLength == 0 ? length : first.snapLength
      return frame(
        interface: 0, time: nil, captured: min(length, limit, total - 16), length: length, data: at + 12,
        room: total - 16, base: base)
    case Block.oldPacket:
      return packet(bytes, at, total, base: base, interface: Int(word(bytes, at + 8)))
    case Block.interface: readInterface(bytes, at, total)
    case Block.names: readNames(bytes, at, total)
    case Block.interfaceStatistics: readStatistics(bytes, at, total)
    default: statistics.skippedBlocks += 1
    }
    return nil
  }
}

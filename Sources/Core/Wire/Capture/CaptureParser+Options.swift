import Model

/// Blocks of pcapng that describe: interfaces, names, losses.
extension CaptureParser {
  /// Walks the options of a block: code, length, value padded to four bytes. The end marker may be missing.
  private struct Options {
    var at: Int
    let end: Int

    mutating func next(_ bytes: Span<UInt8>, _ parser: borrowing CaptureParser) -> (code: UInt16, at: Int, count: Int)?
    {
      guard end - at >= 4 else { return nil }
      let code = parser.word(bytes, at)
      let count = Int(parser.word(bytes, at + 2))
      let start = at + 4
      guard code != 0, count <= end - start else { return nil }
      at = start + (count + 3) & ~3
      return (code, start, count)
    }
  }

  private func wide(_ bytes: Span<UInt8>, _ at: Int) -> UInt64 {
    bigEndian ? bytes.big64(at) : bytes.big64(at).byteSwapped
  }

  mutating func readInterface(_ bytes: Span<UInt8>, _ at: Int, _ total: Int) {
    guard total >= 20, !isForeign else {
      statistics.damagedRecords += 1
      return
    }
    guard interfaces.count < CaptureReader.interfaceLimit else {
      statistics.beyondLimits += 1
      return
    }
    var interface = CaptureInterface(
      link: LinkType(rawValue: word(bytes, at + 8)), snapLength: Int(long(bytes, at + 12)))
    var options = Options(at: at + 16, end: at + total - 4)
    while let option = options.next(bytes, self) {
      switch (option.code, option.count) {
      case (9, 1): interface.ticks = .init(resolution: bytes.octet(option.at))
      case (13, 1):
        // The document says bits; writers have put bytes.
        let value = Int(bytes.octet(option.at))
        interface.checksum = value >= 8 ? value / 8 : value
      case (14, 8):
        let seconds = Int64(bitPattern: wide(bytes, option.at))
        interface.shift = Timestamp(seconds: seconds).nanoseconds
      default: break
      }
    }
    interfaces.append(interface)
  }

  /// Interface statistics block: counts since the capture began, so that the last one holds.
  mutating func readStatistics(_ bytes: Span<UInt8>, _ at: Int, _ total: Int) {
    guard total >= 24, Int(long(bytes, at + 8)) < interfaces.count else {
      statistics.damagedRecords += 1
      return
    }
    var drops: UInt64 = 0
    var options = Options(at: at + 20, end: at + total - 4)
    while let option = options.next(bytes, self) {
      // By the interface (5) and by the operating system (7).
      if option.code == 5 || option.code == 7, option.count == 8 { drops = Self.sum(drops, wide(bytes, option.at)) }
    }
    interfaces[Int(long(bytes, at + 8))].drops = drops
  }

  /// Name resolution block: records of an address and names that end in a zero.
  mutating func readNames(_ bytes: Span<UInt8>, _ at: Int, _ total: Int) {
    let end = at + total - 4
    var at = at + 8
    while end - at >= 4 {
      let type = word(bytes, at)
      let count = Int(word(bytes, at + 2))
      let start = at + 4
      guard type != 0, count <= end - start else { return }
      at = start + (count + 3) & ~3
      let stop = start + count
      switch type {
      case 1 where count > 4: addNames(bytes, IP(v4: bytes.big32(start)), start + 4, stop)
      case 2 where count > 16:
        addNames(bytes, IP(high: bytes.big64(start), low: bytes.big64(start + 8)), start + 16, stop)
      default: break
      }
    }
  }

  private mutating func addNames(_ bytes: Span<UInt8>, _ address: IP, _ from: Int, _ stop: Int) {
    var start = from
    for at in from..<stop where bytes.octet(at) == 0 {
      // A name of the Domain Name System as text has 253 characters at most.
      if at > start, at - start <= 253 {
        guard names.count < CaptureReader.nameLimit else {
          statistics.beyondLimits += 1
          return
        }
        names.append(CaptureName(address: address, name: SafeText.render(bytes.copy(start, at - start))))
      }
      start = at + 1
    }
  }
}

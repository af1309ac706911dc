/// Records of pcap: 16 bytes with time and lengths, then the frame.
extension CaptureParser {
  @inline(__always)
  mutating func nextRecord(_ bytes: Span<UInt8>, at: inout Int, base: Int, ended: Bool) -> Frame? {
    while true {
      if !searching, let frame = record(bytes, at: &at, base: base) { return frame }
      guard recoverRecord(bytes, at: &at, base: base, ended: ended) else { return nil }
    }
  }

  /// The record at `at`, which moves behind it; nil where there is no sound one that is all there.
  @inline(__always)
  mutating func record(_ bytes: Span<UInt8>, at: inout Int, base: Int) -> Frame? {
    let rest = bytes.count &- at
    guard rest >= 16 else { return nil }
    let (captured, length) = lengths(bytes, at)
    guard captured <= CaptureReader.frameLimit, captured <= rest &- 16 else { return nil }
    let stamp = pair(bytes, at)
    let seconds = UInt32(truncatingIfNeeded: stamp)
    let fraction = min(UInt32(truncatingIfNeeded: stamp &>> 32), fractionEnd &- 1)
    // At most 2^32 × 10^9 + 10^9: fits.
    let time = Int64(seconds) &* 1_000_000_000 &+ Int64(fraction &* unit)
    let start = at &+ 16
    at = start &+ captured
    lastSeconds = seconds
    statistics.frames &+= 1
    var frame = Frame(time: time, offset: base &+ start, captured: captured, length: length, link: link)
    if checksum > 0 { frame.removeChecksum(checksum) }
    return frame
  }

  @inline(__always)
  func lengths(_ bytes: Span<UInt8>, _ at: Int) -> (captured: Int, length: Int) {
    let both = pair(bytes, at &+ 8)
    let captured = Int(both & 0xFFFF_FFFF)
    let length = Int(both &>> 32)
    guard oldOrder else { return (captured, length) }
    // 2.3 was written in both orders: the smaller one is what was captured. Before, it was always the second.
    return minor < 3 || captured > length ? (length, captured) : (captured, length)
  }

  /// Not a whole sound record here: the end, a wait for more, or damage that is stepped over.
  /// - Returns: whether `at` stands at a sound record.
  @inline(never)
  private mutating func recoverRecord(_ bytes: Span<UInt8>, at: inout Int, base: Int, ended: Bool) -> Bool {
    let rest = bytes.count - at
    if !searching {
      if rest < 16 {
        if ended, rest > 0 { statistics.truncatedTail = true }
        if ended { at = bytes.count }
        return false
      }
      if lengths(bytes, at).captured <= CaptureReader.frameLimit {
        guard ended else { return false }
        if isPlausible(bytes, at) {
          statistics.truncatedTail = true
          at = bytes.count
          return false
        }
      }
      damage(at: base + at)
      at += 1
      statistics.skippedBytes += 1
    }
    let start = at
    while bytes.count - at >= 16 {
      switch isSound(bytes, at, ended: ended) {
      case true:
        found(skipped: at - start)
        return true
      case false: at += 1
      case nil:
        statistics.skippedBytes += at - start
        return false
      }
    }
    if ended { at = bytes.count }
    statistics.skippedBytes += at - start
    return false
  }

  /// Whether a record's header could be one: lengths, fraction and day fit to what came before.
  private func isPlausible(_ bytes: Span<UInt8>, _ at: Int) -> Bool {
    let (captured, length) = lengths(bytes, at)
    guard captured <= CaptureReader.frameLimit, captured <= length, length <= 1 << 20,
      snapLength == 0 || captured <= snapLength, long(bytes, at + 4) < fractionEnd
    else { return false }
    guard let lastSeconds else { return true }
    let seconds = long(bytes, at)
    return max(seconds, lastSeconds) - min(seconds, lastSeconds) <= 86_400
  }

  /// Whether a plausible record is followed by two more, or by the end of the file; nil where more bytes are needed.
  ///
  /// One header can be made of a frame's bytes by accident; three in a chain are not.
  private func isSound(_ bytes: Span<UInt8>, _ start: Int, ended: Bool) -> Bool? {
    var at = start
    for step in 0..<3 {
      if bytes.count - at < 16 {
        guard ended else { return nil }
        return step > 0 && bytes.count == at || step > 1
      }
      guard isPlausible(bytes, at) else { return false }
      let next = at + 16 + lengths(bytes, at).captured
      if next > bytes.count {
        guard ended else { return step == 2 ? true : nil }
        return step > 1
      }
      at = next
    }
    return true
  }
}

extension Frame {
  /// Takes the frame's checksum off its end; of a frame that was cut only what of it was captured.
  @inline(__always)
  mutating func removeChecksum(_ count: Int) {
    length = max(0, length - count)
    captured = min(captured, length)
  }
}

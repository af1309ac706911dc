extension FlowDecoder {
  /// When a datagram was sent, by the clock of its exporter: nanoseconds since 1970. For files of datagrams, which do not
  /// say when one came. Nil for sFlow, which has no such clock, and for what is no flow export.
  public static func exported(_ datagram: Span<UInt8>) -> Int64? {
    let bytes = datagram.raw
    guard let format = format(bytes), bytes.byteCount >= 16 else { return nil }
    return switch format {
    case .netFlow5: Int64(bytes.long(8)) * 1_000_000_000 + Int64(bytes.long(12))
    case .netFlow9: Int64(bytes.long(8)) * 1_000_000_000
    case .ipfix: Int64(bytes.long(4)) * 1_000_000_000
    case .sFlow: nil
    }
  }

  /// UDP ports at which collectors usually listen.
  public static let usualPorts: Set<UInt16> = [2055, 2056, 4432, 4739, 6343, 9025, 9555, 9995, 9996]

  /// Whether a UDP payload is a datagram that `decode` reads: for captures, which have everything in them.
  ///
  /// Its lengths must lead exactly to its end. At a usual port that is not asked: a capture may have cut it, and some
  /// exporters count wrongly.
  /// - Parameter destinationPort: of the datagram.
  public static func looksLikeFlowExport(_ payload: Span<UInt8>, destinationPort: UInt16) -> Bool {
    guard payload.count >= 20, payload.count <= Int(UInt16.max) else { return false }
    let bytes = payload.raw
    guard let format = format(bytes) else { return false }
    if let count = FlowFile.count(bytes, at: 0, format) {
      // Some agents leave bytes behind their samples; what leads through one sample is no accident.
      if count == bytes.byteCount || format == .sFlow && count > 44 { return true }
    }
    guard usualPorts.contains(destinationPort) else { return false }
    switch format {
    case .netFlow5, .ipfix: return true
    case .netFlow9:
      guard bytes.byteCount >= 24 else { return false }
      return bytes.word(20) <= 1 || bytes.word(20) >= 256
    case .sFlow: return bytes.long(4) == 1 || bytes.long(4) == 2
    }
  }
}

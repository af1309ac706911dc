import Model
import Testing
import Wire

/// Frames put together from headers, for tests: addresses from the documentation ranges, no checksums.
enum Crafted {
  static let here = "02 00 5e 00 53 01"
  static let there = "02 00 5e 00 53 02"

  static func ip(_ text: String) -> IP { Address(text).map { IP($0) } ?? IP.none }

  static func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }

  static func ethernet(_ type: Int, _ payload: [UInt8], tags: [(type: Int, vlan: Int)] = []) -> [UInt8] {
    bytes(there + here) + tags.flatMap { word($0.type) + word($0.vlan) } + word(type) + payload
  }

  /// 192.0.2.1 to 198.51.100.2.
  static func ipv4(
    _ number: UInt8, _ payload: [UInt8], total: Int? = nil, place: Int = 0x4000, id: Int = 0x1234,
    options: [UInt8] = [],
    source: [UInt8] = [192, 0, 2, 1]
  ) -> [UInt8] {
    [UInt8(0x45 + options.count / 4), 0] + word(total ?? 20 + options.count + payload.count) + word(id) + word(place)
      + [64, number, 0, 0] + source + [198, 51, 100, 2] + options + payload
  }

  /// 2001:db8::1 to 2001:db8::2.
  static func ipv6(_ number: UInt8, _ payload: [UInt8], length: Int? = nil) -> [UInt8] {
    bytes("60 00 00 00") + word(length ?? payload.count) + [number, 63]
      + bytes("20010db8 00000000 00000000 00000001 20010db8 00000000 00000000 00000002") + payload
  }

  static func udp(_ source: Int, _ destination: Int, _ payload: [UInt8], length: Int? = nil) -> [UInt8] {
    word(source) + word(destination) + word(length ?? 8 + payload.count) + [0, 0] + payload
  }

  static func tcp(_ source: Int, _ destination: Int, _ payload: [UInt8], offset: UInt8 = 5, flags: UInt8 = 0x18)
    -> [UInt8]
  {
    word(source) + word(destination) + bytes("01020304 05060708") + [offset << 4, flags] + bytes("faf0 0000 0000")
      + payload
  }

  /// What a tunnel carries in these tests: 10.77.0.5:40000 asks 198.51.100.2:443.
  static let inner = ethernet(0x0800, ipv4(6, tcp(40_000, 443, Array("hello".utf8)), source: [10, 77, 0, 5]))

  static func dissect(_ frame: [UInt8], _ link: LinkType = .ethernet) -> (Dissection, Packet, Dissection.Reason?) {
    var dissector = Dissector()
    // Nothing of an earlier frame may stay.
    var packet = Packet()
    _ = dissector.dissect(stain.span, link: .ethernet, into: &packet)
    let before = dissector.counts
    let result = dissector.dissect(frame.span, link: link, into: &packet)
    let reason = Dissection.Reason.allCases.first { dissector.counts[$0] != before[$0] }
    return (result, packet, reason)
  }

  /// Sets every field.
  private static let stain = ethernet(
    0x0800,
    ipv4(
      17,
      udp(
        5000, 4789,
        bytes("08000000 000fff00")
          + ethernet(0x86DD, ipv6(44, bytes("06 00 0001 00000009") + tcp(1, 2, [3])), tags: [(0x8100, 7)]))))

  /// A pcap file, little-endian, microseconds, of Ethernet frames one second apart.
  static func capture(_ frames: [[UInt8]]) -> [UInt8] {
    var out = bytes("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000")
    for (index, frame) in frames.enumerated() {
      for value in [1_700_000_000 + index, 5, frame.count, frame.count] {
        out += [0, 8, 16, 24].map { UInt8(value >> $0 & 0xFF) }
      }
      out += frame
    }
    return out
  }
}

/// All that a reader gives for a file.
struct CaptureReading: Equatable {
  var frames: [Frame] = []
  var contents: [[UInt8]] = []
  var statistics = CaptureStatistics()
  var names: [CaptureName] = []
  var fault: CaptureFault?

  init(_ file: [UInt8]) throws {
    var reader = try CaptureReader(file.span)
    while let frame = reader.next() {
      frames.append(frame)
      contents.append(copy(reader.bytes(of: frame)))
    }
    statistics = reader.statistics
    names = reader.names
    fault = reader.fault
  }

  init(streaming file: [UInt8], chunk: Int) throws {
    var stream = CaptureStream()
    var at = 0
    while true {
      let part = Array(file[at..<min(at + chunk, file.count)])
      at += part.count
      if part.isEmpty { try stream.finish() } else { try stream.feed(part) }
      while let frame = stream.next() {
        frames.append(frame)
        contents.append(copy(stream.bytes(of: frame)))
      }
      if part.isEmpty { break }
    }
    statistics = stream.statistics
    names = stream.names
    fault = stream.fault
  }

  private func copy(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }
}

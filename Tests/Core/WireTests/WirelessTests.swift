import Testing

@testable import Wire

/// Wireless frames and the headers before them (IEEE 802.11 §9.3, radiotap.org, PPI 1.0.7).
@Suite struct WirelessTests {
  static let request = Crafted.ipv4(6, Crafted.tcp(40_000, 443, Array("hello".utf8)))
  /// 802.2 with SNAP and the EtherType of IPv4.
  static let snap = bytes("aaaa03 000000 0800") + request
  static let (a, b, c, d) = ("020000000001", "020000000002", "020000000003", "020000000004")

  /// Control, duration, addresses, sequence; source and destination of the frame.
  static let headers: [(String, UInt64, UInt64)] = [
    // To the access point, from it, between two stations, between two access points.
    ("0801 0000 \(a) \(b) \(c) 1000", 0x0200_0000_0002, 0x0200_0000_0003),
    ("0802 0000 \(a) \(b) \(c) 1000", 0x0200_0000_0003, 0x0200_0000_0001),
    ("0800 0000 \(a) \(b) \(c) 1000", 0x0200_0000_0002, 0x0200_0000_0001),
    ("0803 0000 \(a) \(b) \(c) 1000 \(d)", 0x0200_0000_0004, 0x0200_0000_0003),
    // With quality of service, and with the field for high throughput.
    ("8801 0000 \(a) \(b) \(c) 1000 0000", 0x0200_0000_0002, 0x0200_0000_0003),
    ("8881 0000 \(a) \(b) \(c) 1000 0000 00000000", 0x0200_0000_0002, 0x0200_0000_0003),
    // Several frames in one: the first of them has its own addresses.
    ("8801 0000 \(a) \(b) \(c) 1000 8000 \(d) \(a) 0035", 0x0200_0000_0001, 0x0200_0000_0004),
  ]

  @Test(arguments: headers)
  func `a data frame leads to its packet, with sender and destination`(
    header: String, source: UInt64, destination: UInt64
  ) {
    for (link, before) in [
      (.ieee80211, ""), (.radiotap, "0000 0a00 00000000 0000"), (.ppi, "00 00 0800 69000000"),
      (.ppi, "00 00 1000 69000000 0200 0400 00000000"), (.ppi, "00 00 0800 7f000000 0000 0800 00000000"),
    ] as [(LinkType, String)] {
      let (result, packet, reason) = Crafted.dissect(bytes(before) + bytes(header) + Self.snap, link)
      #expect(result == .transport && reason == .tcp)
      #expect(packet.source == Crafted.ip("192.0.2.1") && packet.destinationPort == 443 && packet.payloadCount == 5)
      #expect(packet.sourceMAC == source && packet.destinationMAC == destination)
    }
  }

  @Test(
    arguments: [
      ("01000000 02005e005302 02005e005301 0800", 0), ("65000000", 0), ("0c000000", 0), ("e4000000", 0),
    ])
  func `per-packet information leads to other link types`(header: String, unused: Int) {
    let (result, packet, _) = Crafted.dissect(bytes("00 00 0800") + bytes(header) + Self.request, .ppi)
    #expect(result == .transport && packet.destinationPort == 443)
  }

  @Test(
    arguments: [
      // Management, control, no data, encrypted, a later fragment, another version.
      (.ieee80211, "8000 0000 \(a) \(b) \(c) 1000 aaaa03 000000 0800", .otherLinkType),
      (.ieee80211, "d400 0000 \(a)", .otherLinkType),
      (.ieee80211, "4801 0000 \(a) \(b) \(c) 1000", .otherLinkType),
      (.ieee80211, "0841 0000 \(a) \(b) \(c) 1000 00000000 00000000", .otherLinkType),
      (.ieee80211, "0801 0000 \(a) \(b) \(c) 1100 aaaa03 000000 0800", .otherLinkType),
      (.ieee80211, "0901 0000 \(a) \(b) \(c) 1000 aaaa03 000000 0800", .otherLinkType),
      (.ieee80211, "08", .linkTruncated), (.ieee80211, "0801 0000 \(a)", .linkTruncated),
      (.ieee80211, "8801 0000 \(a) \(b) \(c) 1000", .linkTruncated),
      (.ieee80211, "8801 0000 \(a) \(b) \(c) 1000 8000 \(d)", .linkTruncated),
      // Headers that are longer than the frame, or shorter than themselves; inside itself.
      (.radiotap, "0000 ffff 00000000", .linkTruncated), (.radiotap, "0000 0400 00000000 0801", .linkTruncated),
      (.radiotap, "0100 0800 00000000 0801", .linkTruncated), (.radiotap, "0000 08", .linkTruncated),
      (.ppi, "00 00 0800", .linkTruncated), (.ppi, "00 00 0700 69000000 0801", .linkTruncated),
      (.ppi, "00 00 ffff 69000000 0801", .linkTruncated), (.ppi, "01 00 0800 69000000 0801", .linkTruncated),
      (.ppi, "00 00 0800 c0000000 00 00 0800 69000000", .otherLinkType),
    ] as [(LinkType, String, Dissection.Reason)])
  func `what cannot be read is counted for what it is`(link: LinkType, frame: String, expected: Dissection.Reason) {
    #expect(Crafted.dissect(bytes(frame), link).2 == expected)
  }

  @Test func `every truncation and many changes leave it standing`() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ limit: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(limit))
    }
    for (header, _, _) in Self.headers {
      for (link, before) in [(.radiotap, "0000 0800 00000000"), (.ppi, "00 00 0800 69000000")] as [(LinkType, String)] {
        let frame = bytes(before) + bytes(header) + Self.snap
        for end in 0...frame.count { _ = Crafted.dissect(Array(frame.prefix(end)), link) }
        for _ in 0..<1000 {
          var changed = frame
          for _ in 0...random(4) { changed[random(changed.count)] = UInt8(random(256)) }
          let (_, packet, _) = Crafted.dissect(changed, link)
          #expect(Int(packet.payloadOffset) + Int(packet.payloadCount) <= changed.count)
        }
      }
    }
  }
}

import Foundation
import Model
import Testing
import Wire

@testable import WireSensor

/// What these tests need of the system.
private enum System {
  static let hasLibrary: Bool = {
    do throws(PacketFilter.Problem) {
      _ = try PacketFilter("ip")
      return true
    } catch { return false }
  }()

  /// In a network namespace of its own, as root (`unshare --net`): there is no interface but loopback.
  static let isAlone: Bool = {
    let interfaces = (try? String(contentsOfFile: "/proc/net/dev", encoding: .utf8))?.split(separator: "\n").dropFirst(
      2)
    return geteuid() == 0 && interfaces?.count == 1
  }()
}

/// Expressions of pcap-filter(7): these run where the system has libpcap.
@Suite(.enabled(if: System.hasLibrary, "libpcap is not installed"))
struct PacketFilterTests {
  /// Outside of `#expect`, which would copy the filter.
  private static func takes(_ filter: inout PacketFilter, _ frame: [UInt8], _ link: LinkType, length: Int? = nil)
    -> Bool
  {
    filter.accepts(frame.span, link: link, length: length ?? frame.count)
  }

  private static let question = Crafted.frame(
    Tap.client, "192.168.1.1", 17, Crafted.udp(50_000, 53, Resolver.question("api.anthropic.com")))
  private static let greeting = Crafted.frame(
    Tap.client, Tap.server, 6, Crafted.tcp(40_000, 443, [], sequence: 1, flags: 2))
  private static let tagged = Crafted.frame(
    Tap.client, Tap.server, 6, Crafted.tcp(40_000, 443, [], sequence: 1, flags: 2), vlan: 7)

  /// Which of the question, the greeting and the tagged greeting an expression takes.
  @Test(
    arguments: [
      ("udp port 53", [true, false, false]), ("tcp port 443", [false, true, false]),
      ("net 192.168.1.0/24", [true, true, false]), ("host 198.51.100.7 and tcp[13] & 2 != 0", [false, true, false]),
      ("vlan 7 and tcp port 443", [false, false, true]), ("vlan 8", [false, false, false]),
      ("not ip6", [true, true, true]), ("", [true, true, true]), ("greater 60", [true, false, false]),
    ])
  func `an expression takes what it says`(expression: String, expected: [Bool]) throws {
    var filter = try PacketFilter(expression)
    let frames = [Self.question, Self.greeting, Self.tagged]
    var taken: [Bool] = []
    for frame in frames { taken.append(Self.takes(&filter, frame, .ethernet)) }
    #expect(taken == expected)
    let counts = [filter.rejected, filter.unsuited]
    #expect(counts == [expected.count { !$0 }, 0])
  }

  @Test func `each link type has a program of its own`() throws {
    var filter = try PacketFilter("tcp port 443")
    let packet = Array(Self.greeting.dropFirst(14))
    let cooked = [0, 0, 0, 1, 0, 6] + [UInt8](repeating: 0, count: 8) + [8, 0] + packet
    let loop: [UInt8] = [2, 0, 0, 0] + packet
    for _ in 0..<2 {
      for (link, frame) in [
        (.ethernet, Self.greeting), (.raw, packet), (.ipv4, packet), (.sll, cooked), (.null, loop),
      ] as [(LinkType, [UInt8])] {
        let isTaken = Self.takes(&filter, frame, link)
        #expect(isTaken, "link type \(link.rawValue)")
      }
    }
    let isTaken = Self.takes(&filter, Self.question, .ethernet)
    let counts = [filter.rejected, filter.unsuited]
    #expect(!isTaken && counts == [1, 0])
  }

  @Test(arguments: ["foo bar", "port", "tcp and", "host 300.1.1.1", "(ip", "tcp[999999999999]"])
  func `a wrong expression is told with the words of libpcap`(expression: String) {
    do throws(PacketFilter.Problem) {
      _ = try PacketFilter(expression)
      Issue.record("taken")
    } catch {
      guard case .expression(let reason) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(!reason.isEmpty)
    }
  }

  @Test func `frames that the expression cannot be said of are counted, with the reason`() throws {
    var filter = try PacketFilter("ether host 02:00:c0:a8:01:0a")
    let packet = Array(Self.greeting.dropFirst(14))
    var taken: [Int] = []
    // The second is IP without a header, the others nobody knows.
    for (number, link) in ([1, 101] + Array(20_000..<20_100) + [1]).enumerated() {
      let frame = link == 1 ? Self.greeting : packet
      if Self.takes(&filter, frame, LinkType(rawValue: UInt16(link))) { taken.append(number) }
    }
    let counts = [filter.unsuited, filter.rejected]
    #expect(taken == [0, 102] && counts == [101, 101])
    let reason = filter.unsuitedReason
    #expect(!reason.isEmpty)
  }

  @Test func `a frame may end anywhere`() throws {
    var filter = try PacketFilter("tcp port 443 and ip[8] = 64 and len >= 40")
    for end in 0...Self.greeting.count {
      let isTaken = Self.takes(
        &filter, Array(Self.greeting.prefix(end)), .ethernet, length: Self.greeting.count)
      #expect(isTaken == (end >= 38))
    }
  }

  @Test func `of a file only what the filter takes is seen, and the rest is counted`() throws {
    let scratch = try Scratch()
    let file = PackedCaptureTests.capture([Self.question, Self.greeting, Self.question, Self.tagged])
    for (number, bytes) in [file, Packed.gzip(file), Packed.zstd(file)].enumerated() {
      let path = try scratch.file(bytes, "file\(number)")
      let tap = Tap()
      var filter = try? PacketFilter("udp port 53")
      let outcome = try CaptureSource.read(path, into: &tap.traffic, filter: &filter)
      #expect(outcome.statistics.frames == 4 && outcome.filteredOut == 2)
      #expect(tap.traffic.counters.frames == 2)
      var none: PacketFilter?
      let whole = try CaptureSource.read(path, into: &tap.traffic, filter: &none)
      #expect(whole.filteredOut == nil)
      #expect(tap.traffic.counters.frames == 6)
    }
  }

  @Test(
    .enabled(if: System.isAlone, "needs a network namespace of its own"), .serialized,
    arguments: [
      // Behind `vlan` an expression counts from behind a tag: so it stands last.
      ("udp port 5454", "lo", true), ("udp port 5454", nil, false), ("udp port 5454 and not vlan", "lo", false),
    ] as [(String, String?, Bool)])
  func `an interface gives only what the filter takes, in the kernel where that can be`(
    expression: String, interface: String?, inKernel: Bool
  ) throws {
    var options = PacketRing.Options()
    options.interface = interface
    options.blocks = 4
    options.waitsForFilter = true
    var ring = try PacketRing(options)
    send(5454)
    var early = 0
    _ = try ring.read(waiting: 100) { _, _ in early += 1 }
    #expect(early == 0)
    var filter = try PacketFilter(expression)
    let isFiltered = try filter.attach(to: &ring, options)
    #expect(isFiltered == inKernel)
    for _ in 0..<3 { for port in [5454, 5455] { send(UInt16(port)) } }
    var ports: [UInt16] = []
    var frames = 0
    for _ in 0..<5 {
      _ = try ring.read(waiting: 200) { frame, bytes in
        frames += 1
        guard isFiltered || filter.accepts(bytes, link: frame.link, length: frame.length) else { return }
        ports.append(UInt16(bytes[36]) << 8 | UInt16(bytes[37]))
      }
    }
    // Loopback shows each frame twice: on its way out and in.
    #expect(ports == [UInt16](repeating: 5454, count: 6))
    // The others, what says that nobody listens there, and whatever else goes over loopback meanwhile.
    #expect(inKernel ? frames == 6 : frames >= 24)
  }

  /// One datagram to this machine.
  private func send(_ port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let sent = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe sendto(descriptor, "hello", 5, 0, $0, size)
      }
    }
    #expect(sent == 5)
  }
}

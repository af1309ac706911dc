import Detection
import Foundation
import Model
import Platform
import Testing
import Wire

@testable import WireSensor

/// A capture that several threads read says what one thread says of it.
@Suite struct ThreadTests {
  static let system = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "System/wire/captures")

  /// Recordings of agents, scripts and people.
  static let recordings: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: system.path)) ?? []).filter { $0.hasSuffix(".pcap") }
    .sorted()

  static let seeds: [UInt64] = [0x1234_5678_9ABC_DEF1, 2, 0xFEED_FACE_CAFE_BEEF]

  /// Everything that is told of a capture, as text.
  static func told(_ traffic: inout Traffic, _ outcomes: [CaptureSource.Outcome]) -> String {
    traffic.finish()
    let look = traffic.look(host: Host(id: "test", name: "test"))
    let news = traffic.takeNews()
    let document: Value = [
      "hosts": .array(look.activities.map(\.value)), "capture": traffic.value(names: look.names, limit: 100_000),
      "news": .array(news.contacts.map(\.value)), "baseline": .bytes(news.baseline),
    ]
    let observed = look.observations.map { "\($0)" }.sorted().joined(separator: "\n")
    let status = traffic.status(.wire, what: "test", skipped: [:], blind: [])
    let skipped = status.skipped.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    let files = outcomes.map { "\($0.path) \($0.statistics) \($0.size)" }.joined(separator: "\n")
    return document.json(indent: 1)
      + "\n\(look.announcements)\n\(observed)\n\(status.looked) \(status.blind) \(skipped)\n\(traffic.observer.statistics)\n\(files)"
  }

  static func alone(_ paths: [String], seed: UInt64) throws -> String {
    var traffic = Traffic(seed: seed)
    let outcomes = try paths.map { try CaptureSource.read($0, into: &traffic) }
    return told(&traffic, outcomes)
  }

  private static func together(_ paths: [String], threads: Int, seed: UInt64) async throws -> String {
    var traffic = Traffic(seed: seed)
    let outcomes = try await CaptureSource.read(paths, threads: threads, into: &traffic)
    return told(&traffic, outcomes)
  }

  /// Nil where one thread had to do it.
  static func shared(
    _ paths: [String], _ count: Int, seed: UInt64, pieceSize: Int = CaptureSource.pieceSize
  ) async -> String? {
    var traffic = Traffic(seed: seed)
    guard let outcomes = await CaptureSource.shared(paths, count, &traffic, pieceSize: pieceSize) else { return nil }
    return told(&traffic, outcomes)
  }

  /// Lines that one has and the other has not, a few of them; where there are none, the first that stands elsewhere.
  static func difference(_ a: String, _ b: String) -> String {
    let (left, right) = (a.split(separator: "\n"), b.split(separator: "\n"))
    let (known, other) = (Set(left), Set(right))
    let (more, less) = (left.filter { !other.contains($0) }.prefix(6), right.filter { !known.contains($0) }.prefix(6))
    guard more.isEmpty, less.isEmpty, let place = zip(left, right).enumerated().first(where: { $1.0 != $1.1 }) else {
      return "\(more) instead of \(less)"
    }
    return "line \(place.offset): \(place.element)"
  }

  @Test func `there are recordings to compare`() { #expect(Self.recordings.count >= 15) }

  @Test(arguments: recordings)
  func `two and three threads tell of a recording what one tells`(name: String) async throws {
    let path = Self.system.appending(path: name).path
    for seed in Self.seeds {
      let alone = try Self.alone([path], seed: seed)
      for threads in 1...3 {
        let together = try await Self.together([path], threads: threads, seed: seed)
        #expect(together == alone, "\(threads) threads")
      }
    }
  }

  @Test func `most recordings are read by two threads, not again by one`() async {
    var shared = 0
    for name in Self.recordings {
      if await Self.shared([Self.system.appending(path: name).path], 2, seed: Self.seeds[0]) != nil { shared += 1 }
    }
    #expect(shared * 2 > Self.recordings.count)
  }

  @Test func `several files are one capture, whoever reads them`() async throws {
    let paths = Self.recordings.map { Self.system.appending(path: $0).path }
    let alone = try Self.alone(paths, seed: 5)
    for threads in 2...3 {
      #expect(try await Self.together(paths, threads: threads, seed: 5) == alone)
    }
  }

  // MARK: Crafted traffic

  private func capture(_ frames: [(Double, [UInt8])]) throws -> (Scratch, String) {
    let writer = CaptureWriter(link: .ethernet)
    var out = writer.header
    for (seconds, frame) in frames {
      let time = Tap.start + Int64(seconds * 1e9)
      writer.append(
        Frame(time: time, offset: 0, captured: frame.count, length: frame.count, link: .ethernet), frame.span, to: &out)
    }
    let scratch = try Scratch()
    return (scratch, try scratch.file(out))
  }

  static func resolve(_ client: String, _ name: String, _ address: String) -> [[UInt8]] {
    [
      Crafted.frame(client, "192.168.1.1", 17, Crafted.udp(50_000, 53, Resolver.question(name))),
      Crafted.frame("192.168.1.1", client, 17, Crafted.udp(53, 50_000, Resolver.answer(name, [address]))),
    ]
  }

  static func tcp(
    _ from: String, _ port: Int, _ to: String, _ other: Int, flags: UInt8, _ payload: [UInt8] = []
  )
    -> [UInt8]
  {
    Crafted.frame(from, to, 6, Crafted.tcp(port, other, payload, sequence: flags == 2 ? 99 : 100, flags: flags))
  }

  /// Hosts of one network that ask, connect, are silent, come back, meet in fragments and speak with each other from
  /// whatever ports: by chance, but the same in every run.
  ///
  /// - Parameter areTold: who opened a conversation can be told from each of its packets.
  static func office(_ seed: UInt64, areTold: Bool = false) -> [(Double, [UInt8])] {
    var random = Xorshift(seed)
    var frames: [(Double, [UInt8])] = []
    var time = 0.0
    let names = ["api.anthropic.com", "api.openai.com", "www.example.com", "docs.example.org"]
    for _ in 0..<1500 {
      time += Double(Int.random(in: 0..<40, using: &random)) / 4
      let client = "192.168.1.\(Int.random(in: 10..<40, using: &random))"
      let place = Int.random(in: 0..<4, using: &random)
      let server = "198.51.100.\(place + 1)"
      let port = Int.random(in: 40_000..<40_050, using: &random)
      switch Int.random(in: 0..<9, using: &random) {
      case 0: frames += resolve(client, names[place], server).map { (time, $0) }
      case 1, 2:
        frames.append((time, tcp(client, port, server, 443, flags: 2)))
        frames.append((time, tcp(server, 443, client, port, flags: 0x12)))
        frames.append(
          (
            time,
            tcp(client, port, server, 443, flags: 0x18, Array("GET / HTTP/1.1\r\nHost: \(names[place])\r\n\r\n".utf8))
          ))
      case 3: frames.append((time, tcp(server, 443, client, port, flags: 0x11)))
      case 4:
        frames.append((time, tcp(client, port, "192.168.1.\(Int.random(in: 10..<90, using: &random))", 22, flags: 2)))
      case 5 where !areTold:
        // Ports that say nothing.
        let other = "192.168.1.\(Int.random(in: 10..<40, using: &random))"
        frames.append((time, Crafted.frame(client, other, 17, Crafted.udp(port, port + 7, [1, 2, 3]))))
        frames.append((time, Crafted.frame(other, client, 17, Crafted.udp(port + 7, port, [4, 5]))))
      case 6:
        // A question in two fragments.
        let whole = Crafted.udp(port, 53, Resolver.question(names[place]))
        let id = Int.random(in: 1..<60_000, using: &random)
        for (payload, field) in [(Array(whole.prefix(16)), 0x2000), (Array(whole.dropFirst(16)), 2)] {
          frames.append(
            (
              time,
              Array(repeating: 2, count: 12) + [8, 0]
                + Crafted.ip(client, "192.168.1.1", 17, payload, place: field, id: id)
            ))
        }
      case 7: frames.append((time, [UInt8](repeating: 0xFF, count: 20)))
      default: frames.append((time, tcp(client, port, server, 443, flags: 0x18, [UInt8](repeating: 0x17, count: 900))))
      }
    }
    return frames
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func `an office's traffic is told the same by any number of threads`(number: UInt64) async throws {
    let (scratch, path) = try capture(Self.office(number))
    defer { _ = scratch.path }
    for seed in Self.seeds {
      let alone = try Self.alone([path], seed: seed)
      for threads in [2, 3, 5, 16] {
        let together = try await Self.together([path], threads: threads, seed: seed)
        #expect(together == alone, "\(threads) threads: \(Self.difference(together, alone))")
      }
    }
  }

  @Test func `a client that its packets do not tell has the capture read by one thread`() async throws {
    // The ports say that the other one opened it.
    var frames: [(Double, [UInt8])] = []
    for number in 10..<40 {
      let client = "192.168.1.\(number)"
      frames += Self.resolve(client, "api.anthropic.com", "198.51.100.1").map { (0, $0) }
      frames.append((1, Self.tcp(client, 2000, "192.168.1.200", 3000, flags: 2)))
      frames.append((1, Self.tcp("192.168.1.200", 3000, client, 2000, flags: 0x12)))
      frames.append((1, Self.tcp(client, 2000, "192.168.1.200", 3000, flags: 0x18, [1, 2, 3])))
    }
    let (scratch, path) = try capture(frames)
    defer { _ = scratch.path }
    #expect(await Self.shared([path], 2, seed: 1) == nil)
    #expect(try await Self.together([path], threads: 2, seed: 1) == Self.alone([path], seed: 1))
  }

  @Test func `both directions of a conversation come to one shard`() {
    var random = Xorshift(3)
    for _ in 0..<20_000 {
      var packet = Packet()
      packet.transport = Bool.random(using: &random) ? 6 : 17
      packet.source = IP(v4: UInt32.random(in: 0xC0A8_0100...0xC0A8_0104, using: &random))
      packet.destination =
        Bool.random(using: &random)
        ? IP(v4: .random(in: 0xC633_6400...0xC633_6404, using: &random))
        : IP(v4: .random(in: 0xC0A8_0100...0xC0A8_0104, using: &random))
      packet.sourcePort = [53, 443, 5353, 18_789, 40_000, 50_000].randomElement(using: &random) ?? 1
      packet.destinationPort = [53, 443, 5353, 18_789, 40_000, 50_000].randomElement(using: &random) ?? 1
      var back = packet
      (back.source, back.destination) = (packet.destination, packet.source)
      (back.sourcePort, back.destinationPort) = (packet.destinationPort, packet.sourcePort)
      let owners = (0..<3).filter { Shard(index: $0, count: 3, seed: 9).owns(packet) }
      #expect(owners.count == 1)
      #expect(owners == (0..<3).filter { Shard(index: $0, count: 3, seed: 9).owns(back) })
    }
  }

  @Test func `what cannot be read is said as one thread says it`() async throws {
    let scratch = try Scratch()
    for path in [try scratch.file([1, 2, 3]), "/nonexistent/capture"] {
      var traffic = Traffic(seed: 1)
      do {
        _ = try await CaptureSource.read([path], threads: 2, into: &traffic)
        Issue.record("\(path) was read")
      } catch {}
    }
  }
}

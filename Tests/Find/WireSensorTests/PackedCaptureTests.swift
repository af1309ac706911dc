import Detection
import Foundation
import Model
import Platform
import Testing
import Wire

@testable import WireSensor

/// Captures that are packed or come through a pipe, and names that stand in them.
@Suite struct PackedCaptureTests {
  private static let frames = [
    Crafted.frame(Tap.client, "192.168.1.1", 17, Crafted.udp(50_000, 53, Resolver.question("api.anthropic.com"))),
    Crafted.frame(
      "192.168.1.1", Tap.client, 17, Crafted.udp(53, 50_000, Resolver.answer("api.anthropic.com", [Tap.server]))),
    Crafted.frame(Tap.client, Tap.server, 6, Crafted.tcp(40_000, 443, [], sequence: 1, flags: 2)),
  ]

  /// A pcap file of frames a millisecond apart.
  static func capture(_ frames: [[UInt8]]) -> [UInt8] {
    let writer = CaptureWriter(link: .ethernet)
    var out = writer.header
    for (number, frame) in frames.enumerated() {
      let time = Tap.start + Int64(number) * 1_000_000
      writer.append(
        Frame(time: time, offset: 0, captured: frame.count, length: frame.count, link: .ethernet), frame.span, to: &out)
    }
    return out
  }

  private static let plain = capture(frames)

  private static func pack(_ bytes: [UInt8], _ kind: Unpacker.Kind) -> [UInt8] {
    switch kind {
    case .gzip: Packed.gzip(bytes)
    case .zstd: Packed.zstd(bytes)
    }
  }

  @Test(arguments: [Unpacker.Kind.gzip, .zstd])
  func `a packed capture says what the plain one does`(kind: Unpacker.Kind) throws {
    let scratch = try Scratch()
    let packed = Self.pack(Self.plain, kind)
    let tap = Tap()
    let outcome = try CaptureSource.read(try scratch.file(packed), into: &tap.traffic)
    #expect(outcome.statistics.frames == 3 && outcome.fault == nil && outcome.packingFault == nil)
    #expect(outcome.packing == kind && outcome.size == packed.count && outcome.filteredOut == nil)
    #expect(tap.names == ["api.anthropic.com"])
    #expect(tap.traffic.firstTime == Tap.start && tap.traffic.now == Tap.start + 2_000_000)
  }

  @Test(arguments: [Unpacker.Kind.gzip, .zstd])
  func `one that breaks off gives what came before, and says where`(kind: Unpacker.Kind) throws {
    let scratch = try Scratch()
    let packed = Self.pack(Self.plain, kind)
    var most = 0
    for end in 4..<packed.count {
      let path = try scratch.file(Array(packed.prefix(end)), "cut\(end)")
      let tap = Tap()
      do throws(CaptureSource.Problem) {
        let outcome = try CaptureSource.read(path, into: &tap.traffic)
        #expect(outcome.packingFault == end && !outcome.statistics.truncatedTail)
        #expect(outcome.statistics.frames >= most)
        most = outcome.statistics.frames
      } catch {
        guard case .packed(kind, let place) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(place == end && most == 0)
      }
    }
    // gzip has a checksum behind the last byte.
    #expect(most == (kind == .gzip ? 3 : 2))
  }

  @Test(arguments: [Unpacker.Kind.gzip, .zstd])
  func `one that is damaged gives what came before`(kind: Unpacker.Kind) throws {
    let scratch = try Scratch()
    let path = try scratch.file(Self.pack(Self.plain, kind) + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
    let tap = Tap()
    let outcome = try CaptureSource.read(path, into: &tap.traffic)
    #expect(outcome.statistics.frames == 3 && outcome.packingFault != nil)
    #expect(tap.names == ["api.anthropic.com"])
  }

  @Test func `several members one after another are one capture`() throws {
    let scratch = try Scratch()
    let middle = Self.plain.count / 2
    let path = try scratch.file(
      Packed.gzip(Array(Self.plain[..<middle])) + Packed.gzip(Array(Self.plain[middle...])))
    let tap = Tap()
    let outcome = try CaptureSource.read(path, into: &tap.traffic)
    #expect(outcome.statistics.frames == 3 && outcome.packingFault == nil)
  }

  @Test func `what is packed and no capture is said to be so`() throws {
    let scratch = try Scratch()
    let tap = Tap()
    for (number, inside) in [Array("no capture at all".utf8), Packed.gzip(Self.plain), []].enumerated() {
      let path = try scratch.file(Packed.zstd(inside), "file\(number)")
      let problem = try #require(throws: CaptureSource.Problem.self) {
        try CaptureSource.read(path, into: &tap.traffic)
      }
      switch (number, problem) {
      case (0, .format(.unknownFormat)), (1, .format(.compressed(.gzip))), (2, .format(.tooShort(0))): break
      default: Issue.record("\(number): \(problem)")
      }
    }
  }

  @Test func `a bomb asks now and then whether to go on`() throws {
    // Blocks of one byte repeated 128 KiB times, four bytes each (RFC 8878 §3.1.1.2): records without a byte in them.
    let blocks = (0..<1000).flatMap { _ in [0x02, 0x00, 0x10, 0x00] as [UInt8] }
    let header = CaptureWriter(link: .ethernet).header
    let raw = UInt32(header.count) << 3
    let bomb: [UInt8] =
      [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38] + [UInt8(raw & 0xFF), UInt8(raw >> 8), 0] + header + blocks
    let scratch = try Scratch()
    let tap = Tap()
    var calls = 0
    let outcome = try CaptureSource.read(try scratch.file(bomb), into: &tap.traffic) { _, of in
      calls += 1
      #expect(of == bomb.count)
      return calls < 3
    }
    #expect(calls == 3)
    // Three times four MiB of records of 16 bytes.
    #expect(outcome.statistics.frames < 1 << 20 && outcome.packingFault == nil)
  }

  // MARK: Pipes

  /// Makes a FIFO and writes to it from a thread, in pieces.
  private func fifo(_ scratch: Scratch, _ bytes: [UInt8], piece: Int) throws -> String {
    let path = "\(scratch.path)/fifo"
    let made = unsafe mkfifo(path, 0o600)
    #expect(made == 0)
    let size = piece
    Thread.detachNewThread {
      guard let file = FileHandle(forWritingAtPath: path) else { return }
      for start in stride(from: 0, to: bytes.count, by: size) {
        try? file.write(contentsOf: Data(bytes[start..<min(bytes.count, start + size)]))
      }
      try? file.close()
    }
    return path
  }

  @Test(arguments: [1, 3, 100, 1 << 20])
  func `a pipe says what the file does, in whatever pieces it comes`(piece: Int) throws {
    for bytes in [Self.plain, Packed.gzip(Self.plain), Packed.zstd(Self.plain)] {
      let scratch = try Scratch()
      let path = try fifo(scratch, bytes, piece: piece)
      let tap = Tap()
      let outcome = try CaptureSource.read(path, into: &tap.traffic)
      #expect(outcome.statistics.frames == 3 && outcome.size == bytes.count && outcome.packingFault == nil)
      #expect(!outcome.statistics.truncatedTail && outcome.fault == nil)
      #expect(tap.names == ["api.anthropic.com"])
    }
  }

  @Test func `a pipe that breaks off within a frame counts the cut`() throws {
    let scratch = try Scratch()
    let path = try fifo(scratch, Array(Self.plain.dropLast(5)), piece: 64)
    let tap = Tap()
    let outcome = try CaptureSource.read(path, into: &tap.traffic)
    #expect(outcome.statistics.frames == 2 && outcome.statistics.truncatedTail)
  }

  @Test func `a pipe without a writer can be given up`() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/fifo"
    let made = unsafe mkfifo(path, 0o600)
    #expect(made == 0)
    let tap = Tap()
    var calls = 0
    let outcome = try CaptureSource.read(path, into: &tap.traffic) { done, of in
      #expect(done == 0 && of == 0)
      calls += 1
      return calls < 2
    }
    #expect(calls == 2 && outcome.statistics.frames == 0)
  }

  @Test func `a pipe of other bytes is no capture`() throws {
    for bytes in [Array("no capture at all".utf8), [0x1F]] {
      let scratch = try Scratch()
      let path = try fifo(scratch, bytes, piece: 100)
      let tap = Tap()
      #expect(throws: CaptureSource.Problem.self) { try CaptureSource.read(path, into: &tap.traffic) }
    }
  }

  @Test func `folders and devices are no pipes`() throws {
    let tap = Tap()
    for path in ["/tmp", "/dev/null"] {
      #expect(!PipedInput.isNeeded(for: path))
      let problem = try #require(throws: CaptureSource.Problem.self) {
        try CaptureSource.read(path, into: &tap.traffic)
      }
      guard case .file(let error) = problem else {
        Issue.record("\(problem)")
        continue
      }
      #expect(error.code == .notRegular)
      #expect(throws: FileError.self) { try PipedInput(path).path.isEmpty }
    }
    #expect(PipedInput.isNeeded(for: "-") && !PipedInput.isNeeded(for: "/nonexistent/pipe"))
  }

  // MARK: Names

  /// A block of pcapng, little-endian: type, length, body, length.
  private static func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
    let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    let total = little(UInt32(padded.count + 12))
    return little(type) + total + padded + total
  }

  private static func little(_ value: UInt32) -> [UInt8] { Crafted.long(value).reversed() }

  private static let opening =
    block(0x0A0D_0D0A, [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8))
    + block(1, [1, 0, 0, 0, 0, 0, 0, 0])
  /// A name for the server.
  private static let name = block(
    4, [1, 0, 22, 0] + Crafted.address(Tap.server) + Array("api.anthropic.com".utf8) + [0, 0, 0] + [0, 0, 0, 0])

  private static func packet(_ frame: [UInt8]) -> [UInt8] {
    let size = little(UInt32(frame.count))
    return block(6, little(0) + little(0x0006_0000) + little(0x1000_0000) + size + size + frame)
  }

  private static let greeting = packet(
    Crafted.frame(Tap.client, Tap.server, 6, Crafted.tcp(40_000, 443, [], sequence: 1, flags: 2)))

  @Test(arguments: [0, 1, 2])
  func `a name of the capture holds for the packets behind it`(packing: Int) throws {
    let file = Self.opening + Self.name + Self.greeting
    let scratch = try Scratch()
    let tap = Tap()
    let path = try scratch.file([file, Packed.gzip(file), Packed.zstd(file)][packing])
    let outcome = try CaptureSource.read(path, into: &tap.traffic)
    #expect(outcome.statistics.frames == 1)
    #expect(tap.names == ["api.anthropic.com"])
  }

  @Test func `a name at the end holds for the captures that follow`() throws {
    let scratch = try Scratch()
    let tap = Tap()
    _ = try CaptureSource.read(try scratch.file(Self.opening + Self.name), into: &tap.traffic)
    _ = try CaptureSource.read(try scratch.file(Self.capture(Array(Self.frames.suffix(1))), "next"), into: &tap.traffic)
    #expect(tap.names == ["api.anthropic.com"])
  }
}

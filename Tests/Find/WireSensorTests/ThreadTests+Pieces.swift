import Foundation
import Model
import Platform
import Testing
import Wire

@testable import WireSensor

/// A pcap file that is written by hand, in each byte order and unit.
struct HandWritten {
  var bytes: [UInt8]
  /// Where each record starts.
  var starts: [Int] = []
  private let isBig: Bool
  private let isNano: Bool

  init(isBig: Bool, isNano: Bool, snapLength: UInt32 = 262_144) {
    self.isBig = isBig
    self.isNano = isNano
    bytes = []
    for word in [isNano ? 0xA1B2_3C4D : 0xA1B2_C3D4, isBig ? 0x0002_0004 : 0x0004_0002, 0, 0, snapLength, 1] as [UInt32]
    {
      bytes += Self.word(word, isBig)
    }
  }

  static func word(_ value: UInt32, _ isBig: Bool) -> [UInt8] {
    let big = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    return isBig ? big : big.reversed()
  }

  func header(_ time: Int64, _ captured: Int, _ length: Int) -> [UInt8] {
    let fraction = time % 1_000_000_000 / (isNano ? 1 : 1000)
    return [UInt32(time / 1_000_000_000), UInt32(fraction), UInt32(captured), UInt32(length)].flatMap {
      Self.word($0, isBig)
    }
  }

  mutating func add(_ frame: [UInt8], at time: Int64) {
    starts.append(bytes.count)
    bytes += header(time, frame.count, frame.count) + frame
  }
}

/// Pieces of a file that are walked by whoever has time, put together as if one had walked the whole.
extension ThreadTests {
  /// What happens to a file on its way here.
  enum Accident: CaseIterable {
    case none
    /// Frames carry what looks like records of this file.
    case recordsInFrames
    case cutAtTheEnd
    /// Bytes of records' headers are something else.
    case corrupt
    /// A stretch of the file is zero, as after a crash.
    case zeros
    case recordsOfNothing
    /// Records are later than those before by up to three hours, never earlier.
    case jumps
    /// Clocks of two cards: some frames come seconds late.
    case disorder
    /// The clock is set back by hours.
    case clockSetBack
  }

  private static func written(_ seed: UInt64, _ accident: Accident) -> [UInt8] {
    var random = Xorshift(seed)
    var file = HandWritten(isBig: seed & 1 == 1, isNano: seed & 2 == 2)
    var shift: Int64 = 0
    for (index, (seconds, frame)) in office(seed, areTold: true).enumerated() {
      var frame = frame
      var time = Tap.start + Int64(seconds * 1e9)
      switch accident {
      case .jumps where index % 97 == 0: shift += Int64.random(in: 0..<10_800, using: &random) * 1_000_000_000
      case .disorder where index % 7 == 0: time -= Int64.random(in: 0..<8_000_000_000, using: &random)
      case .clockSetBack where index == 900: shift = -7_200_000_000_000
      case .recordsInFrames where index % 5 == 0:
        let inner = file.header(time, 40, 40) + [UInt8](repeating: 0x17, count: 40)
        frame += Array(repeating: inner, count: Int.random(in: 1..<60, using: &random)).joined()
      case .recordsOfNothing where index % 11 == 0: frame = []
      default: break
      }
      file.add(frame, at: max(0, time + shift))
    }
    var bytes = file.bytes
    switch accident {
    case .cutAtTheEnd: bytes.removeLast(Int.random(in: 1..<900, using: &random))
    case .corrupt:
      for _ in 0..<4 {
        guard let start = file.starts.randomElement(using: &random) else { break }
        for place in start..<min(bytes.count, start + 16) { bytes[place] = UInt8.random(in: 0...255, using: &random) }
      }
    case .zeros:
      let start = Int.random(in: 24..<bytes.count / 2, using: &random)
      for place in start..<min(bytes.count, start + 9000) { bytes[place] = 0 }
    default: break
    }
    return bytes
  }

  /// As far apart as those that come from a source of randomness.
  private static func seed(_ number: UInt64) -> UInt64 { number &* 0x9E37_79B9_7F4A_7C15 }

  @Test(arguments: Accident.allCases, [1, 2, 3, 4] as [UInt64])
  func `whatever the pieces and accidents, several threads tell what one tells`(
    accident: Accident, number: UInt64
  ) async throws {
    let scratch = try Scratch()
    let path = try scratch.file(Self.written(number, accident))
    let alone = try Self.alone([path], seed: Self.seed(number))
    var told = 0
    for size in [53, 700, 4096, 30_000, CaptureSource.pieceSize] {
      for threads in [2, 3] {
        guard let shared = await Self.shared([path], threads, seed: Self.seed(number), pieceSize: size) else {
          continue
        }
        told += 1
        #expect((shared == alone) == true, "\(size) bytes, \(threads) threads: \(Self.difference(shared, alone))")
      }
    }
    // One thread has to read what goes back by more than a sweep waits, and nothing else for the sake of its pieces.
    if accident == .clockSetBack { #expect(told == 0) }
    if accident == .none { #expect(told == 10) }
  }

  @Test func `few captures are read again by one thread, however they are damaged`() async throws {
    let scratch = try Scratch()
    var told = 0
    for accident in Accident.allCases where accident != .clockSetBack {
      for number in 1...4 as ClosedRange<UInt64> {
        let path = try scratch.file(Self.written(number, accident), "\(accident)-\(number)")
        if await Self.shared([path], 2, seed: Self.seed(number), pieceSize: 4096) != nil { told += 1 }
      }
    }
    #expect(told >= 24, "\(told) of 32")
  }

  @Test(arguments: recordings)
  func `recordings in small pieces are told as a whole`(name: String) async throws {
    let path = Self.system.appending(path: name).path
    let alone = try Self.alone([path], seed: Self.seeds[0])
    for (size, threads) in [(257, 2), (4096, 3), (65_536, 2)] {
      guard let shared = await Self.shared([path], threads, seed: Self.seeds[0], pieceSize: size) else { continue }
      #expect((shared == alone) == true, "\(size) bytes: \(Self.difference(shared, alone))")
    }
  }

  @Test func `files of all kinds in one reading are told in their order`() async throws {
    let scratch = try Scratch()
    let frames = Self.office(5, areTold: true)
    var names: [String] = []
    // One after the other in time, each with a file without a record behind it.
    for part in 0..<3 {
      var file = HandWritten(isBig: part == 1, isNano: part == 2)
      for (seconds, frame) in frames[part * 500..<(part + 1) * 500] {
        file.add(frame, at: Tap.start + Int64(seconds * 1e9))
      }
      names.append(try scratch.file(file.bytes, "\(part)"))
      names.append(try scratch.file(HandWritten(isBig: false, isNano: false).bytes, "empty-\(part)"))
    }
    let alone = try Self.alone(names, seed: Self.seeds[0])
    var told = 0
    for size in [300, 10_000, 1 << 20] {
      guard let shared = await Self.shared(names, 3, seed: Self.seeds[0], pieceSize: size) else { continue }
      told += 1
      #expect((shared == alone) == true, "\(size) bytes: \(Self.difference(shared, alone))")
    }
    #expect(told == 3)
  }

  @Test func `a reading that is given up is given up by every thread, and read again by one`() async throws {
    let scratch = try Scratch()
    var file = HandWritten(isBig: false, isNano: true)
    for index in 0..<600 { file.add([UInt8](repeating: 1, count: 60_000), at: Tap.start + Int64(index)) }
    let path = try scratch.file(file.bytes)
    var traffic = Traffic(seed: Self.seeds[0])
    #expect(await CaptureSource.shared([path], 2, &traffic) { _, _, _ in false } == nil)
    #expect(traffic.counters.frames == 0)
    #expect(await CaptureSource.shared([path], 2, &traffic) { _, _, _ in true } != nil)
    #expect(traffic.counters.frames == 600)
  }
}

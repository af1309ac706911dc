import Foundation
import Platform

/// A folder of its own, gone at the end.
final class Scratch {
  let path = "/tmp/trammel-wire-\(UInt64.random(in: 0 ... .max))"

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Path of a file with these bytes.
  func file(_ bytes: [UInt8], _ name: String = "file") throws -> String {
    let path = "\(path)/\(name)"
    try OutputFile(path).write(bytes)
    return path
  }

  func file(_ text: String, _ name: String = "file") throws -> String { try file(Array(text.utf8), name) }
}

/// Packed bytes without compression, as their formats allow.
enum Packed {
  /// One member of gzip (RFC 1952) in stored blocks (RFC 1951 §3.2.4).
  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    for start in stride(from: 0, to: max(1, bytes.count), by: 65_535) {
      let block = bytes[start..<min(bytes.count, start + 65_535)]
      let length = little(UInt32(block.count), 2)
      out += [start + 65_535 >= bytes.count ? 1 : 0] + length + length.map { ~$0 } + block
    }
    var crc = ~(0 as UInt32)
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return out + little(~crc, 4) + little(UInt32(bytes.count), 4)
  }

  /// One frame of zstd (RFC 8878 §3.1.1) in raw blocks: a single segment, its size in four bytes, no checksum.
  static func zstd(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xA0] + little(UInt32(bytes.count), 4)
    for start in stride(from: 0, to: max(1, bytes.count), by: 100_000) {
      let block = bytes[start..<min(bytes.count, start + 100_000)]
      let isLast: UInt32 = start + 100_000 >= bytes.count ? 1 : 0
      out += little(UInt32(block.count) << 3 | isLast, 3) + block
    }
    return out
  }

  private static func little(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }
}

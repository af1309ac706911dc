// The one file here that reads memory without the standard library's checks. Each load compares its first and last byte
// with the span's bounds itself, directly before the load, and gives zero outside of them; `Span` holds `count` bytes
// that live as long as it does. So no offset, however wrong, reads past the bytes or traps. The hint at the end reads
// nothing that anyone sees and cannot fail; its address is within the span all the same.

extension Span where Element == UInt8 {
  /// One byte; 0 outside of the span.
  @inline(__always)
  func octet(_ at: Int) -> UInt8 {
    guard at >= 0, at < count else { return 0 }
    return unsafe self[unchecked: at]
  }

  /// Two bytes, the first in the highest place; 0 where they are not all there.
  @inline(__always)
  func big16(_ at: Int) -> UInt16 {
    guard at >= 0, at <= count &- 2 else { return 0 }
    return unsafe UInt16(bigEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt16.self))
  }

  /// Four bytes, the first in the highest place; 0 where they are not all there.
  @inline(__always)
  func big32(_ at: Int) -> UInt32 {
    guard at >= 0, at <= count &- 4 else { return 0 }
    return unsafe UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt32.self))
  }

  /// Eight bytes, the first in the highest place; 0 where they are not all there.
  @inline(__always)
  func big64(_ at: Int) -> UInt64 {
    guard at >= 0, at <= count &- 8 else { return 0 }
    return unsafe UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self))
  }

  /// Two bytes, the first in the lowest place; 0 where they are not all there.
  @inline(__always)
  func little16(_ at: Int) -> UInt16 { big16(at).byteSwapped }

  /// Four bytes, the first in the lowest place; 0 where they are not all there.
  @inline(__always)
  func little32(_ at: Int) -> UInt32 { big32(at).byteSwapped }

  /// A copy of `count` bytes, of those that are there.
  func copy(_ at: Int, _ count: Int) -> [UInt8] {
    guard at >= 0, at <= self.count, count > 0 else { return [] }
    let part = extracting(at..<at + Swift.min(count, self.count - at))
    return [UInt8](capacity: part.count) { out in
      for index in part.indices { out.append(part[index]) }
    }
  }

  /// Tells the processor that the bytes around here will be read soon.
  @inline(__always)
  func prefetch(_ at: Int) {
    guard at >= 0, at < count else { return }
    unsafe withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return }
      unsafe prefetchLine(start + at, 0, 3, 1)
    }
  }
}

/// LLVM's instruction of that name: to read, to be kept in all caches, data. Without it a program cannot ask for memory
/// that it does not wait for; a load would hold up all that comes behind it.
@_silgen_name("llvm.prefetch.p0")
@unsafe private func prefetchLine(
  _ address: UnsafeRawPointer, _ isWrite: Int32, _ locality: Int32, _ isData: Int32)

#if canImport(Glibc)
  import Glibc
#endif

/// A file that is written from front to back, readable by its owner only.
public struct OutputFile: ~Copyable {
  private let descriptor: Descriptor
  public let path: String

  /// Makes the file anew; one that is there is emptied.
  public init(_ path: String) throws(FileError) {
    let raw = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0o600)
    guard raw >= 0 else { throw FileError(path, SystemFiles.code(errno)) }
    descriptor = Descriptor(owning: raw)
    self.path = path
  }

  /// Writes all of it, or throws.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor.raw, buffer.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path, SystemFiles.code(errno))
      }
      done += count
    }
  }
}

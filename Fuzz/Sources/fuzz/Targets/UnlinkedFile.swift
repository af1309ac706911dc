#if canImport(Glibc)
  import Glibc
#endif

/// Bytes as a file that has a path and no name: gone when its descriptor is closed, however the run ends.
struct UnlinkedFile: ~Copyable {
  private let descriptor: CInt
  var path: String { "/proc/self/fd/\(descriptor)" }

  init(_ bytes: [UInt8]) throws(Broken) {
    var name = Array("/tmp/trammel-fuzz-XXXXXX".utf8CString)
    descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else { throw Broken("no file to write: \(errno)") }
    unsafe unlink(name)
    let written = unsafe write(descriptor, bytes, bytes.count)
    guard written == bytes.count else { throw Broken("a file that cannot be written") }
  }

  deinit { close(descriptor) }
}

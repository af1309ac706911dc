import Foundation
import Platform
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct LocalSocketTests {
  /// A listening socket in a folder of its own, gone at the end.
  private final class Listener: Sendable {
    let path: String
    let raw: Int32

    init() throws {
      path = "/tmp/trammel-socket-\(UInt32.random(in: 0 ... .max))"
      raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      // Shorter than the 108 bytes of the field.
      let bytes = Array(path.utf8)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
      let bound = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe bind(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(bound == 0 && listen(raw, 8) == 0)
    }

    deinit {
      close(raw)
      unsafe unlink(path)
    }

    /// Serves one client on a thread of its own: the question blocks a thread of the pool, and there may be no other.
    func serving(_ answer: [UInt8]) -> AsyncStream<[UInt8]> {
      let (requests, continuation) = AsyncStream.makeStream(of: [UInt8].self)
      Thread.detachNewThread {
        continuation.yield(self.serve(answer))
        continuation.finish()
      }
      return requests
    }

    /// Takes one client, reads its request to the empty line, answers and hangs up.
    private func serve(_ answer: [UInt8]) -> [UInt8] {
      let client = accept(raw, nil, nil)
      var request: [UInt8] = []
      while !request.suffix(4).elementsEqual("\r\n\r\n".utf8) {
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
          count = max(0, unsafe recv(client, buffer.baseAddress, buffer.count, 0))
        }
        if piece.isEmpty { break }
        request += piece
      }
      var sent = 0
      while sent < answer.count {
        let count = unsafe answer[sent...].withUnsafeBytes {
          unsafe send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count <= 0 { break }
        sent += count
      }
      close(client)
      return request
    }
  }

  private static let request = Array("GET / HTTP/1.1\r\n\r\n".utf8)

  @Test func `a question is sent and its answer read to the end`() async throws {
    let listener = try Listener()
    let answer = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
    let requests = listener.serving(answer)
    let got = try SystemSockets().exchange(listener.path, Self.request, limit: 1 << 20, milliseconds: 10_000)
    #expect(got == answer)
    #expect(await requests.first { _ in true } == Self.request)
  }

  @Test func `an answer beyond the limit is refused`() async throws {
    let listener = try Listener()
    let requests = listener.serving(Array(repeating: 1, count: 200_000))
    #expect(throws: FileError(listener.path, .tooLarge)) {
      try SystemSockets().exchange(listener.path, Self.request, limit: 1000, milliseconds: 10_000)
    }
    #expect(await requests.first { _ in true } == Self.request)
  }

  @Test func `a listener that never answers costs no more than its time`() throws {
    let listener = try Listener()
    #expect(throws: FileError(listener.path, .system(ETIMEDOUT))) {
      try SystemSockets().exchange(listener.path, Self.request, limit: 1000, milliseconds: 50)
    }
  }

  @Test func `a path that is none, or too long for a socket, is an error`() {
    #expect(throws: FileError("/tmp/trammel-nothing-here", .notFound)) {
      try SystemSockets().exchange("/tmp/trammel-nothing-here", Self.request, limit: 10, milliseconds: 50)
    }
    let long = "/" + String(repeating: "x", count: 107)
    #expect(throws: FileError(long, .system(ENAMETOOLONG))) {
      try SystemSockets().exchange(long, Self.request, limit: 10, milliseconds: 50)
    }
  }
}

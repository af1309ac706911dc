import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A server on a free port of 127.0.0.1 that treats each connection as a test says, until it is let go.
final class FakeServer: Sendable {
  /// One accepted connection.
  struct Guest: Sendable {
    let raw: Int32

    /// What has come, until the end of an HTTP head or 9 bytes of something else, or nothing more comes.
    func request() -> [UInt8] {
      var all: [UInt8] = []
      while true {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(raw, &buffer, buffer.count, 0)
        if count <= 0 { return all }
        all += buffer[..<count]
        if all.suffix(4) == [13, 10, 13, 10] || (all[0] != UInt8(ascii: "G") && all.count > 8) { return all }
      }
    }

    /// False where the other side is gone.
    @discardableResult
    func say(_ bytes: [UInt8]) -> Bool {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count <= 0 { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
    @discardableResult
    func say(_ text: String) -> Bool { say(Array(text.utf8)) }

    /// Closes so that the other side gets a reset instead of an end.
    func slam() {
      var option = linger(l_onoff: 1, l_linger: 0)
      unsafe setsockopt(raw, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Until the other side closes.
    func waitForEnd() -> [UInt8] {
      var all: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = unsafe recv(raw, &buffer, buffer.count, 0)
        if count <= 0 { return all }
        all += buffer[..<count]
      }
    }
  }

  let port: UInt16
  private let listener: Int32
  private let heard = Mutex<[String]>([])

  /// First lines of what was asked.
  var asked: [String] { heard.withLock { $0 } }
  func note(_ request: [UInt8]) {
    let line = String(decoding: request.prefix { $0 != 13 }, as: UTF8.self)
    heard.withLock { $0.append(request.first == 0x16 ? "hello" : line) }
  }

  init(_ serve: @escaping @Sendable (Guest, FakeServer) -> Void) {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    port = unsafe withUnsafeMutablePointer(to: &place) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        precondition(unsafe bind(listener, $0, size) == 0 && listen(listener, 64) == 0)
        precondition(unsafe getsockname(listener, $0, &size) == 0)
      }
      return UInt16(bigEndian: unsafe pointer.pointee.sin_port)
    }
    // A serial queue, and so a thread, of its own for each guest: a hostile one keeps it busy.
    DispatchQueue(label: "fake server").async { [weak self] in
      while true {
        let raw = accept(listener, nil, nil)
        guard raw >= 0 else { return }
        guard let server = self else {
          close(raw)
          return
        }
        DispatchQueue(label: "guest").async {
          serve(Guest(raw: raw), server)
          close(raw)
        }
      }
    }
  }

  /// Answers by path; `upgrade` and `hello` stand for those questions.
  convenience init(_ answers: [String: [UInt8]]) {
    self.init { guest, server in
      let request = guest.request()
      server.note(request)
      let text = String(decoding: request, as: UTF8.self)
      let path = text.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      let key = request.first == 0x16 ? "hello" : text.contains("Upgrade: websocket") ? "upgrade" : path
      guest.say(answers[key] ?? [])
      if key == "upgrade" { server.note(guest.waitForEnd()) }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }
}

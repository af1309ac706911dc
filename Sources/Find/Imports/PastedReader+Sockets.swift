import Model

/// Lines of ss, netstat and lsof.
extension PastedReader {
  /// Takes the line where it is one of a socket tool, listening or not.
  mutating func socket(_ line: String, _ words: [Substring], into intake: inout Intake) -> Bool {
    if isWanted(.ss), ss(line, words, into: &intake) { return true }
    if isWanted(.netstat), netstat(words, into: &intake) { return true }
    if isWanted(.netstatWindows), netstatWindows(words, into: &intake) { return true }
    if isWanted(.lsof), lsof(words, into: &intake) { return true }
    return false
  }

  /// What stands under its socket: the owner where ss wrapped the line, the program where `netstat -b` names it.
  mutating func isContinuation(_ line: String, _ words: [Substring], into intake: inout Intake)
    -> Bool
  {
    guard !pending.isEmpty, let source = pending.last?.source else { return false }
    if source == .ss,
      words[0].hasPrefix("users:((") || words[0].hasPrefix("uid:") || words[0].hasPrefix("ino:")
        || words[0].hasPrefix("cgroup:")
    {
      take(owners: line, of: pending, into: &intake)
      return true
    }
    if source == .netstatWindows, line.first == " " || line.first == "[",
      words[0].hasPrefix("["), words.last?.hasSuffix("]") == true
    {
      let name = words.joined(separator: " ").dropFirst().dropLast()
      for socket in pending {
        add(
          socket, pid: socket.owner.flatMap { Int32($0) }, name: String(name),
          look: .name(String(name), cutAt: nil),
          &intake)
      }
      pending.removeAll(keepingCapacity: true)
      return true
    }
    // `netstat -b` puts the service before the program.
    return source == .netstatWindows && words.count == 1 && line.first == " "
      && !words[0].contains(":")
  }

  // MARK: ss

  private static let states: Set<String> = [
    "LISTEN", "ESTAB", "TIME-WAIT", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2",
    "CLOSE-WAIT", "LAST-ACK",
    "CLOSING",
    "UNCONN", "CLOSED",
  ]

  /// `[tcp] LISTEN 0 511 127.0.0.1:18789 0.0.0.0:* users:(("node",pid=812,fd=22)) uid:1000 cgroup:/…`
  private mutating func ss(_ line: String, _ words: [Substring], into intake: inout Intake) -> Bool {
    var rest = words[...]
    var family: Substring?
    if let first = rest.first,
      [
        "tcp", "udp", "raw", "u_str", "u_dgr", "u_seq", "nl", "p_raw", "p_dgr", "mptcp", "sctp",
        "dccp", "vsock",
        "tipc", "icmp6", "???",
      ]
      .contains(first)
    {
      family = first
      rest = rest.dropFirst()
    }
    guard let state = rest.first, Self.states.contains(String(state)), rest.count >= 5,
      Int(rest[rest.startIndex + 1]) != nil, Int(rest[rest.startIndex + 2]) != nil
    else { return false }
    rest = rest.dropFirst(3)
    note(.ss)
    intake.understand()
    guard family ?? "tcp" == "tcp" || family == "mptcp", state == "LISTEN" || state == "ESTAB"
    else { return true }
    // An interface may stand apart: `[fe80::1]%eth0 :22` of old releases.
    var local = String(rest.removeFirst())
    if let next = rest.first, next.hasPrefix(":"),
      !local.dropFirst(local.hasPrefix("[") ? 1 : 0).hasSuffix(next) || Endpoint(local) == nil,
      Endpoint(local, wildcard: Endpoint.anyIPv6) == nil
    {
      local += rest.removeFirst()
    }
    guard let endpoint = Endpoint(local, wildcard: Endpoint.anyIPv6) else {
      intake.skip("ports by name: use ss -n")
      return true
    }
    if state == "ESTAB" {
      if let remote = rest.first.flatMap({ Endpoint($0) }) {
        visit(endpoint.port, remote.address, .ss, &intake)
      }
      return true
    }
    let socket = Machine.Socket(
      address: endpoint.address, port: endpoint.port, owner: nil, source: .ss, seen: now)
    if line.contains("users:((") || line.contains("cgroup:") {
      take(owners: line, of: [socket], into: &intake)
    } else {
      pending = [socket]
    }
    return true
  }

  /// `users:(("node",pid=812,fd=22),("node",pid=813,fd=22))`, before iproute2 4: `users:(("node",812,22))`.
  private mutating func take(
    owners line: String, of sockets: [Machine.Socket], into intake: inout Intake
  ) {
    var sockets = sockets
    if let unit = line.firstRange(of: "cgroup:").map({ line[$0.upperBound...].prefix { $0 != " " } }
    ) {
      let name = unit.split(separator: "/").last {
        $0.hasSuffix(".service") && !$0.hasPrefix("user@")
      }.map(String.init)
      for index in sockets.indices { sockets[index].unit = name }
    }
    var owners: [(String, Int32)] = []
    if let list = line.firstRange(of: "users:((") {
      for piece in line[list.upperBound...].split(separator: "(").prefix(64) {
        guard piece.first == "\"", let close = piece.dropFirst().firstIndex(of: "\"") else {
          continue
        }
        let name = String(piece[piece.index(after: piece.startIndex)..<close])
        let numbers = piece[close...].split(whereSeparator: { !$0.isASCII || !$0.isNumber })
        guard let pid = numbers.first.flatMap({ Int32($0) }) else { continue }
        owners.append((name, pid))
      }
    }
    pending.removeAll(keepingCapacity: true)
    // Before its owner is named on the next line the socket is known without one.
    guard let (name, pid) = owners.first else {
      if sockets.allSatisfy({ $0.unit != nil }), !line.contains("users:") {
        pending = sockets
      } else {
        for socket in sockets { intake.at(host, .ss, file: file) { $0.add(socket) } }
      }
      return
    }
    // A socket that a parent opened is inherited: the list begins with the newest descriptor, the owner is the oldest pid.
    let owner = owners.min { $0.1 < $1.1 } ?? (name, pid)
    for socket in sockets {
      add(socket, pid: owner.1, name: owner.0, look: .name(owner.0, cutAt: 15), &intake)
    }
  }

  // MARK: netstat

  /// Linux `tcp 0 0 127.0.0.1:18789 0.0.0.0:* LISTEN [user inode] 812/node`, BSD `tcp4 0 0 127.0.0.1.18789 *.* LISTEN …`.
  private mutating func netstat(_ words: [Substring], into intake: inout Intake) -> Bool {
    guard words.count >= 5, let kind = words.first, kind.hasPrefix("tcp") || kind.hasPrefix("udp"),
      ["tcp", "tcp4", "tcp6", "tcp46", "udp", "udp4", "udp6", "udp46", "udplite"].contains(kind),
      UInt64(words[1]) != nil, UInt64(words[2]) != nil
    else { return false }
    note(.netstat)
    intake.understand()
    guard kind.hasPrefix("tcp") else { return true }
    let isDotted = isBSD || kind == "tcp4" || kind == "tcp46" || words[4] == "*.*"
    let wildcard: Address = kind == "tcp6" || kind == "tcp46" ? Endpoint.anyIPv6 : .anyIPv4
    let far = words[4]
    // States are words of the system's language; a far end without a port is the same in all.
    guard Endpoint.isOpen(far) else {
      if let near = Endpoint(words[3], wildcard: wildcard, isDotted: isDotted),
        let remote = Endpoint(far, isDotted: isDotted), words.count > 5,
        words[5].hasPrefix("EST") || words[5] == "VERBUNDEN"
      {
        visit(near.port, remote.address, .netstat, &intake)
      }
      return true
    }
    guard let endpoint = Endpoint(words[3], wildcard: wildcard, isDotted: isDotted) else {
      intake.skip("ports by name: use netstat -n")
      return true
    }
    let socket = Machine.Socket(
      address: endpoint.address, port: endpoint.port, owner: nil, source: .netstat, seen: now)
    let tail = words.dropFirst(5)
    // `812/node`, `812/sshd: /usr/sbin`; on macOS 14 and later `node:812`, before that a column with the pid alone.
    if let index = tail.firstIndex(where: {
      $0.contains("/") && Int32($0.prefix { $0 != "/" }) != nil
    }) {
      let parts = tail[index].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let name = ([String(parts[1])] + tail[(index + 1)...].map(String.init)).joined(separator: " ")
      let program = name.split(separator: " ").first.map(String.init) ?? name
      // The column has 19 characters for pid, slash and name.
      let cut = max(8, 19 - parts[0].utf8.count - 1)
      add(socket, pid: Int32(parts[0]), name: program, look: .title(program, cutAt: cut), &intake)
    } else if isDotted,
      let word = tail.first(where: {
        $0.contains(":") && Int32($0.split(separator: ":").last ?? "") != nil
      })
    {
      let parts = word.split(separator: ":")
      let name = parts.dropLast().joined(separator: ":")
      add(
        socket, pid: parts.last.flatMap { Int32($0) }, name: name, look: .name(name, cutAt: 15),
        &intake)
    } else if isDotted, tail.count >= 4, let pid = Int32(tail[tail.startIndex + 3]), pid > 0 {
      add(socket, pid: pid, name: "", look: nil, &intake)
    } else {
      intake.at(host, .netstat, file: file) { $0.add(socket) }
    }
    return true
  }

  /// `TCP 0.0.0.0:18789 0.0.0.0:0 ABHÖREN 4321`; without -o the pid is missing, with -b the program follows.
  private mutating func netstatWindows(_ words: [Substring], into intake: inout Intake) -> Bool {
    guard words.count >= 3, let kind = words.first,
      kind == "TCP" || kind == "UDP" || kind == "TCPv6" || kind == "UDPv6",
      words[1].contains(":"), words[2].contains(":")
    else { return false }
    note(.netstatWindows)
    intake.understand()
    guard kind.hasPrefix("TCP") else { return true }
    guard let endpoint = Endpoint(words[1]) else { return true }
    let pid = words.dropFirst(3).last.flatMap { Int32($0) }
    guard Endpoint.isOpen(words[2]) else {
      if let remote = Endpoint(words[2]) {
        visit(endpoint.port, remote.address, .netstatWindows, &intake)
      }
      return true
    }
    pending.append(
      Machine.Socket(
        address: endpoint.address, port: endpoint.port, owner: pid.map { "\($0)" },
        source: .netstatWindows, seen: now))
    return true
  }

  // MARK: lsof

  /// `node 812 ada 22u IPv4 0x1a2b 0t0 TCP 127.0.0.1:18789 (LISTEN)`.
  private mutating func lsof(_ words: [Substring], into intake: inout Intake) -> Bool {
    guard words.count >= 7,
      let kind = words.firstIndex(where: { $0 == "IPv4" || $0 == "IPv6" }), kind >= 4,
      kind + 3 < words.count,
      let node = words[(kind + 1)...].firstIndex(where: { $0 == "TCP" || $0 == "UDP" }),
      node + 1 < words.count
    else { return false }
    // The command may hold blanks; a thread has a number and a name behind the pid.
    guard let place = words[1..<kind].firstIndex(where: { Int32($0) != nil }),
      let pid = Int32(words[place])
    else {
      return false
    }
    note(.lsof)
    intake.understand()
    guard words[node] == "TCP" else { return true }
    let ends = String(words[node + 1])
    let wildcard: Address = words[kind] == "IPv6" ? Endpoint.anyIPv6 : .anyIPv4
    if let arrow = ends.firstRange(of: "->") {
      if let near = Endpoint(ends[..<arrow.lowerBound]),
        let remote = Endpoint(ends[arrow.upperBound...])
      {
        visit(near.port, remote.address, .lsof, &intake)
      }
      return true
    }
    guard let endpoint = Endpoint(ends, wildcard: wildcard) else {
      intake.skip("ports by name: use lsof -P")
      return true
    }
    let name = words[..<place].joined(separator: " ").replacing("\\x20", with: " ")
    let socket = Machine.Socket(
      address: endpoint.address, port: endpoint.port, owner: nil, source: .lsof, seen: now)
    let user = place + 1 < kind ? words[max(place + 1, kind - 2)] : ""
    add(
      socket, pid: pid, name: name, look: .name(name, cutAt: name.utf8.count == 9 ? 9 : 15),
      user: String(user), &intake
    )
    return true
  }

  // MARK: both

  private mutating func visit(
    _ port: UInt16, _ remote: Address, _ source: Source, _ intake: inout Intake
  ) {
    intake.at(host, source, file: file) { $0.visit(port: port, from: remote) }
  }

  /// A socket with its owner, which becomes a process of that host.
  private mutating func add(
    _ socket: Machine.Socket, pid: Int32?, name: String, look: Sighting.Look?, user: String? = nil,
    _ intake: inout Intake
  ) {
    var socket = socket
    let handle = pid.map { "\($0)" } ?? "name:\(name.prefix(64))"
    socket.owner = handle
    var sighting = Sighting(handle: handle, pid: pid, name: String(name.prefix(256)), seen: now)
    sighting.sources = [socket.source]
    sighting.user = user.flatMap { $0.isEmpty ? nil : $0 }
    sighting.unit = socket.unit
    if let look { sighting.judge(look, intake.fingerprints) }
    intake.at(host, socket.source, file: file) { machine in
      machine.add(sighting)
      machine.add(socket)
    }
  }
}

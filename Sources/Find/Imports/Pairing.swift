import Model

/// Files that name no host and are of one all the same: a netstat that knows pids alone, and the task list with the names.
enum Pairing {
  /// - Parameter byFile: ids of hosts that only a file's name stands for.
  static func paired(_ machines: [String: Machine], byFile: Set<String>) -> [String: Machine] {
    let ids = byFile.filter { machines[$0] != nil }.sorted()
    let sockets = ids.filter { id in
      machines[id].map { $0.processes.isEmpty && $0.sockets.contains { $0.owner != nil } } ?? false
    }
    let names = ids.filter { id in
      machines[id].map { !$0.processes.isEmpty && $0.sockets.isEmpty } ?? false
    }
    // Of several on either side nobody can tell which belong together.
    guard sockets.count == 1, names.count == 1, var one = machines[sockets[0]],
      let other = machines[names[0]]
    else {
      return machines
    }
    let owners = Set(one.sockets.compactMap(\.owner))
    let known = owners.count { other.processes[$0] != nil }
    guard known * 5 >= owners.count * 4 else { return machines }
    for process in other.processes.values { one.add(process) }
    one.sources.formUnion(other.sources)
    one.files += other.files
    var out = machines
    out[names[0]] = nil
    out[sockets[0]] = one
    return out
  }
}

import Formats
import Model

/// Which export a record is of, by the names of its fields; and into which reader it goes.
struct RecordReader {
  let file: String
  let source: Source?
  let host: Host
  let now: Timestamp

  /// - Returns: what it was read as; nil where it is of no known form.
  func read(_ node: Node, into intake: inout Intake) -> Source? {
    read(node, into: &intake, depth: 0)
  }

  private func read(_ node: Node, into intake: inout Intake, depth: Int) -> Source? {
    let containers = ContainerReader(file: file, host: host, now: now)
    if source == nil || source == .docker || source == .dockerList {
      if ContainerReader.isInspection(node) { return containers.inspected(node, into: &intake) }
      if ContainerReader.isListed(node) { return containers.listed(node, into: &intake) }
    }
    if source == nil || source == .osquery, OsqueryReader.isLog(node) {
      return OsqueryReader(file: file, host: host, now: now).log(node, into: &intake)
    }
    // Answers of programming interfaces put their records into a list.
    if depth < 3, let list = Self.list(node) {
      var first: Source?
      for item in list {
        let read = read(item["_source"] ?? item, into: &intake, depth: depth + 1)
        first = first ?? read
      }
      return first
    }
    let fields = Fields(node)
    guard let source = source ?? Self.source(ofColumns: Set(fields.values.keys), given: nil),
      let read = read(fields, as: source, into: &intake)
    else {
      intake.skip("records of another kind")
      return nil
    }
    return read
  }

  func read(_ fields: Fields, as source: Source, into intake: inout Intake) -> Source? {
    let isRead: Bool
    switch source {
    case .osquery:
      isRead = OsqueryReader(file: file, host: host, now: now).row(
        fields, table: nil, into: &intake)
    case .defender, .crowdstrike, .sentinelone:
      isRead = EventReader(file: file, source: source, host: host, now: now).read(
        fields, into: &intake)
    case .docker, .dockerList, .ss, .netstat, .netstatWindows, .tasklist, .lsof, .ps: isRead = false
    }
    return isRead ? source : nil
  }

  private static func list(_ node: Node) -> [Node]? {
    for name in [
      "value", "Results", "results", "data", "resources", "events", "records", "rows", "hits",
      "tables",
    ] {
      guard let member = node[name] else { continue }
      if let list = member.array, list.first?.members != nil { return list }
      if let list = member["hits"]?.array, list.first?.members != nil { return list }
    }
    return nil
  }

  /// By names of columns, in lower case; nil where they are of nothing that is known.
  static func source(ofColumns names: Set<String>, given: Source?) -> Source? {
    func any(_ list: String...) -> Bool { list.contains(where: names.contains) }
    if let given, given.isStructured, given != .docker {
      return EventReader.knows(names, given) || (given == .osquery && OsqueryReader.knows(names))
        ? given : nil
    }
    if given != nil { return nil }
    if names.contains("event_simplename") { return .crowdstrike }
    if any(
      "src.process.pid", "tgt.process.pid", "srcprocpid", "tgtprocpid", "src.process.name",
      "srcprocname")
    {
      return .sentinelone
    }
    if any("initiatingprocessid", "initiatingprocessfilename", "processcommandline"),
      any("devicename", "deviceid", "actiontype", "computer", "machineid")
    {
      return .defender
    }
    return OsqueryReader.knows(names) ? .osquery : nil
  }
}

import Model

/// What a file is the output or export of; the raw values are the names for `--source`.
public enum Source: String, Sendable, Hashable, CaseIterable {
  /// Result logs (snapshot, differential, batched) and arrays of `osqueryi --json`.
  case osquery
  /// Microsoft Defender's DeviceProcessEvents and DeviceNetworkEvents, as CSV or JSON.
  case defender
  /// Falcon Data Replicator events, a JSON object a line, or fields of the same names in CSV.
  case crowdstrike
  /// Deep Visibility events, in the dotted and in the older names.
  case sentinelone
  /// `docker inspect`, `podman inspect`.
  case docker
  /// `docker ps`, `podman ps`: the table, and `--format json`.
  case dockerList = "docker-ps"
  case ss
  /// Linux (net-tools, BusyBox) and BSD, macOS.
  case netstat
  case netstatWindows = "netstat-windows"
  case tasklist
  case lsof
  case ps

  /// What the first thing that can be read is of; nil where nothing can. Looks at the first 256 KiB.
  public static func detect(_ bytes: [UInt8]) -> Source? {
    let reader = FileReader(file: "", source: nil, host: nil, now: .init(nanoseconds: 0))
    var intake = Intake(limits: .detection)
    return reader.read(PlainText.decode(bytes, limit: 256 << 10), into: &intake).first
  }

  /// Records in JSON or CSV, not lines for a person.
  var isStructured: Bool {
    switch self {
    case .osquery, .defender, .crowdstrike, .sentinelone, .docker: true
    case .dockerList, .ss, .netstat, .netstatWindows, .tasklist, .lsof, .ps: false
    }
  }

  /// How it is called in a sentence.
  var title: String {
    switch self {
    case .osquery: "osquery"
    case .defender: "Microsoft Defender"
    case .crowdstrike: "CrowdStrike"
    case .sentinelone: "SentinelOne"
    case .docker: "docker inspect"
    case .dockerList: "docker ps"
    case .ss: "ss"
    case .netstat, .netstatWindows: "netstat"
    case .tasklist: "tasklist"
    case .lsof: "lsof"
    case .ps: "ps"
    }
  }
}

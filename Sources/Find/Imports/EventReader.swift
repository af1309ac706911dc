import Formats
import Knowledge
import Model

/// Process and socket events of endpoint protection products, mapped by the names of their fields.
///
/// | | Microsoft Defender (advanced hunting) | CrowdStrike (Falcon Data Replicator) | SentinelOne (Deep Visibility) |
/// |---|---|---|---|
/// | host | DeviceName, DeviceId | ComputerName, hostname, aid | endpoint.name, EndpointName, AgentName |
/// | kind | ActionType | event_simpleName | event.type, EventType |
/// | process | ProcessId with ProcessCreationTime | TargetProcessId, RawProcessId | tgt.process.uid, .pid, TgtProcPid |
/// | program | FolderPath, FileName | ImageFileName | tgt.process.image.path, TgtProcImagePath |
/// | arguments | ProcessCommandLine | CommandLine | tgt.process.cmdline, TgtProcCmdLine |
/// | owner of a socket | InitiatingProcess… | ContextProcessId | src.process.…, SrcProc… |
/// | socket | LocalIP, LocalPort, RemoteIP, RemotePort | LocalAddressIP4, LocalPort, … | src.ip.address, src.port.number, … |
struct EventReader {
  let file: String
  let source: Source
  let host: Host
  let now: Timestamp

  /// Names of the fields that describe one process.
  struct ProcessNames {
    var id: [String] = []
    var pid: [String]
    var parent: [String] = []
    var name: [String]
    var path: [String]
    var commandLine: [String]
    var user: [String]
    var start: [String]
  }

  struct Map {
    var host: [String]
    var time: [String]
    var kind: [String]
    /// The process that the event is about, then the one that did it; the last one owns the socket.
    var processes: [ProcessNames]
    var localAddress: [String]
    var localPort: [String]
    var remoteAddress: [String]
    var `protocol`: [String]
    /// Parts of kinds, in lower case, of which a socket listens, a connection came in, a process ended.
    var listens: [String]
    var arrives: [String]
    var ends: [String]
  }

  static func knows(_ names: Set<String>, _ source: Source) -> Bool {
    guard let map = maps[source] else { return false }
    return map.processes.contains { process in
      !names.isDisjoint(with: process.pid + process.id)
        && !names.isDisjoint(
          with: process.name + process.path + process.commandLine + map.localPort)
    }
  }

  /// - Returns: false where nothing of it is of use.
  func read(_ fields: Fields, into intake: inout Intake) -> Bool {
    guard let map = Self.maps[source] else { return false }
    let host = fields[map.host].flatMap(RemoteHost.named) ?? self.host
    let time = fields.time(map.time) ?? now
    let kind = fields[map.kind]?.lowercased() ?? ""
    var owner: String?
    var isRead = false
    let isEnd = map.ends.contains(where: kind.contains)
    for (index, names) in map.processes.enumerated() {
      guard var sighting = sighting(fields, names, time) else { continue }
      let isOwner = index == map.processes.count - 1
      if isOwner { owner = sighting.handle }
      if !isOwner || map.processes.count == 1 { sighting.hasEnded = isEnd }
      let path = fields[names.path]
      let commandLine = fields[names.commandLine]
      if let path {
        sighting.judge(
          .program(path: Self.whole(path, sighting.name), commandLine: commandLine ?? ""),
          intake.fingerprints)
      } else if let commandLine {
        sighting.judge(.commandLine(commandLine), intake.fingerprints)
      } else if !sighting.name.isEmpty {
        sighting.judge(.name(sighting.name, cutAt: nil), intake.fingerprints)
      }
      intake.at(host, source, file: file) { $0.add(sighting) }
      isRead = true
    }
    let listens = map.listens.contains(where: kind.contains)
    let arrives =
      map.arrives.contains(where: kind.contains)
      || fields["event.network.direction"]?.lowercased() == "incoming"
      || (fields["connectiondirection"] == "1" && kind.contains("network"))
    guard listens || arrives, let port = fields.port(map.localPort), isTCP(fields[map.protocol])
    else { return isRead }
    let address = fields.address(map.localAddress) ?? .anyIPv4
    intake.at(host, source, file: file) { machine in
      var socket = Machine.Socket(
        address: address, port: port, owner: owner, source: source, seen: time)
      socket.isInferred = !listens
      machine.add(socket)
      if arrives, let remote = fields.address(map.remoteAddress) {
        machine.visit(port: port, from: remote)
      }
    }
    return true
  }

  private func sighting(_ fields: Fields, _ names: ProcessNames, _ time: Timestamp) -> Sighting? {
    let pid = fields.pid(names.pid)
    let start = fields.time(names.start)
    let handle: String
    if let id = fields[names.id] {
      handle = String(id.prefix(128))
    } else if let pid {
      // A pid is used again: with the start time it is one process.
      handle = start.map { "\(pid)@\($0.nanoseconds)" } ?? "\(pid)"
    } else {
      return nil
    }
    var name = fields[names.name] ?? ""
    if name.isEmpty, let path = fields[names.path] {
      name = path.replacing("\\", with: "/").lastPathPart
    }
    guard !name.isEmpty || fields[names.commandLine] != nil || fields[names.id] != nil else {
      return nil
    }
    var sighting = Sighting(handle: handle, pid: pid, name: String(name.prefix(256)), seen: time)
    sighting.parent = fields[names.parent].map { String($0.prefix(128)) }
    sighting.user = fields[names.user].map { String($0.prefix(128)) }
    sighting.start = start
    sighting.sources = [source]
    return sighting
  }

  /// Some give the folder, others the whole path.
  private static func whole(_ path: String, _ name: String) -> String {
    let plain = path.replacing("\\", with: "/")
    guard !name.isEmpty, plain.hasSuffix("/") else { return path }
    return path + name
  }

  private func isTCP(_ name: String?) -> Bool {
    guard let name = name?.lowercased() else { return true }
    return name.hasPrefix("tcp") || name == "6" || name == "http" || name == "https"
  }

  private static let maps: [Source: Map] = [
    .defender: Map(
      host: ["devicename", "computer", "computername", "deviceid"],
      time: ["timestamp", "timegenerated"],
      kind: ["actiontype"],
      processes: [
        ProcessNames(
          pid: ["processid"], parent: [], name: ["filename"], path: ["folderpath"],
          commandLine: ["processcommandline"],
          user: ["accountname", "accountupn"], start: ["processcreationtime"]),
        ProcessNames(
          pid: ["initiatingprocessid"], name: ["initiatingprocessfilename"],
          path: ["initiatingprocessfolderpath"],
          commandLine: ["initiatingprocesscommandline"], user: ["initiatingprocessaccountname"],
          start: ["initiatingprocesscreationtime"]),
      ],
      localAddress: ["localip"], localPort: ["localport"], remoteAddress: ["remoteip"],
      protocol: ["protocol"],
      listens: ["listening"], arrives: ["inboundconnectionaccepted"], ends: ["terminated"]),
    .crowdstrike: Map(
      host: ["computername", "hostname", "device.hostname", "aid", "device_id"],
      time: ["contexttimestamp", "@timestamp", "timestamp", "_time"], kind: ["event_simplename"],
      processes: [
        ProcessNames(
          id: ["targetprocessid", "contextprocessid"], pid: ["rawprocessid"],
          parent: ["parentprocessid"],
          name: ["filename", "contextbasefilename"],
          path: ["imagefilename", "filepath", "contextimagefilename"],
          commandLine: ["commandline"], user: ["username"], start: ["processstarttime"])
      ],
      localAddress: ["localaddressip4", "localaddressip6", "localaddress"],
      localPort: ["localport"],
      remoteAddress: ["remoteaddressip4", "remoteaddressip6", "remoteaddress"],
      protocol: ["protocol"],
      listens: ["networklisten"], arrives: ["networkreceiveaccept"], ends: ["endofprocess"]),
    .sentinelone: Map(
      host: ["endpoint.name", "endpointname", "agentname", "agent.name", "agentcomputername"],
      time: ["event.time", "eventtime", "createdat", "timestamp"],
      kind: ["event.type", "eventtype"],
      processes: [
        ProcessNames(
          id: ["tgt.process.uid", "tgtprocuid"], pid: ["tgt.process.pid", "tgtprocpid"],
          parent: ["src.process.uid", "srcprocuid"], name: ["tgt.process.name", "tgtprocname"],
          path: ["tgt.process.image.path", "tgtprocimagepath"],
          commandLine: ["tgt.process.cmdline", "tgtproccmdline"],
          user: ["tgt.process.user", "tgtprocuser"],
          start: ["tgt.process.starttime", "tgtprocstarttime"]),
        ProcessNames(
          id: ["src.process.uid", "srcprocuid"], pid: ["src.process.pid", "srcprocpid"],
          parent: ["src.process.parent.uid", "srcprocparentuid"],
          name: ["src.process.name", "srcprocname"],
          path: ["src.process.image.path", "srcprocimagepath"],
          commandLine: ["src.process.cmdline", "srcproccmdline"],
          user: ["src.process.user", "srcprocuser"],
          start: ["src.process.starttime", "srcprocstarttime"]),
      ],
      localAddress: ["src.ip.address", "srcip"], localPort: ["src.port.number", "srcport"],
      remoteAddress: ["dst.ip.address", "dstip"],
      protocol: ["event.network.protocolname", "netprotocolname"],
      listens: ["listen"], arrives: [], ends: ["termination", "process exit"]),
  ]
}

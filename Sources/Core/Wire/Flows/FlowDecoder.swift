public import Model

/// Decodes what routers, switches, firewalls and probes export: NetFlow v5 and v9, IPFIX, sFlow v5.
///
/// It remembers, for each exporter and domain, templates, sampling and running numbers. It opens no socket and knows
/// no clock: the caller gives datagrams and when each one came. Every table has a limit, and nothing is allocated by
/// a number that a datagram claims.
public struct FlowDecoder: Sendable {
  /// Where a datagram came from.
  public struct Exporter: Sendable, Hashable {
    public var address: IP
    public var port: UInt16
    public init(address: IP, port: UInt16) {
      self.address = address
      self.port = port
    }
  }

  /// Limits of what is remembered. Times in nanoseconds.
  public struct Limits: Sendable, Hashable {
    /// The one that was silent longest gives way to a new one.
    public var exporters = 256
    /// Of one exporter.
    public var templates = 4096
    /// Of one template.
    public var fields = 512
    /// Of one datagram.
    public var records = 8192
    /// Data sets of one exporter that wait for their template.
    public var held = 64
    /// Bytes of all that wait.
    public var heldBytes = 4 << 20
    /// How long data waits for its template.
    public var wait: Int64 = 10_000_000_000
    /// How long a template holds without being sent again.
    public var lifetime: Int64 = 1_800_000_000_000
    public init() {}
  }

  public let limits: Limits
  /// Elements of other vendors that hold names; they go before the known ones.
  public let names: [FlowElement: FlowName]
  var table: [FlowExporter] = []
  var places: [IP: Int] = [:]
  /// Sets that waited and can be decoded now.
  var ready: [(place: Int, address: IP, set: FlowHeld)] = []
  /// Bytes of all sets that wait or are ready.
  var waiting = 0
  private var lastPlace = 0

  public init(limits: Limits = Limits(), names: [FlowElement: FlowName] = [:]) {
    self.limits = limits
    self.names = names
  }

  /// Decodes one datagram.
  /// - Parameters:
  ///   - datagram: the payload of one UDP datagram: what lies behind 65535 bytes is not looked at.
  ///   - received: nanoseconds since 1970.
  ///   - records: cleared, then filled. Give the same array again and again.
  public mutating func decode(
    _ datagram: Span<UInt8>, from exporter: Exporter, at received: Int64, into records: inout [FlowRecord]
  ) -> FlowOutcome {
    records.removeAll(keepingCapacity: true)
    var outcome = FlowOutcome()
    let bytes = datagram.extracting(first: min(datagram.count, Int(UInt16.max))).raw
    guard let format = Self.format(bytes) else {
      outcome.note(.version)
      return outcome
    }
    outcome.format = format
    if waiting > limits.heldBytes / 2 { sweep(at: received) }
    do throws(FlowFault) {
      switch format {
      case .netFlow5:
        let place = place(exporter, at: received)
        try table[place].decode5(bytes, context(place, received), into: &records, &outcome)
      case .netFlow9, .ipfix:
        let header = try FlowHeader(bytes, format)
        let place = place(exporter, at: received)
        let before = table[place].heldBytes
        table[place].decode(bytes, header, context(place, received), into: &records, &outcome)
        waiting += table[place].heldBytes - before
        if outcome.ready > 0 { collect(place) }
      case .sFlow:
        let header = try SFlowHeader(bytes)
        let place = place(Exporter(address: header.agent ?? exporter.address, port: exporter.port), at: received)
        table[place].decode(bytes, header, context(place, received), into: &records, &outcome)
      }
    } catch { outcome.note(error) }
    return outcome
  }

  /// The next data set that waited and whose template has come: call it until it gives nil.
  /// - Parameter records: cleared, then filled. Their ranges count in the `bytes` that are returned.
  public mutating func decodeHeld(into records: inout [FlowRecord]) -> Held? {
    records.removeAll(keepingCapacity: true)
    while !ready.isEmpty {
      let (place, address, set) = ready.removeFirst()
      waiting -= set.bytes.count
      guard place < table.count, table[place].address == address, let stream = table[place].places[set.key] else {
        continue
      }
      var outcome = FlowOutcome()
      outcome.format = set.key.format
      let bytes = set.bytes.span.raw
      guard let header = try? FlowHeader(bytes, set.key.format) else { continue }
      let start = header.count + 4
      let before = table[place].heldBytes
      _ = table[place].decodeSet(
        stream, set.template, bytes, start..<bytes.byteCount, header, context(place, set.received), into: &records,
        &outcome)
      waiting += table[place].heldBytes - before
      return Held(
        bytes: set.bytes, exporter: Exporter(address: address, port: table[place].port), received: set.received,
        outcome: outcome)
    }
    return nil
  }

  /// What `decodeHeld` decoded.
  public struct Held: Sendable {
    public var bytes: [UInt8]
    public var exporter: Exporter
    /// When it came: nanoseconds since 1970.
    public var received: Int64
    public var outcome: FlowOutcome
  }

  static func format(_ bytes: RawSpan, at start: Int = 0) -> FlowFormat? {
    guard bytes.byteCount - start >= 4 else { return nil }
    return switch bytes.word(start) {
    case 5: .netFlow5
    case 9: .netFlow9
    case 10: .ipfix
    case 0: bytes.word(start + 2) == 5 ? .sFlow : nil
    default: nil
    }
  }

  private func context(_ place: Int, _ received: Int64) -> FlowContext {
    FlowContext(
      limits: limits, names: names, exporter: UInt16(truncatingIfNeeded: place), received: received,
      heldBytes: waiting - table[place].heldBytes)
  }

  private mutating func collect(_ place: Int) {
    for set in table[place].ready {
      ready.append((place, table[place].address, set))
      waiting += set.bytes.count
    }
    table[place].ready.removeAll(keepingCapacity: true)
  }

  /// Makes room for sets that wait: exporters that fell silent do not look after their own.
  private mutating func sweep(at received: Int64) {
    var outcome = FlowOutcome()
    for place in table.indices where !table[place].held.isEmpty {
      let before = table[place].heldBytes
      table[place].expire(before: received, after: limits.wait, &outcome)
      waiting += table[place].heldBytes - before
    }
  }

  /// Where that exporter is in the table.
  private mutating func place(_ exporter: Exporter, at received: Int64) -> Int {
    let place =
      lastPlace < table.count && table[lastPlace].address == exporter.address
      ? lastPlace : places[exporter.address] ?? admit(exporter, at: received)
    lastPlace = place
    table[place].lastHeard = received
    table[place].port = exporter.port
    return place
  }

  /// Makes room for a new exporter: of those that never sent a record, else of all, the one that was silent longest
  /// goes. An attacker who makes addresses up pushes out his own first.
  mutating func admit(_ exporter: Exporter, at received: Int64) -> Int {
    let new = FlowExporter(address: exporter.address, port: exporter.port, heard: received)
    var place = table.count
    if place < max(1, min(limits.exporters, Int(UInt16.max))) {
      table.append(new)
    } else {
      place =
        table.indices.min {
          (table[$0].isProductive ? 1 : 0, table[$0].lastHeard) < (table[$1].isProductive ? 1 : 0, table[$1].lastHeard)
        } ?? 0
      waiting -= table[place].heldBytes
      places[table[place].address] = nil
      table[place] = new
    }
    places[exporter.address] = place
    return place
  }
}

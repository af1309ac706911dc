import Model

/// Templates come every few minutes, and until then data cannot be read: so they outlive a restart.
///
/// All numbers in network order. `TFLW`, a version byte (1); exporters: a count of two bytes, then for each its
/// address (16 bytes), port, and its streams: a count of two bytes, then for each its format (one byte), domain (4),
/// start of the exporter (8), rate (4), rates of samplers and of interfaces (a count of two bytes, then four bytes
/// each for id and rate), and templates: a count of two bytes, then for each its id (2), whether it is of options
/// (1), scope fields (2), when it was sent (8), and its field specifiers, with their length (2) before them.
extension FlowDecoder {
  private static let mark: [UInt8] = Array("TFLW".utf8) + [1]

  /// Templates and sampling of all exporters, for `init(storedBytes:)`. What waits, counts and runs is not in it.
  public func storedBytes() -> [UInt8] {
    var out = FlowBytes()
    out.bytes = Self.mark
    let exporters = table.filter { $0.streams.contains(where: \.isWorthKeeping) }
    out.append(exporters.count, 2)
    for exporter in exporters {
      out.append(exporter.address.high, 8)
      out.append(exporter.address.low, 8)
      out.append(exporter.port, 2)
      let streams = exporter.streams.filter(\.isWorthKeeping)
      out.append(streams.count, 2)
      for stream in streams { out.append(stream) }
    }
    return out.bytes
  }

  /// A decoder that knows what another one knew. Older templates expire as ever.
  /// - Throws: where the bytes are not whole or of another version. What goes over a limit is left out.
  public init(
    storedBytes bytes: [UInt8], limits: Limits = Limits(), names: [FlowElement: FlowName] = [:]
  ) throws(Fault) {
    self.init(limits: limits, names: names)
    var cursor = Cursor(bytes.span)
    guard try cursor.take(Self.mark.count) == Self.mark else { throw .truncated(at: 0) }
    for _ in 0..<(try cursor.word()) {
      let address = IP(high: try cursor.quad(), low: try cursor.quad())
      var exporter = FlowExporter(address: address, port: try cursor.word(), heard: 0)
      for _ in 0..<(try cursor.word()) { try exporter.restore(&cursor, limits, names) }
      guard places[address] == nil, table.count < limits.exporters else { continue }
      _ = admit(Exporter(address: address, port: exporter.port), at: exporter.lastHeard)
      table[table.count - 1] = exporter
    }
    guard cursor.remaining == 0 else { throw .truncated(at: cursor.offset) }
  }
}

/// Numbers in network order, one after another.
private struct FlowBytes {
  var bytes: [UInt8] = []

  mutating func append(_ value: some FixedWidthInteger, _ count: Int) {
    for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (index * 8))) }
  }

  mutating func append(_ stream: FlowStream) {
    append(stream.key.format.rawValue, 1)
    append(stream.key.domain, 4)
    append(stream.systemInit, 8)
    append(stream.sampling.rate, 4)
    for rates in [stream.sampling.samplers, stream.sampling.interfaces] {
      append(rates.count, 2)
      for (id, rate) in rates.sorted(by: { $0.key < $1.key }) {
        append(id, 4)
        append(rate, 4)
      }
    }
    append(stream.templates.count, 2)
    for template in stream.templates.values.sorted(by: { $0.id < $1.id }) {
      append(template.id, 2)
      append(template.isOptions ? 1 : 0, 1)
      append(template.scopes, 2)
      append(template.refreshed, 8)
      append(template.fields.count, 2)
      bytes += template.fields
    }
  }
}

extension FlowStream {
  fileprivate var isWorthKeeping: Bool {
    !templates.isEmpty || sampling != FlowSampling() && key.format != .netFlow5 || systemInit > 0
  }
}

extension FlowExporter {
  fileprivate mutating func restore(
    _ cursor: inout Cursor, _ limits: FlowDecoder.Limits, _ names: [FlowElement: FlowName]
  ) throws(Fault) {
    let at = cursor.offset
    guard let format = FlowFormat(rawValue: try cursor.byte()), format == .netFlow9 || format == .ipfix else {
      throw .truncated(at: at)
    }
    let key = FlowStream.Key(format: format, domain: try cursor.long())
    var stream = FlowStream(key: key, heard: 0)
    stream.systemInit = try cursor.quad()
    stream.sampling.rate = try cursor.long()
    for _ in 0..<(try cursor.word()) {
      let sampler = try cursor.long()
      stream.sampling.set(try cursor.long(), sampler: sampler)
    }
    for _ in 0..<(try cursor.word()) {
      let interface = try cursor.long()
      stream.sampling.set(try cursor.long(), interface: interface)
    }
    for _ in 0..<(try cursor.word()) {
      guard let template = try FlowTemplate(&cursor, format, limits, names) else { continue }
      guard stream.templates[template.id] == nil, templateCount + stream.templates.count < limits.templates else {
        continue
      }
      stream.templates[template.id] = template
      stream.lastHeard = max(stream.lastHeard, template.refreshed)
    }
    guard places[key] == nil, streams.count < Self.streamLimit else { return }
    lastHeard = max(lastHeard, stream.lastHeard)
    templateCount += stream.templates.count
    isProductive = true
    places[key] = streams.count
    streams.append(stream)
  }
}

extension FlowTemplate {
  /// Nil where it is none that a decoder would have learnt.
  fileprivate init?(
    _ cursor: inout Cursor, _ format: FlowFormat, _ limits: FlowDecoder.Limits, _ names: [FlowElement: FlowName]
  ) throws(Fault) {
    let id = try cursor.word()
    let isOptions = try cursor.byte() == 1
    let scopes = Int(try cursor.word())
    let refreshed = Int64(bitPattern: try cursor.quad())
    let fields = try cursor.take(Int(try cursor.word()))
    guard id >= 256, !fields.isEmpty, fields.count % 4 == 0, fields.count <= limits.fields * 8 else { return nil }
    do throws(FlowFault) {
      try self.init(
        id: id, isOptions: isOptions, scopes: scopes, fields: fields, format: format, names: names,
        refreshed: refreshed)
    } catch { return nil }
  }
}

extension Cursor {
  /// Eight bytes in network order.
  @_lifetime(self: copy self)
  fileprivate mutating func quad() throws(Fault) -> UInt64 {
    let high = try long()
    return UInt64(high) << 32 | UInt64(try long())
  }
}

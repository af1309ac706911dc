public import Model
internal import Platform
public import Wire

/// Feeds flow exports into `Traffic`: datagrams of a collector, of a capture, or one after another in a file.
public struct FlowSource: Sendable {
  public private(set) var decoder: FlowDecoder
  private var records: [FlowRecord] = []
  public private(set) var counters = Counters()

  public struct Counters: Sendable, Hashable {
    public var datagrams: UInt64 = 0
    public var records: UInt64 = 0
    /// Of the records, after sampling was applied.
    public var bytes: UInt64 = 0
    public var packets: UInt64 = 0
    public var templates: UInt64 = 0
    /// Data that no template came for.
    public var withoutTemplate: UInt64 = 0
    /// Data that still waits for its template.
    public var waiting: UInt64 = 0
    public var damaged: UInt64 = 0
    /// Datagrams that are no flow export.
    public var foreign: UInt64 = 0
  }

  public init(decoder: FlowDecoder = FlowDecoder()) {
    self.decoder = decoder
    records.reserveCapacity(256)
  }

  /// Takes one datagram.
  ///
  /// - Parameter received: nanoseconds since 1970.
  public mutating func take(
    _ datagram: Span<UInt8>, from exporter: FlowDecoder.Exporter, at received: Int64, into traffic: inout Traffic
  ) {
    counters.datagrams &+= 1
    let outcome = decoder.decode(datagram, from: exporter, at: received, into: &records)
    note(outcome)
    for record in records {
      count(record)
      traffic.take(record, datagram, received: received)
    }
    guard outcome.ready > 0 else { return }
    while let held = decoder.decodeHeld(into: &records) {
      note(held.outcome)
      for record in records {
        count(record)
        traffic.take(record, held.bytes.span, received: held.received)
      }
    }
  }

  @inline(__always)
  private mutating func count(_ record: FlowRecord) {
    counters.bytes &+= record.bytes &+ record.reverseBytes
    counters.packets &+= record.packets &+ record.reversePackets
  }

  private mutating func note(_ outcome: FlowOutcome) {
    if outcome.format == nil { counters.foreign &+= 1 }
    counters.records &+= UInt64(outcome.records)
    counters.templates &+= UInt64(outcome.templates)
    counters.withoutTemplate &+= UInt64(outcome.withoutTemplate)
    // What waited and was given up counts as without a template, what was decoded was ready.
    counters.waiting &+= UInt64(outcome.held)
    counters.waiting -= min(counters.waiting, UInt64(outcome.ready) &+ UInt64(outcome.withoutTemplate))
    counters.damaged &+= UInt64(outcome.damaged)
  }

  /// Reads a capture whose UDP datagrams are flow exports, or a file of export datagrams one after another.
  public mutating func read(
    _ path: String, into traffic: inout Traffic, now: Timestamp, progress: (Int, Int) -> Bool = { _, _ in true }
  ) throws(CaptureSource.Problem) {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw .file(error) }
    let bytes = file.bytes
    do throws(CaptureFault) {
      var reader = try CaptureReader(bytes)
      var dissector = Dissector()
      var packet = Packet()
      var left = 1 << 16
      while let frame = reader.next() {
        let frameBytes = reader.bytes(of: frame)
        if dissector.dissect(frameBytes, link: frame.link, into: &packet) == .transport, packet.transport == 17 {
          let start = Int(packet.payloadOffset)
          let payload = frameBytes.extracting(start..<(start + Int(packet.payloadCount)))
          if FlowDecoder.looksLikeFlowExport(payload, destinationPort: packet.destinationPort) {
            take(
              payload, from: FlowDecoder.Exporter(address: packet.source, port: packet.sourcePort),
              at: frame.time == Frame.unknownTime ? now.nanoseconds : frame.time, into: &traffic)
          }
        }
        left -= 1
        if left == 0 {
          left = 1 << 16
          guard progress(reader.offset, file.count) else { return }
        }
      }
      return
    } catch {
      guard case .unknownFormat = error else { throw .format(error) }
    }
    // No capture: datagrams one after another, each as long as its own header says.
    var cutter = FlowFile()
    let exporter = FlowDecoder.Exporter(address: IP(v4: 0), port: 0)
    var found = false
    while let range = cutter.next(in: bytes) {
      found = true
      let datagram = bytes.extracting(range)
      take(datagram, from: exporter, at: FlowDecoder.exported(datagram) ?? now.nanoseconds, into: &traffic)
    }
    guard found else { throw .format(.unknownFormat(0)) }
  }

  private static func name(_ format: FlowFormat) -> String {
    switch format {
    case .netFlow5: "netflow5"
    case .netFlow9: "netflow9"
    case .ipfix: "ipfix"
    case .sFlow: "sflow5"
    }
  }

  /// The member `flows` of the JSON document.
  public var value: Value {
    func int(_ value: some BinaryInteger) -> Value { .int(Int64(clamping: value)) }
    return [
      "datagrams": int(counters.datagrams), "records": int(counters.records), "bytes": int(counters.bytes),
      "packets": int(counters.packets), "templates": int(counters.templates),
      "without_template": int(counters.withoutTemplate &+ counters.waiting), "damaged": int(counters.damaged),
      "foreign": int(counters.foreign),
      "exporters": .array(
        decoder.sources.map { source in
          [
            "address": .string(source.exporter.address.address.description), "domain": int(source.domain),
            "format": .string(Self.name(source.format)), "datagrams": int(source.datagrams),
            "records": int(source.records),
            "lost": int(source.lost), "restarts": int(source.restarts),
          ]
        }),
    ]
  }
}

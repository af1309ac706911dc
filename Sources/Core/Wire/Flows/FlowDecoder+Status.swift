extension FlowDecoder {
  /// What is known of one source of flows, for a report.
  public struct Source: Sendable, Hashable {
    public var exporter: Exporter
    public var format: FlowFormat
    public var domain: UInt32
    public var datagrams: UInt64
    public var records: UInt64
    /// What did not arrive: flows (v5), datagrams (v9, sFlow), data records (IPFIX).
    public var lost: UInt64
    public var late: UInt64
    public var restarts: UInt64
    /// Samples of sFlow that did not arrive, and those that the agent says it could not send.
    public var lostSamples: UInt64
    public var drops: UInt64
    public var withoutTemplate: UInt64
    public var damaged: UInt64
    public var templates: Int
    /// 0 where nothing was said for the whole source.
    public var sampling: UInt32
  }

  /// The exporter of a record, until the next datagram is decoded.
  public func exporter(_ record: FlowRecord) -> Exporter? {
    let place = Int(record.exporter)
    guard place < table.count else { return nil }
    return Exporter(address: table[place].address, port: table[place].port)
  }

  /// What its exporter calls the application of a record, until the next datagram is decoded; nil where it has not
  /// told. 48 bytes at most, as they came.
  public func applicationName(_ record: FlowRecord) -> [UInt8]? {
    let place = Int(record.exporter)
    guard record.application != 0, place < table.count else { return nil }
    return table[place].applications[record.application]
  }

  /// All sources that are known, those of one exporter together.
  public var sources: [Source] {
    table.flatMap { exporter in
      exporter.streams.map { stream in
        Source(
          exporter: Exporter(address: exporter.address, port: exporter.port), format: stream.key.format,
          domain: stream.key.domain, datagrams: stream.datagrams, records: stream.records,
          lost: stream.sequence.lost, late: stream.sequence.late, restarts: stream.sequence.restarts,
          lostSamples: stream.sources.values.reduce(0) { $0 &+ $1.sequence.lost }, drops: stream.drops,
          withoutTemplate: stream.withoutTemplate, damaged: stream.damaged, templates: stream.templates.count,
          sampling: stream.sampling.rate(sampler: nil, input: 0))
      }
    }
  }
}

extension FlowExporter {
  /// Takes from options data how packets are sampled and when the exporter started.
  mutating func decodeOptions(
    _ place: Int, _ template: FlowTemplate, _ bytes: RawSpan, _ set: Range<Int>, _ header: FlowHeader,
    _ outcome: inout FlowOutcome
  ) -> Int? {
    var at = set.lowerBound
    var number = 0
    while at + template.minimum <= set.upperBound {
      var record = FlowRecord()
      var extras = FlowExtras()
      guard
        let next = template.read(
          bytes, at: at, limit: set.upperBound, exported: header.exported, into: &record, &extras)
      else {
        outcome.note(.length)
        return nil
      }
      apply(extras, to: place)
      if !record.names.application.isEmpty {
        name(record.application, bytes, record.names.application.range)
      }
      at = next
      number += 1
    }
    outcome.options += number
    return number
  }

  private mutating func apply(_ extras: FlowExtras, to place: Int) {
    if extras.systemInit > 0 { streams[place].systemInit = extras.systemInit }
    let rate = extras.rate
    guard rate > 0 else { return }
    if extras.hasSampler {
      streams[place].sampling.set(rate, sampler: extras.sampler)
    } else if extras.hasInterface {
      streams[place].sampling.set(rate, interface: extras.interface)
    } else {
      streams[place].sampling.rate = rate
    }
  }

  /// Keeps what an application is called (RFC 6759 §6.8).
  private mutating func name(_ application: UInt32, _ bytes: RawSpan, _ range: Range<Int>) {
    guard applications[application] != nil || applications.count < Self.applicationLimit else { return }
    applications[application] = bytes.copy(range.prefix(Self.applicationBytes))
  }

  /// What is told for domain 0 holds for the whole exporter, where a domain has nothing of its own (RFC 7011 §3.1).
  func fallbackRate(for key: FlowStream.Key) -> UInt32 {
    guard key.domain != 0, let whole = places[FlowStream.Key(format: key.format, domain: 0)] else { return 0 }
    return streams[whole].sampling.rate(sampler: nil, input: 0)
  }
}

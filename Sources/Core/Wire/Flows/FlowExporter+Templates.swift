extension FlowExporter {
  /// Learns the templates of one set (RFC 3954 §5.2 and §6.1, RFC 7011 §3.4).
  mutating func learn(
    _ place: Int, _ bytes: RawSpan, _ set: Range<Int>, isOptions: Bool, _ context: FlowContext,
    _ outcome: inout FlowOutcome
  ) {
    let format = streams[place].key.format
    var at = set.lowerBound
    while at + 4 <= set.upperBound {
      let id = bytes.word(at)
      let number = Int(bytes.word(at + 2))
      if format == .ipfix, number == 0 {
        withdraw(place, id, isOptions: isOptions, &outcome)
        at += 4
        continue
      }
      guard id >= 256 else {
        // Zeros fill the set up.
        if id != 0 || number != 0 { outcome.note(.template) }
        return
      }
      var fields = number
      var scopes = 0
      at += 4
      if isOptions {
        guard at + 2 <= set.upperBound else { return outcome.note(.truncated) }
        let second = Int(bytes.word(at))
        at += 2
        if format == .ipfix {
          scopes = second
        } else {
          // Here both are in bytes, four for each field.
          guard number % 4 == 0, second % 4 == 0 else { return outcome.note(.template) }
          scopes = number / 4
          fields = (number + second) / 4
        }
      }
      guard let end = Self.end(of: fields, in: bytes, at, set.upperBound, format) else {
        return outcome.note(.truncated)
      }
      if fields == 0 || fields > context.limits.fields || scopes > fields
        || (isOptions && format == .ipfix && scopes == 0)
      {
        outcome.note(.template)
      } else {
        learn(place, id, isOptions: isOptions, scopes, bytes.copy(at..<end), context, &outcome)
      }
      at = end
    }
  }

  /// Behind the last of so many field specifiers; nil where the set does not hold them.
  private static func end(of fields: Int, in bytes: RawSpan, _ start: Int, _ limit: Int, _ format: FlowFormat) -> Int? {
    var at = start
    if format != .ipfix {
      at += fields * 4
      return at <= limit ? at : nil
    }
    for _ in 0..<fields {
      guard at + 4 <= limit else { return nil }
      at += bytes.byte(at) & 0x80 == 0 ? 4 : 8
    }
    return at <= limit ? at : nil
  }

  private mutating func learn(
    _ place: Int, _ id: UInt16, isOptions: Bool, _ scopes: Int, _ fields: [UInt8], _ context: FlowContext,
    _ outcome: inout FlowOutcome
  ) {
    if let known = streams[place].templates[id], known.isOptions == isOptions, known.scopes == scopes,
      known.fields == fields
    {
      streams[place].templates[id]?.refreshed = context.received
      return
    }
    let isNew = streams[place].templates[id] == nil
    guard !isNew || templateCount < context.limits.templates else { return outcome.note(.tooManyTemplates) }
    do throws(FlowFault) {
      let template = try FlowTemplate(
        id: id, isOptions: isOptions, scopes: scopes, fields: fields, format: streams[place].key.format,
        names: context.names, refreshed: context.received)
      streams[place].templates[id] = template
      if isNew { templateCount += 1 }
      outcome.templates += 1
    } catch {
      // Its data cannot be what an older template said.
      if !isNew {
        streams[place].templates[id] = nil
        templateCount -= 1
      }
      outcome.note(error)
      return
    }
    release(streams[place].key, id, &outcome)
  }

  /// A template without fields takes one back; with the id of its set, all of its kind (RFC 7011 §8.1).
  private mutating func withdraw(_ place: Int, _ id: UInt16, isOptions: Bool, _ outcome: inout FlowOutcome) {
    let before = streams[place].templates.count
    if id == (isOptions ? 3 : 2) {
      sweeps += 1
      guard sweeps <= Self.sweepLimit else { return outcome.note(.count) }
      streams[place].templates = streams[place].templates.filter { $0.value.isOptions != isOptions }
    } else {
      streams[place].templates[id] = nil
    }
    let gone = before - streams[place].templates.count
    templateCount -= gone
    outcome.withdrawn += gone
  }
}

extension FlowExporter {
  /// Keeps a set until its template comes, if there is room.
  mutating func hold(
    _ place: Int, _ id: UInt16, _ bytes: RawSpan, _ set: Range<Int>, _ header: FlowHeader, _ context: FlowContext,
    _ outcome: inout FlowOutcome
  ) {
    let count = header.count + 4 + set.count
    let whole = count + heldBytes + context.heldBytes
    guard held.count < context.limits.held, whole <= context.limits.heldBytes, set.count > 0 else {
      outcome.withoutTemplate += 1
      streams[place].withoutTemplate += 1
      return
    }
    let copy = bytes.copy(0..<header.count) + bytes.copy((set.lowerBound - 4)..<set.upperBound)
    held.append(FlowHeld(key: streams[place].key, template: id, bytes: copy, received: context.received))
    heldBytes += count
    outcome.held += 1
  }

  /// Lets go of what waited for this template.
  mutating func release(_ key: FlowStream.Key, _ id: UInt16, _ outcome: inout FlowOutcome) {
    guard !held.isEmpty else { return }
    for set in held where set.key == key && set.template == id {
      ready.append(set)
      heldBytes -= set.bytes.count
      outcome.ready += 1
    }
    held.removeAll { $0.key == key && $0.template == id }
  }

  /// Gives up what has waited too long.
  mutating func expire(before now: Int64, after wait: Int64, _ outcome: inout FlowOutcome) {
    while let first = held.first, FlowTime.elapsed(from: first.received, to: now) > wait {
      held.removeFirst()
      heldBytes -= first.bytes.count
      outcome.withoutTemplate += 1
      if let place = places[first.key] { streams[place].withoutTemplate += 1 }
    }
  }
}

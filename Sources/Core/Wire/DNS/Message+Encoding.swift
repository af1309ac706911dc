import Model

extension DNS.Message {
  /// The bytes of the message, with repeated names compressed (RFC 1035 §4.1.4; RFC 6762 §18.14 allows it in SRV too).
  ///
  /// Counts are cut at 65535 and record data at 65535 bytes: a message that large is nothing that we send.
  public func encoded() -> [UInt8] {
    var writer = Writer()
    writer.word(id)
    writer.word(flags)
    for count in [questions.count, answers.count, authorities.count, additionals.count] {
      writer.word(UInt16(clamping: count))
    }
    for question in questions.prefix(0xFFFF) {
      writer.name(question.name)
      writer.word(question.type)
      writer.word(question.class | (question.unicast ? DNS.topBit : 0))
    }
    for section in [answers, authorities, additionals] {
      for record in section.prefix(0xFFFF) { writer.record(record) }
    }
    return writer.out
  }

  private struct Writer {
    var out: [UInt8] = []
    /// Where each name that ends in the root was written, by its exact bytes: the case that was given is kept.
    private var places: [[UInt8]: Int] = [:]

    init() {}

    mutating func word(_ value: UInt16) {
      out.append(UInt8(value >> 8))
      out.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func name(_ name: DNS.Name) {
      var rest = name.wire[...]
      while let length = rest.first, length > 0 {
        let key = Array(rest)
        if let place = places[key] {
          word(0xC000 | UInt16(place))
          return
        }
        // A pointer has 14 bits.
        if out.count < 0x4000 { places[key] = out.count }
        out += rest.prefix(1 + Int(length))
        rest = rest.dropFirst(1 + Int(length))
      }
      out.append(0)
    }

    mutating func record(_ record: DNS.Record) {
      name(record.name)
      word(record.type)
      word(record.class | (record.cacheFlush ? DNS.topBit : 0))
      word(UInt16(record.ttl >> 16))
      word(UInt16(truncatingIfNeeded: record.ttl))
      let lengthAt = out.count
      word(0)
      switch record.data {
      case .address(let address): out += address.bytes
      case .pointer(let target): name(target)
      case .service(let service):
        word(service.priority)
        word(service.weight)
        word(service.port)
        name(service.target)
      case .text(let text):
        if text.attributes.isEmpty { out.append(0) }
        for attribute in text.attributes {
          let string = Array(attribute.key.utf8) + (attribute.value.map { [0x3D] + $0 } ?? [])
          out.append(UInt8(clamping: string.count))
          out += string.prefix(255)
        }
      case .opaque(let bytes): out += bytes.prefix(0xFFFF)
      }
      let length = UInt16(clamping: out.count - lengthAt - 2)
      out[lengthAt] = UInt8(length >> 8)
      out[lengthAt + 1] = UInt8(truncatingIfNeeded: length)
    }
  }
}

internal import CYAML

// The one file of this module that calls C, and why that holds: libyaml gets a copy of the bytes that lives as long as its
// parser, and the parser does not move. It reads that memory by the length it was told. An event's texts belong to the
// event: they are copied before it is deleted, and it is deleted before the next one is asked for. After an error or the
// end nothing more is asked.

/// What libyaml tells of a text, in order.
struct Event {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
    case alias(String)
    case scalar(Scalar)
    case sequenceStart(anchor: String?)
    case mappingStart(anchor: String?)
  }
  struct Scalar {
    var text: String
    var anchor: String?
    var tag: String?
    /// Written without quotes and not as a block.
    var isPlain: Bool
  }
  var kind: Kind
  /// In characters from the beginning, the byte order mark left out.
  var start: Int
  var end: Int
}

/// Why libyaml went no further. Its words are constants of its own: nothing of the text is in them.
struct Failure: Error {
  var words: String
  /// In bytes for what is no text at all (`isEncoding`), else in characters.
  var place: Int
  var isEncoding: Bool
}

@safe
struct Events: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) throws(Failure) {
    unsafe input = .allocate(capacity: max(1, bytes.count))
    _ = unsafe input.initialize(fromContentsOf: bytes)
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      throw Failure(words: "no memory", place: 0, isEncoding: false)
    }
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  mutating func next() throws(Failure) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&event) }
    return unsafe Event(
      kind: Self.kind(event), start: Int(clamping: event.start_mark.index), end: Int(clamping: event.end_mark.index))
  }

  private static func kind(_ event: yaml_event_t) -> Event.Kind {
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_ALIAS_EVENT: return unsafe .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_START_EVENT: return unsafe .sequenceStart(anchor: text(event.data.sequence_start.anchor))
    case YAML_MAPPING_START_EVENT: return unsafe .mappingStart(anchor: text(event.data.mapping_start.anchor))
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: Int(clamping: scalar.length))
      return unsafe .scalar(
        Event.Scalar(
          text: String(decoding: bytes, as: UTF8.self), anchor: text(scalar.anchor), tag: text(scalar.tag),
          isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE))
    default: return .streamEnd
    }
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe String(cString: pointer)
  }

  private func failure() -> Failure {
    let parser = unsafe self.parser.pointee
    let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "not to be read"
    guard unsafe parser.error != YAML_READER_ERROR else {
      return unsafe Failure(words: problem, place: Int(clamping: parser.problem_offset), isEncoding: true)
    }
    let context = unsafe parser.context.map { unsafe " " + String(cString: $0) } ?? ""
    return unsafe Failure(words: problem + context, place: Int(clamping: parser.problem_mark.index), isEncoding: false)
  }
}

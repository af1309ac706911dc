import Formats

extension YAML {
  /// Events to values, with a stack of its own: how deep the text goes costs no depth of calls.
  struct Composer {
    private let bytes: [UInt8]
    private let dialect: Dialect
    private let limits: Limits
    private var places: Places
    private var stack: [Frame] = []
    private var root: Node?
    private var anchors: [String: Anchored] = [:]
    /// Spent of the limits, with what aliases repeat.
    private var spent = Cost(nodes: 0, text: 0, height: 0)

    /// What a value costs whoever walks through it.
    fileprivate struct Cost {
      var nodes: Int
      /// Bytes of texts and names.
      var text: Int
      /// Lists and mappings inside each other.
      var height: Int
    }
    private enum Anchored {
      /// A list or mapping that has not ended.
      case open
      case closed(Node, Cost, text: String?)
    }
    fileprivate struct Name {
      var text: String
      var position: Position
      var merges: Bool
    }
    /// A list or a mapping that has begun.
    fileprivate struct Frame {
      var isMapping: Bool
      var anchor: String?
      var start: Position
      var elements: [Node] = []
      var members: [Node.Member] = []
      var merged: [Node.Member] = []
      /// Waits for its value.
      var name: Name?
      var cost = Cost(nodes: 1, text: 0, height: 1)
    }

    init(_ bytes: [UInt8], dialect: Dialect, limits: Limits) {
      self.bytes = bytes
      self.dialect = dialect
      self.limits = limits
      places = Places(bytes)
    }

    mutating func document() throws(Error) -> Document {
      do {
        var events = try Events(bytes)
        while true {
          let event = try events.next()
          switch event.kind {
          case .streamStart, .documentStart: break
          case .documentEnd:
            let next = try events.next()
            if case .streamEnd = next.kind { return Document(root: root ?? nothing, next: nil) }
            return Document(root: root ?? nothing, next: places.position(character: next.start))
          case .streamEnd: return Document(root: root ?? nothing, next: nil)
          default: try take(event)
          }
        }
      } catch let failure as Failure {
        throw explained(failure)
      } catch let error as Error {
        throw error
      } catch {
        throw Error(.malformed("not to be read"), at: places.position(character: 0))
      }
    }

    private var nothing: Node {
      let start = Position(line: 1, column: 1, offset: 0)
      return Node(.null, start: start, end: start)
    }

    private mutating func explained(_ failure: Failure) -> Error {
      guard failure.isEncoding else {
        return Error(.malformed(failure.words), at: places.position(character: failure.place))
      }
      let isCharacter = failure.words.hasPrefix("control characters")
      return Error(isCharacter ? .malformed(failure.words) : .notUTF8, at: places.position(byte: failure.place))
    }

    // MARK: events

    private mutating func take(_ event: Event) throws(Error) {
      let start = places.position(character: event.start)
      switch event.kind {
      case .scalar(let scalar):
        let end = places.position(character: event.end)
        let node = Node(scalar.content(in: dialect.scalars), start: start, end: max(start, end))
        let cost = Cost(nodes: 1, text: scalar.text.utf8.count, height: 0)
        if let anchor = scalar.anchor { anchors[anchor] = .closed(node, cost, text: scalar.text) }
        try spend(cost, at: start)
        try put(node, cost, text: scalar.text, isPlain: scalar.isPlain && scalar.tag == nil, at: start)
      case .alias(let name):
        switch anchors[name] {
        case .closed(let node, let cost, let text):
          try spend(cost, at: start)
          try put(node, cost, text: text, isPlain: false, at: start)
        case .open: throw Error(.malformed("found an alias inside of what it names"), at: start)
        case nil: throw Error(.malformed("found an alias that nothing before it is named by"), at: start)
        }
      case .sequenceStart(let anchor): try open(Frame(isMapping: false, anchor: anchor, start: start))
      case .mappingStart(let anchor): try open(Frame(isMapping: true, anchor: anchor, start: start))
      case .sequenceEnd, .mappingEnd: try close(at: event)
      case .streamStart, .streamEnd, .documentStart, .documentEnd: break
      }
    }

    private mutating func spend(_ cost: Cost, at position: Position) throws(Error) {
      guard stack.count + cost.height < limits.depth else { throw Error(.tooDeep(limits.depth), at: position) }
      spent.nodes += cost.nodes
      guard spent.nodes <= limits.nodes else { throw Error(.tooMany(limits.nodes), at: position) }
      // A text cannot grow so far by itself: two bytes of UTF-16 are three of UTF-8 at most.
      spent.text += cost.text
      guard spent.text <= 2 * limits.bytes else { throw Error(.tooLarge(2 * limits.bytes), at: position) }
    }

    private mutating func open(_ frame: Frame) throws(Error) {
      if let parent = stack.last, parent.isMapping, parent.name == nil {
        throw Error(.expected("a name", found: "a list or a mapping"), at: frame.start)
      }
      try spend(Cost(nodes: 1, text: 0, height: 0), at: frame.start)
      if let anchor = frame.anchor { anchors[anchor] = .open }
      stack.append(frame)
    }

    private mutating func close(at event: Event) throws(Error) {
      guard let frame = stack.popLast() else { return }
      // In block style the end is told where the next line begins; in flow style it is the bracket.
      let isFlow = event.end > event.start
      let last = isFlow ? places.position(character: event.end) : frame.end
      let content: Node.Content = frame.isMapping ? .object(frame.merged + frame.members) : .array(frame.elements)
      let node = Node(content, start: frame.start, end: max(frame.start, last))
      if let anchor = frame.anchor { anchors[anchor] = .closed(node, frame.cost, text: nil) }
      try put(node, frame.cost, text: nil, isPlain: false, at: frame.start)
    }

    // MARK: values

    /// A value that is complete goes where it belongs: the root, a list, a mapping as name or value.
    private mutating func put(
      _ node: Node, _ cost: Cost, text: String?, isPlain: Bool, at position: Position
    ) throws(Error) {
      guard var frame = stack.popLast() else {
        root = node
        return
      }
      frame.cost.nodes += cost.nodes
      frame.cost.text += cost.text
      frame.cost.height = max(frame.cost.height, cost.height + 1)
      if !frame.isMapping {
        frame.elements.append(node)
      } else if let name = frame.name {
        frame.name = nil
        if name.merges {
          try frame.merge(node, at: position)
        } else {
          frame.members.append(Node.Member(name: name.text, namePosition: name.position, node: node))
        }
      } else {
        guard let text else { throw Error(.expected("a name", found: "a list or a mapping"), at: position) }
        frame.name = Name(text: text, position: position, merges: dialect.mergesKeys && isPlain && text == "<<")
      }
      stack.append(frame)
    }
  }
}

extension YAML.Composer.Frame {
  fileprivate var end: Position {
    let last = isMapping ? members.last?.node : elements.last
    return max(start, last?.end ?? start)
  }

  /// `<<`: what is named there lies below the members of the mapping itself, of several the first uppermost
  /// (yaml.org/type/merge).
  fileprivate mutating func merge(_ node: Node, at position: Position) throws(YAML.Error) {
    for source in (node.array ?? [node]).reversed() {
      guard let members = source.members else {
        throw YAML.Error(.expected("a mapping to merge", found: "another value"), at: position)
      }
      merged += members
    }
  }
}

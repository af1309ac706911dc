public import Model
internal import Wire

extension Segment {
  /// A question to send.
  public struct Outgoing: Sendable, Hashable {
    public var link: Link
    public var bytes: [UInt8]
    /// From an ephemeral port, so that answers come to us alone; otherwise from port 5353, answered to all.
    public var isLegacy: Bool
  }

  /// A link that is listened to, and where its round of questions stands.
  struct Attachment: Sendable {
    var link: Link
    var round = 0
    var nextRound: Timestamp
  }

  /// Questions in one packet: the answers to more would not fit into one either.
  private static let questionLimit = 16

  /// Begins to listen on a link; the first question is due at once.
  public mutating func attach(_ link: Link, at now: Timestamp) {
    guard links[link.index]?.link != link else { return }
    links[link.index] = Attachment(link: link, nextRound: now)
  }

  /// Forgets a link that is gone, with everything that was heard on it.
  public mutating func detach(_ index: UInt32) -> [Change] {
    links[index] = nil
    var changes: [Change] = []
    for key in keys(on: index, where: { _ in true }) {
      remove(key, .linkGone, &changes)
    }
    queriers = queriers.filter { $0.key.link != index }
    return changes
  }

  /// Lets time pass: what has expired is withdrawn, what waited is reported.
  public mutating func advance(to now: Timestamp) -> [Change] {
    var changes: [Change] = []
    for (key, list) in hosts where list.contains(where: { $0.lifetime.isOver(now) }) {
      hosts[key] = list.filter { !$0.lifetime.isOver(now) }
      for owner in pointing[key] ?? [] { instances[owner]?.isPending = true }
    }
    for (key, instance) in instances {
      var left = instance
      if instance.pointer?.isOver(now) == true { left.pointer = nil }
      if instance.service?.isOver(now) == true {
        left.service = nil
        point(key, from: instance.announcement.service?.target, to: nil)
        left.announcement.service = nil
      }
      if instance.text?.isOver(now) == true {
        left.text = nil
        left.announcement.text = nil
      }
      if left.pointer == nil, left.service == nil, left.text == nil {
        remove(key, instance.goodbye ? .goodbye : .expired, &changes)
      } else if left.announcement.service != instance.announcement.service
        || left.announcement.text != instance.announcement.text || left.pointer != instance.pointer
      {
        left.isPending = true
        instances[key] = left
      }
    }
    for key in instances.filter({ $0.value.isPending }).keys { changes += report(key, now) }
    return budgeted(changes.sorted(by: Self.inOrder), now)
  }

  private static func inOrder(_ a: Change, _ b: Change) -> Bool {
    func key(_ change: Change) -> String {
      switch change {
      case .appeared(let one), .changed(let one), .withdrawn(let one, _): "\(one.link.name) \(one.name)"
      case .queried, .flooded: ""
      }
    }
    return key(a) < key(b)
  }

  /// The questions that are due: what is there, what is missing, what is about to expire. None when passive.
  ///
  /// The first round goes out from an ephemeral port and is answered to us alone; then one multicast round after a
  /// second, and after 1, 2, 4 … 60 minutes.
  public mutating func outgoing(at now: Timestamp) -> [Outgoing] {
    if isPassive { return [] }
    var out: [Outgoing] = []
    for index in links.keys.sorted() {
      guard var attachment = links[index] else { continue }
      let link = attachment.link
      if now >= attachment.nextRound {
        let pause: Double = attachment.round == 0 ? 1 : min(3600, 60 * Double(1 << min(6, attachment.round - 1)))
        out.append(round(attachment, now))
        attachment.round += 1
        attachment.nextRound = now.advanced(bySeconds: pause)
        links[index] = attachment
      }
      let missing = self.missing(on: index, now)
      if !missing.isEmpty { out.append(ask(missing, on: link, legacy: true)) }
      let fading = self.fading(on: index, now)
      if !fading.isEmpty { out.append(ask(fading, on: link, legacy: false)) }
    }
    for one in out { sent.append(one.bytes) }
    sent.removeFirst(max(0, sent.count - 32))
    return out
  }

  static func inOrder(_ a: Key, _ b: Key) -> Bool { a.name.wire.lexicographicallyPrecedes(b.name.wire) }

  private func keys(on link: UInt32, where condition: (Instance) -> Bool) -> [Key] {
    instances.filter { $0.key.link == link && condition($0.value) }.keys.sorted(by: Self.inOrder)
  }

  private func round(_ attachment: Attachment, _ now: Timestamp) -> Outgoing {
    let isLegacy = attachment.round == 0
    var message = DNS.Message()
    for type in ServiceType.known {
      message.questions.append(DNS.Question(type.name, type: DNS.Kind.ptr, unicast: isLegacy))
    }
    if !isLegacy {
      // Known answers spare the segment an answer that we have (RFC 6762 §7.1).
      let fresh = instances.filter { $0.key.link == attachment.link.index && $0.value.pointer?.isFresh(now) == true }
      for (key, instance) in fresh.sorted(by: { Self.inOrder($0.key, $1.key) }).prefix(12) {
        let left = instance.pointer.map { $0.expires.seconds(since: now) } ?? 0
        message.answers.append(
          DNS.Record(
            instance.announcement.type.name, type: DNS.Kind.ptr, ttl: UInt32(max(0, left)), data: .pointer(key.name)))
      }
    }
    return Outgoing(link: attachment.link, bytes: message.encoded(), isLegacy: isLegacy)
  }

  private func ask(_ questions: [DNS.Question], on link: Link, legacy: Bool) -> Outgoing {
    var message = DNS.Message()
    message.questions = questions
    return Outgoing(link: link, bytes: message.encoded(), isLegacy: legacy)
  }

  /// What an instance lacks, asked for three times with growing pauses.
  private mutating func missing(on link: UInt32, _ now: Timestamp) -> [DNS.Question] {
    var questions: [DNS.Question] = []
    let due = keys(on: link) {
      $0.asked < 3 && !$0.goodbye
        && now.seconds(since: $0.announcement.firstSeen) >= 0.2 * Double(1 << (2 * $0.asked))
    }
    for key in due {
      guard var instance = instances[key] else { continue }
      var wanted: [DNS.Question] = []
      if let target = instance.announcement.service?.target {
        if hosts[Key(link: link, name: target)]?.isEmpty ?? true {
          wanted.append(DNS.Question(target, type: DNS.Kind.a, unicast: true))
          wanted.append(DNS.Question(target, type: DNS.Kind.aaaa, unicast: true))
        }
      } else {
        wanted.append(DNS.Question(key.name, type: DNS.Kind.srv, unicast: true))
      }
      if instance.announcement.text == nil {
        wanted.append(DNS.Question(key.name, type: DNS.Kind.txt, unicast: true))
      }
      guard !wanted.isEmpty else { continue }
      guard questions.count + wanted.count <= Self.questionLimit else { break }
      questions += wanted
      instance.asked += 1
      instances[key] = instance
    }
    return questions
  }

  /// Records near their end, asked for again before they are given up.
  private mutating func fading(on link: UInt32, _ now: Timestamp) -> [DNS.Question] {
    var questions: [DNS.Question] = []
    for key in keys(on: link, where: { !$0.goodbye }) {
      guard var instance = instances[key] else { continue }
      guard questions.count + 5 <= Self.questionLimit else { break }
      if instance.pointer?.wantsRefresh(now) == true {
        instance.pointer?.refreshed += 1
        let question = DNS.Question(instance.announcement.type.name, type: DNS.Kind.ptr)
        if !questions.contains(question) { questions.append(question) }
      }
      if instance.service?.wantsRefresh(now) == true {
        instance.service?.refreshed += 1
        questions.append(DNS.Question(key.name, type: DNS.Kind.srv))
      }
      if instance.text?.wantsRefresh(now) == true {
        instance.text?.refreshed += 1
        questions.append(DNS.Question(key.name, type: DNS.Kind.txt))
      }
      instances[key] = instance
      guard let target = instance.announcement.service?.target, var list = hosts[Key(link: link, name: target)]
      else { continue }
      for index in list.indices where list[index].lifetime.wantsRefresh(now) {
        list[index].lifetime.refreshed += 1
        let question = DNS.Question(target, type: list[index].address.isIPv4 ? DNS.Kind.a : DNS.Kind.aaaa)
        if !questions.contains(question) { questions.append(question) }
      }
      hosts[Key(link: link, name: target)] = list
    }
    return questions
  }
}

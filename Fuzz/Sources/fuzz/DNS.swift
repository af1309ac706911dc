import Model
import Wire
import WireSensor

/// A message is decoded, written and decoded again; then a segment hears it from two hosts, over and over, while time
/// passes. What must hold is a precondition: a violation is a crash with its input.
@Sendable func fuzzDNS(_ bytes: [UInt8]) {
  if let message = try? DNS.Message(decoding: bytes) {
    let records = message.answers + message.authorities + message.additionals
    precondition(message.questions.count + records.count <= DNS.Message.recordLimit)
    for record in records {
      precondition(record.name.wire.count <= 255)
      precondition(isSafe(record.name.description))
    }
    guard let again = try? DNS.Message(decoding: message.encoded()) else { preconditionFailure("cannot be read back") }
    precondition(again.questions == message.questions)
    precondition(again.unread == 0)
  }

  guard let near = Address(bytes: [10, 77, 0, 1]), let far = Address("fe80::216:3eff:fe77:2") else { return }
  let link = Link(index: 2, name: "e0")
  var now = Timestamp(seconds: 1_795_700_000)
  var limits = Segment.Limits()
  limits.instances = 16
  limits.instancesPerSource = 8
  var segment = Segment(limits: limits)
  segment.attach(link, at: now)
  for step in 0..<4 {
    _ = segment.receive(
      .init(
        bytes: bytes, address: step % 2 == 0 ? near : far, link: link, hopLimit: step == 3 ? 64 : 255,
        isLegacy: step == 1), at: now)
    now = now.advanced(bySeconds: step == 2 ? 4000 : 1.5)
    _ = segment.advance(to: now)
    for outgoing in segment.outgoing(at: now) {
      guard let question = try? DNS.Message(decoding: outgoing.bytes) else { preconditionFailure("our own question") }
      precondition(question.damaged == 0 && question.unread == 0 && outgoing.bytes.count <= 9000)
    }
    precondition(segment.announcements.count <= limits.instances)
  }
  let surroundings = Announcement.Surroundings(host: Host(id: "h", name: "h"), own: [near], neighbours: Neighbours())
  for announcement in segment.announcements {
    precondition(announcement.addresses.count <= limits.addressesPerHost)
    if let seen = announcement.observation(in: surroundings) {
      precondition(isSafe(seen.detail) && isSafe(seen.facts.name ?? ""))
    }
  }
}

private func isSafe(_ text: String) -> Bool {
  !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || (0x80..<0xA0).contains($0.value) }
}

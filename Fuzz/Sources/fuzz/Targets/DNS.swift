import Model
import Wire
import WireSensor

/// A message is decoded, written and decoded again; then a segment hears it from two hosts, over and over, while time
/// passes.
@Sendable func fuzzDNS(_ bytes: [UInt8]) throws {
  if let message = try? DNS.Message(decoding: bytes) {
    let records = message.answers + message.authorities + message.additionals
    try hold(message.questions.count + records.count <= DNS.Message.recordLimit, "too many records")
    for record in records {
      try hold(record.name.wire.count <= 255, "a name too long")
      try hold(isSafe(record.name.description), "a name with controls")
    }
    guard let again = try? DNS.Message(decoding: message.encoded()) else { throw Broken("cannot be read back") }
    try hold(again.questions == message.questions, "other questions when read back")
    try hold(again.unread == 0, "our own message is not read to its end")
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
      guard let question = try? DNS.Message(decoding: outgoing.bytes) else {
        throw Broken("our own question cannot be read")
      }
      try hold(question.damaged == 0 && question.unread == 0 && outgoing.bytes.count <= 9000, "our own question")
    }
    try hold(segment.announcements.count <= limits.instances, "too many announcements")
  }
  let surroundings = Announcement.Surroundings(host: Host(id: "h", name: "h"), own: [near], neighbours: Neighbours())
  for announcement in segment.announcements {
    try hold(announcement.addresses.count <= limits.addressesPerHost, "too many addresses")
    if let seen = announcement.observation(in: surroundings) {
      try hold(isSafe(seen.detail) && isSafe(seen.facts.name ?? ""), "an observation with controls")
    }
  }
}

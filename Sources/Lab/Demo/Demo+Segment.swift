public import Model
internal import Wire

/// The made-up segment: what its machines send by multicast DNS, as the bytes that the sensor would receive.
extension Demo {
  /// One datagram, with the card that sent it.
  public struct Datagram: Sendable {
    public var bytes: [UInt8]
    public var address: Address
    /// Six bytes, of the range for documentation (RFC 9542 §2.1.4).
    public var mac: [UInt8]
  }

  public static let interface = "wlan0"

  /// The demo machine announces itself in full, as its configuration says; a machine in another room does so with the
  /// defaults of today; a phone looks for gateways.
  public static var datagrams: [Datagram] {
    let laptop = machine(
      "ada's gateway (OpenClaw)", target: "demo-laptop", address: "192.0.2.17",
      text: [
        ("role", "gateway"), ("displayName", "ada's gateway"), ("lanHost", "demo-laptop.local"),
        ("gatewayPort", "18789"), ("transport", "gateway"), ("sshPort", "22"), ("cliPath", "/home/ada/bin/openclaw"),
      ])
    let studio = machine(
      "studio (OpenClaw)", target: "studio", address: "192.0.2.40",
      text: [
        ("role", "gateway"), ("displayName", "studio"), ("lanHost", "studio.local"), ("gatewayPort", "18789"),
        ("transport", "gateway"), ("gatewayTls", "1"),
      ])
    var question = DNS.Message()
    question.questions = service.map { [DNS.Question($0, type: DNS.Kind.ptr)] } ?? []
    return [("192.0.2.17", 0x17, laptop), ("192.0.2.40", 0x40, studio), ("192.0.2.23", 0x23, question)].compactMap {
      address, card, message in
      Address(address).map {
        Datagram(bytes: message.encoded(), address: $0, mac: [0x00, 0x00, 0x5E, 0x00, 0x53, card])
      }
    }
  }

  private static var service: DNS.Name? { DNS.Name("_openclaw-gw._tcp.local") }

  /// An announcement: pointer, service, text and address in one answer (RFC 6763 §12).
  private static func machine(
    _ instance: String, target: String, address: String, text: [(String, String)]
  ) -> DNS.Message {
    var message = DNS.Message(id: 0, flags: DNS.Message.multicastResponse)
    guard let service, let name = DNS.Name(labels: [Array(instance.utf8)] + service.labels),
      let target = DNS.Name("\(target).local"), let address = Address(address)
    else { return message }
    let attributes = DNS.Text(text.map { DNS.Text.Attribute($0, Array($1.utf8)) })
    message.answers = [
      DNS.Record(service, type: DNS.Kind.ptr, ttl: 4500, data: .pointer(name)),
      DNS.Record(
        name, type: DNS.Kind.srv, cacheFlush: true, ttl: 120, data: .service(.init(port: 18789, target: target))),
      DNS.Record(name, type: DNS.Kind.txt, cacheFlush: true, ttl: 4500, data: .text(attributes)),
      DNS.Record(target, type: DNS.Kind.a, cacheFlush: true, ttl: 120, data: .address(address)),
    ]
    return message
  }
}

import Model
import Testing

@testable import Probe

@Suite struct TargetTests {
  static let v4 = Address("192.168.1.7")

  @Test func `a host, an address and a network are told apart`() throws {
    #expect(try Target(parsing: "Box.example.com") == .name("box.example.com", port: nil))
  }
}

import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  /// An installation whose surroundings were looked at.
  static func detailed(_ text: String? = "{}", _ change: (inout OpenClawDetails) -> Void = { _ in }) -> Subject {
    openclaw(text) { subject in
      subject.agent.version = "2026.4.12"
      var details = OpenClawDetails()
      change(&details)
      subject.installation?.details = details
    }
  }

  /// The same in the era of the database.
  static func later(_ text: String? = "{}", _ change: (inout OpenClawDetails) -> Void = { _ in }) -> Subject {
    detailed(text, change).with {
      $0.agent.version = "2026.9.5"
      $0.installation?.databases = ["\(state)/state/openclaw.sqlite"]
    }
  }

  static func document(_ role: OpenClawDetails.Document.Role, _ name: String, _ text: String)
    -> OpenClawDetails.Document
  {
    .init(role, path: "\(state)/\(name)", configuration: configuration(text, path: "\(state)/\(name)"))
  }

  /// Nothing known, and the surroundings not looked at: what every rule about them must say then.
  static func unseen(_ rule: String) -> [Fixture] {
    [.blind(rule, "no state directory was found", nothing), .blind(rule, "not what lies beside it", openclaw())]
  }

  /// A question that only the product answers.
  static func unanswered(_ rule: String, _ says: String) -> [Fixture] {
    [.blind(rule, says, openclaw()), .blind(rule, "no state directory was found", nothing)]
  }
}

extension Fixture {
  /// Fixtures of the rules that concern OpenClaw alone.
  static let ofOpenClaw: [Fixture] =
    trust + browsers + exec + cages + plugins + places + exposure + senders + ownGateway + ownSupply + ownTools
    + ownState
    + theirIDs
}

import Knowledge

/// How much shorter the list of sentences would be under one control.
public struct WhatIf: Sendable, Hashable {
  public enum Control: String, Sendable, Hashable, CaseIterable {
    case ownAccount = "own-account"
    case closedHome = "home-not-mounted"
    case broker
    case rotation
    case readOnly = "read-only"
    case noEngine = "engine-socket-removed"
    case egressList = "egress-list"

    public var title: String {
      switch self {
      case .ownAccount: "Run it as a user of its own, who cannot read your home"
      case .closedHome: "Run it in a sandbox or container that does not see your home"
      case .broker: "Hand it secrets from a vault when it runs, so that none lies in a file"
      case .rotation: "Replace old keys, and let new ones end within the hour"
      case .readOnly: "Give its tokens the right to read and no more"
      case .noEngine: "Take the container engine's socket away from it"
      case .egressList: "Let it call the few addresses that it needs and no others"
      }
    }
  }

  /// What does not make the list shorter, and why: so that nobody relies on it.
  public static let useless =
    "asking before each command (who has taken the agent over does not ask), a home that it may only read (all of it can "
    + "still be read)"

  public var control: Control
  /// Sentences that drop out.
  public var removed: Int
  /// Sentences that get milder and stay.
  public var milder: Int
  /// Steps of severity taken from all sentences together: the order of effect.
  public var effect: Int

  /// Every control that changes anything, the one with most effect first.
  public static func all(_ radius: BlastRadius, _ jewels: [Jewel], reach: Reach) -> [WhatIf] {
    Control.allCases.map { control in
      var result = WhatIf(control: control, removed: 0, milder: 0, effect: 0)
      for sentence in radius.sentences {
        let left =
          sentence.jewels.map { index in
            max(
              0,
              min(
                sentence.severity, jewels[index].severity - eased(jewels[index], reach.answers[index], control, reach)))
          }.max() ?? 0
        if left == 0 { result.removed += 1 } else if left < sentence.severity { result.milder += 1 }
        result.effect += sentence.severity - left
      }
      return result
    }.filter { $0.effect > 0 }.sorted { a, b in
      if a.effect != b.effect { return a.effect > b.effect }
      if a.removed != b.removed { return a.removed > b.removed }
      return a.control.rawValue < b.control.rawValue
    }
  }

  /// Steps that a control takes from one jewel; what it takes wholly is more than there is.
  private static func eased(_ jewel: Jewel, _ answer: Reach.Answer, _ control: Control, _ reach: Reach) -> Int {
    let whole = 9
    // What the agent itself needs to run goes where it goes.
    let isItsOwn = jewel.family == .agent
    switch control {
    case .ownAccount:
      guard !isItsOwn, !answer.ways.contains(.engineSocket) || jewel.kind == "docker_socket" else { return 0 }
      let stays = answer.ways.contains { way in
        switch way {
        case .everybody, .privileged: true
        case .owner, .group, .root, .capability, .mounted, .engineSocket: false
        }
      }
      return stays ? 0 : whole
    case .closedHome: return isItsOwn ? 0 : whole
    case .broker: return jewel.fingerprint == nil ? 0 : 2
    case .rotation:
      guard jewel.fingerprint != nil else { return 0 }
      if jewel.family == .history || jewel.kind == "agent_transcript_secret" { return whole }
      return jewel.expires == nil ? 1 : 0
    case .egressList:
      // Nothing is hidden by it, but what is read cannot be used or carried off from here so easily.
      return jewel.fingerprint != nil || jewel.family == .sshAndGPG ? 1 : 0
    case .readOnly: return writing.contains(jewel.family) && jewel.fingerprint != nil ? 1 : 0
    case .noEngine:
      if jewel.kind == "docker_socket", Reach.isEngine(jewel.place.path) { return whole }
      return answer.ways == [.engineSocket] ? whole : 0
    }
  }

  private static let writing: Set<CredentialKind.Family> = [
    .cloud, .database, .versionControlAndRegistry, .continuousIntegration, .kubernetesAndContainers, .payment,
  ]
}

import HostSensor
public import Installations
import Inventory
public import Model

extension Keeper {
  /// What a round would end with that saw nothing but these installations. Nothing is read from the state, nothing kept:
  /// for a copy, a backup or a fixture, which is no agent of this host.
  public static func trial(_ installations: [Installation], host: Host, now: Timestamp) -> Outcome {
    var catalogue = Catalogue()
    let observations = InstalledAgents.observations(installations, host: host, now: now)
    let changes = catalogue.fold(observations, looked: [.installation], now: now)
    let findings = Judgement.findings(
      agents: catalogue.agents, installations: installations, host: host, now: now)
    catalogue.assess(Judgement.risks(agents: catalogue.agents, findings: findings))
    return Outcome(agents: catalogue.agents, findings: findings, sources: [], changes: changes, recorded: 0)
  }
}

/// Every rule, in the order in which a person should read the answers.
public enum Rules {
  public static let all: [Rule] =
    entrance + abilities + surroundings + kin

  /// Who can reach the agent, and who is let in.
  private static let entrance: [Rule] =
    GatewayRules.all + LoginRules.all + TrustRules.all + ControlUIRules.all + DiscoveryRules.all + HookRules.all
    + DoorRules.all + ControlRules.all

  /// What it may do for them.
  private static let abilities: [Rule] =
    ToolRules.all + ExecRules.all + SandboxRules.all + CageRules.all + ChannelRules.all + ChannelTrustRules.all
    + MessengerRules.all
    + ExposureRules.all + ModelRules.all + BrowserRules.all + LooseRules.all

  /// What lies around it.
  private static let surroundings: [Rule] =
    FileRules.all + StateRules.all + SurroundingsRules.all + EnvironmentRules.all + SecretRules.all + HostRules.all
    + ContainerRules.all
    + ExtensionRules.all
    + PluginRules.all + CodeRules.all + MachineRules.all + LaunchRules.all + NetworkRules.all + LeavingRules.all
    + GuardRules.all
    + SupplyRules.all
    + RemoteRules.all + ReleaseRules.all + TraceRules.all

  /// What other products ask of their owner.
  private static let kin: [Rule] =
    KinRules.all + ClaudeRules.all + CodexRules.all + GeminiRules.all + NanobotRules.all + HermesRules.all
    + OpenCodeRules.all + OpenHandsRules.all + GooseRules.all + NanoClawRules.all + MCPRules.all

  /// The rule of that id; nil where there is none.
  public static func rule(_ id: String) -> Rule? { all.first { $0.id == id } }
}

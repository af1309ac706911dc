/// Every rule, in the order in which a person should read the answers.
public enum Rules {
  public static let all: [Rule] =
    GatewayRules.all + LoginRules.all + ControlUIRules.all + DiscoveryRules.all + ToolRules.all + SandboxRules.all
    + ChannelRules.all + FileRules.all + SecretRules.all + HostRules.all + ContainerRules.all + ExtensionRules.all
    + ReleaseRules.all + KinRules.all
    + ClaudeRules.all + CodexRules.all + GeminiRules.all + MCPRules.all
    + NanobotRules.all + HermesRules.all + OpenCodeRules.all

  /// The rule of that id; nil where there is none.
  public static func rule(_ id: String) -> Rule? { all.first { $0.id == id } }
}

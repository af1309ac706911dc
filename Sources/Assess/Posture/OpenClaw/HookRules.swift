import Installations
import Model

/// Requests from outside that become turns of the agent.
enum HookRules {
  static let all = [sessionUnset, agents, requestKeys]

  private static let on: @Sendable (Subject, (Settings) -> [Answer]) -> [Answer] = ExtensionRules.hooks

  static let sessionUnset = Rule(
    "hooks.session-unset", "Requests to the hooks have no conversation of their own", .low,
    because: "what comes in is joined with what releases choose, which may be the owner's own conversation",
    reads: ["hooks.enabled", "hooks.defaultSessionKey"], tier: 2, requirement: "H18",
    openclaw: ["hooks.default_session_key_unset"],
    why: "Text from mail and web services lands beside private talk, where the model takes it for part of that.",
    remedy: "Set hooks.defaultSessionKey to a conversation of its own, such as hook:incoming."
  ) { subject in
    on(subject) { settings in
      let key = "hooks.defaultSessionKey"
      if let text = settings[key]?.string, !text.isEmpty { return [.pass("\(key) is set", at: settings.place(key))] }
      return [.fail("\(key) is unset", at: settings.place(key), fix: settings.edit(key, to: "\"hook:incoming\""))]
    }
  }

  static let agents = Rule(
    "hooks.agents-unrestricted", "A hook may start any agent", .medium,
    because: "the caller picks the agent with the most rights; worse where others reach the gateway",
    reads: ["hooks.enabled", "hooks.allowedAgentIds"], tier: 2, requirement: "H18",
    openclaw: ["hooks.allowed_agent_ids_unrestricted"],
    why: "Whoever has the hooks' token, or gets text into one of them, chooses the agent that has a shell.",
    remedy: "List the agents in hooks.allowedAgentIds that hooks may start."
  ) { subject in
    on(subject) { settings in
      let key = "hooks.allowedAgentIds"
      let place = settings.place(key)
      if let list = settings[key]?.strings, !list.contains("*") {
        return [.pass("\(key) has \(list.count) entries", at: place)]
      }
      let ids = settings.agents.map { "\"\($0.id)\"" }.prefix(4).joined(separator: ", ")
      return [
        .fail(
          "\(key) \(settings[key] == nil ? "is unset, which means any" : "has *")", at: place,
          severity: settings.exposure.isEmpty ? nil : .high,
          fix: settings.edit(
            key, to: ids.isEmpty ? "the agents that hooks may start, such as [\"main\"]" : "[\(ids)], or fewer"))
      ]
    }
  }

  static let requestKeys = Rule(
    "hooks.caller-picks-session", "A hook's caller may enter any conversation", .medium,
    because: "the caller needs the hooks' token first; worse where others reach the gateway",
    reads: ["hooks.enabled", "hooks.allowRequestSessionKey", "hooks.allowedSessionKeyPrefixes"], tier: 1,
    requirement: "H18",
    openclaw: ["hooks.request_session_key_enabled", "hooks.request_session_key_prefixes_missing"],
    why: "A request writes into the owner's own conversation, as if the owner had said it.",
    remedy: "Delete hooks.allowRequestSessionKey, or at least limit it with hooks.allowedSessionKeyPrefixes."
  ) { subject in
    on(subject) { settings in
      let key = "hooks.allowRequestSessionKey"
      guard settings.flag(key) == true else {
        return [.pass(settings[key] == nil ? "\(key) is unset" : "\(key) is off", at: settings.place(key))]
      }
      let worse: Severity? = settings.exposure.isEmpty ? nil : .high
      let prefixes = settings["hooks.allowedSessionKeyPrefixes"]?.strings ?? []
      guard prefixes.isEmpty else {
        return [
          .fail(
            "\(key) is true, limited to \(prefixes.count) prefixes", at: settings.place(key), severity: .low,
            fix: settings.remove(key)
          ).naming("hooks.request_session_key_enabled")
        ]
      }
      return [
        .fail(
          "\(key) is true, and hooks.allowedSessionKeyPrefixes is empty", at: settings.place(key), severity: worse,
          fix: settings.remove(key)
        ).naming("hooks.request_session_key_prefixes_missing")
      ]
    }
  }
}

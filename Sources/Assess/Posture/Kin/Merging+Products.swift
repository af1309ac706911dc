import Installations
import Model

// What each product does with the files of a folder of work decides most of these: a repository must not give itself rights.

extension Merging {
  /// managed, local, project, user. Lists are joined. A wrong type or an unknown word drops the whole file.
  static let claudeCode = Merging(
    joinsLists: true,
    ignores: { say in
      guard say.isFromFolder else { return false }
      if say.key == "permissions.defaultMode", say.setting.string == "bypassPermissions" { return true }
      if say.isBelow("permissions.allow") || say.isBelow("permissions.additionalDirectories") {
        return say.layer.isTrusted == false
      }
      if folderMayNotSay.contains(where: say.isBelow) { return true }
      guard say.isBelow("sandbox") else { return false }
      // Only the managed file can hold the sandbox against the folder.
      let managed = say.layers.filter { $0.scope == .managed }
      if managed.contains(where: { $0.configuration["sandbox.allowUnsandboxedCommands"]?.bool == false }) {
        return true
      }
      return say.isBelow("sandbox.network.allowedDomains")
        && managed.contains { $0.configuration["sandbox.network.allowManagedDomainsOnly"]?.bool == true }
    },
    fault: { ClaudeSchema.fault(in: $0) })

  private static let folderMayNotSay = [
    "sandbox.network.strictAllowlist", "sandbox.network.httpProxyPort", "sandbox.network.socksProxyPort",
    "sandbox.credentials.allowPlaintextInject", "sandbox.credentials.awsPairs", "sandbox.credentials.sigv4",
    "sandbox.filesystem.disabled", "autoMemoryDirectory",
  ]

  /// project (trusted only, the nearest folder first), profile, user, system. The strongest list counts alone.
  static let codex = Merging(ignores: { say in
    guard say.isFromFolder else { return false }
    guard CodexTrust.isTrusted(say.layer, say.layers) else { return true }
    return codexFolderMayNotSay.contains(where: say.isBelow)
      || say.key.hasPrefix("experimental_realtime_") && say.key.hasSuffix("_base_url")
  })

  private static let codexFolderMayNotSay = [
    "openai_base_url", "chatgpt_base_url", "apps_mcp_product_sku", "model_provider", "model_providers", "notify",
    "profile", "profiles", "otel", "projects", "responses_api_metadata",
  ]

  /// system override, project (trusted only), user, system defaults. Lists are joined; `admin` in files is not heard.
  static let gemini = Merging(
    joinsLists: true,
    ignores: { say in
      say.isBelow("admin") || say.isFromFolder && say.layer.isTrusted == false
    })
}

/// Whether Codex was told to trust a folder: by the layer, else by the record in the user's configuration.
enum CodexTrust {
  static func isTrusted(_ layer: Installation.Layer, _ layers: [Installation.Layer]) -> Bool {
    if let isTrusted = layer.isTrusted { return isTrusted }
    guard let project = layer.project else { return false }
    return layers.contains { other in
      other.scope == .user
        && other.configuration["projects"]?[project]?["trust_level"]?.string == "trusted"
    }
  }
}

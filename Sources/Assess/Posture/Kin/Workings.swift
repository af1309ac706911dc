internal import Synchronization

/// What many rules of one assessment would each work out anew: worked out by the first that asks, and gone with the
/// assessment. Its parts depend on the agent's kind and on the installation alone.
final class Workings: Sendable {
  private struct Kept {
    var settings: [String: KinSettings.Base] = [:]
    var servers: [MCPServer]?
    var unread: String??
  }
  private let kept = Mutex(Kept())

  /// The settings files of the product of that kind, as it merges them.
  func base(_ kind: String, _ make: () -> KinSettings.Base) -> KinSettings.Base {
    if let known = kept.withLock({ $0.settings[kind] }) { return known }
    let made = make()
    kept.withLock { $0.settings[kind] = made }
    return made
  }

  func servers(_ make: () -> [MCPServer]) -> [MCPServer] {
    if let known = kept.withLock({ $0.servers }) { return known }
    let made = make()
    kept.withLock { $0.servers = made }
    return made
  }

  /// Why servers may stand where nobody could look.
  func unread(_ make: () -> String?) -> String? {
    if let known = kept.withLock({ $0.unread }) { return known }
    let made = make()
    kept.withLock { $0.unread = .some(made) }
    return made
  }
}

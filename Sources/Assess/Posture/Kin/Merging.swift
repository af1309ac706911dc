import Installations
import Model

/// How one product makes one configuration of several files: facts about the product, no state.
struct Merging: Sendable {
  /// Lists of several layers are joined; else the strongest layer's list counts alone.
  var joinsLists = false
  /// Whether the product takes no notice of what this layer says under this key.
  var ignores: @Sendable (Say) -> Bool = { _ in false }
  /// Why the product throws the whole file away; nil where it takes it.
  var fault: @Sendable (Configuration) -> Fault? = { _ in nil }

  /// One layer's word on one key.
  struct Say {
    var layer: Installation.Layer
    var key: String
    var setting: Configuration.Setting
    /// All settings files of the installation, strongest first.
    var layers: [Installation.Layer]

    /// Whether the file came with a folder of work, so that whoever wrote the repository may have written it.
    var isFromFolder: Bool { layer.scope == .project || layer.scope == .local }

    func isBelow(_ prefix: String) -> Bool { key == prefix || key.hasPrefix(prefix + ".") }
  }

  /// What makes a product refuse a file.
  struct Fault: Hashable {
    var key: String
    var setting: Configuration.Setting
    var what: String
  }

  /// The strongest file that has the key wins, whole.
  static let plain = Merging()
}

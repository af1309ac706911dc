import Installations

extension KinSettings {
  /// The settings files of one installation as one product takes them: the same for each of its rules.
  struct Base: Sendable {
    /// Every file, whatever its role, strongest first.
    var all: [Layer]
    /// Those that were read.
    var files: [Layer]
    var unread: [Installation.Problem]
    var hasSettings: Bool
    /// Settings files that the product takes.
    var layers: [Layer]
    var dropped: [Dropped] = []
    /// What holds outside of any folder and without a profile, then each folder of work, then each profile.
    var contexts: [(layers: [Layer], project: String?)]

    /// Folders of work beyond these are not judged each for itself; rules that read every layer still see them.
    private static let mostFolders = 500

    init(_ installation: Installation, _ merging: Merging) {
      all = KinSettings.layers(of: installation)
      unread = KinSettings.problems(of: installation, all)
      let closed = Set(unread.map(\.path))
      files = closed.isEmpty ? all : all.filter { !closed.contains($0.path) }
      hasSettings = files.contains { $0.role == "settings" }
      layers = []
      contexts = []
      for layer in files where layer.role == "settings" {
        if let fault = merging.fault(layer.configuration) {
          dropped.append(Dropped(layer: layer, fault: fault))
        } else {
          layers.append(layer)
        }
      }
      contexts = Self.contexts(layers)
    }

    private static func contexts(_ layers: [Layer]) -> [(layers: [Layer], project: String?)] {
      var everywhere: [Int] = []
      var profiles: [Int] = []
      var folders: [String] = []
      var inFolder: [String: [Int]] = [:]
      for (index, layer) in layers.enumerated() {
        if let project = layer.project {
          if inFolder[project] == nil { folders.append(project) }
          inFolder[project, default: []].append(index)
        } else if layer.scope == .profile {
          profiles.append(index)
        } else {
          everywhere.append(index)
        }
      }
      func context(_ own: [Int], project: String?) -> (layers: [Layer], project: String?) {
        ((everywhere + own).sorted().map { layers[$0] }, project)
      }
      return [context([], project: nil)]
        + folders.prefix(mostFolders).map { context(inFolder[$0] ?? [], project: $0) }
        + profiles.prefix(20).map { context([$0], project: nil) }
    }
  }
}

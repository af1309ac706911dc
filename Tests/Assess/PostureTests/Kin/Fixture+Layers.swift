import Installations
import Model
import Platform

@testable import Posture

/// One settings file of a scene. Text is JSON5; a configuration that is TOML or YAML on a disk is written as the same tree.
struct LayerFile {
  var scope: Installation.Layer.Scope
  var text: String
  var role = "settings"
  var path: String?
  var mode: UInt16 = 0o600
  var owner: UInt32 = 1000
  var project: String?
  var isTrusted: Bool?

  static func user(_ text: String) -> LayerFile { LayerFile(scope: .user, text: text) }
  static func managed(_ text: String) -> LayerFile {
    LayerFile(scope: .managed, text: text, mode: 0o644, owner: 0)
  }
  static func system(_ text: String) -> LayerFile { LayerFile(scope: .system, text: text, mode: 0o644, owner: 0) }
  static func project(
    _ text: String, trusted: Bool? = nil, role: String = "settings", in folder: String = "/home/ada/src/app"
  )
    -> LayerFile
  {
    LayerFile(scope: .project, text: text, role: role, mode: 0o644, project: folder, isTrusted: trusted)
  }
  static func local(_ text: String, trusted: Bool? = nil) -> LayerFile {
    LayerFile(scope: .local, text: text, project: "/home/ada/src/app", isTrusted: trusted)
  }

  func layer(_ kind: String, _ index: Int) -> Installation.Layer {
    let ending = kind == "codex-cli" ? "toml" : "json"
    let base = project.map { $0 + "/.\(kind)" } ?? (owner == 0 ? "/etc/\(kind)" : "/home/ada/.\(kind)")
    let path = path ?? "\(base)/\(scope.rawValue)-\(role)-\(index).\(ending)"
    return Installation.Layer(
      scope, role: role, Fixture.configuration(text, path: path),
      status: FileStatus(kind: .regular, mode: mode, owner: owner), project: project, isTrusted: isTrusted)
  }
}

extension Fixture {
  /// An agent of which no state was found.
  static func nowhere(_ kind: String) -> Subject {
    Subject(agent: agent(kind, version: nil, status: .announced), now: now)
  }

  /// An installation with these files, the strongest first.
  static func layered(_ kind: String, _ files: [LayerFile], _ change: (inout Subject) -> Void = { _ in }) -> Subject {
    kin(kind, nil) { subject in
      subject.installation?.layers = files.enumerated().map { $1.layer(kind, $0) }
      change(&subject)
    }
  }

  /// The same with a file that could not be read, as strong as its place in the list says.
  static func unreadLayer(_ kind: String, _ files: [LayerFile], unread: Int) -> Subject {
    layered(kind, files) { subject in
      let path = subject.installation?.layers[unread].path ?? ""
      subject.installation?.problems = [.init(path: path, what: "permission denied")]
    }
  }
}

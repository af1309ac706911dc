import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  /// Fixtures of a rule that reads settings: texts that fail with a severity and a piece of evidence, texts that pass,
  /// and the three ways in which nothing can be said.
  static func asked(
    _ rule: String, _ severity: Severity, _ says: String, line: Int? = 1, fails: String, passes: [String]
  ) -> [Fixture] {
    let kind = String(rule.prefix { $0 != "." })
    return [
      .fail(rule, severity, says, line: line, layered(kind, [.user(fails)])),
      .blind(rule, "no state directory was found", nowhere(kind)),
      .blind(rule, "no configuration was read", kin(kind, nil)),
      .blind(rule, "permission denied", unreadLayer(kind, [.user(fails)], unread: 0)),
    ] + passes.map { .pass(rule, "", layered(kind, [.user($0)])) }
  }

  /// Started by a unit with these words, the program first.
  static func unit(_ words: String...) -> (inout Subject) -> Void {
    {
      $0.installation?.launches = [.init(.unit, file: "/etc/systemd/system/k.service", line: 7, words: words)]
      $0.arguments = .blind("no running process was seen")
    }
  }
  /// Started by a unit that sets a variable.
  static func variable(_ name: String, _ value: String?, file: String = "/home/ada/.config/systemd/user/k.service")
    -> (inout Subject) -> Void
  {
    {
      $0.installation?.launches = [
        .init(
          .unit, file: file, line: 5, words: ["x"], environment: [name], values: value.map { [name: $0] } ?? [:])
      ]
    }
  }
  static let blindStart: @Sendable (inout Subject) -> Void = {
    $0.arguments = .blind("no running process was seen")
    $0.environment = .blind("no running process was seen")
  }
  static func mode(_ directory: UInt16, _ files: (path: String, mode: UInt16)...) -> (inout Subject) -> Void {
    { subject in
      subject.installation?.mode = directory
      let state = subject.installation?.stateDirectory ?? ""
      subject.installation?.files = files.map {
        .init(
          path: $0.path.hasPrefix("/") ? $0.path : "\(state)/\($0.path)", role: .configuration,
          status: FileStatus(kind: $0.path.hasSuffix("/") ? .directory : .regular, mode: $0.mode))
      }
    }
  }
  static func container(
    network: String? = nil, mounts: [ContainerFacts.Mount] = [], user: String? = nil,
    ports: [ContainerFacts.PublishedPort] = [], privileged: Bool = false, name: String = "box"
  ) -> (inout Subject) -> Void {
    {
      $0.container = .seen(
        ContainerFacts(
          name: name, ports: ports, isPrivileged: privileged, mounts: mounts, user: user, network: network))
    }
  }
}

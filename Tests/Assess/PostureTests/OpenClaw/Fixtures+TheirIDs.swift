import Installations
import Model

@testable import Posture

extension Fixture {
  /// Where one rule answers several of the product's checks: each of them once.
  static let theirIDs: [Fixture] =
    [
      .fail("files.state-directory-mode", .high, "its group may change it", openclaw { $0.installation?.mode = 0o770 }),
      .fail(
        "files.state-directory-mode", .critical, "everybody may change it", openclaw { $0.installation?.mode = 0o777 }),
    ]
    + [
      ("files.configuration-mode", Installation.FileFact.Role.include, [0o644, 0o640, 0o660] as [UInt16]),
      ("files.configuration-mode", .configuration, [0o644, 0o640, 0o660]),
      ("files.credentials-mode", .credentialsDirectory, [0o755, 0o770]),
      ("files.credentials-mode", .authProfiles, [0o644, 0o660]), ("files.transcripts-mode", .log, [0o644]),
      ("files.transcripts-mode", .sessions, [0o644]),
    ].flatMap { rule, role, modes in
      modes.map { mode in
        Fixture(
          rule: rule, outcome: "fail",
          subject: openclaw {
            $0.installation?.mode = 0o755
            $0.installation?.files = [file("x", role, mode, directory: role == .credentialsDirectory)]
          }, says: "mode \(FileRules.octal(mode))")
      }
    }
    + [
      .fail(
        "sandbox.unconfined-profile", .high, "apparmorProfile is unconfined", line: 1,
        openclaw("{agents:{defaults:{sandbox:{docker:{apparmorProfile:'unconfined'}}}}}")),
      .fail(
        "channels.names-identify", .medium, "synology-chat", line: 1,
        openclaw("{channels:{'synology-chat':{dangerouslyAllowNameMatching:true}}}")),
      .fail(
        "secrets.literal-in-configuration", .medium, "hooks.token is a literal", line: 4,
        openclaw { $0.installation?.secrets = [secret("hooks.token", 40, 200)] }),
      .fail(
        "hooks.install-untraceable", .low, "no integrity value", line: 1,
        detailed("{hooks:{internal:{installs:{a:{source:'npm',spec:'a@1.0.0'}}}}}")),
      .fail(
        "hooks.install-untraceable", .medium, "2.0.0", line: 1,
        detailed("{hooks:{internal:{installs:{a:{source:'npm',spec:'a@1.0.0',version:'1.0.0',integrity:'sha512-x'}}}}}")
        {
          $0.plugins = [.init(id: "a", folder: "\(state)/hooks/a", version: "2.0.0")]
        }),
    ]
}

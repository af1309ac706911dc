import Installations
import Model

@testable import Posture

extension Fixture {
  private static func herm(_ files: LayerFile..., change: (inout Subject) -> Void = { _ in }) -> Subject {
    layered("hermes", files, change)
  }
  static let hermes: [Fixture] =
    asked(
      "hermes.approvals-off", .critical, "approvals.mode is off", fails: "{approvals:{mode:'off'}}",
      passes: ["{approvals:{mode:'manual'}}", "{}"])
    + [
      .fail("hermes.approvals-off", .critical, "is false", line: 1, herm(.user("{approvals:{mode:false}}"))),
      .fail("hermes.approvals-off", .critical, "--yolo", line: 7, herm(.user("{}"), change: unit("hermes", "--yolo"))),
      .pass(
        "hermes.approvals-off", "manual",
        herm(.managed("{approvals:{mode:'manual'}}"), .user("{approvals:{mode:'off'}}"))),
    ]
    + asked(
      "hermes.headless-auto", .critical, "approvals.deny is unset", line: nil, fails: "{approvals:{mode:'manual'}}",
      passes: ["{approvals:{mode:'manual',deny:['*rm -rf*','*curl*']}}", "{terminal:{backend:'docker'}}"])
    + asked(
      "hermes.cron-approve", .high, "is approve", fails: "{approvals:{cron_mode:'approve'}}",
      passes: ["{approvals:{cron_mode:'deny'}}", "{}"])
    + asked(
      "hermes.backend-local", .high, "terminal.backend is local", fails: "{terminal:{backend:'local'}}",
      passes: ["{terminal:{backend:'docker'}}"])
    + [
      .pass("hermes.backend-local", "docker", herm(.user("{}"), change: variable("TERMINAL_ENV", "docker"))),
      .fail(
        "hermes.backend-local", .high, "terminal.backend is local", line: 1,
        herm(.managed("{terminal:{backend:'local'}}"), change: variable("TERMINAL_ENV", "docker"))),
    ]
    + asked(
      "hermes.docker-wide", .high, "control socket",
      fails: "{terminal:{backend:'docker',docker_volumes:['/var/run/docker.sock:/var/run/docker.sock']}}",
      passes: ["{terminal:{backend:'docker',docker_network:false,docker_volumes:[]}}", "{}"])
    + asked(
      "hermes.env-leak", .high, "has AWS_SECRET_ACCESS_KEY",
      fails: "{terminal:{env_passthrough:['AWS_SECRET_ACCESS_KEY']}}", passes: ["{terminal:{env_passthrough:[]}}"])
    + [
      .fail(
        "hermes.allow-all-users", .critical, "GATEWAY_ALLOW_ALL_USERS is true", line: 5,
        herm(.user("{}"), change: variable("GATEWAY_ALLOW_ALL_USERS", "true"))),
      .pass(
        "hermes.allow-all-users", "no variable",
        herm(.user("{}"), change: variable("TELEGRAM_ALLOWED_USERS", "123456"))),
      .blind("hermes.allow-all-users", "no running process", herm(.user("{}"), change: blindStart)),
    ]
    + asked(
      "hermes.webhook-bind", .high, "extra.host is unset", line: nil,
      fails: "{platforms:{webhook:{enabled:true,extra:{secret:'INSECURE_NO_AUTH'}}}}",
      passes: ["{platforms:{webhook:{enabled:true,extra:{host:'127.0.0.1',secret:'${WEBHOOK_SECRET}'}}}}", "{}"])
    + [
      .fail(
        "hermes.dashboard-bind", .medium, "--host 0.0.0.0", line: 7,
        herm(.user("{}"), change: unit("hermes", "serve", "--host", "0.0.0.0"))),
      .pass("hermes.dashboard-bind", "no start", herm(.user("{}"), change: unit("hermes", "serve"))),
      .blind("hermes.dashboard-bind", "no running process", herm(.user("{}"), change: blindStart)),
    ]
    + asked(
      "hermes.config-secret", .medium, "model.api_key is a literal", fails: "{model:{api_key:'sk-live-123456'}}",
      passes: ["{model:{provider:'openrouter'}}"])
    + asked(
      "hermes.hooks-auto", .high, "is true", fails: "{hooks_auto_accept:true}", passes: ["{hooks_auto_accept:false}"])
    + asked(
      "hermes.skill-shell", .high, "is true", fails: "{skills:{inline_shell:true}}",
      passes: ["{skills:{inline_shell:false}}"])
    + [
      .fail(
        "hermes.project-plugins", .high, "is 1", line: 5,
        herm(.user("{}"), change: variable("HERMES_ENABLE_PROJECT_PLUGINS", "1"))),
      .pass("hermes.project-plugins", "is not on", herm(.user("{}"))),
      .blind("hermes.project-plugins", "no running process", herm(.user("{}"), change: blindStart)),
    ]
    + asked(
      "hermes.security-block", .medium, "redact_secrets is false", fails: "{security:{redact_secrets:false}}",
      passes: ["{security:{redact_secrets:true,tirith_fail_open:false,allow_lazy_installs:false}}"])
    + [
      .fail(
        "hermes.managed-dir", .medium, "HERMES_MANAGED_DIR is /tmp/m", line: 5,
        herm(.managed("{}"), change: variable("HERMES_MANAGED_DIR", "/tmp/m"))),
      .fail("hermes.managed-dir", .medium, "no managed file", herm(.user("{}"))),
      .pass("hermes.managed-dir", "root's", herm(.managed("{}"))),
      .blind("hermes.managed-dir", "no state directory", nowhere("hermes")),
    ]
    + asked(
      "hermes.quick-commands", .medium, "has rm -rf", fails: "{command_allowlist:['rm -rf']}",
      passes: ["{command_allowlist:[]}"])
    + [
      .fail("hermes.advisories", .high, "CVE-2026-9350", herm(.user("{}")) { $0.agent.version = "2026.4.16" }),
      .pass("hermes.advisories", "no advisory", herm(.user("{}")) { $0.agent.version = "2026.7.7.2" }),
      .blind("hermes.advisories", "not known", herm(.user("{}"))),
    ]
}

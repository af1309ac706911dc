import Installations
import Model
import Platform
import Testing

/// Made-up homes: where an agent is started from besides its units.
@Suite struct LaunchTests {
  private func launches(_ change: (inout MemoryFiles) -> Void) throws -> [Installation.Launch] {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/openclaw.json", "{}")
    change(&files)
    return try #require(Eras.find(files).installations.first { $0.stateDirectory == "/home/ada/.openclaw" }).launches
  }

  @Test func `a crontab starts it, with its user, its line and its variables`() throws {
    let found = try launches {
      $0.add(
        "/etc/cron.d/agent",
        "# nightly\nNODE_TLS_REJECT_UNAUTHORIZED=0\n@reboot ada OPENAI_API_KEY=sk-abcdefghijklmnopqrstuvwx /usr/bin/openclaw gateway\n"
      )
    }
    #expect(found.map(\.origin) == [.cron])
    #expect(found.first?.line == 3 && found.first?["user"]?.value == "ada")
    #expect(found.first?.values["NODE_TLS_REJECT_UNAUTHORIZED"] == "0")
    #expect(found.first?.secretNames == ["OPENAI_API_KEY"])
    #expect(!"\(found)".contains("sk-abc"))
  }

  @Test func `an alias and an exported variable of a start file count`() throws {
    let found = try launches {
      $0.add(
        "/home/ada/.bashrc", "alias oc='nohup openclaw gateway --allow-unconfigured'\nexport OPENCLAW_LOG_LEVEL=debug\n"
      )
    }
    #expect(found.map(\.origin) == [.shell, .shell])
    #expect(found.first?.words == ["openclaw", "gateway", "--allow-unconfigured"])
  }

  @Test func `a Compose file beside the state tells its ports, volumes and rights with their lines`() throws {
    let found = try launches {
      $0.add(
        "/home/ada/claw/compose.yaml",
        "services:\n  openclaw-gateway:\n    image: example.com/openclaw:latest\n    privileged: true\n    ports:\n      - \"18789:18789\"\n    volumes:\n      - /home/ada/.openclaw:/home/node/.openclaw\n    environment:\n      TZ: UTC\n"
      )
    }
    #expect(found.map(\.origin) == [.compose])
    #expect(found.first?["ports"] == .init("ports", "18789:18789", line: 6))
    #expect(found.first?["privileged"]?.line == 4)
    #expect(found.first?.environment == ["TZ"])
  }

  @Test func `a Quadlet file is read by the names of Compose`() throws {
    let found = try launches {
      $0.add(
        "/home/ada/.config/containers/systemd/openclaw.container",
        "[Container]\nImage=example.com/openclaw\nPublishPort=18789:18789\nNetwork=host\n")
    }
    #expect(found.map(\.origin) == [.quadlet])
    #expect(found.first?["network_mode"]?.line == 4 && found.first?["ports"]?.line == 3)
  }

  @Test func `a proxy's port, login and trust are read from nginx`() throws {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/openclaw.json", "{}")
    files.add(
      "/etc/nginx/conf.d/a.conf",
      "server {\n  listen 443 ssl;\n  location / {\n    proxy_pass http://127.0.0.1:18789;\n    proxy_set_header X-Real-IP $http_x_real_ip;\n  }\n}\n",
      mode: 0o644)
    let site = try #require(Eras.find(files).installations.first?.machine?.proxies.first)
    #expect(site.port == 18789 && site.place.line == 4 && !site.hasLogin && site.hasTLS && site.trusts?.line == 5)
  }
}

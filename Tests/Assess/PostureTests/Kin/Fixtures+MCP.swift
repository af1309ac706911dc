import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  /// A client with these servers in a file of its user.
  private static func client(
    _ text: String, kind: String = "claude-code", scope: LayerFile? = nil, _ change: (inout Subject) -> Void = { _ in }
  ) -> Subject {
    layered(kind, [scope ?? LayerFile(scope: .user, text: text, role: "mcp")], change)
  }
  private static func project(_ text: String, kind: String = "claude-code", trusted: Bool? = nil) -> Subject {
    client(text, kind: kind, scope: .project(text, trusted: trusted, role: "mcp"))
  }

  private static func servers(
    _ rule: String, _ severity: Severity, _ says: String, line: Int? = 1, fails: [String], passes: [String]
  )
    -> [Fixture]
  {
    let rule = "mcp.\(rule)"
    return fails.map { .fail(rule, severity, says, line: line, client($0)) }
      + passes.map { .pass(rule, "", client($0)) } + [
        .pass(rule, "no MCP server is configured", client("{mcpServers:{}}")),
        .pass(rule, "no MCP server is configured", openclaw()),
        .blind(rule, "no state directory was found", nothing),
        .blind(rule, "no configuration was read", kin("goose", nil)),
        .blind(
          rule, "permission denied", unreadLayer("claude-code", [.user("{}"), .project("{}", role: "mcp")], unread: 1)),
      ]
  }
  private static func command(_ command: String, _ args: String...) -> String {
    "{mcpServers:{x:{command:'\(command)',args:[\(args.map { "'\($0)'" }.joined(separator: ","))]}}}"
  }

  static let mcp = mcpSecrets + mcpPrograms + mcpRemotes + mcpTrust

  private static let mcpSecrets: [Fixture] =
    servers(
      "inline-secret", .high, "server x has a literal credential in",
      fails: [
        #"{"mcpServers":{"x":{"command":"/opt/x","env":{"GITHUB_TOKEN":"ghp_0123456789abcdefghij"}}}}"#,
        "{mcpServers:{x:{command:'/opt/x',env:{GITHUB_TOKEN:'<redacted>'}}}}",
        "{mcpServers:{x:{url:'https://m.example/mcp',headers:{Authorization:'Bearer sk-live-0123456789abcdef'}}}}",
        "{mcpServers:{x:{url:'https://m.example/mcp?api_key=abcd1234efgh5678'}}}",
        "{mcpServers:{x:{command:'/opt/x',args:['--token','0123456789abcdef01']}}}",
        "{mcpServers:{x:{command:'/opt/x',args:['--api-key=0123456789abcdef01']}}}",
        "{mcpServers:{x:{command:'docker',args:['run','-e','GITHUB_TOKEN=0123456789abcdef','i']}}}",
        "{mcp_servers:{x:{url:'https://m.example/mcp',http_headers:{Authorization:'Bearer sk-live-123456'}}}}",
        "{servers:{x:{command:'/opt/x',env:{API_KEY:'0123456789abcdef'},disabled:true}}}",
        "{mcpServers:{x:{command:'/opt/x',env:{API_KEY:'${API_KEY:-0123456789abcdef}'}}}}",
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"/opt/x","env":{"GITHUB_TOKEN":"${GITHUB_TOKEN}"}}}}"#,
        "{mcpServers:{x:{url:'https://m.example/mcp',headers:{Authorization:'Bearer ${T}'}}}}",
        "{mcp_servers:{x:{url:'https://m.example/mcp',bearer_token_env_var:'Y_TOKEN',env_http_headers:{Authorization:'Y_TOKEN'}}}}",
        "{servers:{x:{command:'/opt/x',env:{API_KEY:'${input:key}'}}}}",
        "{mcpServers:{x:{command:'/opt/x',env:{API_KEY:'${API_KEY:-}'}}}}",
        "{mcpServers:{x:{command:'/opt/x',args:['--token-file','/run/secrets/x'],env:{LANG:'C'}}}}",
      ])
    + [
      // What the reader cut because it was a variable is no literal.
      .pass(
        "mcp.inline-secret", "none with a literal",
        client("{mcpServers:{x:{command:'/opt/x',headers:{Authorization:'<redacted>'}}}}") { subject in
          let path = subject.installation?.layers[0].path ?? ""
          subject.installation?.secrets = [
            .init(
              key: "mcpServers.x.headers.Authorization", file: path, line: 1, form: .environment("T", resolved: false))
          ]
        }),
      .fail(
        "mcp.inline-secret", .high, "environment.API_KEY", line: 1,
        client("{mcp:{x:{type:'local',command:['/opt/x'],environment:{API_KEY:'0123456789abcdef'}}}}", kind: "opencode")
      ),
      .fail(
        "mcp.inline-secret", .high, "envs.API_KEY", line: 1,
        client("{extensions:{x:{type:'stdio',cmd:'/opt/x',envs:{API_KEY:'0123456789abcdef'}}}}", kind: "goose")),
      .fail(
        "mcp.inline-secret", .high, "env.API_KEY", line: 1,
        client("{tools:{mcpServers:{x:{command:'/opt/x',env:{API_KEY:'0123456789abcdef'}}}}}", kind: "nanobot")),
      .fail(
        "mcp.inline-secret", .high, "env.API_KEY", line: 1,
        openclaw("{mcp:{servers:{x:{command:'/opt/x',env:{API_KEY:'0123456789abcdef'}}}}}")),
      .fail(
        "mcp.inline-secret", .high, "env.API_KEY", line: 1,
        client("{projects:{'/home/ada/src/a.b':{mcpServers:{x:{command:'/opt/x',env:{API_KEY:'0123456789abcdef'}}}}}}")),
    ]
    + servers(
      "secret-in-repo", .critical, "", fails: [],
      passes: ["{mcpServers:{x:{command:'/opt/x',env:{API_KEY:'0123456789abcdef'}}}}"])
    + [
      .fail(
        "mcp.secret-in-repo", .critical, "in url of a project's file", line: 1,
        project(#"{"mcpServers":{"x":{"url":"https://m.example/mcp?api_key=abcd1234efgh5678"}}}"#)),
      .pass(
        "mcp.secret-in-repo", "none with a literal", project(#"{"mcpServers":{"x":{"url":"https://m.example/mcp"}}}"#)),
    ]
    + servers(
      "file-mode", .high, "", fails: [],
      passes: [
        #"{"mcpServers":{"x":{"command":"/opt/x"}}}"#,
        "{mcpServers:{x:{command:'/opt/x',env:{API_KEY:'0123456789abcdef'}}}}",
      ])
    + [
      .fail(
        "mcp.file-mode", .high, "mode 0644: everybody may read it",
        client(
          "",
          scope: LayerFile(
            scope: .user, text: "{mcpServers:{x:{command:'/opt/x',env:{API_KEY:'0123456789abcdef'}}}}", role: "mcp",
            mode: 0o644))),
      .fail(
        "mcp.file-mode", .critical, "mode 0666",
        client(
          "",
          scope: LayerFile(
            scope: .user, text: "{mcpServers:{x:{command:'/opt/x',env:{API_KEY:'0123456789abcdef'}}}}", role: "mcp",
            mode: 0o666))),
      .blind(
        "mcp.file-mode", "the mode of the file is not known",
        kin("nanobot", "{tools:{mcpServers:{x:{command:'/opt/x',env:{API_KEY:'0123456789abcdef'}}}}}")),
    ]
    + servers(
      "env-passthrough", .high, "server x is given the whole environment",
      fails: [],
      passes: [
        #"{"mcpServers":{"x":{"command":"/usr/bin/env","args":["-i","PATH=/usr/bin","/opt/x"]}}}"#,
        #"{"mcpServers":{"x":{"command":"npx","args":["-y","p@1.0.0"]}}}"#,
        "{mcpServers:{x:{url:'https://x.example'}}}",
      ])
    + [
      .fail(
        "mcp.env-passthrough", .high, "server x is given the whole environment", line: 1,
        client(#"{"mcpServers":{"x":{"command":"npx","args":["-y","p@1.0.0"]}}}"#) {
          $0.environment = .seen(["HOME", "ANTHROPIC_API_KEY"])
        }),
      .fail(
        "mcp.env-passthrough", .high, "whole environment", line: 1,
        client(command("npx", "-y", "p@1.0.0")) { $0.environment = .blind("no running process was seen") }),
      .pass(
        "mcp.env-passthrough", "SCRUB",
        layered(
          "claude-code", [.user("{env:{CLAUDE_CODE_SUBPROCESS_ENV_SCRUB:'1'},mcpServers:{x:{command:'/opt/x'}}}")]
        ) { $0.environment = .blind("") }),
      .pass(
        "mcp.env-passthrough", "HOME, PATH and PWD", client("{mcp_servers:{x:{command:'/opt/x'}}}", kind: "codex-cli")),
      .blind("mcp.env-passthrough", "is not known", client(command("/opt/x"), kind: "cursor-agent")),
    ]

  private static let mcpPrograms: [Fixture] =
    servers(
      "npx-unpinned", .high, "server x starts",
      fails: [
        #"{"mcpServers":{"x":{"command":"npx","args":["-y","@scope/server"]}}}"#, command("npx", "server@latest"),
        command("npx", "server@^1.2.3"),
        command("bunx", "server"), command("pnpm", "dlx", "server@1"), command("/usr/bin/npx", "--yes", "server@1.x"),
        command("npx", "-p", "server", "bin"),
        command("npm", "exec", "server"), command("npx.cmd", "server"), command("npx", "github:a/b"),
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"npx","args":["-y","@scope/server@1.2.3"]}}}"#,
        command("npx", "server@1.2.3-beta.1"), command("npm", "run", "start"),
        command("npx", "./server.js"), command("yarn", "dlx", "server@1.2.3"),
        command("npx", "github:a/b#0123456789abcdef"),
        "{mcpServers:{x:{command:'npx',args:['server'],disabled:true}}}",
      ])
    + servers(
      "uvx-unpinned", .high, "server x starts",
      fails: [
        #"{"mcpServers":{"x":{"command":"uvx","args":["mcp-server-x"]}}}"#, command("uvx", "mcp-server-x>=1.0"),
        command("uvx", "mcp-server-x@latest"),
        command("uvx", "--from", "git+https://git.example/x", "x"), command("pipx", "run", "x"),
        command("uv", "tool", "run", "x"), command("uv", "run", "--with", "x", "x"),
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"uvx","args":["mcp-server-x==1.2.3"]}}}"#, command("uvx", "mcp-server-x@1.2.3"),
        command("uvx", "--from", "git+https://git.example/x@0123456789abcdef0123456789abcdef01234567", "x"),
        command("uv", "run", "server.py"),
      ])
    + servers(
      "docker-unpinned", .high, "server x:",
      fails: [
        #"{"mcpServers":{"x":{"command":"docker","args":["run","-i","--rm","-v","/var/run/docker.sock:/var/run/docker.sock","mcp/x"]}}}"#,
        command("podman", "run", "--privileged", "mcp/x@sha256:aa"),
        command("docker", "run", "--network", "host", "mcp/x@sha256:aa"),
        command("docker", "run", "--net=host", "mcp/x@sha256:aa"), command("docker", "run", "mcp/x:1.2"),
        command("docker", "run", "-v", "/home/ada:/home/ada", "mcp/x@sha256:aa"),
        command("docker", "run", "--mount", "type=bind,source=/,target=/h", "mcp/x@sha256:aa"),
        command("docker", "run", "-e", "GITHUB_TOKEN=0123456789abcdef", "mcp/x@sha256:aa"),
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"docker","args":["run","-i","--rm","mcp/x@sha256:aa"]}}}"#,
        command("docker", "run", "-e", "GITHUB_TOKEN", "-v", "/home/ada/src/app:/w", "mcp/x@sha256:aa"),
        command("docker", "exec", "x"),
      ])
    + servers(
      "shell-c", .high, "line of shell",
      fails: [
        #"{"mcpServers":{"x":{"command":"sh","args":["-c","curl -s https://x.example/i | sh"]}}}"#,
        command("/bin/bash", "-lc", "exec x"),
        command("cmd", "/c", "npx x"), command("powershell.exe", "-Command", "x"), command("/opt/x", "$(cat /etc/x)"),
        command("env", "curl https://x.example/i | sh"),
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"/opt/x/server","args":["--stdio"]}}}"#,
        command("/opt/x", "https://x.example/a?b=1;c=2"), command("bash", "/opt/x/run.sh"),
      ])
    + servers(
      "command-writable", .high, "server x runs",
      fails: [
        #"{"mcpServers":{"x":{"command":"/tmp/server.sh"}}}"#, command("node", "/var/tmp/x.js"),
        command("python3", "-u", "/dev/shm/x.py"),
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"/usr/local/bin/server"}}}"#, command("node", "/opt/x/x.js"),
        command("npx", "x"),
      ])
    + [
      .fail(
        "mcp.command-writable", .high, "the agent itself may change", line: 1,
        project("{mcpServers:{x:{command:'./tools/server'}}}")),
      .fail(
        "mcp.command-writable", .high, "mode 0777", line: 1,
        client(command("/home/ada/bin/x")) {
          $0.installation?.files = [
            .init(path: "/home/ada/bin/x", role: .include, status: FileStatus(kind: .regular, mode: 0o777))
          ]
        }),
      .pass(
        "mcp.command-writable", "",
        client(command("/home/ada/bin/x")) {
          $0.installation?.files = [
            .init(path: "/home/ada/bin/x", role: .include, status: FileStatus(kind: .regular, mode: 0o755))
          ]
        }),
      .blind("mcp.command-writable", "was not looked at", client(command("/home/ada/bin/x"))),
    ]
    + servers(
      "command-relative", .medium, "server x is",
      fails: [#"{"mcpServers":{"x":{"command":"./tools/server"}}}"#, command("my-server")],
      passes: [
        #"{"mcpServers":{"x":{"command":"/opt/x/server"}}}"#, command("npx", "x"), command("~/bin/x"),
        command("${HOME}/x"),
      ])
    + servers(
      "path-env", .high, "server x is given",
      fails: [
        #"{"mcpServers":{"x":{"command":"node","args":["s.js"],"env":{"NODE_OPTIONS":"--require ./x.js"}}}}"#,
        "{mcpServers:{x:{command:'x',env:{PATH:'/tmp'}}}}",
        "{mcpServers:{x:{command:'x',env:{DYLD_INSERT_LIBRARIES:'/x'}}}}",
        "{mcpServers:{x:{command:'x',env:{https_proxy:'http://p'}}}}",
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"node","args":["s.js"]}}}"#,
        "{mcpServers:{x:{command:'/usr/bin/env',args:['-i'],env:{PATH:'/usr/bin'}}}}",
        "{mcpServers:{x:{command:'x',env:{LANG:'C'}}}}",
      ])
    + servers(
      "filesystem-root", .high, "server x is given",
      fails: [
        #"{"mcpServers":{"x":{"command":"npx","args":["-y","@modelcontextprotocol/server-filesystem@2025.8.21","/"]}}}"#,
        command("mcp-server-filesystem", "~"), command("mcp-server-filesystem", "$HOME"),
        command("mcp-server-filesystem", "/home/ada/.ssh"), command("mcp-server-filesystem", "/home/ada"),
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"npx","args":["-y","@modelcontextprotocol/server-filesystem@2025.8.21","/home/u/src/app"]}}}"#,
        command("other", "/"),
      ])
    + servers(
      "known-bad-version", .critical, "server x is",
      fails: [
        #"{"mcpServers":{"x":{"command":"npx","args":["mcp-remote@0.1.15","https://x.example/sse"]}}}"#,
        command("npx", "-y", "mcp-remote@0.0.5"),
        command("npx", "@modelcontextprotocol/inspector@0.14.0"),
        command("npx", "@modelcontextprotocol/server-filesystem@2025.1.14", "/x"),
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"npx","args":["mcp-remote@0.1.16","https://x.example/sse"]}}}"#,
        command("npx", "mcp-remote@0.0.4"),
        command("npx", "@modelcontextprotocol/inspector@0.14.1"), command("npx", "mcp-remote-fork@0.1.15"),
      ])
    + servers(
      "listener", .high, "server x listens on",
      fails: [
        #"{"mcpServers":{"x":{"command":"/opt/x","args":["--transport","sse","--host","0.0.0.0"]}}}"#,
        command("/opt/x", "--host=::"), command("/opt/x", "--bind", "10.0.0.5:8000"),
        "{mcpServers:{x:{command:'/opt/x',env:{HOST:'0.0.0.0'}}}}",
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"/opt/x","args":["--transport","stdio"]}}}"#,
        command("/opt/x", "--host", "127.0.0.1"), command("/opt/x", "--host", "[::1]:80"), command("/opt/x"),
      ])
    + [
      .fail(
        "mcp.listener", .medium, "opens a port for sse", line: 1,
        client(command("/opt/x", "--transport", "sse", "--host", "localhost")))
    ]

  private static let mcpRemotes: [Fixture] =
    servers(
      "plain-http", .high, "server x is http://",
      fails: [
        #"{"mcpServers":{"x":{"url":"http://mcp.example/mcp"}}}"#, "{mcpServers:{x:{httpUrl:'http://10.0.0.1/mcp'}}}",
        "{mcpServers:{x:{serverUrl:'http://u@mcp.example:80/'}}}",
      ],
      passes: [
        #"{"mcpServers":{"x":{"url":"https://mcp.example/mcp"}}}"#,
        "{mcpServers:{x:{url:'http://127.0.0.1:3000/mcp'}}}", "{mcpServers:{x:{url:'http://[::1]:3000/mcp'}}}",
        "{mcpServers:{x:{url:'http://localhost/mcp'}}}",
      ])
    + servers(
      "remote-noauth", .medium, "has no login",
      fails: [#"{"mcpServers":{"x":{"type":"http","url":"https://mcp.example/mcp"}}}"#],
      passes: [
        #"{"mcpServers":{"x":{"type":"http","url":"https://mcp.example/mcp","headers":{"Authorization":"Bearer ${T}"}}}}"#,
        "{mcpServers:{x:{url:'http://127.0.0.1/mcp'}}}",
        "{mcp_servers:{x:{url:'https://m.example',bearer_token_env_var:'T'}}}",
        "{mcpServers:{x:{url:'https://m.example',headers:{'X-Api-Key':'${K}'}}}}",
        "{mcpServers:{x:{url:'https://m.example',oauth:{clientId:'a'}}}}",
        "{mcpServers:{x:{url:'https://m.example/?api_key=<redacted>'}}}", command("/opt/x"),
      ])
    + servers(
      "tls-off", .high, "server x has",
      fails: [
        #"{"mcpServers":{"x":{"url":"https://x.example/mcp","sslVerify":false}}}"#,
        "{mcpServers:{x:{url:'https://x.example',insecure:true}}}",
        "{mcpServers:{x:{command:'x',env:{NODE_TLS_REJECT_UNAUTHORIZED:'0'}}}}",
        "{mcpServers:{x:{url:'https://x.example',tls:{rejectUnauthorized:false}}}}",
      ],
      passes: [
        #"{"mcpServers":{"x":{"url":"https://x.example/mcp"}}}"#,
        "{mcpServers:{x:{url:'https://x.example',sslVerify:true}}}",
      ])
    + servers(
      "headers-helper", .high, "", fails: [],
      passes: ["{mcpServers:{x:{url:'https://x.example/mcp',headersHelper:'sh h.sh'}}}"])
    + [
      .fail(
        "mcp.headers-helper", .high, "server x of a folder has headersHelper", line: 1,
        project(#"{"mcpServers":{"x":{"url":"https://x.example/mcp","headersHelper":"sh h.sh"}}}"#)),
      .pass("mcp.headers-helper", "", project(#"{"mcpServers":{"x":{"url":"https://x.example/mcp"}}}"#)),
    ]

  private static let mcpTrust: [Fixture] =
    servers(
      "auto-approve", .high, "server x has",
      fails: [
        #"{"mcpServers":{"x":{"command":"/opt/x","alwaysAllow":["*"]}}}"#,
        "{mcpServers:{x:{command:'/opt/x',trust:true}}}",
        "{mcp_servers:{x:{command:'/opt/x',default_tools_approval_mode:'approve'}}}",
        "{mcpServers:{x:{command:'/opt/x',autoApprove:['list_files','delete_file']}}}",
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"/opt/x","alwaysAllow":[]}}}"#,
        "{mcpServers:{x:{command:'/opt/x',autoApprove:['list_files','get_issue'],trust:false}}}",
      ])
    + servers("project-autoenable", .critical, "", fails: [], passes: [#"{"mcpServers":{"x":{"command":"/opt/x"}}}"#])
    + [
      .fail(
        "mcp.project-autoenable", .critical, "enableAllProjectMcpServers is true", line: 1,
        layered("claude-code", [.user(#"{"enableAllProjectMcpServers":true,"mcpServers":{"y":{"command":"/opt/y"}}}"#)])
      ),
      .fail(
        "mcp.project-autoenable", .critical, "is true", line: 1,
        layered("claude-code", [.user(#"{"enableAllProjectMcpServers":true}"#)])),
      .pass(
        "mcp.project-autoenable", "no MCP server", layered("claude-code", [.user(#"{"disabledMcpjsonServers":["x"]}"#)])
      ),
      .pass(
        "mcp.project-autoenable", "no server comes",
        layered("claude-code", [.user(#"{"disabledMcpjsonServers":["x"],"mcpServers":{"y":{"command":"/opt/y"}}}"#)])),
      .fail(
        "mcp.project-autoenable", .critical, "-p in /etc/cron.d/x", line: 1,
        project(command("/opt/x")).with {
          $0.installation?.launches = [.init(.cron, file: "/etc/cron.d/x", words: ["claude", "-p", "go"])]
        }),
      .pass("mcp.project-autoenable", "asked for", project(command("/opt/x"))),
      .blind(
        "mcp.project-autoenable", "how it is started is not known",
        project(command("/opt/x")).with { $0.arguments = .blind("no process") }),
      .fail(
        "mcp.project-autoenable", .critical, "comes with a folder that is trusted", line: 1,
        layered(
          "codex-cli",
          [
            .project("{mcp_servers:{x:{command:'/opt/x'}}}"),
            .user("{projects:{'/home/ada/src/app':{trust_level:'trusted'}}}"),
          ])),
      .pass(
        "mcp.project-autoenable", "asked for",
        layered("codex-cli", [.project("{mcp_servers:{x:{command:'/opt/x'}}}"), .user("{}")])),
      .fail(
        "mcp.project-autoenable", .critical, "trusted", line: 1,
        project(command("/opt/x"), kind: "gemini-cli", trusted: true)),
      .blind("mcp.project-autoenable", "is not known", project(command("/opt/x"), kind: "cursor-agent")),
    ]
    + servers(
      "toolset-open", .low, "server x has no list of tools",
      fails: [
        #"{"mcpServers":{"x":{"command":"/opt/x","includeTools":[]}}}"#, command("/opt/x"),
        "{tools:{mcpServers:{x:{command:'x',enabledTools:['*']}}}}",
      ],
      passes: [
        #"{"mcpServers":{"x":{"command":"/opt/x","includeTools":["search"]}}}"#,
        "{mcp_servers:{x:{command:'x',enabled_tools:['a']}}}",
      ])
    + servers("duplicate-name", .high, "", fails: [], passes: [command("/opt/x")])
    + [
      .fail(
        "mcp.duplicate-name", .high, "server github (project) is another program", line: 1,
        layered(
          "claude-code",
          [
            .project("{mcpServers:{github:{command:'./g'}}}", role: "mcp"),
            LayerFile(scope: .user, text: "{mcpServers:{github:{command:'/opt/github'}}}", role: "mcp"),
          ])),
      .pass(
        "mcp.duplicate-name", "no name stands for two",
        layered(
          "claude-code",
          [
            .project("{mcpServers:{github:{command:'/opt/github'}}}", role: "mcp"),
            LayerFile(scope: .user, text: "{mcpServers:{github:{command:'/opt/github'}}}", role: "mcp"),
          ])),
    ]
}

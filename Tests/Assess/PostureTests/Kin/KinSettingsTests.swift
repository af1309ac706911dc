import Installations
import Model
import Testing

@testable import Posture

@Suite struct KinSettingsTests {
  /// What the settings of a scene say, through the same gate as the rules.
  private func ask<T>(_ subject: Subject, _ merging: Merging, _ question: (KinSettings) -> T) throws -> T {
    var result: T?
    _ = KinSettings.judge(subject, subject.agent.kind, merging) { settings in
      result = question(settings)
      return []
    }
    return try #require(result)
  }

  private func claude(_ files: [LayerFile]) -> Subject { Fixture.layered("claude-code", files) }

  @Test func `the strongest layer that has a key decides, and the finding names its file`() throws {
    let subject = claude([.managed("{a:{b:1}}"), .local("{a:{b:2}}"), .user("{\na:{b:3,c:4}}")])
    let found = try ask(subject, .claudeCode) { $0.value("a.b") }
    #expect(
      found?.setting.number == 1 && found?.layer.scope == .managed && found?.place.file?.hasPrefix("/etc/") == true)
    let weaker = try ask(subject, .claudeCode) { $0.value("a.c") }
    #expect(weaker?.layer.scope == .user && weaker?.place.line == 2 && weaker?.place.key == "a.c")
    #expect(try ask(subject, .claudeCode) { $0.value("a.d") } == nil)
  }

  @Test func `a null counts as absent`() throws {
    let subject = claude([.managed("{a:null}"), .user("{a:true}")])
    #expect(try ask(subject, .claudeCode) { $0.flag("a") } == true)
  }

  @Test func `lists of all layers are joined where the product joins them`() throws {
    let files: [LayerFile] = [.managed("{permissions:{deny:['a']}}"), .user("{permissions:{deny:['b','c']}}")]
    let key = "permissions.deny"
    #expect(
      try ask(claude(files), .claudeCode) { $0.entries(key).compactMap(\.setting.string) } == ["a", "b", "c"])
    #expect(
      try ask(Fixture.layered("codex-cli", files), .codex) { $0.entries(key).compactMap(\.setting.string) } == ["a"])
  }

  @Test func `tables of several layers are merged by name`() throws {
    let subject = claude([.managed("{env:{A:'1'}}"), .user("{env:{A:'2',B:'3'}}")])
    let members = try ask(subject, .claudeCode) { $0.members("env").map { "\($0.name)=\($0.found.setting.shown)" } }
    #expect(members == ["A=1", "B=3"])
  }

  @Test func `one wrong type drops the whole file of Claude Code`() throws {
    let subject = claude([.user("{permissions:{deny:['Bash'],defaultMode:'nonsense'},sandbox:{enabled:true}}")])
    let settings = try ask(subject, .claudeCode) { $0 }
    #expect(settings.value("sandbox.enabled") == nil && settings.entries("permissions.deny").isEmpty)
    #expect(settings.dropped.map(\.fault.key) == ["permissions.defaultMode"])
  }

  @Test(arguments: [
    "{permissions:[]}", "{permissions:{allow:'Bash'}}", "{permissions:{deny:[1]}}", "{sandbox:{enabled:'yes'}}",
    "{cleanupPeriodDays:-1}", "{cleanupPeriodDays:1.5}", "{apiKeyHelper:true}", "[]", "'text'",
    "{permissions:{disableBypassPermissionsMode:true}}",
  ])
  func `a value that does not fit is a fault`(text: String) {
    #expect(ClaudeSchema.fault(in: Fixture.configuration(text)) != nil)
  }

  @Test(arguments: [
    "{}", "{permissions:{deny:['Bash'],defaultMode:'default'}}", "{sandbox:null,futureKey:[1]}",
    "{cleanupPeriodDays:30,env:{A:'1'}}",
  ])
  func `a file that fits is taken`(text: String) {
    #expect(ClaudeSchema.fault(in: Fixture.configuration(text)) == nil)
  }

  @Test func `a folder of work cannot give itself the bypass mode or lock what only others may lock`() throws {
    let subject = claude([
      .project(
        "{permissions:{defaultMode:'bypassPermissions',allow:['Bash']},sandbox:{network:{strictAllowlist:true}}}",
        trusted: false), .user("{}"),
    ])
    let context = try ask(subject, .claudeCode) { $0.contexts[1] }
    #expect(context.project == "/home/ada/src/app")
    #expect(context.value("permissions.defaultMode") == nil)
    #expect(context.value("sandbox.network.strictAllowlist") == nil)
    #expect(context.entries("permissions.allow").isEmpty)
    #expect(context.written("permissions.defaultMode").count == 1)
  }

  @Test func `a folder overrules the user's sandbox until a managed file holds it`() throws {
    let project = LayerFile.project("{sandbox:{enabled:false}}", trusted: false)
    let user = LayerFile.user("{sandbox:{enabled:true,allowUnsandboxedCommands:false}}")
    let open = try ask(claude([project, user]), .claudeCode) { $0.contexts }
    #expect(open.map { $0.flag("sandbox.enabled") } == [true, false])
    let managed = LayerFile.managed("{sandbox:{allowUnsandboxedCommands:false}}")
    let held = try ask(claude([managed, project, user]), .claudeCode) { $0.contexts }
    #expect(held.map { $0.flag("sandbox.enabled") } == [true, true])
  }

  @Test func `Codex hears a trusted folder only, and not about everything`() throws {
    let text = "{sandbox_mode:'danger-full-access',model_provider:'x'}"
    func modes(_ user: String, trusted: Bool? = nil) throws -> [String?] {
      try ask(
        Fixture.layered("codex-cli", [.project(text, trusted: trusted), .user(user)]), .codex
      ) { $0.contexts.map { $0.text("sandbox_mode") } }
    }
    #expect(try modes("{}") == [nil, nil])
    #expect(try modes("{projects:{'/home/ada/src/app':{trust_level:'untrusted'}}}") == [nil, nil])
    #expect(try modes("{projects:{'/home/ada/src/app':{trust_level:'trusted'}}}") == [nil, "danger-full-access"])
    #expect(try modes("{}", trusted: true) == [nil, "danger-full-access"])
    let provider = try ask(Fixture.layered("codex-cli", [.project(text, trusted: true), .user("{}")]), .codex) {
      $0.contexts[1].text("model_provider")
    }
    #expect(provider == nil)
  }

  @Test func `Gemini CLI hears no administration from files, and no folder that is not trusted`() throws {
    let subject = Fixture.layered(
      "gemini-cli", [.managed("{admin:{secureModeEnabled:true}}"), .project("{a:1}", trusted: false), .user("{a:2}")])
    let contexts = try ask(subject, .gemini) { $0.contexts }
    #expect(contexts[1].value("a")?.setting.number == 2 && contexts[0].value("admin.secureModeEnabled") == nil)
  }

  @Test func `a profile and a folder are places of their own`() throws {
    let profile = LayerFile(scope: .profile, text: "{sandbox_mode:'danger-full-access'}")
    let subject = Fixture.layered("codex-cli", [profile, .user("{sandbox_mode:'read-only'}")])
    let modes = try ask(subject, .codex) { $0.contexts.map { $0.text("sandbox_mode") } }
    #expect(modes == ["read-only", "danger-full-access"])
  }

  @Test func `an installation with one configuration is one layer of its user`() throws {
    let subject = Fixture.kin("claude-code", "{a:1}")
    #expect(try ask(subject, .claudeCode) { $0.layers.map(\.scope) } == [.user])
    #expect(try ask(subject, .claudeCode) { $0.value("a")?.layer.scope } == .user)
  }

  private func outcome(_ subject: Subject) -> Finding.Outcome {
    KinSettings.judge(subject, "claude-code", .claudeCode) { settings in
      settings.ask("sandbox.enabled", default: "false", set: true) { $0?.bool != true }
    }[0].outcome
  }

  @Test func `nothing that was not read passes`() {
    #expect(outcome(Fixture.nothing).isNotMeasured)
    #expect(outcome(Fixture.kin("claude-code", nil)).isNotMeasured)
    #expect(outcome(Fixture.unreadLayer("claude-code", [.user("{}")], unread: 0)).isNotMeasured)
    let files: [LayerFile] = [.managed("{}"), .user("{sandbox:{enabled:true}}"), .system("{}")]
    #expect(outcome(claude(files)) == .pass)
    #expect(outcome(Fixture.unreadLayer("claude-code", files, unread: 0)).isNotMeasured)
    #expect(outcome(Fixture.unreadLayer("claude-code", files, unread: 2)) == .pass)
    let open: [LayerFile] = [.managed("{}"), .user("{sandbox:{enabled:false}}")]
    #expect(outcome(Fixture.unreadLayer("claude-code", open, unread: 0)) == .fail)
    #expect(outcome(Fixture.unreadLayer("claude-code", [.managed("{}"), .user("{}")], unread: 0)).isNotMeasured)
  }

  @Test func `an unread file blinds the questions that it decides, and no other`() {
    let files: [LayerFile] = [
      .user("{sandbox_mode:'read-only'}"), LayerFile(scope: .project, text: "{}", role: "hooks", project: "/p"),
    ]
    let subject = Fixture.unreadLayer("codex-cli", files, unread: 1)
    #expect(assess(subject, rules: [CodexRules.hooks])[0].outcome.isNotMeasured)
    #expect(assess(subject, rules: [CodexRules.history])[0].outcome == .fail)
    #expect(assess(subject, rules: [CodexRules.sandboxFull])[0].outcome == .pass)
    let limited = Fixture.unreadLayer(
      "codex-cli", [LayerFile(scope: .managed, text: "{}", role: "requirements"), .user("{}")], unread: 0)
    #expect(assess(limited, rules: [CodexRules.sandboxFull])[0].outcome.isNotMeasured)
    // A file that is no layer may be any of them.
    let unknown = Fixture.layered("codex-cli", [.user("{}")]) {
      $0.installation?.problems = [.init(path: "/x/config.toml", what: "too large")]
    }
    #expect(assess(unknown, rules: [CodexRules.history])[0].outcome.isNotMeasured)
  }

  @Test func `a change is spelled out where the file is JSON, and told in words where it is not`() throws {
    let fix = try ask(claude([.user("{\n\nsandbox:{enabled:false}}")]), .claudeCode) {
      $0.set("sandbox.enabled", to: true)
    }
    #expect(fix.text.hasSuffix("line 3: set sandbox.enabled to true.") && !fix.automatic)
    #expect(fix.edit == .set(file: "/home/ada/.claude-code/user-settings-0.json", key: ["sandbox", "enabled"], true))
    let folder = LayerFile.project("{sandbox:{enabled:false},env:{'A\\u0007':'1'}}")
    let removal = KinSettings.judge(claude([folder]), "claude-code", .claudeCode) {
      $0.written("sandbox.enabled").map { .fail("", fix: KinSettings.remove($0)) }
    }
    #expect(
      removal[0].fix?.edit
        == .remove(file: "/home/ada/src/app/.claude-code/project-settings-0.json", key: ["sandbox", "enabled"]))
    let toml = try ask(Fixture.layered("codex-cli", [.user("{}")]), .codex) {
      $0.set("a", to: ["x", .object(["b": 1.5, "c": .null])])
    }
    #expect(toml.edit == nil && toml.text.contains(#"set a to ["x", {"b": 1.5, "c": null}]"#))
  }

  @Test func `evidence is short, on one line and without a credential`() {
    func shown(_ text: String) -> String { Fixture.configuration("{a:\(text)}")["a"]?.shown ?? "" }
    #expect(shown("'x\\u001b[31m'") == "x<U+001B>[31m")
    #expect(shown("'https://u:hunter2secret@h/'").contains("hunter2") == false)
    #expect(shown("'\(String(repeating: "a", count: 500))'").count == 100)
    #expect(
      ["''", "3", "1.5", "[]", "[1]", "{}", "null", "true"].map(shown) == [
        "\"\"", "3", "1.5", "an empty list", "a list of 1", "a table of 0", "null", "true",
      ])
  }

  @Test func `what was worked out for one assessment is gone when the subject changes`() {
    var subject = claude([.user("{sandbox:{enabled:true}}")])
    subject.workings = Workings()
    #expect(outcome(subject) == .pass)
    // Asked again, it is what was kept.
    #expect(outcome(subject) == .pass)
    subject.installation?.layers = []
    #expect(subject.workings == nil)
    #expect(outcome(subject).isNotMeasured)
    subject.workings = Workings()
    subject.agent.kind = "codex-cli"
    #expect(subject.workings == nil)
  }

  @Test(arguments: ["claude-code", "codex-cli", "mcp"])
  func `rules say the same whether they share their work or not`(area: String) throws {
    for fixture in Fixture.kin where fixture.rule.hasPrefix(area + ".") {
      let rule = try #require(Rules.rule(fixture.rule))
      let alone = rule.check(fixture.subject).map(\.evidence)
      // Every rule of the product has asked before this one.
      let all = assess(fixture.subject, rules: Rules.all.filter { $0.id != rule.id } + [rule])
      #expect(all.filter { $0.rule == rule.id }.count == alone.count)
      #expect(
        zip(all.filter { $0.rule == rule.id }, alone).allSatisfy { $0.evidence.hasPrefix($1.prefix(20)) },
        "\(fixture)")
    }
  }
}

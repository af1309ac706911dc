import Installations
import Model

@testable import Posture

extension Fixture {
  static let exposure: [Fixture] =
    setting(
      "channels.open-with-elevated", .low, "nobody is on its list", line: 1,
      fails: "{channels:{telegram:{groupPolicy:'open'}}}",
      passes: ["{}", "{channels:{telegram:{groupPolicy:'open'}},tools:{elevated:{enabled:false}}}"])
    + [
      .fail(
        "channels.open-with-elevated", .high, "not switched off", line: 1,
        openclaw("{channels:{telegram:{groupPolicy:'open'}},tools:{elevated:{allowFrom:{telegram:['1']}}}}")),
      .fail(
        "channels.open-with-elevated", .critical, "everybody may use it", line: 1,
        openclaw("{channels:{telegram:{groupPolicy:'open'}},tools:{elevated:{allowFrom:{telegram:['*']}}}}")),
    ]
    + setting(
      "channels.open-with-tools", .critical, "commands run on the host", line: 1,
      fails: "{channels:{telegram:{groupPolicy:'open'}}}",
      passes: [
        "{}", "{channels:{telegram:{groupPolicy:'open'}},agents:{defaults:{sandbox:{mode:'all'}}}}",
        "{channels:{telegram:{groupPolicy:'open'}},tools:{profile:'messaging'}}",
      ])
    + [
      .fail(
        "channels.open-with-tools", .high, "file tools reach the whole disk", line: 1,
        openclaw("{channels:{slack:{accounts:{a:{dm:{policy:'open'}}}}},tools:{exec:{mode:'deny'}}}"))
    ]
    + setting(
      "channels.open-with-control", .critical, "gateway and cron are there", line: 1,
      fails: "{channels:{telegram:{dmPolicy:'open'}},tools:{profile:'coding'}}",
      passes: ["{}", "{channels:{telegram:{dmPolicy:'open'}},tools:{deny:['group:automation']}}"])
    + setting(
      "channels.shared-agent", .medium, "channels.telegram.groups has 1 entries", line: 1,
      fails: "{channels:{telegram:{groups:{'-100':{}}}}}",
      passes: ["{}", "{channels:{telegram:{groups:{},groupPolicy:'disabled'}}}"])
    + [
      .fail(
        "channels.shared-agent", .low, "and 1 more signs", line: 1,
        openclaw("{channels:{discord:{dmPolicy:'open',guilds:{'1':{}}}},tools:{exec:{mode:'ask'}}}"))
    ]
    + setting(
      "sessions.groups-share-main", .high, "session.groupScope is main", line: 1,
      fails: "{session:{groupScope:'main'}}",
      passes: [
        "{}", "{session:{groupScope:'per-group'}}",
        "{bindings:[{match:{peer:{kind:'direct'}},session:{groupScope:'main'}}]}",
      ])
    + [
      .fail(
        "sessions.groups-share-main", .high, "bindings[0].session.groupScope is main for slack", line: 1,
        openclaw("{bindings:[{match:{channel:'slack'},session:{groupScope:'main'}}]}"))
    ]
    + setting(
      "configuration.dangerous-switch", .medium, "hooks.gmail.allowUnsafeExternalContent is true", line: 1,
      fails: "{hooks:{gmail:{allowUnsafeExternalContent:true}}}",
      passes: [
        "{}", "{gateway:{controlUi:{dangerouslyDisableDeviceAuth:true}}}",
        "{cron:{webhookSsrfPolicy:{dangerouslyAllowPrivateNetwork:false}}}",
      ])
    + [
      .fail(
        "configuration.dangerous-switch", .medium, "hooks.mappings[0].allowUnsafeExternalContent", line: 1,
        openclaw("{hooks:{mappings:[{allowUnsafeExternalContent:true}]}}")),
      .fail(
        "configuration.dangerous-switch", .medium, "dangerouslyAllowExternalBindSources is true", line: 1,
        openclaw("{agents:{defaults:{sandbox:{docker:{dangerouslyAllowExternalBindSources:true}}}}}")),
      .fail(
        "configuration.dangerous-switch", .medium, "applyPatch.workspaceOnly is false", line: 1,
        openclaw("{tools:{exec:{applyPatch:{workspaceOnly:false}}}}")),
      .fail(
        "configuration.dangerous-switch", .high, "approve-all", line: 1,
        openclaw("{plugins:{entries:{acpx:{config:{permissionMode:'approve-all'}}}}}")),
      .fail(
        "configuration.dangerous-switch", .medium, "allow_all_plugins", line: 1,
        openclaw("{plugins:{entries:{codex:{config:{codexPlugins:{allow_all_plugins:true}}}}}}")),
    ]
    + setting(
      "agents.no-single-default", .low, "0 of 2 agents", line: 1, fails: "{agents:{entries:{a:{},b:{}}}}",
      passes: [
        "{}", "{agents:{entries:{a:{default:true},b:{}}}}", "{agents:{entries:{a:{}}}}",
        "{agents:{list:[{id:'a'},{id:'b'}]}}",
      ])
    + [
      .fail(
        "agents.no-single-default", .low, "2 of 2 agents", line: 1,
        openclaw("{agents:{list:[{id:'a',default:true},{id:'b',default:true}]}}"))
    ]
    + setting(
      "audit.suppressions", .low, "1 entries: fs.synced_dir", line: 1,
      fails: "{security:{audit:{suppressions:[{checkId:'fs.synced_dir'}]}}}",
      passes: ["{}", "{security:{audit:{suppressions:[]}}}"])
    + setting(
      "summary.attack-surface", .info, "1 channels, 1 open to direct messages", line: nil,
      fails: "{channels:{telegram:{dmPolicy:'open'}}}",
      passes: ["{}", "{channels:{telegram:{}},tools:{elevated:{allowFrom:{telegram:[]}}}}"])
    + setting(
      "models.outdated", .medium, "openai/gpt-3.5-turbo", line: 1,
      fails: "{agents:{defaults:{model:'openai/gpt-3.5-turbo'}}}",
      passes: ["{}", "{agents:{defaults:{model:{primary:'anthropic/claude-opus-4-6'}}}}"])
    + setting(
      "models.weak", .low, "claude-3-5-sonnet", line: 1,
      fails:
        "{agents:{defaults:{model:{primary:'anthropic/claude-opus-4-5-20251101',fallbacks:['anthropic/claude-3-5-sonnet-20241022']}}}}",
      passes: ["{}", "{agents:{defaults:{model:'openai/gpt-5.2'}}}", "{agent:{model:'anthropic/claude-opus-4-5'}}"])
    + ["anthropic/claude-haiku-4-5", "openai/gpt-4o", "claude-sonnet-4-20250514"].map {
      .fail("models.weak", .low, $0, line: 1, openclaw("{agents:{list:[{id:'a',model:'\($0)'}]}}"))
    }
    + setting(
      "models.small-with-tools", .high, "about 8 thousand million", line: 1,
      fails: "{agents:{defaults:{model:'ollama/llama3.1:8b'}}}",
      passes: [
        "{}", "{agents:{defaults:{model:'ollama/big-405b'}}}",
        "{agents:{defaults:{model:'anthropic/claude-opus-4-6'}}}",
      ])
    + [
      .fail(
        "models.small-with-tools", .high, "about 56", line: 1, openclaw("{agents:{defaults:{model:'mixtral-8x7b'}}}")),
      .fail(
        "models.small-with-tools", .info, "caged", line: 1,
        openclaw("{agents:{defaults:{model:'x:7b',sandbox:{mode:'all'}}},tools:{deny:['group:web','browser']}}")),
    ]

  static let senders: [Fixture] =
    setting(
      "channels.open-contradiction", .low, "lists 1 senders", line: 1,
      fails: "{channels:{telegram:{dmPolicy:'open',allowFrom:['1']}}}",
      passes: [
        "{}", "{channels:{telegram:{dmPolicy:'open',allowFrom:['*']}}}", "{channels:{telegram:{dmPolicy:'pairing'}}}",
      ])
    + [
      .fail(
        "channels.open-contradiction", .low, "is unset", line: 1, openclaw("{channels:{slack:{dm:{policy:'open'}}}}"))
    ]
    + unseen("sessions.people-share-one")
    + [
      .fail(
        "sessions.people-share-one", .medium, "3 people may write on telegram",
        detailed("{channels:{telegram:{allowFrom:['1']}}}") {
          $0.allowStores = [.init(channel: "telegram", path: "\(state)/credentials/telegram-allowFrom.json", count: 2)]
        }),
      .fail(
        "sessions.people-share-one", .medium, "everybody may write", line: 1,
        detailed("{session:{dmScope:'main'},channels:{telegram:{dmPolicy:'open'}}}")),
      .pass(
        "sessions.people-share-one", "per-peer",
        detailed("{session:{dmScope:'per-peer'},channels:{telegram:{dmPolicy:'open'}}}")),
      .pass("sessions.people-share-one", "no channel has more", detailed("{channels:{telegram:{allowFrom:['1']}}}")),
      .blind("sessions.people-share-one", "state/openclaw.sqlite", later("{channels:{telegram:{}}}")),
    ]
    + setting(
      "channels.names-identify", .medium, "channels.slack.dangerouslyAllowNameMatching is true", line: 1,
      fails: "{channels:{slack:{dangerouslyAllowNameMatching:true}}}", passes: ["{}", "{channels:{slack:{}}}"])
    + [
      .fail(
        "channels.names-identify", .medium, "channels.irc.accounts.a.dangerouslyAllowNameMatching", line: 1,
        openclaw("{channels:{irc:{accounts:{a:{dangerouslyAllowNameMatching:true}}}}}"))
    ]
    + setting(
      "channels.account-incomplete", .info, "telegram has no botToken", line: 1, fails: "{channels:{telegram:{}}}",
      passes: ["{}", "{channels:{telegram:{botToken:'<redacted>'}}}", "{channels:{signal:{}}}"])
    + [
      .fail(
        "channels.account-incomplete", .info, "names the variable X", line: 1,
        openclaw("{channels:{discord:{accounts:{a:{token:'${X}'}}}}}") {
          $0.installation?.secrets = [variable("channels.discord.accounts.a.token", "X", resolved: false)]
        }),
      .pass(
        "channels.account-incomplete", "each with a credential",
        openclaw("{channels:{telegram:{}}}") {
          $0.installation?.dotenv = [.init(name: "TELEGRAM_BOT_TOKEN", line: 1, isEmpty: false)]
        }),
      .blind(
        "channels.account-incomplete", "may be set",
        openclaw("{channels:{telegram:{}}}") { $0.environment = .blind("no") }),
    ] + unanswered("channels.plugin-warnings", "only the running plugin")
    + setting(
      "discord.names-in-list", .medium, "channels.discord.allowFrom has 1 entries", line: 1,
      fails: "{channels:{discord:{allowFrom:['ada#1234','<@!123>','discord:5']}}}",
      passes: ["{}", "{channels:{discord:{allowFrom:['123','*']}}}"])
    + [
      .fail(
        "discord.names-in-list", .high, "guilds.1.channels.general.users", line: 1,
        openclaw(
          "{channels:{discord:{dangerouslyAllowNameMatching:true,guilds:{'1':{channels:{general:{users:['ada']}}}}}}}"))
    ]
    + setting(
      "discord.commands-unlisted", .medium, "neither users nor owners", line: 1,
      fails: "{channels:{discord:{guilds:{'1':{}}}}}",
      passes: [
        "{}", "{channels:{discord:{guilds:{'1':{users:['2']}}}}}",
        "{channels:{discord:{guilds:{'1':{}},allowFrom:['2']}}}",
        "{commands:{native:false},channels:{discord:{guilds:{'1':{}}}}}",
      ])
    + [
      .fail(
        "discord.commands-unlisted", .high, "useAccessGroups is off", line: 1,
        openclaw("{commands:{useAccessGroups:false},channels:{discord:{guilds:{'1':{}}}}}") {
          $0.agent.version = "2026.4.12"
        })
    ]
    + setting(
      "discord.server-wide", .medium, "guilds.1 names neither", line: 1,
      fails: "{channels:{discord:{guilds:{'1':{}}}}}",
      passes: [
        "{}", "{channels:{discord:{guilds:{'1':{roles:['9']}}}}}",
        "{channels:{discord:{guilds:{'1':{channels:{a:{users:['1']},b:{allow:false}}}}}}}",
        "{channels:{discord:{groupPolicy:'disabled',guilds:{'1':{}}}}}",
      ])
    + setting(
      "telegram.entries-invalid", .low, "allowFrom has 1 entries", line: 1,
      fails: "{channels:{telegram:{allowFrom:['@ada','tg:12']}}}",
      passes: ["{}", "{channels:{telegram:{allowFrom:['*','-10012','telegram:5']}}}"])
    + [
      .fail(
        "telegram.entries-invalid", .low, "2 entries are no ids",
        detailed("{channels:{telegram:{}}}") {
          $0.allowStores = [.init(channel: "telegram", path: "\(state)/x", count: 3, named: 2)]
        })
    ]
    + setting(
      "telegram.group-senders-open", .high, "no sender is listed", line: 1,
      fails: "{channels:{telegram:{groupPolicy:'open'}}}",
      passes: [
        "{}", "{channels:{telegram:{}}}", "{channels:{telegram:{groups:{'-1':{}},groupAllowFrom:['5']}}}",
        "{channels:{telegram:{groups:{'-1':{allowFrom:['5']}}}}}",
        "{channels:{telegram:{groupPolicy:'disabled',groups:{'-1':{}}}}}",
      ])
    + [
      .fail(
        "telegram.group-senders-open", .high, "groupAllowFrom has *", line: 1,
        openclaw("{channels:{telegram:{groups:{'-1':{}},groupAllowFrom:['*']}}}")),
      .fail(
        "telegram.group-senders-open", .medium, "no sender is listed", line: 1,
        openclaw("{channels:{telegram:{groups:{'-1':{}}}}}")),
      .fail(
        "telegram.group-senders-open", .high, "the pairing store has *",
        detailed("{channels:{telegram:{groups:{'-1':{}}}}}") {
          $0.allowStores = [.init(channel: "telegram", path: "\(state)/x", count: 1, hasWildcard: true)]
        }),
    ]
    + setting(
      "slack.commands-unlisted", .medium, "nobody is listed", line: 1,
      fails: "{channels:{slack:{slashCommand:{enabled:true}}}}",
      passes: [
        "{}", "{channels:{slack:{}}}", "{channels:{slack:{slashCommand:{enabled:true},channels:{C1:{users:['U1']}}}}}",
        "{commands:{ownerAllowFrom:['U1']},channels:{slack:{slashCommand:{enabled:true}}}}",
      ])
    + [
      .fail(
        "slack.commands-unlisted", .high, "useAccessGroups is off", line: 1,
        openclaw("{commands:{useAccessGroups:false},channels:{slack:{slashCommand:{enabled:true}}}}") {
          $0.agent.version = "2026.4.12"
        })
    ]
    + setting(
      "zalo.groups-by-name", .medium, "groups.Family is no id", line: 1,
      fails: "{channels:{zalouser:{groups:{Family:{},'123':{},'g-1a':{}}}}}",
      passes: ["{}", "{channels:{zalouser:{groups:{'group:123':{},'*':{}}}}}"])
    + setting(
      "feishu.documents-granted", .low, "unset, which means on", line: 1, fails: "{channels:{feishu:{appId:'cli_1'}}}",
      passes: ["{}", "{channels:{feishu:{appId:'cli_1',tools:{doc:false}}}}", "{channels:{feishu:{}}}"])
}

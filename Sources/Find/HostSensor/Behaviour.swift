import Knowledge
import Model
import Platform

/// Agents that no fingerprint names, by what they are and do. Each sign gives points; five make a suspicion.
///
/// The signs are those that a look at one moment can show. Traffic to model providers, the strongest one, comes from
/// the wire.
struct Behaviour {
  struct Unknown {
    var process: ProcessTable.Process
    var points: Int
    var reasons: [String]
    var sockets: [SocketTable.Socket]
  }

  let table: ProcessTable
  let fingerprints: Fingerprints
  let accounts: Accounts
  let files: any FileSystem
  let listening: [Int32: [SocketTable.Socket]]
  let now: Timestamp

  static let threshold = 5

  func unknownAgents(except known: Set<Int32>) -> [Unknown] {
    var out: [Unknown] = []
    for process in table.processes.values.sorted(by: { $0.pid < $1.pid }) {
      guard let program = process.executable?.lastPathPart, !known.contains(process.pid) else { continue }
      switch Runtime(program) {
      case .shell, .bystander, .packageRunner: continue
      case .interpreter, .native: break
      }
      if Self.isBrowser(program) { continue }
      // What an agent started is part of it: its shells, its tool servers, its engines.
      if table.ancestors(process.pid).contains(where: { known.contains($0.pid) }) { continue }
      let unknown = judge(process)
      if unknown.points >= Self.threshold { out.append(unknown) }
    }
    // The lowest process that shows the signs is the agent; what merely started it is not a second one.
    let found = Set(out.map(\.process.pid))
    return out.filter { unknown in
      !table.tree(unknown.process.pid).dropFirst().contains { found.contains($0.pid) }
    }
  }

  private func judge(_ process: ProcessTable.Process) -> Unknown {
    var points = 0
    var reasons: [String] = []
    func add(_ value: Int, _ reason: String) {
      points += value
      reasons.append("\(reason) (\(value > 0 ? "+" : "")\(value))")
    }
    let children = (table.children[process.pid] ?? []).compactMap { table.processes[$0] }
    let sockets = listening[process.pid] ?? []

    let shells = children.filter { child in
      Runtime(child.executable?.lastPathPart ?? child.command) == .shell && !standardInputIsTerminal(child)
    }
    if !shells.isEmpty {
      add(2, "runs \(shells.count) shell\(shells.count == 1 ? "" : "s") without a terminal")
      if !sockets.isEmpty { add(1, "and listens on a socket") }
    }
    let servers = children.filter { child in
      fingerprints.match(child.look).contains { $0.row.kind == "mcp-server" && $0.row.confidence >= .medium }
    }
    if !servers.isEmpty { add(2, "runs \(servers.count) MCP tool server\(servers.count == 1 ? "" : "s")") }
    let targets = Array((process.descriptors ?? [:]).values)
    if process.arguments.dropFirst().contains(where: { $0.hasPrefix("--mcp-config") || Self.isMCPConfiguration($0) })
      || targets.contains(where: Self.isMCPConfiguration)
    {
      add(2, "uses an MCP configuration")
    }
    if let held = targets.first(where: Self.isAgentState) {
      add(2, "holds agent state open: \(held.lastPathPart)")
    } else if let directory = process.workingDirectory,
      let file = ["SOUL.md", "HEARTBEAT.md", "MEMORY.md"].first(where: { files.exists("\(directory)/\($0)") })
    {
      add(2, "works in a folder with \(file)")
    }
    if let names = process.variables {
      let provider = names.keys.contains { name in Self.providerKeys.contains(name) }
      let chat = names.keys.contains { name in Self.chatTokens.contains(name) }
      if provider && chat {
        add(2, "has a model key and a chat token in its environment")
      } else if names["AI_AGENT"] != nil {
        add(2, "carries AI_AGENT")
      }
    }
    if children.contains(where: { child in
      child.arguments.contains { $0.hasPrefix("--remote-debugging-port") || $0 == "--remote-debugging-pipe" }
    }) {
      add(2, "drives a browser")
    }
    if let library = agentLibrary(process) { add(1, "is built with \(library)") }
    if !process.hasTerminal, points > 0, seconds(process) > 3600 { add(1, "has run for hours without a terminal") }
    if points > 0, seconds(process) < 10 { add(-3, "is younger than ten seconds") }
    return Unknown(process: process, points: points, reasons: reasons, sockets: sockets)
  }

  private func seconds(_ process: ProcessTable.Process) -> Double { now.seconds(since: table.startTime(process)) }

  private func standardInputIsTerminal(_ process: ProcessTable.Process) -> Bool {
    guard let descriptors = process.descriptors else { return process.hasTerminal }
    guard let input = descriptors[0] else { return false }
    return input.hasPrefix("/dev/pts/") || input.hasPrefix("/dev/tty")
  }

  static func isMCPConfiguration(_ path: String) -> Bool {
    let name = path.lastPathPart
    return name == "mcp.json" || name == ".mcp.json" || name == "mcp_config.json" || name == "mcp_settings.json"
      || name == "claude_desktop_config.json"
  }

  /// Files in which agents keep conversations and memory, by name and place.
  static func isAgentState(_ path: String) -> Bool {
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.last, parts.dropLast().contains(where: { $0.hasPrefix(".") && $0.count > 1 }) else {
      return false
    }
    if name == "SOUL.md" || name == "HEARTBEAT.md" { return true }
    let folders = Set(parts.dropLast())
    let isSession = !folders.isDisjoint(with: ["sessions", "conversations", "transcripts", "threads", "agents"])
    return isSession && (name.hasSuffix(".jsonl") || name.hasSuffix(".sqlite") || name.hasSuffix(".db"))
  }

  /// The package beside the script, where it depends on a library that only agents need.
  private func agentLibrary(_ process: ProcessTable.Process) -> String? {
    guard process.container == nil, let script = process.arguments.dropFirst().first(where: { !$0.hasPrefix("-") })
    else { return nil }
    let path = script.hasPrefix("/") ? script : "\(process.workingDirectory ?? "")/\(script)"
    var directory = path
    for _ in 0..<4 {
      guard let slash = directory.lastIndex(of: "/"), slash > directory.startIndex else { return nil }
      directory = String(directory[..<slash])
      guard let text = try? files.text("\(directory)/package.json", limit: 1 << 20) else { continue }
      return Self.libraries.first { text.contains("\"\($0)") }
    }
    return nil
  }

  static func isBrowser(_ program: String) -> Bool {
    ["chrome", "chromium", "firefox", "brave", "msedge", "opera", "vivaldi", "epiphany", "librewolf", "Web Content"]
      .contains { program.hasPrefix($0) }
  }

  private static let libraries = [
    "@anthropic-ai/", "openai\"", "@modelcontextprotocol/sdk", "langchain", "@langchain/", "@openai/agents", "ai\"",
    "@google/genai", "@mariozechner/pi-",
  ]
  private static let providerKeys: Set<String> = [
    "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "OPENROUTER_API_KEY", "MISTRAL_API_KEY",
    "GROQ_API_KEY", "XAI_API_KEY", "DEEPSEEK_API_KEY",
  ]
  private static let chatTokens: Set<String> = [
    "TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN", "DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "WHATSAPP_TOKEN",
  ]
}

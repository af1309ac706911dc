#if canImport(Glibc)
  import Glibc
#endif
@testable import Installations

/// Bytes of a state database: read or refused with a reason, bounded, and never half.
@Sendable func fuzzStateDatabase(_ bytes: [UInt8]) throws {
  var template = Array("/tmp/trammel-fuzz-state-XXXXXX".utf8CString)
  guard let made = unsafe mkdtemp(&template) else { throw Broken("no folder to write: \(errno)") }
  let folder = unsafe String(cString: made)
  let path = "\(folder)/state/openclaw.sqlite"
  defer {
    for name in ["openclaw.sqlite", "openclaw.sqlite-wal", "openclaw.sqlite-shm", "openclaw.sqlite-journal"] {
      unsafe unlink("\(folder)/state/\(name)")
    }
    unsafe rmdir("\(folder)/state")
    unsafe rmdir(folder)
  }
  guard unsafe mkdir("\(folder)/state", 0o700) == 0 else { throw Broken("no folder to write: \(errno)") }
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  guard descriptor >= 0 else { throw Broken("no file to write: \(errno)") }
  let written = unsafe write(descriptor, bytes, bytes.count)
  close(descriptor)
  guard written == bytes.count else { throw Broken("a file that cannot be written") }

  var installation = Installation(kind: "openclaw", era: "OpenClaw", stateDirectory: folder)
  installation.databases = [path]
  StateDatabase.read(&installation, isOfThisMachine: true)
  try hold(installation.problems.count <= 1, "more than one reason")
  try hold(installation.stateDatabase == nil || installation.problems.isEmpty, "read, and refused as well")
  try hold(installation.stateDatabase != nil || !installation.problems.isEmpty, "neither read nor refused")
  guard let state = installation.stateDatabase else { return }
  let counts =
    Array(state.tokens.values) + [state.standingGrants, state.pendingDevices, state.cronJobs].compactMap { $0 }
  try hold(counts.allSatisfy { 0...StateDatabase.maximumRows ~= $0 }, "a count beyond what is looked at")
  try hold(state.pairedDevices.count <= 500, "devices without end")
  for device in state.pairedDevices {
    try hold((device.client?.count ?? 0) <= 400 && (device.scopes?.count ?? 0) <= 400, "text without end")
  }
}

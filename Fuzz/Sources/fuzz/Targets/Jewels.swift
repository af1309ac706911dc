import Exposure
import Model
import Platform

/// A file is put into a home under one of many names, so that every reader of configurations gets it; then it is looked
/// through, twice. The first byte chooses the name.
@Sendable func fuzzJewels(_ bytes: [UInt8]) throws {
  guard let first = bytes.first, let key = FingerprintKey([UInt8](repeating: 1, count: 32)) else { return }
  let names = [
    ".env", ".aws/credentials", ".kube/config", "p/settings.json", "p/values.yaml", ".m2/settings.xml", ".ssh/id_rsa",
    ".bash_history", ".netrc", ".pgpass", "p/app.toml", "p/run.py", "Documents/notes.txt", ".docker/config.json",
    ".openclaw/openclaw.json", ".gnupg/private-keys-v1.d/a.key", "Documents/a.ppk", ".ssh/id-cert.pub",
    ".config/systemd/user/a.service", ".claude/projects/a/b.jsonl", "p/terraform.tfstate", ".pypirc",
  ]
  var files = MemoryFiles()
  files.add("/home/me/" + names[Int(first) % names.count], bytes: Array(bytes.dropFirst()))
  let now = Timestamp(seconds: 1_795_700_000)
  let look = Exposure.search(home: .init(path: "/home/me"), files: files, key: key, now: now)
  try hold(look.files == 1, "one file")
  for jewel in look.jewels {
    try hold((0...5).contains(jewel.severity), "a severity out of range")
    try hold(jewel.reasons.count <= 12, "too many reasons")
    try hold(jewel.count >= 1 && (jewel.place.line ?? 1) >= 1, "a place that is none")
    try hold(jewel.facts.count <= 64, "too many facts")
    for text in jewel.facts.map(\.value) + [jewel.place.key ?? "", jewel.place.path] {
      try hold(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a control character")
      try hold(text.utf8.count <= 8_192, "a long fact")
    }
  }
  let again = Exposure.search(home: .init(path: "/home/me"), files: files, key: key, now: now)
  try hold(again == look, "another answer to the same file")
}

import Installations
import Model
import Testing

@testable import Posture

@Suite struct FixTests {
  @Test func `a hostile path cannot leave the command of a fix`() {
    let fix = FileRules.chmod("600", "/home/ada/x'; rm -rf ~; echo '")
    #expect(fix.command == #"chmod 600 '/home/ada/x'\''; rm -rf ~; echo '\'''"#)
    #expect(fix.automatic)
    #expect(FileRules.chmod("600", "/home/ada/\u{FFFD}").command == nil)
  }

  @Test(arguments: [("2026.1.16", false), ("2026.2.24", false), ("2026.2.25", true), ("2026.9.3", true), (nil, false)])
  func `a release that may not know the key gets no limit on logins by itself`(version: String?, automatic: Bool) {
    var subject = Fixture.exposed()
    subject.agent.version = version
    subject.installation?.version = version
    #expect(assess(subject, rules: [GatewayRules.rateLimit]).map(\.fix.automatic) == [automatic])
  }

  /// A setting by the names that lead to it, through objects alone.
  private func setting(_ key: [String], in configuration: Configuration) -> Configuration.Setting? {
    key.reduce(Optional(configuration.root)) { setting, name in setting?[name] }
  }

  @Test(arguments: Fixture.all)
  func `an edit changes what is there, in the file that it names`(fixture: Fixture) throws {
    let rule = try #require(Rules.rule(fixture.rule))
    let installation = fixture.subject.installation
    let documents = (installation?.details?.documents ?? []).compactMap(\.configuration)
    let configurations =
      [installation?.configuration].compactMap { $0 } + documents + (installation?.layers ?? []).map(\.configuration)
    for finding in assess(fixture.subject, rules: [rule]) {
      if finding.fix.automatic { #expect(finding.fix.edit != nil, "\(finding.fix.text)") }
      switch finding.fix.edit {
      case nil: break
      case .mode(let path, let mode):
        // Where a server's program can be changed, the place is the setting that names it.
        #expect(path == finding.location.file || finding.fix.command?.hasSuffix(path) == true)
        #expect(mode & 0o022 == 0)
      case .remove(let file, let key):
        let configuration = try #require(configurations.first { $0.path == file }, "\(file)")
        #expect(setting(key, in: configuration) != nil, "\(key)")
      case .set(let file, let key, _):
        let configuration = try #require(configurations.first { $0.path == file }, "\(file)")
        // Whatever stands on the way is an object, so that nothing else is overwritten.
        for count in 1..<max(2, key.count) where count < key.count {
          guard let above = setting(Array(key.prefix(count)), in: configuration) else { break }
          #expect(above.members != nil, "\(key)")
        }
      }
    }
  }
}

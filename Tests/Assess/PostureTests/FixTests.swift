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
}

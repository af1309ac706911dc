import Foundation
import Model
import Testing

import Matching

@Suite struct ShellWordTests {
  @Test(arguments: [
    ("/home/ada/.openclaw", "/home/ada/.openclaw"), ("/home/ada/My Files", "'/home/ada/My Files'"),
    ("/a/it's", #"'/a/it'\''s'"#), ("/a/$(id)`id`;&", "'/a/$(id)`id`;&'"), ("/a/b\nc", #"$'/a/b\012c'"#),
    ("/a/\u{1B}[31m", #"$'/a/\033[31m'"#), ("/a/'\\\n1", #"$'/a/\'\\\0121'"#),
    ("/a/\u{202E}x", #"$'/a/\342\200\256x'"#),
    ("~", "'~'"), ("-rf", "'-rf'"), ("/a/é", "'/a/é'"),
  ])
  func `a path is one word that shows what it is`(path: String, word: String) { #expect(ShellWord.quote(path) == word) }

  @Test(arguments: ["", "/a/\u{FFFD}", "/a\0b"])
  func `a name that cannot be written has no command`(path: String) { #expect(ShellWord.quote(path) == nil) }

  @Test(arguments: [
    "/a b", "/it's", "/a\nb\u{1B}[2J", "/$(touch x)", "/\"quoted\"", "/back\\slash", "/-n", "/tab\there",
    "/ü\u{200B}ñ7", "/\u{1}7",
  ])
  func `bash reads the word back as the path`(path: String) throws {
    let word = try #require(ShellWord.quote(path))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "printf %s \(word)"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(String(decoding: bytes, as: UTF8.self) == path)
  }
}

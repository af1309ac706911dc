// embed-data FOLDER OUTPUT FILE...: writes one Swift file with the text of each FILE as a StaticString.
import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  FileHandle.standardError.write(Data("usage: embed-data FOLDER OUTPUT FILE...\n".utf8))
  exit(2)
}
let folder = arguments[1].hasSuffix("/") ? arguments[1] : arguments[1] + "/"

var source = "/// The files of `Data/`, by their path below it.\nenum Embedded {\n"
var cases: [(String, String)] = []
for path in arguments.dropFirst(3) {
  guard let bytes = FileManager.default.contents(atPath: path), let text = String(validating: bytes, as: UTF8.self)
  else {
    FileHandle.standardError.write(Data("embed-data: \(path): not readable as UTF-8 text\n".utf8))
    exit(1)
  }
  let name = String(path.dropFirst(folder.count))
  let identifier = "file_" + name.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
  var fence = "#"
  while text.contains("\"\"\"" + fence) || text.contains("\\" + fence) { fence += "#" }
  // A carriage return ends a line of a multi-line literal, so it is the one character that needs an escape.
  let body = text.replacingOccurrences(of: "\r", with: "\\\(fence)r")
  source += "  static let \(identifier): StaticString = \(fence)\"\"\"\n\(body)\n\"\"\"\(fence)\n"
  cases.append((name, identifier))
}
source += "  static let names: [String] = [\(cases.map { "\"\($0.0)\"" }.joined(separator: ", "))]\n"
source += "  /// The text of a file; nil where there is none of that name.\n"
source += "  static func text(_ name: String) -> StaticString? {\n    switch name {\n"
for (name, identifier) in cases { source += "    case \"\(name)\": \(identifier)\n" }
source += "    default: nil\n    }\n  }\n}\n"
do {
  try source.write(toFile: arguments[2], atomically: true, encoding: .utf8)
} catch {
  FileHandle.standardError.write(Data("embed-data: \(arguments[2]): \(error)\n".utf8))
  exit(1)
}

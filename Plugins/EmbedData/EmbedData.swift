import Foundation
import PackagePlugin

/// Turns each file of a module's `Data/` folder into one `StaticString`, so that the program is one file and needs no
/// data directory. `.embedInCode` of SwiftPM makes an array literal instead, which takes minutes for 100 KB.
@main
struct EmbedData: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = target.directoryURL.appending(path: "Data")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path()).filter {
      !$0.split(separator: "/").contains { $0.hasPrefix(".") }
    }.sorted()
    let files = names.map { folder.appending(path: $0) }.filter { !$0.hasDirectoryPath }
    let inputs = files.filter { url in
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: url.path(), isDirectory: &isDirectory) && !isDirectory.boolValue
    }
    let output = context.pluginWorkDirectoryURL.appending(path: "Embedded.swift")
    return [
      .buildCommand(
        displayName: "Embedding data of \(target.name)", executable: try context.tool(named: "embed-data").url,
        arguments: [folder.path(), output.path()] + inputs.map { $0.path() }, inputFiles: inputs, outputFiles: [output])
    ]
  }
}

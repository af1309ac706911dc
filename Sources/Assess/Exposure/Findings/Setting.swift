import Knowledge
import Platform

extension Judge {
  /// Where a file lies, as far as it says what its values are worth.
  struct Setting {
    var isTemplate = false
    var isTest = false
    /// The last part of the path, in small letters.
    var name: String

    init(_ path: String) {
      let lower = path.lowercased()
      name = lower.lastPathPart
      isTemplate =
        [".example", ".sample", ".template", ".dist", ".defaults", ".tmpl", ".j2", ".erb", ".tpl", "-example", ".in"]
        .contains {
          name.hasSuffix($0) || name.contains($0 + ".")
        } || name.contains("example") || name.contains("sample") || name.contains("template")
      isTest =
        lower.split(separator: "/").dropLast().contains { part in
          [
            "test", "tests", "testdata", "test-data", "__tests__", "fixtures", "fixture", "spec", "specs", "examples",
            "example", "doc", "docs",
            "documentation", "samples", "testing", "mocks", "__mocks__", "e2e", "demo", "tutorials", "test-fixtures",
            "test_data", "certs-test",
          ].contains(String(part))
        } || name.hasPrefix("test_") || name.hasPrefix("test.") || name.contains("_test.") || name.contains(".test.")
        || name.contains(".spec.") || name.hasPrefix("readme") || name.hasPrefix("changelog")
    }
  }
}

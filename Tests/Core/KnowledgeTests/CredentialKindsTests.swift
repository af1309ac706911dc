import Testing

@testable import Knowledge

struct CredentialKindsTests {
  private let kinds = CredentialKinds.embedded

  @Test("every row of the table is read")
  func rows() throws {
    let text = try #require(Embedded.text("credentials.tsv")?.description)
    #expect(kinds.kinds.count == text.split(separator: "\n").count - 1)
    #expect(kinds.kinds.count >= 240)
    #expect(Set(kinds.kinds.map(\.name)).count == kinds.kinds.count)
  }

  @Test("every kind has a title, a severity from 0 to 5 and a sentence on what its loss means")
  func columns() {
    for kind in kinds.kinds {
      #expect(!kind.title.isEmpty && !kind.title.contains("_"), "\(kind.name)")
      #expect((0...5).contains(kind.severity), "\(kind.name)")
      #expect(kind.consequence.hasSuffix("."), "\(kind.name)")
    }
    #expect(Set(kinds.kinds.map(\.family)) == Set(CredentialKind.Family.allCases))
  }

  @Test("every group of places that a kind names is there, and every place is a glob of a path or of a name")
  func places() {
    for kind in kinds.kinds {
      for place in kind.locations {
        #expect(!place.hasPrefix("@") || kinds.places[place] != nil, "\(kind.name): \(place)")
        #expect(!place.contains(" ~") && !place.hasPrefix(" "), "\(kind.name): \(place)")
      }
    }
  }

  @Test("a shape is one of the known forms; a row of another is dropped")
  func shapes() {
    let table = """
      head
      a\tcloud\tA\t~/x\tA_KEY,B*\tre:a[0-9]{3} ;; ctx(b,c):d ;; key:e[].f if g=h ;; magic:0aff ;; hdr:x: y\t-\t3\tDoes x.
      b\tcloud\tB\t\t\twhat:ever\t-\t3\tDoes x.
      c\tnowhere\tC\t\t\tre:x\t-\t3\tDoes x.
      """
    let kinds = CredentialKinds(table: table)
    #expect(kinds.kinds.map(\.name) == ["a"])
    #expect(
      kinds["a"]?.shapes == [
        .anywhere("a[0-9]{3}"), .named(["b", "c"], "d"),
        .key(["e", "[]", "f"], condition: .init(key: "g", value: "h")), .magic([0x0A, 0xFF]), .header("x: y"),
      ])
    #expect(kinds["a"]?.variables == ["A_KEY", "B*"])
    #expect(kinds["z"] == nil)
  }
}

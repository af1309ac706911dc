import Mustache

/// What a template is filled with. Every leaf is markup, so a template cannot put unescaped text on a page.
indirect enum View: Sendable, ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  case markup(Markup)
  case flag(Bool)
  case list([View])
  case object([String: View])

  init(stringLiteral value: String) { self = .markup(Markup(stringLiteral: value)) }
  init(stringInterpolation: Markup.StringInterpolation) {
    self = .markup(Markup(stringInterpolation: stringInterpolation))
  }
  init(booleanLiteral value: Bool) { self = .flag(value) }
  init(arrayLiteral elements: View...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, View)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }

  static func text(_ text: String) -> View { .markup(Markup(text)) }
  /// Absent is false, never missing: a template would find the outer object's field of the same name instead.
  static func optional(_ markup: Markup?) -> View { markup.map(View.markup) ?? .flag(false) }

  fileprivate var mustache: Any {
    switch self {
    case .markup(let markup): markup.html
    case .flag(let flag): flag
    case .list(let views): views.map(\.mustache)
    case .object(let members): members.mapValues(\.mustache)
    }
  }
}

/// The templates that the program carries, parsed once.
struct Templates: Sendable {
  private let library: MustacheLibrary

  init() throws(Console.Failure) {
    var library = MustacheLibrary()
    for name in Embedded.names where name.hasSuffix(".mustache") {
      do {
        try library.register(Self.text(name), named: String(name.dropLast(".mustache".count)))
      } catch {
        throw .brokenTemplate(name)
      }
    }
    self.library = library
  }

  /// Text of a file of `Data/`; empty where there is none, which a test excludes for every name in use.
  static func text(_ name: String) -> String { Embedded.text(name)?.description ?? "" }

  func render(_ name: String, _ view: View) -> Markup {
    Markup(stringLiteral: library.render(view.mustache, withTemplate: name) ?? "")
  }
}

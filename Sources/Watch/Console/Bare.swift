import Model

/// Pages without bar and places: they are shown before somebody signed in, or when something went wrong.
struct Bare: Sendable {
  var templates: Templates
  var now: Timestamp
  var theme: Theme

  private func frame(_ title: Markup, _ content: Markup, refresh: String? = nil) -> Markup {
    templates.render(
      "bare",
      [
        "now": .text(now.rfc3339()), "theme": .markup(theme.attribute), "title": .markup(title),
        "content": .markup(content), "refresh": .optional(refresh.map { Markup($0) }),
      ])
  }

  func signIn(host: String, problem: String? = nil, next: String) -> Markup {
    let view: View = [
      "host": .markup(.name(host)), "problem": .optional(problem.map { Markup($0) }), "next": .text(next),
    ]
    return frame("Sign in", templates.render("signin", view))
  }

  /// Opens the console by a step of its own: after a link from elsewhere a browser holds a strict cookie back, but not
  /// from this page onwards. The code leaves the history with it.
  func signedIn(host: String, next: String) -> Markup {
    let view: View = ["host": .markup(.name(host)), "next": .text(next)]
    return frame("Signed in", templates.render("signedin", view), refresh: next)
  }

  func error(_ fault: Fault) -> Markup { frame(Markup(fault.heading), fault.content(templates)) }

  /// For another name than ours: the link and nothing else. No style, no script, no cookie.
  static func elsewhere(port: Int) -> Markup {
    let link = "http://\(Console.name):\(port)/"
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>Trammel lives elsewhere</title></head>
      <body><main><h1>Trammel’s console has a name of its own</h1>
      <p>Open <a href="\(link)">\(link)</a>. Under any other name no page is served and no cookie is set.</p></main></body></html>
      """
  }
}

/// Something that did not work, in the three questions that a reader has.
struct Fault: Sendable, Error {
  var status: Int
  var heading: String
  var what: String
  var lost: String
  var advice: String
  var command: String?
  var back = "/"
  var backLabel = "Back to the overview"

  static func notFound(_ what: String) -> Fault {
    Fault(
      status: 404, heading: "There is no such page", what: what, lost: "No. Nothing was changed.",
      advice: "Look for it in the list it belongs to, or search with /.")
  }
  static func refused(_ why: String) -> Fault {
    Fault(
      status: 403, heading: "This request was not accepted", what: why, lost: "No. Nothing was changed.",
      advice: "Open the page again and repeat what you did there.")
  }
  static func ledger(_ reason: String) -> Fault {
    Fault(
      status: 500, heading: "The record cannot be read", what: "The ledger answered: \(reason)",
      lost: "No. What was recorded before stays as it is; this only asked for it.",
      advice: "Check the ledger; the console works again as soon as it can be read.", command: "trammel ledger verify")
  }
  static func change(_ reason: String) -> Fault {
    Fault(
      status: 500, heading: "The owner could not be changed", what: "The inventory answered: \(reason)",
      lost: "No. The owner is who it was before.", advice: "Read the reason above, then try again.")
  }
  static let tooLarge = Fault(
    status: 413, heading: "That was too much", what: "A form may hold \(Desk.mostBody / 1024) KB; this one held more.",
    lost: "No. Nothing was changed.", advice: "Shorten what you typed.")

  func content(_ templates: Templates) -> Markup {
    templates.render(
      "error",
      [
        "heading": .markup(.seen(heading)), "what": .markup(.prose(what)), "lost": .text(lost), "advice": .text(advice),
        "command": .optional(command.map { Markup($0) }), "back": .text(back), "back_label": .text(backLabel),
      ])
  }
}

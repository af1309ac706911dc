import HTTPTypes
import Hummingbird
import NIOCore

extension HTTPFields {
  /// What every response carries, whatever it is.
  static func secure(_ more: [HTTPField.Name: String] = [:]) -> HTTPFields {
    var fields = HTTPFields()
    for (name, value) in policies {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    for (name, value) in more { fields[name] = value }
    return fields
  }

  static let contentPolicy = [
    "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'", "connect-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
  ].joined(separator: "; ")

  private static let policies = [
    ("Content-Security-Policy", contentPolicy),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
  ]
}

extension Response {
  static func page(_ status: HTTPResponse.Status, _ markup: Markup) -> Response {
    text(status, markup.html, type: "text/html; charset=utf-8")
  }

  static func text(_ status: HTTPResponse.Status, _ text: String, type: String) -> Response {
    Response(
      status: status, headers: .secure([.contentType: type]), body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// A file to keep; the name is ours.
  static func file(_ name: String, _ text: String, type: String) -> Response {
    var response = Response.text(.ok, text, type: type)
    response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
    return response
  }

  static func seeOther(_ path: String, cookie: String? = nil) -> Response {
    var response = Response(status: .seeOther, headers: .secure([.location: path]))
    if let cookie { response.headers[.setCookie] = cookie }
    return response
  }
}

public import Model
public import Wire

/// A network interface, as the system numbers and names it.
public struct Link: Sendable, Hashable {
  public var index: UInt32
  public var name: String
  public init(index: UInt32, name: String) {
    self.index = index
    self.name = name
  }
}

/// What one announced service instance says of itself, and who said it. Nothing of it is authenticated.
public struct Announcement: Sendable, Hashable {
  public var link: Link
  /// `studio (OpenClaw)._openclaw-gw._tcp.local`.
  public var name: DNS.Name
  public var type: ServiceType
  /// Target and port of the SRV record: the only place a port is taken from. TXT never overrides it (CVE-2026-26327).
  public var service: DNS.Record.Service?
  public var text: DNS.Text?
  /// What the A and AAAA records of the target say.
  public var addresses: [Address]
  public var announcers: [Announcer]
  public var firstSeen: Timestamp
  public var lastSeen: Timestamp
  /// Two senders gave the same name different targets.
  public var isDisputed: Bool

  /// A sender of records for this instance.
  public struct Announcer: Sendable, Hashable {
    public var address: Address
    /// On arrival; nil where the system did not say. Below 255 the packet was routed or reflected (RFC 6762 §11).
    public var hopLimit: UInt8?
    public init(address: Address, hopLimit: UInt8?) {
      self.address = address
      self.hopLimit = hopLimit
    }
  }

  /// The instance's label for a person.
  public var title: String { name.title }

  /// 2 and up where the name carries a conflict suffix: another gateway on the segment has the same name. RFC 6763
  /// appendix D writes it `name (2)`, avahi `name #2`.
  public var conflictSuffix: Int? { Self.conflict(title)?.number }

  private static func conflict(_ title: String) -> (base: Substring, number: Int)? {
    guard let blank = title.lastIndex(of: " "), blank > title.startIndex else { return nil }
    var mark = title[title.index(after: blank)...]
    if mark.hasPrefix("#") {
      mark = mark.dropFirst()
    } else if mark.hasPrefix("("), mark.hasSuffix(")") {
      mark = mark.dropFirst().dropLast()
    } else {
      return nil
    }
    guard mark.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(mark), (2...9999).contains(number)
    else { return nil }
    return (title[..<blank], number)
  }

  public var isOnLink: Bool { announcers.allSatisfy { $0.hopLimit == nil || $0.hopLimit == 255 } }

  /// Whether one of the addresses it points to is a sender of it. A reflector's or a forger's is not.
  public var isAnnouncedByItself: Bool { announcers.contains { addresses.contains($0.address) } }

  /// How much the gateway was told to say; nil where there is no TXT record to judge by.
  public var mode: Mode? {
    guard let text, !text.attributes.isEmpty else { return nil }
    return text["cliPath"] != nil || text["sshPort"] != nil ? .full : .minimal
  }

  public enum Mode: String, Sendable, Hashable { case minimal, full }

  /// One thing that everybody on the segment learns.
  public struct Leak: Sendable, Hashable {
    public var what: What
    public var value: String
    /// TXT key, or `SRV`.
    public var source: String

    public enum What: String, Sendable, Hashable, CaseIterable {
      case userName, installPath, sshPort, tailnetName, hostName, displayName, gatewayPort, tlsCertificate

      /// For a table.
      public var title: String {
        switch self {
        case .userName: "user name"
        case .installPath: "install path"
        case .sshPort: "SSH port"
        case .tailnetName: "tailnet name"
        case .hostName: "host name"
        case .displayName: "display name"
        case .gatewayPort: "gateway port"
        case .tlsCertificate: "TLS certificate"
        }
      }
    }
  }

  /// The worst first.
  public var leaks: [Leak] {
    var out: [Leak] = []
    func add(_ what: Leak.What, _ key: String) {
      if let value = text?.text(key), !value.isEmpty { out.append(Leak(what: what, value: value, source: key)) }
    }
    if let path = text?.text("cliPath"), let user = Self.user(inPath: path) {
      out.append(Leak(what: .userName, value: user, source: "cliPath"))
    }
    add(.installPath, "cliPath")
    add(.sshPort, "sshPort")
    add(.tailnetName, "tailnetDns")
    if text?.text("lanHost") == nil, let service {
      out.append(Leak(what: .hostName, value: service.target.description, source: "SRV"))
    }
    add(.hostName, "lanHost")
    add(.displayName, "displayName")
    if let service { out.append(Leak(what: .gatewayPort, value: String(service.port), source: "SRV")) }
    add(.tlsCertificate, "gatewayTlsSha256")
    return out
  }

  /// The account in whose home a path lies: `/home/ada/bin/openclaw`, `/Users/ada/…`, `C:\Users\ada\…`, `/root/…`.
  public static func user(inPath path: String) -> String? {
    let parts = path.split { $0 == "/" || $0 == "\\" }
    for (index, part) in parts.enumerated() {
      switch part.lowercased() {
      case "home", "users":
        // Only at the top: `/home`, `C:\Users`, and the places where images and servers move homes to.
        let lead = parts[..<index].map { $0.lowercased() }
        let atTop =
          lead.isEmpty || [["var"], ["usr"], ["export"], ["mnt"]].contains(lead)
          || (lead.count == 1 && lead[0].hasSuffix(":"))
        guard atTop, index + 2 < parts.count else { return nil }
        let user = String(parts[index + 1])
        return ["shared", "public", "linuxbrew"].contains(user.lowercased()) ? nil : user
      case "root" where index == 0 && path.hasPrefix("/") && parts.count > 1: return "root"
      default: continue
      }
    }
    return nil
  }

  /// `studio (OpenClaw)` without the suffixes, or what TXT gives as the display name.
  public var displayName: String {
    if let name = text?.text("displayName"), !name.isEmpty { return name }
    let base = Self.conflict(title)?.base ?? title[...]
    let suffix = " (\(type.era))"
    return String(base.hasSuffix(suffix) && base.count > suffix.count ? base.dropLast(suffix.count) : base)
  }
}

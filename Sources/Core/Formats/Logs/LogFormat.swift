/// Whose log it is. The raw value is the name that people give.
public enum LogFormat: String, Sendable, Hashable, CaseIterable {
  case dnsmasq, pihole, unbound, bind, coredns, adguard, umbrella, cloudflare
  case windowsDNS = "windows-dns"
  case windowsAnalytical = "windows-analytical"
  case dnstap, zeek, suricata, squid, nginx, ntopng, ecs
  case piholeFTL = "pihole-ftl"

  /// Whether a log is a sequence of lines: `LogLines` cuts it. dnstap is cut by `LogFrames`; the rows of Pi-hole's
  /// database come from whoever reads it (`LogReader.read(row:domain:into:)`).
  public var isLines: Bool { self != .dnstap && self != .piholeFTL }
}

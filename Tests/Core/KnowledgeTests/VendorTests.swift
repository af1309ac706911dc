import Knowledge
import Testing

@Suite struct VendorTests {
  @Test(arguments: [
    ("00:00:00:12:34:56", "XEROX CORPORATION"),  // the first line of the table
    ("00-16-3E-77-00-01", "Xensource, Inc."),
    ("b827eb000001", "Raspberry Pi Foundation"),
    ("FC:FF:AA:00:00:01", nil as String?),  // held by the IEEE and handed out in pieces
  ])
  func `names the maker of a card`(mac: String, maker: String?) { #expect(Vendor.name(mac: mac) == maker) }

  @Test func `the longest prefix wins`() {
    // 70:B3:D5 is the IEEE's; its pieces of 36 bits belong to makers.
    #expect(Vendor.name(mac: "70:b3:d5:f2:f0:01") == "TELEPLATFORMS")
    #expect(Vendor.name(mac: "70:b3:d5:71:90:01") == "2M Technology")
    // 20:85:93:B is a piece of 28 bits.
    #expect(Vendor.name(mac: "20:85:93:b1:23:45") == "IOG Products LLC")
  }

  @Test(arguments: ["02:42:ac:11:00:02", "da:a1:19:00:00:01", "52:54:00:00:00:01"])
  func `an address that its owner made up says so`(mac: String) { #expect(Vendor.name(mac: mac) == "randomised") }

  @Test(arguments: [
    "", "00:16:3e", "00:16:3e:77:00:01:02", "zz:16:3e:77:00:01", "01:00:5e:00:00:fb", "ff:ff:ff:ff:ff:ff",
  ])
  func `what is no card's address has no maker`(text: String) { #expect(Vendor.name(mac: text) == nil) }
}

import Formats

extension LogFixture {
  /// Lines written after the documentation and sources of the programs, which `LogReader` names; not recorded.
  static let resolvers: [LogFixture] = [
    LogFixture(
      "Squid, more", .squid,
      #"""
      1795220794.123    456 192.0.2.7 TCP_MEM_HIT/200 3900 GET http://user@www.example.com:8080/a - HIER_NONE/- text/html
      1795220795.123  61234 192.0.2.7 TCP_TUNNEL/200 3900 CONNECT 198.51.100.10:443 - HIER_DIRECT/198.51.100.10 - "agent/1.0" api.example.com 51234
      1795220796.123     -1 host.example.com TCP_MISS/200 3900 GET https://[2001:db8::10]:8443/?a - FIRSTUP_PARENT/192.0.2.81 text/html
      1795220797.123     12 192.0.2.7 TCP_DENIED/407 3900 CONNECT api.example.com:443 - HIER_NONE/- text/html
      Nov 21 00:26:38 proxy squid[99]: 1795220798.123     12 192.0.2.7 TCP_TUNNEL/200 3900 CONNECT api.example.com:443 ann HIER_DIRECT/198.51.100.10 -
      Nov 21 00:26:38 proxy (squid-1)[99]: 1795220798.223     12 192.0.2.7 TCP_MISS/200 3900 GET ftp://ftp.example.com/x ann HIER_DIRECT/198.51.100.10 -
      Nov 21 00:26:39 proxy squid[99]: storeDirWriteCleanLogs: Starting...
      1795220799.123     12 192.0.2.7 TCP_MISS/200 3900 GET http://www.example.com/x - DIRECT/198.51.100.10 text/html
      1795220799.223     12 192.0.2.7 TCP_MISS/200 3900 GET https://www.example.com/x - PINNED/198.51.100.10 text/html
      1795220799.323     12 192.0.2.7 TCP_MISS/200 3900 GET https://www.example.com/x - ORIGINAL_DST/2001:db8::10 text/html
      """#,
      #"""
      request cached at=2026-11-21T00:26:34.123000Z start=2026-11-21T00:26:33Z ns=456000000 client=192.0.2.7 server=?#8080 transport=6 bytes=0/3900 status=200 method=GET host=www.example.com uri=http://user@www.example.com:8080/a
      request allowed at=2026-11-21T00:26:35.123000Z start=2026-11-21T00:25:33Z ns=61234000000 client=192.0.2.7 server=198.51.100.10#443 transport=6 bytes=51234/3900 status=200 method=CONNECT host=198.51.100.10 uri=198.51.100.10:443 agent=agent/1.0 sni=api.example.com
      request allowed at=2026-11-21T00:26:36.123000Z server=?#8443 transport=6 bytes=0/3900 status=200 method=GET host=2001:db8::10 uri=https://[2001:db8::10]:8443/?a
      request blocked at=2026-11-21T00:26:37.123000Z start=2026-11-21T00:26:37Z ns=12000000 client=192.0.2.7 server=?#443 transport=6 bytes=0/3900 status=407 method=CONNECT host=api.example.com uri=api.example.com:443 sni=api.example.com
      request allowed at=2026-11-21T00:26:38.123000Z start=2026-11-21T00:26:38Z ns=12000000 client=192.0.2.7 server=198.51.100.10#443 transport=6 bytes=0/3900 status=200 method=CONNECT host=api.example.com uri=api.example.com:443 sni=api.example.com
      request allowed at=2026-11-21T00:26:38.223000Z start=2026-11-21T00:26:38Z ns=12000000 client=192.0.2.7 server=198.51.100.10#21 transport=6 bytes=0/3900 status=200 method=GET host=ftp.example.com uri=ftp://ftp.example.com/x
      !
      request allowed at=2026-11-21T00:26:39.123000Z start=2026-11-21T00:26:39Z ns=12000000 client=192.0.2.7 server=198.51.100.10#80 transport=6 bytes=0/3900 status=200 method=GET host=www.example.com uri=http://www.example.com/x
      request allowed at=2026-11-21T00:26:39.223000Z start=2026-11-21T00:26:39Z ns=12000000 client=192.0.2.7 server=198.51.100.10#443 transport=6 bytes=0/3900 status=200 method=GET host=www.example.com uri=https://www.example.com/x
      request allowed at=2026-11-21T00:26:39.323000Z start=2026-11-21T00:26:39Z ns=12000000 client=192.0.2.7 server=2001:db8::10#443 transport=6 bytes=0/3900 status=200 method=GET host=www.example.com uri=https://www.example.com/x
      """#),
    LogFixture(
      "Pi-hole", .pihole,
      #"""
      Nov 21 00:26:34 dnsmasq[911]: query[A] ads.example.net from 192.0.2.7
      Nov 21 00:26:34 dnsmasq[911]: gravity blocked ads.example.net is 0.0.0.0
      Nov 21 00:26:34 dnsmasq[911]: query[AAAA] ads.example.net from 192.0.2.7
      Nov 21 00:26:34 dnsmasq[911]: gravity blocked ads.example.net is ::
      Nov 21 00:26:35 dnsmasq[911]: query[type=65] telemetry.example.net from 2001:db8::7
      Nov 21 00:26:35 dnsmasq[911]: exactly denied telemetry.example.net is NODATA
      Nov 21 00:26:35 dnsmasq[911]: regex denied tracker.example.net is 0.0.0.0
      Nov 21 00:26:36 dnsmasq[911]: exactly blacklisted old.example.net is 0.0.0.0
      Nov 21 00:26:36 dnsmasq[911]: regex blacklisted older.example.net is 0.0.0.0
      Nov 21 00:26:36 dnsmasq[911]: special domain use-application-dns.net is NXDOMAIN
      Nov 21 00:26:37 dnsmasq[911]: cached-stale www.example.com is 198.51.100.10
      Nov 21 00:26:37 dnsmasq[911]: Pi-hole hostname pi.hole is 192.0.2.2
      Nov 21 00:26:37 dnsmasq[911]: validation www.example.com is SECURE
      Nov 21 00:26:37 dnsmasq[911]: dnssec-query[DS] example.com to 192.0.2.1
      Nov 21 00:26:38 dnsmasq[911]: reply error is SERVFAIL (EDE: network error)
      Nov 21 00:26:38 dnsmasq[911]: reply www.example.com is NODATA-IPv6
      Nov 21 00:26:38 dnsmasq[911]: Rate-limiting 192.0.2.7 for at least 44 seconds
      Nov 21 00:26:39 dnsmasq[911]: forwarded api.example.org to 192.0.2.1#5335
      """#,
      #"""
      query at=2026-11-21T00:26:34Z client=192.0.2.7 name=ads.example.net type=1
      answer blocked at=2026-11-21T00:26:34Z name=ads.example.net type=1 rcode=0 answer=0.0.0.0
      query at=2026-11-21T00:26:34Z client=192.0.2.7 name=ads.example.net type=28
      answer blocked at=2026-11-21T00:26:34Z name=ads.example.net type=28 rcode=0 answer=::
      query at=2026-11-21T00:26:35Z client=2001:db8::7 name=telemetry.example.net type=65
      answer blocked at=2026-11-21T00:26:35Z name=telemetry.example.net rcode=0
      answer blocked at=2026-11-21T00:26:35Z name=tracker.example.net type=1 rcode=0 answer=0.0.0.0
      answer blocked at=2026-11-21T00:26:36Z name=old.example.net type=1 rcode=0 answer=0.0.0.0
      answer blocked at=2026-11-21T00:26:36Z name=older.example.net type=1 rcode=0 answer=0.0.0.0
      answer blocked at=2026-11-21T00:26:36Z name=use-application-dns.net rcode=3
      answer cached at=2026-11-21T00:26:37Z name=www.example.com type=1 rcode=0 answer=198.51.100.10
      answer allowed at=2026-11-21T00:26:37Z name=pi.hole type=1 rcode=0 answer=192.0.2.2
      .
      .
      answer allowed at=2026-11-21T00:26:38Z rcode=2
      answer allowed at=2026-11-21T00:26:38Z name=www.example.com type=28 rcode=0
      .
      answer forwarded at=2026-11-21T00:26:39Z server=192.0.2.1#5335 name=api.example.org
      """#),
    LogFixture(
      "dnsmasq through syslog", .dnsmasq,
      #"""
      Nov 21 00:26:34 gateway dnsmasq[911]: query[A] www.example.com from 192.0.2.7
      2026-11-21T00:26:35.500000+01:00 gateway dnsmasq[911]: 12 192.0.2.7/5555 query[AAAA] www.example.com from 192.0.2.7
      <30>Nov 21 00:26:36 gateway dnsmasq[911]: reply www.example.com is 198.51.100.10
      <30>1 2026-11-21T00:26:37Z gateway dnsmasq 911 - - cached www.example.com is 2001:db8::10
      Sat Nov 21 00:26:38 2026 daemon.info dnsmasq[911]: 13 192.0.2.7/5556 query[HTTPS] www.example.com from 192.0.2.7
      Nov 21 00:26:39 dnsmasq[911]: 14 UDP 192.0.2.7/5557 query[A] www.example.com from 192.0.2.7
      Nov 21 00:26:39 dnsmasq[911]: * 192.0.2.7/5557 config www.example.com is 127.0.0.1
      Nov 21 00:26:40 dnsmasq-dhcp[911]: DHCPACK(br0) 192.0.2.7 00:00:5e:00:53:01 host
      Feb 29 12:00:00 dnsmasq[911]: query[A] leap.example.com from 192.0.2.7
      """#,
      #"""
      query at=2026-11-21T00:26:34Z client=192.0.2.7 name=www.example.com type=1
      query at=2026-11-20T23:26:35.500000Z client=192.0.2.7#5555 name=www.example.com type=28 serial=12
      answer allowed at=2026-11-21T00:26:36Z name=www.example.com type=1 rcode=0 answer=198.51.100.10
      answer cached at=2026-11-21T00:26:37Z name=www.example.com type=28 rcode=0 answer=2001:db8::10
      query at=2026-11-21T00:26:38Z client=192.0.2.7#5556 name=www.example.com type=65 serial=13
      query at=2026-11-21T00:26:39Z client=192.0.2.7#5557 transport=17 name=www.example.com type=1 serial=14
      answer blocked at=2026-11-21T00:26:39Z client=192.0.2.7#5557 name=www.example.com type=1 rcode=0 answer=127.0.0.1
      .
      query at=2024-02-29T12:00:00Z client=192.0.2.7 name=leap.example.com type=1
      """#),
    LogFixture(
      "unbound through syslog", .unbound,
      #"""
      Nov 21 00:26:34 gateway unbound[311]: [311:0] query: 192.0.2.7 www.example.com. A IN
      Nov 21 00:26:34 gateway unbound[311]: [311:1] reply: 192.0.2.7 www.example.com. A IN NOERROR 0.012000 0 60
      Nov 21 00:26:35 gateway unbound: [311:0] info: 192.0.2.7 www.example.com. HTTPS IN
      <30>1 2026-11-21T00:26:36+01:00 gateway unbound 311 - [meta sequenceId="7"] [311:0] reply: 2001:db8::7 www.example.com. AAAA IN NXDOMAIN 0.000000 1 104
      2026-11-21T00:26:37.250+0100 unbound[311:0] reply: 192.0.2.7 www.example.com. A IN NOERROR 0.012000 0 60 on udp 192.0.2.53 53
      [1795220801] unbound[311:0] info: rpz: applied [mylist] ads.example.net. rpz-nxdomain 192.0.2.7@4444 ads.example.net. A IN
      [1795220801] unbound[311:0] info: resolving www.example.com. A IN
      [1795220802] unbound[311:0] notice: init module 0: iterator
      """#,
      #"""
      query at=2026-11-21T00:26:34Z client=192.0.2.7 name=www.example.com type=1
      answer allowed at=2026-11-21T00:26:34Z ns=12000000 client=192.0.2.7 name=www.example.com type=1 rcode=0
      query at=2026-11-21T00:26:35Z client=192.0.2.7 name=www.example.com type=65
      answer cached at=2026-11-20T23:26:36Z client=2001:db8::7 name=www.example.com type=28 rcode=3
      answer allowed at=2026-11-20T23:26:37.250000Z ns=12000000 client=192.0.2.7 name=www.example.com type=1 rcode=0
      answer blocked at=2026-11-21T00:26:41Z client=192.0.2.7#4444 name=ads.example.net type=1 rcode=3
      .
      .
      """#),
    LogFixture(
      "BIND, older and through syslog", .bind,
      #"""
      21-Nov-2026 00:26:31.993 client 192.0.2.7#42885 (www.example.com): query: www.example.com IN A +E(0)K (192.0.2.53)
      21-Nov-2026 00:26:31.993 client 192.0.2.7#42885: query: www.example.com IN AAAA +
      Nov 21 00:26:32 ns1 named[99]: client @0x7f00aa 192.0.2.7#42886 (www.example.com): query: www.example.com IN HTTPS +E(0)TDC (192.0.2.53)
      Nov 21 00:26:32 ns1 named[99]: queries: info: client @0x7f00aa 2001:db8::7#42887/key laptop (www.example.com): view inside: query: www.example.com IN TXT +SE(0) (2001:db8::53)
      Nov 21 00:26:33 ns1 named[99]: rpz: info: client @0x7f00aa 192.0.2.7#42888 (www.example.com): view inside: rpz QNAME PASSTHRU rewrite www.example.com/A/IN via www.example.com.rpz.local
      Nov 21 00:26:33 ns1 named[99]: rpz: info: client @0x7f00aa 192.0.2.7#42888 (ads.example.net): disabled rpz QNAME NXDOMAIN rewrite ads.example.net/A/IN via ads.example.net.rpz.local
      21-Nov-2026 00:26:34.000 rpz: info: client 192.0.2.7#42889 (ads.example.net): rpz QNAME NXDOMAIN rewrite ads.example.net via ads.example.net.rpz.local
      21-Nov-2026 00:26:35.000 general: info: zone example.com/IN: loaded serial 1
      21-Nov-2026 00:26:36.000 client: info: client @0x7f00aa 192.0.2.7#42890: no matching view in class 'CH'
      """#,
      #"""
      query at=2026-11-21T00:26:31.993000Z client=192.0.2.7#42885 server=192.0.2.53 transport=17 name=www.example.com type=1
      query at=2026-11-21T00:26:31.993000Z client=192.0.2.7#42885 transport=17 name=www.example.com type=28
      query at=2026-11-21T00:26:32Z client=192.0.2.7#42886 server=192.0.2.53 transport=6 name=www.example.com type=65
      query at=2026-11-21T00:26:32Z client=2001:db8::7#42887 server=2001:db8::53 transport=17 name=www.example.com type=16
      answer allowed at=2026-11-21T00:26:33Z client=192.0.2.7#42888 name=www.example.com type=1
      answer allowed at=2026-11-21T00:26:33Z client=192.0.2.7#42888 name=ads.example.net type=1 rcode=3
      answer blocked at=2026-11-21T00:26:34Z client=192.0.2.7#42889 name=ads.example.net rcode=3
      .
      .
      """#),
    LogFixture(
      "CoreDNS", .coredns,
      #"""
      [INFO] 192.0.2.7:40123 - 4711 "A IN openclaw.example.com. udp 40 false 1232" NXDOMAIN qr,rd,ra 115 0.004210000s
      [INFO] [2001:db8::7]:40124 - 4712 "AAAA IN www.example.com. tcp 33 true 4096" NOERROR qr,aa,rd 118 0.000187632s
      [INFO] 192.0.2.7:40125 - 4713 "HTTPS IN slow.example.com. udp 34 false 512" - - 0 2.001s
      [INFO] 192.0.2.7:40126 - 4714 "PTR IN 7.2.0.192.in-addr.arpa. udp 41 false 512" SERVFAIL qr,rd 41 0.000123s
      2026-11-21T00:26:34.123456789Z stdout F [INFO] 192.0.2.7:40127 - 4715 "A IN www.example.com. udp 33 false 512" NOERROR qr,aa,rd 64 0.00012s
      2026-11-21T00:26:34.123Z [INFO] 192.0.2.7:40128 - 4716 "A IN www.example.com. udp 33 false 512" REFUSED qr,rd 64 0.00012s "0"
      2026/11/21 00:26:35 [INFO] plugin/reload: Running configuration SHA512 = 0a1b
      192.0.2.7 - [21/Nov/2026:00:26:36 +0000] "A IN www.example.com. udp 33 false 4096" NOERROR qr,rd,ra 64 7.2ms
      2001:db8::7 - [21/Nov/2026:00:26:37 +0000] "AAAA IN old6.example.com. udp 33 false 4096" NOERROR qr,rd,ra 64 -1.5s
      .:53
      CoreDNS-1.11.1
      """#,
      #"""
      query ns=4210000 client=192.0.2.7#40123 transport=17 name=openclaw.example.com type=1 rcode=3
      query ns=187632 client=2001:db8::7#40124 transport=6 name=www.example.com type=28 rcode=0
      query ns=2001000000 client=192.0.2.7#40125 transport=17 name=slow.example.com type=65
      query ns=123000 client=192.0.2.7#40126 transport=17 name=7.2.0.192.in-addr.arpa type=12 rcode=2
      query at=2026-11-21T00:26:34.123456Z ns=120000 client=192.0.2.7#40127 transport=17 name=www.example.com type=1 rcode=0
      query at=2026-11-21T00:26:34.123000Z ns=120000 client=192.0.2.7#40128 transport=17 name=www.example.com type=1 rcode=5
      .
      query at=2026-11-21T00:26:36Z client=192.0.2.7 transport=17 name=www.example.com type=1 rcode=0
      query at=2026-11-21T00:26:37Z client=2001:db8::7 transport=17 name=old6.example.com type=28 rcode=0
      !
      !
      """#),
    LogFixture(
      "AdGuard Home", .adguard,
      #"""
      {"T":"2026-11-21T00:26:34.123456789+01:00","QH":"www.example.com","QT":"A","QC":"IN","CP":"","IP":"192.0.2.7","Answer":"q82BgAABAAEAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQABwAwAAQABAAABLAAEwAACCg==","Result":{},"Elapsed":1234567,"Upstream":"https://dns.example.net/dns-query"}
      {"IP":"192.0.2.8","T":"2026-11-21T00:26:35Z","QH":"ads.example.net","QT":"A","QC":"IN","CP":"doh","CID":"laptop","Answer":"q82BgwABAAAAAAAA","Result":{"Rules":[{"Text":"||ads.example.net^","FilterListID":1}],"Reason":3,"IsFiltered":true},"Elapsed":98765}
      {"T":"2026-11-21T00:26:36Z","QH":"chat.example.org","QT":"HTTPS","QC":"IN","CP":"doq","IP":"2001:db8::8","Answer":"","Result":{"ServiceName":"chat","Rules":[{"Text":"||chat.example.org^"}],"Reason":8,"IsFiltered":true},"Elapsed":1}
      {"T":"2026-11-21T00:26:37Z","QH":"search.example.com","QT":"A","QC":"IN","CP":"","IP":"192.0.2.7","Answer":"AAA=","Result":{"Reason":7,"IsFiltered":true},"Elapsed":2000}
      {"T":"2026-11-21T00:26:38Z","QH":"cached.example.com","QT":"AAAA","QC":"IN","CP":"dot","IP":"192.0.2.7","Result":{},"Elapsed":5000,"Cached":true,"AD":true}
      """#,
      #"""
      query allowed at=2026-11-20T23:26:34.123456Z ns=1234567 client=192.0.2.7 name=www.example.com type=1 message=49
      query blocked at=2026-11-21T00:26:35Z ns=98765 client=192.0.2.8 transport=6 name=ads.example.net type=1 message=12
      query blocked at=2026-11-21T00:26:36Z ns=1 client=2001:db8::8 transport=17 name=chat.example.org type=65
      query allowed at=2026-11-21T00:26:37Z ns=2000 client=192.0.2.7 name=search.example.com type=1 message=2
      query cached at=2026-11-21T00:26:38Z ns=5000 client=192.0.2.7 transport=6 name=cached.example.com type=28
      """#),
    LogFixture(
      "Umbrella", .umbrella,
      #"""
      "2026-11-21 00:26:34","Laptop of Ann","Laptop of Ann,Site One","192.0.2.7","203.0.113.9","Allowed","1 (A)","NOERROR","www.example.com.","Software/Technology"
      "2026-11-21 00:26:35","Laptop of ""Bob""","Laptop of ""Bob"",Site One","","203.0.113.9","Blocked","28 (AAAA)","NOERROR","ads.example.net.","Advertisements,Malware","Roaming Computers","Roaming Computers,Sites","Malware"
      "2026-11-21 00:26:36","Site One","Site One","2001:db8::7","203.0.113.9","Proxied","65 (HTTPS)","NXDOMAIN","odd.example.org.","","Sites","Sites","","4711","","8000001"
      """#,
      #"""
      query allowed at=2026-11-21T00:26:34Z client=192.0.2.7 name=www.example.com type=1 rcode=0
      query blocked at=2026-11-21T00:26:35Z client=203.0.113.9 name=ads.example.net type=28 rcode=0
      query allowed at=2026-11-21T00:26:36Z client=2001:db8::7 name=odd.example.org type=65 rcode=3
      """#),
    LogFixture(
      "Umbrella with a header", .umbrella,
      #"""
      Timestamp,Most Granular Identity,Identities,Internal IP,External IP,Action,Query Type,Response Code,Domain,Categories,Most Granular Identity Type,Identity Types,Blocked Categories,Rule ID,Destination Countries,Organization ID
      "2026-11-21 00:26:34","Laptop","Laptop","192.0.2.7","203.0.113.9","Allowed","1 (A)","NOERROR","www.example.com.","Software","Networks","Networks","","1","","8000001"
      "2026-11-21 00:26:35","Laptop","Laptop","192.0.2.7","203.0.113.9","Blocked","16 (TXT)","REFUSED","bad.example.net.","Malware","Networks","Networks","Malware","1","DE","8000001"
      """#,
      #"""
      .
      query allowed at=2026-11-21T00:26:34Z client=192.0.2.7 name=www.example.com type=1 rcode=0
      query blocked at=2026-11-21T00:26:35Z client=192.0.2.7 name=bad.example.net type=16 rcode=5
      """#),
    LogFixture(
      "Cloudflare Gateway", .cloudflare,
      #"""
      {"AccountID":"0a1b2c3d","ColoCode":"SJC","Datetime":"2026-11-21T00:26:34Z","DstIP":"203.0.113.53","DstPort":443,"IsResponseCached":true,"Policy":"","Protocol":"https","QueryName":"www.example.com","QueryNameReversed":"com.example.www","QueryType":1,"QueryTypeName":"A","RCode":0,"RData":[{"data":"AAAA","type":"1"}],"ResolvedIPs":["198.51.100.10","198.51.100.11"],"ResolverDecision":"allowedOnNoPolicyMatch","SrcIP":"192.0.2.7","SrcPort":40000}
      {"Datetime":1795220795123456789,"DstIP":"203.0.113.53","DstPort":53,"IsResponseCached":false,"Protocol":"udp","QueryName":"ads.example.net","QueryType":28,"QueryTypeName":"AAAA","RCode":3,"ResolvedIPs":[],"ResolverDecision":"blockedByCategory","SrcIP":"2001:db8::7","SrcPort":40001}
      {"Datetime":1795220796,"Protocol":"tls","QueryName":"safe.example.org","QueryType":65,"RCode":0,"ResolvedIPs":["2001:db8::10"],"ResolverDecision":"overrideForSafeSearch","SrcIP":"192.0.2.7"}
      """#,
      #"""
      query cached at=2026-11-21T00:26:34Z client=192.0.2.7#40000 server=203.0.113.53#443 transport=6 name=www.example.com type=1 rcode=0 answer=198.51.100.10,198.51.100.11
      query blocked at=2026-11-21T00:26:35.123456Z client=2001:db8::7#40001 server=203.0.113.53#53 transport=17 name=ads.example.net type=28 rcode=3
      query allowed at=2026-11-21T00:26:36Z client=192.0.2.7 transport=6 name=safe.example.org type=65 rcode=0 answer=2001:db8::10
      """#),
    LogFixture(
      "Windows DNS", .windowsDNS, lineEnd: "\r\n",
      #"""
      DNS Server log file creation at 1/10/2026 9:04:58 AM
      Log file wrap at 1/10/2026 9:04:58 AM

      Message logging key (for packets - other items use a subset of these fields):
      	Field #  Information         Values
      	-------  -----------         ------
      	   1     Date
      	   2     Time
      	   3     Thread ID

      1/10/2026 9:05:02 AM 0E70 PACKET  00000000012397A0 UDP Rcv 192.0.2.7       5b47   Q [0001   D   NOERROR] A      (8)openclaw(7)example(3)com(0)
      1/10/2026 9:05:02 AM 0E70 PACKET  00000000012397A0 UDP Snd 192.0.2.53      8c01   Q [0001   D   NOERROR] A      (8)openclaw(7)example(3)com(0)
      1/10/2026 9:05:02 AM 0E70 PACKET  00000000012397A0 UDP Rcv 192.0.2.53      8c01 R Q [8081   DR  NOERROR] A      (8)openclaw(7)example(3)com(0)
      1/10/2026 9:05:02 AM 0E70 PACKET  00000000012397A0 UDP Snd 192.0.2.7       5b47 R Q [8081   DR NXDOMAIN] A      (8)openclaw(7)example(3)com(0)
      1/13/2026 2:05:03 PM 0E74 PACKET  00000000012397B0 TCP Rcv 2001:db8::7     0001   Q [0001   D   NOERROR] AAAA   (3)www(7)example(3)com(0)
      1/13/2026 2:05:04 PM 0E74 EVENT   The DNS server has finished the background loading of zones.
      1/13/2026 2:05:05 PM 0E74 PACKET  00000000012397C0 UDP Rcv 2001:db8:1234:5678:9abc:def0:1234:5678
         0002   Q [0001   D   NOERROR] HTTPS  (3)www(7)example(3)com(0)
      1/13/2026 2:05:06 PM 0E74 PACKET  00000000012397C0 UDP Rcv 2001:db8:1234:5678:9abc:def0:1234:5678
      1/13/2026 2:05:07 PM 0E74 PACKET  00000000012397D0 UDP Rcv 192.0.2.9       0003   Q [0001   D   NOERROR] A      (0)
      """#,
      #"""
      .
      .
      .
      .
      .
      .
      .
      .
      .
      .
      query at=2026-01-10T09:05:02Z client=192.0.2.7 transport=17 name=openclaw.example.com type=1
      .
      .
      answer allowed at=2026-01-10T09:05:02Z client=192.0.2.7 transport=17 name=openclaw.example.com type=1 rcode=3
      query at=2026-01-13T14:05:03Z client=2001:db8::7 transport=6 name=www.example.com type=28
      .
      .
      query at=2026-01-13T14:05:05Z client=2001:db8:1234:5678:9abc:def0:1234:5678 transport=17 name=www.example.com type=65
      .
      query at=2026-01-13T14:05:07Z client=192.0.2.9 transport=17 name=. type=1
      """#),
    LogFixture(
      "Windows DNS, other dates", .windowsDNS, lineEnd: "\r\n",
      #"""
      10.01.2026 09:05:02 0E70 PACKET  00000000012397A0 UDP Rcv 192.0.2.7       5b47   Q [0001   D   NOERROR] A      (3)www(7)example(3)com(0)
      20260110 09:05:02 0E70 PACKET  00000000012397A0 UDP Rcv 192.0.2.7       5b48   Q [0001   D   NOERROR] TYPE65 (3)www(7)example(3)com(0)
      2026-01-10 09:05:02 0E70 PACKET  00000000012397A0 UDP Rcv 192.0.2.7       5b48   Q [0001   D   NOERROR] HTTPS  (3)www(7)example(3)com(0)
      """#,
      #"""
      query at=2026-01-10T09:05:02Z client=192.0.2.7 transport=17 name=www.example.com type=1
      query at=2026-01-10T09:05:02Z client=192.0.2.7 transport=17 name=www.example.com type=65
      query at=2026-01-10T09:05:02Z client=192.0.2.7 transport=17 name=www.example.com type=65
      """#),
    LogFixture(
      "Windows analytical", .windowsAnalytical,
      #"""
      <Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-DNSServer" Guid="{eb79061a-a566-4698-9119-3ed2807060e7}"/><EventID>256</EventID><Version>0</Version><TimeCreated SystemTime="2026-11-21T00:26:34.123456700Z"/><Channel>Microsoft-Windows-DNSServer/Analytical</Channel><Computer>dc1.example.com</Computer></System><EventData><Data Name="TCP">0</Data><Data Name="InterfaceIP">192.0.2.53</Data><Data Name="Source">192.0.2.7</Data><Data Name="RD">1</Data><Data Name="QNAME">www.example.com.</Data><Data Name="QTYPE">1</Data><Data Name="XID">23367</Data><Data Name="Port">50123</Data><Data Name="Flags">256</Data><Data Name="BufferSize">33</Data><Data Name="PacketData">0x5B4701000001000000000000</Data></EventData></Event>
      <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-DNSServer'/><EventID>258</EventID><TimeCreated SystemTime='2026-11-21T00:26:35.5Z'/></System><EventData><Data Name='TCP'>1</Data><Data Name='InterfaceIP'>2001:db8::53</Data><Data Name='Reason'>5</Data><Data Name='Destination'>2001:db8::7</Data><Data Name='QNAME'>a&amp;b.example.com.</Data><Data Name='QTYPE'>28</Data><Data Name='Port'>50124</Data><Data Name='RCODE'>5</Data></EventData></Event>
      <Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-DNSServer"/><EventID>260</EventID><TimeCreated SystemTime="2026-11-21T00:26:36Z"/></System><EventData><Data Name="TCP">0</Data><Data Name="QNAME">www.example.com.</Data></EventData></Event>
      {"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-DNSServer"}},"EventID":257,"TimeCreated":{"#attributes":{"SystemTime":"2026-11-21T00:26:37.250Z"}}},"EventData":{"TCP":0,"InterfaceIP":"192.0.2.53","Destination":"192.0.2.7","QNAME":"www.example.com.","QTYPE":"65","Port":50125,"RCODE":0,"PacketData":"0x00"}}}
      {"@timestamp":"2026-11-21T00:26:38.000Z","winlog":{"provider_name":"Microsoft-Windows-DNSServer","event_id":"256","event_data":{"TCP":"0","Source":"192.0.2.7","QNAME":"api.example.com.","QTYPE":"1","Port":"50126"}}}
      "QUERY_RECEIVED: TCP=0; InterfaceIP=192.0.2.53; Source=192.0.2.7; RD=1; QNAME=www.example.com.; QTYPE=1; XID=23367; Port=50127; Flags=256; PacketData=0x5B47","256","11/21/2026 12:26:39 AM"
      2026-11-21T00:26:40Z RESPONSE_SUCCESS: TCP=0; InterfaceIP=192.0.2.53; Destination=192.0.2.7; AA=0; AD=0; QNAME=www.example.com.; QTYPE=1; XID=23367; DNSSEC=0; RCODE=0; Port=50127; Flags=33152; Scope=Default; Zone=..Cache; PolicyName=NULL; PacketData=0x5B47
      8/13/2026 4:02:03 PM 256 QUERY_RECEIVED: TCP=1; InterfaceIP=192.0.2.53; Source=2001:db8::7; RD=1; QNAME=www.example.com.; QTYPE=1; XID=30291; Port=57943; Flags=256; PacketData=0x7653; AdditionalInfo = VirtualizationInstanceOptionValue: .; GUID=x
      """#,
      #"""
      query at=2026-11-21T00:26:34.123456Z client=192.0.2.7#50123 server=192.0.2.53 transport=17 name=www.example.com type=1 message=12
      answer blocked at=2026-11-21T00:26:35.500000Z client=2001:db8::7#50124 server=2001:db8::53 transport=6 name=a&b.example.com type=28 rcode=5
      .
      answer allowed at=2026-11-21T00:26:37.250000Z client=192.0.2.7#50125 server=192.0.2.53 transport=17 name=www.example.com type=65 rcode=0 message=1
      query at=2026-11-21T00:26:38Z client=192.0.2.7#50126 transport=17 name=api.example.com type=1
      query at=2026-11-21T00:26:39Z client=192.0.2.7#50127 server=192.0.2.53 transport=17 name=www.example.com type=1 message=2
      answer allowed at=2026-11-21T00:26:40Z client=192.0.2.7#50127 server=192.0.2.53 transport=17 name=www.example.com type=1 rcode=0 message=2
      query at=2026-08-13T16:02:03Z client=2001:db8::7#57943 server=192.0.2.53 transport=6 name=www.example.com type=1 message=2
      """#),
  ]
}

import Formats

extension LogFixture {
  /// Lines of dnsmasq 2.90, unbound 1.17.1 and BIND 9.18.49, recorded from the programs themselves in a network of their own,
  /// with invented names and documentation addresses. File names were changed.
  static let recorded: [LogFixture] = [
    LogFixture(
      "dnsmasq, plain", .dnsmasq,
      #"""
      Nov 26 16:56:16 dnsmasq[3150]: started, version 2.90 cachesize 150
      Nov 26 16:56:16 dnsmasq[3150]: using nameserver 192.0.2.54#53
      Nov 26 16:56:16 dnsmasq[3150]: read /etc/hosts.lab - 2 names
      Nov 26 16:56:17 dnsmasq[3150]: query[A] www.example.com from 192.0.2.7
      Nov 26 16:56:17 dnsmasq[3150]: forwarded www.example.com to 192.0.2.54
      Nov 26 16:56:17 dnsmasq[3150]: reply www.example.com is 198.51.100.10
      Nov 26 16:56:17 dnsmasq[3150]: query[AAAA] www.example.com from 192.0.2.7
      Nov 26 16:56:17 dnsmasq[3150]: reply www.example.com is 2001:db8:1::10
      Nov 26 16:56:17 dnsmasq[3150]: query[A] WwW.eXample.com from 192.0.2.7
      Nov 26 16:56:17 dnsmasq[3150]: cached WwW.eXample.com is 198.51.100.10
      Nov 26 16:56:17 dnsmasq[3150]: reply alias.example.com is <CNAME>
      Nov 26 16:56:17 dnsmasq[3150]: query[HTTPS] svc.example.com from 192.0.2.7
      Nov 26 16:56:17 dnsmasq[3150]: reply svc.example.com is <HTTPS>
      Nov 26 16:56:17 dnsmasq[3150]: query[SVCB] svc.example.com from 192.0.2.7
      Nov 26 16:56:17 dnsmasq[3150]: reply txt.example.com is some text here
      Nov 26 16:56:17 dnsmasq[3150]: reply nope.example.com is NXDOMAIN
      Nov 26 16:56:17 dnsmasq[3150]: config blocked.example.com is NXDOMAIN
      Nov 26 16:56:17 dnsmasq[3150]: config local.example.com is 192.0.2.99
      Nov 26 16:56:17 dnsmasq[3150]: config ads.example.com is 0.0.0.0
      Nov 26 16:56:17 dnsmasq[3150]: query[A] odd name.example.com from 192.0.2.7
      Nov 26 16:56:17 dnsmasq[3150]: query[ANY] example.com from 192.0.2.7
      Nov 26 16:56:17 dnsmasq[3150]: query[type=65280] example.com from 192.0.2.7
      Nov 26 16:56:17 dnsmasq[3150]: query[PTR] 10.100.51.198.in-addr.arpa from 192.0.2.7
      Nov 26 16:56:18 dnsmasq[3150]: /etc/hosts.lab hosts.example.com is 0.0.0.0
      Nov 26 16:56:18 dnsmasq[3150]: config rec.example.com is 198.51.100.88
      Nov 26 16:56:18 dnsmasq[3150]: reply t.example.com is NODATA-IPv4
      """#,
      #"""
      .
      .
      .
      query at=2026-11-26T16:56:17Z client=192.0.2.7 name=www.example.com type=1
      answer forwarded at=2026-11-26T16:56:17Z server=192.0.2.54 name=www.example.com
      answer allowed at=2026-11-26T16:56:17Z name=www.example.com type=1 rcode=0 answer=198.51.100.10
      query at=2026-11-26T16:56:17Z client=192.0.2.7 name=www.example.com type=28
      answer allowed at=2026-11-26T16:56:17Z name=www.example.com type=28 rcode=0 answer=2001:db8:1::10
      query at=2026-11-26T16:56:17Z client=192.0.2.7 name=WwW.eXample.com type=1
      answer cached at=2026-11-26T16:56:17Z name=WwW.eXample.com type=1 rcode=0 answer=198.51.100.10
      answer allowed at=2026-11-26T16:56:17Z name=alias.example.com type=5 rcode=0
      query at=2026-11-26T16:56:17Z client=192.0.2.7 name=svc.example.com type=65
      answer allowed at=2026-11-26T16:56:17Z name=svc.example.com type=65 rcode=0
      query at=2026-11-26T16:56:17Z client=192.0.2.7 name=svc.example.com type=64
      answer allowed at=2026-11-26T16:56:17Z name=txt.example.com
      answer allowed at=2026-11-26T16:56:17Z name=nope.example.com rcode=3
      answer blocked at=2026-11-26T16:56:17Z name=blocked.example.com rcode=3
      answer allowed at=2026-11-26T16:56:17Z name=local.example.com type=1 rcode=0 answer=192.0.2.99
      answer blocked at=2026-11-26T16:56:17Z name=ads.example.com type=1 rcode=0 answer=0.0.0.0
      query at=2026-11-26T16:56:17Z client=192.0.2.7 name=odd name.example.com type=1
      query at=2026-11-26T16:56:17Z client=192.0.2.7 name=example.com type=255
      query at=2026-11-26T16:56:17Z client=192.0.2.7 name=example.com type=65280
      query at=2026-11-26T16:56:17Z client=192.0.2.7 name=10.100.51.198.in-addr.arpa type=12
      answer blocked at=2026-11-26T16:56:18Z name=hosts.example.com type=1 rcode=0 answer=0.0.0.0
      answer allowed at=2026-11-26T16:56:18Z name=rec.example.com type=1 rcode=0 answer=198.51.100.88
      answer allowed at=2026-11-26T16:56:18Z name=t.example.com type=1 rcode=0
      """#),
    LogFixture(
      "dnsmasq with log-queries=extra", .dnsmasq,
      #"""
      Nov 26 16:56:19 dnsmasq[3372]: started, version 2.90 cachesize 150
      Nov 26 16:56:19 dnsmasq[3372]: using nameserver 192.0.2.54#53
      Nov 26 16:56:19 dnsmasq[3372]: read /etc/hosts.lab - 2 names
      Nov 26 16:56:20 dnsmasq[3372]: 1 192.0.2.7/56866 query[A] www.example.com from 192.0.2.7
      Nov 26 16:56:20 dnsmasq[3372]: 1 192.0.2.7/56866 forwarded www.example.com to 192.0.2.54
      Nov 26 16:56:20 dnsmasq[3372]: 1 192.0.2.7/56866 reply www.example.com is 198.51.100.10
      Nov 26 16:56:20 dnsmasq[3372]: 2 192.0.2.7/35595 query[AAAA] www.example.com from 192.0.2.7
      Nov 26 16:56:20 dnsmasq[3372]: 2 192.0.2.7/35595 reply www.example.com is 2001:db8:1::10
      Nov 26 16:56:20 dnsmasq[3372]: 3 192.0.2.7/45539 query[A] WwW.eXample.com from 192.0.2.7
      Nov 26 16:56:20 dnsmasq[3372]: 3 192.0.2.7/45539 cached WwW.eXample.com is 198.51.100.10
      Nov 26 16:56:20 dnsmasq[3372]: 4 192.0.2.7/55130 reply alias.example.com is <CNAME>
      Nov 26 16:56:20 dnsmasq[3372]: 5 192.0.2.7/43650 query[HTTPS] svc.example.com from 192.0.2.7
      Nov 26 16:56:20 dnsmasq[3372]: 5 192.0.2.7/43650 reply svc.example.com is <HTTPS>
      Nov 26 16:56:20 dnsmasq[3372]: 6 192.0.2.7/50522 query[SVCB] svc.example.com from 192.0.2.7
      Nov 26 16:56:20 dnsmasq[3372]: 7 192.0.2.7/34815 reply txt.example.com is some text here
      Nov 26 16:56:20 dnsmasq[3372]: 10 192.0.2.7/49666 reply nope.example.com is NXDOMAIN
      Nov 26 16:56:20 dnsmasq[3372]: 11 192.0.2.7/57212 config blocked.example.com is NXDOMAIN
      Nov 26 16:56:20 dnsmasq[3372]: 14 192.0.2.7/53471 config local.example.com is 192.0.2.99
      Nov 26 16:56:20 dnsmasq[3372]: 16 192.0.2.7/47987 config ads.example.com is 0.0.0.0
      Nov 26 16:56:20 dnsmasq[3372]: 19 192.0.2.7/36203 query[A] odd name.example.com from 192.0.2.7
      Nov 26 16:56:20 dnsmasq[3372]: 21 192.0.2.7/38393 query[ANY] example.com from 192.0.2.7
      Nov 26 16:56:20 dnsmasq[3372]: 22 192.0.2.7/46014 query[type=65280] example.com from 192.0.2.7
      Nov 26 16:56:20 dnsmasq[3372]: 24 192.0.2.7/36661 query[PTR] 10.100.51.198.in-addr.arpa from 192.0.2.7
      Nov 26 16:56:21 dnsmasq[3372]: 63 192.0.2.7/41656 /etc/hosts.lab hosts.example.com is 0.0.0.0
      Nov 26 16:56:21 dnsmasq[3372]: 67 192.0.2.7/57140 config rec.example.com is 198.51.100.88
      Nov 26 16:56:21 dnsmasq[3372]: 71 192.0.2.7/47250 reply t.example.com is NODATA-IPv4
      """#,
      #"""
      .
      .
      .
      query at=2026-11-26T16:56:20Z client=192.0.2.7#56866 name=www.example.com type=1 serial=1
      answer forwarded at=2026-11-26T16:56:20Z client=192.0.2.7#56866 server=192.0.2.54 name=www.example.com serial=1
      answer allowed at=2026-11-26T16:56:20Z client=192.0.2.7#56866 name=www.example.com type=1 rcode=0 answer=198.51.100.10 serial=1
      query at=2026-11-26T16:56:20Z client=192.0.2.7#35595 name=www.example.com type=28 serial=2
      answer allowed at=2026-11-26T16:56:20Z client=192.0.2.7#35595 name=www.example.com type=28 rcode=0 answer=2001:db8:1::10 serial=2
      query at=2026-11-26T16:56:20Z client=192.0.2.7#45539 name=WwW.eXample.com type=1 serial=3
      answer cached at=2026-11-26T16:56:20Z client=192.0.2.7#45539 name=WwW.eXample.com type=1 rcode=0 answer=198.51.100.10 serial=3
      answer allowed at=2026-11-26T16:56:20Z client=192.0.2.7#55130 name=alias.example.com type=5 rcode=0 serial=4
      query at=2026-11-26T16:56:20Z client=192.0.2.7#43650 name=svc.example.com type=65 serial=5
      answer allowed at=2026-11-26T16:56:20Z client=192.0.2.7#43650 name=svc.example.com type=65 rcode=0 serial=5
      query at=2026-11-26T16:56:20Z client=192.0.2.7#50522 name=svc.example.com type=64 serial=6
      answer allowed at=2026-11-26T16:56:20Z client=192.0.2.7#34815 name=txt.example.com serial=7
      answer allowed at=2026-11-26T16:56:20Z client=192.0.2.7#49666 name=nope.example.com rcode=3 serial=10
      answer blocked at=2026-11-26T16:56:20Z client=192.0.2.7#57212 name=blocked.example.com rcode=3 serial=11
      answer allowed at=2026-11-26T16:56:20Z client=192.0.2.7#53471 name=local.example.com type=1 rcode=0 answer=192.0.2.99 serial=14
      answer blocked at=2026-11-26T16:56:20Z client=192.0.2.7#47987 name=ads.example.com type=1 rcode=0 answer=0.0.0.0 serial=16
      query at=2026-11-26T16:56:20Z client=192.0.2.7#36203 name=odd name.example.com type=1 serial=19
      query at=2026-11-26T16:56:20Z client=192.0.2.7#38393 name=example.com type=255 serial=21
      query at=2026-11-26T16:56:20Z client=192.0.2.7#46014 name=example.com type=65280 serial=22
      query at=2026-11-26T16:56:20Z client=192.0.2.7#36661 name=10.100.51.198.in-addr.arpa type=12 serial=24
      answer blocked at=2026-11-26T16:56:21Z client=192.0.2.7#41656 name=hosts.example.com type=1 rcode=0 answer=0.0.0.0 serial=63
      answer allowed at=2026-11-26T16:56:21Z client=192.0.2.7#57140 name=rec.example.com type=1 rcode=0 answer=198.51.100.88 serial=67
      answer allowed at=2026-11-26T16:56:21Z client=192.0.2.7#47250 name=t.example.com type=1 rcode=0 serial=71
      """#),
    LogFixture(
      "unbound, epoch", .unbound,
      #"""
      [1795712185] unbound[3924:0] info: start of service (unbound 1.17.1).
      [1795712186] unbound[3924:0] info: 192.0.2.7 www.example.com. A IN
      [1795712186] unbound[3924:0] info: 192.0.2.7 www.example.com. A IN NOERROR 0.000389 0 60
      [1795712186] unbound[3924:0] info: 192.0.2.7 svc.example.com. HTTPS IN
      [1795712186] unbound[3924:0] info: 192.0.2.7 nope.example.com. A IN NXDOMAIN 0.000277 0 86
      [1795712186] unbound[3924:0] info: blocked.example.com. always_nxdomain 192.0.2.7@47361 blocked.example.com. A IN
      [1795712186] unbound[3924:0] info: local.example.com. redirect 192.0.2.7@46474 local.example.com. A IN
      [1795712187] unbound[3924:0] info: ads.example.com. inform_deny 192.0.2.7@42781 ads.example.com. A IN
      [1795712188] unbound[3924:0] info: sink.example.com. inform 192.0.2.7@47826 sink.example.com. A IN
      [1795712188] unbound[3924:0] info: 192.0.2.7 odd?name.example.com. A IN
      [1795712188] unbound[3924:0] info: 192.0.2.7 example.com. TYPE65280 IN
      [1795712188] unbound[3924:0] info: 192.0.2.7 . NS IN
      [1795712188] unbound[3924:0] error: SERVFAIL <. NS IN>: failed to get a delegation (eg. prime failure)
      [1795712188] unbound[3924:0] info: 100.51.198.in-addr.arpa. static 192.0.2.7@60759 10.100.51.198.in-addr.arpa. PTR IN
      [1795712188] unbound[3924:0] info: 192.0.2.7 www.example.com. A CH
      [1795712188] unbound[3924:0] info: refuse.example.com. always_refuse 192.0.2.7@56166 refuse.example.com. A IN
      [1795712188] unbound[3924:0] info: 2001:db8::7 www.example.com. AAAA IN
      [1795712188] unbound[3924:0] info: 2001:db8::7 www.example.com. AAAA IN NOERROR 0.000000 1 72
      [1795712188] unbound[3924:0] info: server stats for thread 0: 33 queries, 11 answers from cache, 22 recursions, 0 prefetch, 0 rejected by ip ratelimiting
      """#,
      #"""
      .
      query at=2026-11-26T16:56:26Z client=192.0.2.7 name=www.example.com type=1
      answer allowed at=2026-11-26T16:56:26Z ns=389000 client=192.0.2.7 name=www.example.com type=1 rcode=0
      query at=2026-11-26T16:56:26Z client=192.0.2.7 name=svc.example.com type=65
      answer allowed at=2026-11-26T16:56:26Z ns=277000 client=192.0.2.7 name=nope.example.com type=1 rcode=3
      answer blocked at=2026-11-26T16:56:26Z client=192.0.2.7#47361 name=blocked.example.com type=1 rcode=3
      answer at=2026-11-26T16:56:26Z client=192.0.2.7#46474 name=local.example.com type=1
      answer blocked at=2026-11-26T16:56:27Z client=192.0.2.7#42781 name=ads.example.com type=1
      answer allowed at=2026-11-26T16:56:28Z client=192.0.2.7#47826 name=sink.example.com type=1
      query at=2026-11-26T16:56:28Z client=192.0.2.7 name=odd?name.example.com type=1
      query at=2026-11-26T16:56:28Z client=192.0.2.7 name=example.com type=65280
      query at=2026-11-26T16:56:28Z client=192.0.2.7 name=. type=2
      .
      answer at=2026-11-26T16:56:28Z client=192.0.2.7#60759 name=10.100.51.198.in-addr.arpa type=12
      query at=2026-11-26T16:56:28Z client=192.0.2.7 name=www.example.com type=1
      answer blocked at=2026-11-26T16:56:28Z client=192.0.2.7#56166 name=refuse.example.com type=1 rcode=5
      query at=2026-11-26T16:56:28Z client=2001:db8::7 name=www.example.com type=28
      answer cached at=2026-11-26T16:56:28Z client=2001:db8::7 name=www.example.com type=28 rcode=0
      .
      """#),
    LogFixture(
      "unbound with log-time-ascii and RPZ", .unbound,
      #"""
      Nov 26 16:56:28 unbound[4071:0] info: start of service (unbound 1.17.1).
      Nov 26 16:56:30 unbound[4071:0] info: 192.0.2.7 www.example.com. A IN
      Nov 26 16:56:30 unbound[4071:0] info: 192.0.2.7 www.example.com. A IN NOERROR 0.000355 0 60
      Nov 26 16:56:30 unbound[4071:0] info: 192.0.2.7 svc.example.com. HTTPS IN
      Nov 26 16:56:30 unbound[4071:0] info: 192.0.2.7 nope.example.com. A IN NXDOMAIN 0.000488 0 86
      Nov 26 16:56:30 unbound[4071:0] info: blocked.example.com. always_nxdomain 192.0.2.7@41377 blocked.example.com. A IN
      Nov 26 16:56:30 unbound[4071:0] info: rpz: applied [mylist] nodata.example.com. rpz-nodata 192.0.2.7@42601 nodata.example.com. A IN
      Nov 26 16:56:30 unbound[4071:0] info: rpz: applied [mylist] passthru.example.com. rpz-passthru 192.0.2.7@50771 passthru.example.com. A IN
      Nov 26 16:56:30 unbound[4071:0] info: local.example.com. redirect 192.0.2.7@37407 local.example.com. A IN
      Nov 26 16:56:30 unbound[4071:0] info: ads.example.com. inform_deny 192.0.2.7@47967 ads.example.com. A IN
      Nov 26 16:56:31 unbound[4071:0] info: sink.example.com. inform 192.0.2.7@42706 sink.example.com. A IN
      Nov 26 16:56:31 unbound[4071:0] info: 192.0.2.7 odd?name.example.com. A IN
      Nov 26 16:56:31 unbound[4071:0] info: 192.0.2.7 example.com. TYPE65280 IN
      Nov 26 16:56:31 unbound[4071:0] info: 192.0.2.7 . NS IN
      Nov 26 16:56:31 unbound[4071:0] error: SERVFAIL <. NS IN>: failed to get a delegation (eg. prime failure)
      Nov 26 16:56:31 unbound[4071:0] info: 100.51.198.in-addr.arpa. static 192.0.2.7@36463 10.100.51.198.in-addr.arpa. PTR IN
      Nov 26 16:56:31 unbound[4071:0] info: 192.0.2.7 www.example.com. A CH
      Nov 26 16:56:31 unbound[4071:0] info: rpz: applied [mylist] drop.example.com. rpz-drop 192.0.2.7@51076 drop.example.com. A IN
      Nov 26 16:56:32 unbound[4071:0] info: refuse.example.com. always_refuse 192.0.2.7@38065 refuse.example.com. A IN
      Nov 26 16:56:32 unbound[4071:0] info: 2001:db8::7 www.example.com. AAAA IN
      Nov 26 16:56:32 unbound[4071:0] info: 2001:db8::7 www.example.com. AAAA IN NOERROR 0.000000 1 72
      Nov 26 16:56:32 unbound[4071:0] info: server stats for thread 0: 33 queries, 14 answers from cache, 19 recursions, 0 prefetch, 0 rejected by ip ratelimiting
      """#,
      #"""
      .
      query at=2026-11-26T16:56:30Z client=192.0.2.7 name=www.example.com type=1
      answer allowed at=2026-11-26T16:56:30Z ns=355000 client=192.0.2.7 name=www.example.com type=1 rcode=0
      query at=2026-11-26T16:56:30Z client=192.0.2.7 name=svc.example.com type=65
      answer allowed at=2026-11-26T16:56:30Z ns=488000 client=192.0.2.7 name=nope.example.com type=1 rcode=3
      answer blocked at=2026-11-26T16:56:30Z client=192.0.2.7#41377 name=blocked.example.com type=1 rcode=3
      answer blocked at=2026-11-26T16:56:30Z client=192.0.2.7#42601 name=nodata.example.com type=1 rcode=0
      answer allowed at=2026-11-26T16:56:30Z client=192.0.2.7#50771 name=passthru.example.com type=1
      answer at=2026-11-26T16:56:30Z client=192.0.2.7#37407 name=local.example.com type=1
      answer blocked at=2026-11-26T16:56:30Z client=192.0.2.7#47967 name=ads.example.com type=1
      answer allowed at=2026-11-26T16:56:31Z client=192.0.2.7#42706 name=sink.example.com type=1
      query at=2026-11-26T16:56:31Z client=192.0.2.7 name=odd?name.example.com type=1
      query at=2026-11-26T16:56:31Z client=192.0.2.7 name=example.com type=65280
      query at=2026-11-26T16:56:31Z client=192.0.2.7 name=. type=2
      .
      answer at=2026-11-26T16:56:31Z client=192.0.2.7#36463 name=10.100.51.198.in-addr.arpa type=12
      query at=2026-11-26T16:56:31Z client=192.0.2.7 name=www.example.com type=1
      answer blocked at=2026-11-26T16:56:31Z client=192.0.2.7#51076 name=drop.example.com type=1
      answer blocked at=2026-11-26T16:56:32Z client=192.0.2.7#38065 name=refuse.example.com type=1 rcode=5
      query at=2026-11-26T16:56:32Z client=2001:db8::7 name=www.example.com type=28
      answer cached at=2026-11-26T16:56:32Z client=2001:db8::7 name=www.example.com type=28 rcode=0
      .
      """#),
    LogFixture(
      "unbound with log-tag-queryreply", .unbound,
      #"""
      [1795712193] unbound[4280:0] info: start of service (unbound 1.17.1).
      [1795712194] unbound[4280:0] query: 192.0.2.7 www.example.com. A IN
      [1795712194] unbound[4280:0] reply: 192.0.2.7 www.example.com. A IN NOERROR 0.000348 0 60
      [1795712194] unbound[4280:0] query: 192.0.2.7 svc.example.com. HTTPS IN
      [1795712194] unbound[4280:0] reply: 192.0.2.7 nope.example.com. A IN NXDOMAIN 0.000304 0 86
      [1795712195] unbound[4280:0] info: blocked.example.com. always_nxdomain 192.0.2.7@44793 blocked.example.com. A IN
      [1795712195] unbound[4280:0] info: local.example.com. redirect 192.0.2.7@54705 local.example.com. A IN
      [1795712195] unbound[4280:0] info: ads.example.com. inform_deny 192.0.2.7@59846 ads.example.com. A IN
      [1795712196] unbound[4280:0] info: sink.example.com. inform 192.0.2.7@45745 sink.example.com. A IN
      [1795712196] unbound[4280:0] query: 192.0.2.7 odd?name.example.com. A IN
      [1795712196] unbound[4280:0] query: 192.0.2.7 example.com. TYPE65280 IN
      [1795712196] unbound[4280:0] query: 192.0.2.7 . NS IN
      [1795712196] unbound[4280:0] error: SERVFAIL <. NS IN>: failed to get a delegation (eg. prime failure)
      [1795712196] unbound[4280:0] info: 100.51.198.in-addr.arpa. static 192.0.2.7@57770 10.100.51.198.in-addr.arpa. PTR IN
      [1795712196] unbound[4280:0] query: 192.0.2.7 www.example.com. A CH
      [1795712196] unbound[4280:0] info: refuse.example.com. always_refuse 192.0.2.7@33491 refuse.example.com. A IN
      [1795712196] unbound[4280:0] info: server stats for thread 0: 33 queries, 11 answers from cache, 22 recursions, 0 prefetch, 0 rejected by ip ratelimiting
      """#,
      #"""
      .
      query at=2026-11-26T16:56:34Z client=192.0.2.7 name=www.example.com type=1
      answer allowed at=2026-11-26T16:56:34Z ns=348000 client=192.0.2.7 name=www.example.com type=1 rcode=0
      query at=2026-11-26T16:56:34Z client=192.0.2.7 name=svc.example.com type=65
      answer allowed at=2026-11-26T16:56:34Z ns=304000 client=192.0.2.7 name=nope.example.com type=1 rcode=3
      answer blocked at=2026-11-26T16:56:35Z client=192.0.2.7#44793 name=blocked.example.com type=1 rcode=3
      answer at=2026-11-26T16:56:35Z client=192.0.2.7#54705 name=local.example.com type=1
      answer blocked at=2026-11-26T16:56:35Z client=192.0.2.7#59846 name=ads.example.com type=1
      answer allowed at=2026-11-26T16:56:36Z client=192.0.2.7#45745 name=sink.example.com type=1
      query at=2026-11-26T16:56:36Z client=192.0.2.7 name=odd?name.example.com type=1
      query at=2026-11-26T16:56:36Z client=192.0.2.7 name=example.com type=65280
      query at=2026-11-26T16:56:36Z client=192.0.2.7 name=. type=2
      .
      answer at=2026-11-26T16:56:36Z client=192.0.2.7#57770 name=10.100.51.198.in-addr.arpa type=12
      query at=2026-11-26T16:56:36Z client=192.0.2.7 name=www.example.com type=1
      answer blocked at=2026-11-26T16:56:36Z client=192.0.2.7#33491 name=refuse.example.com type=1 rcode=5
      .
      """#),
    LogFixture(
      "BIND, local time", .bind,
      #"""
      26-Nov-2026 16:55:54.505 queries: info: client @0x7faaf9635098 192.0.2.7#35427 (www.example.com): query: www.example.com IN A +E(0)K (192.0.2.54)
      26-Nov-2026 16:55:54.529 queries: info: client @0x7faaf9635098 192.0.2.7#42468 (www.example.com): query: www.example.com IN AAAA +E(0)K (192.0.2.54)
      26-Nov-2026 16:55:54.549 queries: info: client @0x7faaf4f82098 192.0.2.7#56422 (WwW.eXample.com): query: WwW.eXample.com IN A +E(0)K (192.0.2.54)
      26-Nov-2026 16:55:54.577 queries: info: client @0x7faaf9635098 192.0.2.7#40139 (svc.example.com): query: svc.example.com IN HTTPS +E(0)K (192.0.2.54)
      26-Nov-2026 16:55:54.681 rpz: info: client @0x7faaf4f82098 192.0.2.7#38382 (blocked.example.com): rpz QNAME NXDOMAIN rewrite blocked.example.com/A/IN via blocked.example.com.rpz.local
      26-Nov-2026 16:55:54.701 rpz: info: client @0x7faaf9635098 192.0.2.7#47196 (nodata.example.com): rpz QNAME NODATA rewrite nodata.example.com/A/IN via nodata.example.com.rpz.local
      26-Nov-2026 16:55:54.745 rpz: info: client @0x7faaf4f82098 192.0.2.7#37767 (local.example.com): rpz QNAME Local-Data rewrite local.example.com/A/IN via local.example.com.rpz.local
      26-Nov-2026 16:55:54.849 queries: info: client @0x7faaf9635098 192.0.2.7#39692 (odd\032name.example.com): query: odd\032name.example.com IN A +E(0)K (192.0.2.54)
      26-Nov-2026 16:55:54.869 queries: info: client @0x7faaf4f82098 192.0.2.7#50059 (a\(b\)c.example.com): query: a\(b\)c.example.com IN A +E(0)K (192.0.2.54)
      26-Nov-2026 16:55:54.889 queries: info: client @0x7faaf4f85898 192.0.2.7#35401 (example.com): query: example.com IN ANY +E(0)TK (192.0.2.54)
      26-Nov-2026 16:55:54.913 queries: info: client @0x7faaf9635098 192.0.2.7#42823 (example.com): query: example.com IN TYPE65280 +E(0)K (192.0.2.54)
      26-Nov-2026 16:55:54.937 queries: info: client @0x7faaf4f82098 192.0.2.7#36546 (.): query: . IN NS +E(0)K (192.0.2.54)
      26-Nov-2026 16:55:54.941 query-errors: info: client @0x7faaf4f82098 192.0.2.7#36546 (.): query failed (failure) for ./IN/NS at query.c:7916
      26-Nov-2026 16:55:54.989 queries: info: client @0x7faaf4f82098 192.0.2.7#41449 (\000\255x.example.com): query: \000\255x.example.com IN A +E(0)K (192.0.2.54)
      26-Nov-2026 16:55:55.013 queries: info: client @0x7faaf9638898 192.0.2.7#33889 (www.example.com): query: www.example.com IN A +E(0)TDK (192.0.2.54)
      26-Nov-2026 16:55:55.037 queries: info: client @0x7faaf4f82098 192.0.2.7#45508 (www.example.com): query: www.example.com IN A - (192.0.2.54)
      26-Nov-2026 16:55:55.085 queries: info: client @0x7faaf9635098 192.0.2.7#33878 (www.example.com): query: www.example.com CH A +E(0)K (192.0.2.54)
      26-Nov-2026 16:55:55.109 queries: info: client @0x7faaf4f82098 192.0.2.7#43891/key k (www.example.com): query: www.example.com IN A +SE(0)K (192.0.2.54)
      26-Nov-2026 16:55:55.133 rpz: info: client @0x7faaf4f82098 192.0.2.7#35768 (drop.example.com): rpz QNAME DROP rewrite drop.example.com/A/IN via drop.example.com.rpz.local
      """#,
      #"""
      query at=2026-11-26T16:55:54.505000Z client=192.0.2.7#35427 server=192.0.2.54 transport=17 name=www.example.com type=1
      query at=2026-11-26T16:55:54.529000Z client=192.0.2.7#42468 server=192.0.2.54 transport=17 name=www.example.com type=28
      query at=2026-11-26T16:55:54.549000Z client=192.0.2.7#56422 server=192.0.2.54 transport=17 name=WwW.eXample.com type=1
      query at=2026-11-26T16:55:54.577000Z client=192.0.2.7#40139 server=192.0.2.54 transport=17 name=svc.example.com type=65
      answer blocked at=2026-11-26T16:55:54.681000Z client=192.0.2.7#38382 name=blocked.example.com type=1 rcode=3
      answer blocked at=2026-11-26T16:55:54.701000Z client=192.0.2.7#47196 name=nodata.example.com type=1 rcode=0
      answer blocked at=2026-11-26T16:55:54.745000Z client=192.0.2.7#37767 name=local.example.com type=1
      query at=2026-11-26T16:55:54.849000Z client=192.0.2.7#39692 server=192.0.2.54 transport=17 name=odd\032name.example.com type=1
      query at=2026-11-26T16:55:54.869000Z client=192.0.2.7#50059 server=192.0.2.54 transport=17 name=a\(b\)c.example.com type=1
      query at=2026-11-26T16:55:54.889000Z client=192.0.2.7#35401 server=192.0.2.54 transport=6 name=example.com type=255
      query at=2026-11-26T16:55:54.913000Z client=192.0.2.7#42823 server=192.0.2.54 transport=17 name=example.com type=65280
      query at=2026-11-26T16:55:54.937000Z client=192.0.2.7#36546 server=192.0.2.54 transport=17 name=. type=2
      answer at=2026-11-26T16:55:54.941000Z client=192.0.2.7#36546 name=. type=2 rcode=2
      query at=2026-11-26T16:55:54.989000Z client=192.0.2.7#41449 server=192.0.2.54 transport=17 name=\000\255x.example.com type=1
      query at=2026-11-26T16:55:55.013000Z client=192.0.2.7#33889 server=192.0.2.54 transport=6 name=www.example.com type=1
      query at=2026-11-26T16:55:55.037000Z client=192.0.2.7#45508 server=192.0.2.54 transport=17 name=www.example.com type=1
      query at=2026-11-26T16:55:55.085000Z client=192.0.2.7#33878 server=192.0.2.54 transport=17 name=www.example.com type=1
      query at=2026-11-26T16:55:55.109000Z client=192.0.2.7#43891 server=192.0.2.54 transport=17 name=www.example.com type=1
      answer blocked at=2026-11-26T16:55:55.133000Z client=192.0.2.7#35768 name=drop.example.com type=1
      """#),
    LogFixture(
      "BIND, ISO 8601 and a view", .bind,
      #"""
      2026-11-26T16:56:03.145 queries: info: client @0x7f3b72f65098 192.0.2.7#36799 (www.example.com): view inside: query: www.example.com IN A +E(0)K (192.0.2.54)
      2026-11-26T16:56:03.169 queries: info: client @0x7f3b76a74098 192.0.2.7#55709 (www.example.com): view inside: query: www.example.com IN AAAA +E(0)K (192.0.2.54)
      2026-11-26T16:56:03.185 queries: info: client @0x7f3b76a74098 192.0.2.7#60198 (WwW.eXample.com): view inside: query: WwW.eXample.com IN A +E(0)K (192.0.2.54)
      2026-11-26T16:56:03.221 queries: info: client @0x7f3b72f65098 192.0.2.7#54823 (svc.example.com): view inside: query: svc.example.com IN HTTPS +E(0)K (192.0.2.54)
      2026-11-26T16:56:03.533 queries: info: client @0x7f3b76a74098 192.0.2.7#58167 (odd\032name.example.com): view inside: query: odd\032name.example.com IN A +E(0)K (192.0.2.54)
      2026-11-26T16:56:03.557 queries: info: client @0x7f3b76a74098 192.0.2.7#42916 (a\(b\)c.example.com): view inside: query: a\(b\)c.example.com IN A +E(0)K (192.0.2.54)
      2026-11-26T16:56:03.581 queries: info: client @0x7f3b72f68898 192.0.2.7#36721 (example.com): view inside: query: example.com IN ANY +E(0)TK (192.0.2.54)
      2026-11-26T16:56:03.605 queries: info: client @0x7f3b76a74098 192.0.2.7#44260 (example.com): view inside: query: example.com IN TYPE65280 +E(0)K (192.0.2.54)
      2026-11-26T16:56:03.629 queries: info: client @0x7f3b76a74098 192.0.2.7#53729 (.): view inside: query: . IN NS +E(0)K (192.0.2.54)
      2026-11-26T16:56:03.633 query-errors: info: client @0x7f3b76a74098 192.0.2.7#53729 (.): view inside: query failed (failure) for ./IN/NS at query.c:7916
      2026-11-26T16:56:03.677 queries: info: client @0x7f3b76a74098 192.0.2.7#49310 (\000\255x.example.com): view inside: query: \000\255x.example.com IN A +E(0)K (192.0.2.54)
      2026-11-26T16:56:03.701 queries: info: client @0x7f3b72f66c98 192.0.2.7#45143 (www.example.com): view inside: query: www.example.com IN A +E(0)TDK (192.0.2.54)
      2026-11-26T16:56:03.725 queries: info: client @0x7f3b76a74098 192.0.2.7#53191 (www.example.com): view inside: query: www.example.com IN A - (192.0.2.54)
      2026-11-26T16:56:03.757 queries: info: client @0x7f3b72f65098 192.0.2.7#36446 (www.example.com): query: www.example.com CH A +E(0)K (192.0.2.54)
      2026-11-26T16:56:03.777 queries: info: client @0x7f3b76a74098 192.0.2.7#60463/key k (www.example.com): view inside: query: www.example.com IN A +SE(0)K (192.0.2.54)
      """#,
      #"""
      query at=2026-11-26T16:56:03.145000Z client=192.0.2.7#36799 server=192.0.2.54 transport=17 name=www.example.com type=1
      query at=2026-11-26T16:56:03.169000Z client=192.0.2.7#55709 server=192.0.2.54 transport=17 name=www.example.com type=28
      query at=2026-11-26T16:56:03.185000Z client=192.0.2.7#60198 server=192.0.2.54 transport=17 name=WwW.eXample.com type=1
      query at=2026-11-26T16:56:03.221000Z client=192.0.2.7#54823 server=192.0.2.54 transport=17 name=svc.example.com type=65
      query at=2026-11-26T16:56:03.533000Z client=192.0.2.7#58167 server=192.0.2.54 transport=17 name=odd\032name.example.com type=1
      query at=2026-11-26T16:56:03.557000Z client=192.0.2.7#42916 server=192.0.2.54 transport=17 name=a\(b\)c.example.com type=1
      query at=2026-11-26T16:56:03.581000Z client=192.0.2.7#36721 server=192.0.2.54 transport=6 name=example.com type=255
      query at=2026-11-26T16:56:03.605000Z client=192.0.2.7#44260 server=192.0.2.54 transport=17 name=example.com type=65280
      query at=2026-11-26T16:56:03.629000Z client=192.0.2.7#53729 server=192.0.2.54 transport=17 name=. type=2
      answer at=2026-11-26T16:56:03.633000Z client=192.0.2.7#53729 name=. type=2 rcode=2
      query at=2026-11-26T16:56:03.677000Z client=192.0.2.7#49310 server=192.0.2.54 transport=17 name=\000\255x.example.com type=1
      query at=2026-11-26T16:56:03.701000Z client=192.0.2.7#45143 server=192.0.2.54 transport=6 name=www.example.com type=1
      query at=2026-11-26T16:56:03.725000Z client=192.0.2.7#53191 server=192.0.2.54 transport=17 name=www.example.com type=1
      query at=2026-11-26T16:56:03.757000Z client=192.0.2.7#36446 server=192.0.2.54 transport=17 name=www.example.com type=1
      query at=2026-11-26T16:56:03.777000Z client=192.0.2.7#60463 server=192.0.2.54 transport=17 name=www.example.com type=1
      """#),
    LogFixture(
      "BIND, ISO 8601 in UTC", .bind,
      #"""
      2026-11-26T16:56:05.345Z queries: info: client @0x7f1d31476098 192.0.2.7#42194 (www.example.com): query: www.example.com IN A +E(0)K (192.0.2.54)
      2026-11-26T16:56:05.365Z queries: info: client @0x7f1d31476098 192.0.2.7#44371 (www.example.com): query: www.example.com IN AAAA +E(0)K (192.0.2.54)
      2026-11-26T16:56:05.373Z queries: info: client @0x7f1d2d182098 192.0.2.7#41896 (WwW.eXample.com): query: WwW.eXample.com IN A +E(0)K (192.0.2.54)
      2026-11-26T16:56:05.417Z queries: info: client @0x7f1d31476098 192.0.2.7#51062 (svc.example.com): query: svc.example.com IN HTTPS +E(0)K (192.0.2.54)
      2026-11-26T16:56:05.509Z rpz: info: client @0x7f1d31476098 192.0.2.7#46062 (blocked.example.com): rpz QNAME NXDOMAIN rewrite blocked.example.com/A/IN via blocked.example.com.rpz.local
      2026-11-26T16:56:05.533Z rpz: info: client @0x7f1d2d182098 192.0.2.7#37778 (nodata.example.com): rpz QNAME NODATA rewrite nodata.example.com/A/IN via nodata.example.com.rpz.local
      2026-11-26T16:56:05.573Z rpz: info: client @0x7f1d2d182098 192.0.2.7#39359 (local.example.com): rpz QNAME Local-Data rewrite local.example.com/A/IN via local.example.com.rpz.local
      2026-11-26T16:56:05.689Z queries: info: client @0x7f1d2d182098 192.0.2.7#34493 (odd\032name.example.com): query: odd\032name.example.com IN A +E(0)K (192.0.2.54)
      2026-11-26T16:56:05.709Z queries: info: client @0x7f1d31476098 192.0.2.7#41645 (a\(b\)c.example.com): query: a\(b\)c.example.com IN A +E(0)K (192.0.2.54)
      2026-11-26T16:56:05.733Z queries: info: client @0x7f1d2d185898 192.0.2.7#45393 (example.com): query: example.com IN ANY +E(0)TK (192.0.2.54)
      2026-11-26T16:56:05.757Z queries: info: client @0x7f1d31476098 192.0.2.7#59246 (example.com): query: example.com IN TYPE65280 +E(0)K (192.0.2.54)
      2026-11-26T16:56:05.781Z queries: info: client @0x7f1d31476098 192.0.2.7#41863 (.): query: . IN NS +E(0)K (192.0.2.54)
      2026-11-26T16:56:05.781Z query-errors: info: client @0x7f1d31476098 192.0.2.7#41863 (.): query failed (failure) for ./IN/NS at query.c:7916
      2026-11-26T16:56:05.821Z queries: info: client @0x7f1d31476098 192.0.2.7#41431 (\000\255x.example.com): query: \000\255x.example.com IN A +E(0)K (192.0.2.54)
      2026-11-26T16:56:05.829Z queries: info: client @0x7f1d31479898 192.0.2.7#35543 (www.example.com): query: www.example.com IN A +E(0)TDK (192.0.2.54)
      2026-11-26T16:56:05.849Z queries: info: client @0x7f1d31476098 192.0.2.7#53477 (www.example.com): query: www.example.com IN A - (192.0.2.54)
      2026-11-26T16:56:05.889Z queries: info: client @0x7f1d31476098 192.0.2.7#35713 (www.example.com): query: www.example.com CH A +E(0)K (192.0.2.54)
      2026-11-26T16:56:05.913Z queries: info: client @0x7f1d31476098 192.0.2.7#39004/key k (www.example.com): query: www.example.com IN A +SE(0)K (192.0.2.54)
      2026-11-26T16:56:05.925Z rpz: info: client @0x7f1d31476098 192.0.2.7#54650 (drop.example.com): rpz QNAME DROP rewrite drop.example.com/A/IN via drop.example.com.rpz.local
      """#,
      #"""
      query at=2026-11-26T16:56:05.345000Z client=192.0.2.7#42194 server=192.0.2.54 transport=17 name=www.example.com type=1
      query at=2026-11-26T16:56:05.365000Z client=192.0.2.7#44371 server=192.0.2.54 transport=17 name=www.example.com type=28
      query at=2026-11-26T16:56:05.373000Z client=192.0.2.7#41896 server=192.0.2.54 transport=17 name=WwW.eXample.com type=1
      query at=2026-11-26T16:56:05.417000Z client=192.0.2.7#51062 server=192.0.2.54 transport=17 name=svc.example.com type=65
      answer blocked at=2026-11-26T16:56:05.509000Z client=192.0.2.7#46062 name=blocked.example.com type=1 rcode=3
      answer blocked at=2026-11-26T16:56:05.533000Z client=192.0.2.7#37778 name=nodata.example.com type=1 rcode=0
      answer blocked at=2026-11-26T16:56:05.573000Z client=192.0.2.7#39359 name=local.example.com type=1
      query at=2026-11-26T16:56:05.689000Z client=192.0.2.7#34493 server=192.0.2.54 transport=17 name=odd\032name.example.com type=1
      query at=2026-11-26T16:56:05.709000Z client=192.0.2.7#41645 server=192.0.2.54 transport=17 name=a\(b\)c.example.com type=1
      query at=2026-11-26T16:56:05.733000Z client=192.0.2.7#45393 server=192.0.2.54 transport=6 name=example.com type=255
      query at=2026-11-26T16:56:05.757000Z client=192.0.2.7#59246 server=192.0.2.54 transport=17 name=example.com type=65280
      query at=2026-11-26T16:56:05.781000Z client=192.0.2.7#41863 server=192.0.2.54 transport=17 name=. type=2
      answer at=2026-11-26T16:56:05.781000Z client=192.0.2.7#41863 name=. type=2 rcode=2
      query at=2026-11-26T16:56:05.821000Z client=192.0.2.7#41431 server=192.0.2.54 transport=17 name=\000\255x.example.com type=1
      query at=2026-11-26T16:56:05.829000Z client=192.0.2.7#35543 server=192.0.2.54 transport=6 name=www.example.com type=1
      query at=2026-11-26T16:56:05.849000Z client=192.0.2.7#53477 server=192.0.2.54 transport=17 name=www.example.com type=1
      query at=2026-11-26T16:56:05.889000Z client=192.0.2.7#35713 server=192.0.2.54 transport=17 name=www.example.com type=1
      query at=2026-11-26T16:56:05.913000Z client=192.0.2.7#39004 server=192.0.2.54 transport=17 name=www.example.com type=1
      answer blocked at=2026-11-26T16:56:05.925000Z client=192.0.2.7#54650 name=drop.example.com type=1
      """#),
    LogFixture(
      "BIND without time", .bind,
      #"""
      queries: info: client @0x7fedc2e7a098 192.0.2.7#36263 (www.example.com): view inside: query: www.example.com IN A +E(0)K (192.0.2.54)
      queries: info: client @0x7fedbe95e098 192.0.2.7#39054 (www.example.com): view inside: query: www.example.com IN AAAA +E(0)K (192.0.2.54)
      queries: info: client @0x7fedc2e7a098 192.0.2.7#52217 (WwW.eXample.com): view inside: query: WwW.eXample.com IN A +E(0)K (192.0.2.54)
      queries: info: client @0x7fedbe95e098 192.0.2.7#42563 (svc.example.com): view inside: query: svc.example.com IN HTTPS +E(0)K (192.0.2.54)
      queries: info: client @0x7fedc2e7a098 192.0.2.7#36454 (odd\032name.example.com): view inside: query: odd\032name.example.com IN A +E(0)K (192.0.2.54)
      queries: info: client @0x7fedbe95e098 192.0.2.7#43704 (a\(b\)c.example.com): view inside: query: a\(b\)c.example.com IN A +E(0)K (192.0.2.54)
      queries: info: client @0x7fedbe961898 192.0.2.7#35861 (example.com): view inside: query: example.com IN ANY +E(0)TK (192.0.2.54)
      queries: info: client @0x7fedbe95e098 192.0.2.7#35610 (example.com): view inside: query: example.com IN TYPE65280 +E(0)K (192.0.2.54)
      queries: info: client @0x7fedbe95e098 192.0.2.7#37816 (.): view inside: query: . IN NS +E(0)K (192.0.2.54)
      query-errors: info: client @0x7fedbe95e098 192.0.2.7#37816 (.): view inside: query failed (failure) for ./IN/NS at query.c:7916
      queries: info: client @0x7fedc2e7a098 192.0.2.7#57086 (\000\255x.example.com): view inside: query: \000\255x.example.com IN A +E(0)K (192.0.2.54)
      queries: info: client @0x7fedbe95fc98 192.0.2.7#35715 (www.example.com): view inside: query: www.example.com IN A +E(0)TDK (192.0.2.54)
      queries: info: client @0x7fedc2e7a098 192.0.2.7#38438 (www.example.com): view inside: query: www.example.com IN A - (192.0.2.54)
      queries: info: client @0x7fedbe95e098 192.0.2.7#57814 (www.example.com): query: www.example.com CH A +E(0)K (192.0.2.54)
      queries: info: client @0x7fedc2e7a098 192.0.2.7#56289/key k (www.example.com): view inside: query: www.example.com IN A +SE(0)K (192.0.2.54)
      """#,
      #"""
      query client=192.0.2.7#36263 server=192.0.2.54 transport=17 name=www.example.com type=1
      query client=192.0.2.7#39054 server=192.0.2.54 transport=17 name=www.example.com type=28
      query client=192.0.2.7#52217 server=192.0.2.54 transport=17 name=WwW.eXample.com type=1
      query client=192.0.2.7#42563 server=192.0.2.54 transport=17 name=svc.example.com type=65
      query client=192.0.2.7#36454 server=192.0.2.54 transport=17 name=odd\032name.example.com type=1
      query client=192.0.2.7#43704 server=192.0.2.54 transport=17 name=a\(b\)c.example.com type=1
      query client=192.0.2.7#35861 server=192.0.2.54 transport=6 name=example.com type=255
      query client=192.0.2.7#35610 server=192.0.2.54 transport=17 name=example.com type=65280
      query client=192.0.2.7#37816 server=192.0.2.54 transport=17 name=. type=2
      answer client=192.0.2.7#37816 name=. type=2 rcode=2
      query client=192.0.2.7#57086 server=192.0.2.54 transport=17 name=\000\255x.example.com type=1
      query client=192.0.2.7#35715 server=192.0.2.54 transport=6 name=www.example.com type=1
      query client=192.0.2.7#38438 server=192.0.2.54 transport=17 name=www.example.com type=1
      query client=192.0.2.7#57814 server=192.0.2.54 transport=17 name=www.example.com type=1
      query client=192.0.2.7#56289 server=192.0.2.54 transport=17 name=www.example.com type=1
      """#),
  ]
}

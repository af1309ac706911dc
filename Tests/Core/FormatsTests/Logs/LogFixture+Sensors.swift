import Formats

extension LogFixture {
  /// Lines written after the documentation and sources of the programs, which `LogReader` names; not recorded.
  static let sensors: [LogFixture] = [
    LogFixture(
      "Zeek dns", .zeek,
      #"""
      #separator \x09
      #set_separator	,
      #empty_field	(empty)
      #unset_field	-
      #path	dns
      #open	2026-11-21-00-26-34
      #fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	proto	trans_id	rtt	query	qclass	qclass_name	qtype	qtype_name	rcode	rcode_name	AA	TC	RD	RA	Z	answers	TTLs	rejected
      #types	time	string	addr	port	addr	port	enum	count	interval	string	count	string	count	string	count	string	bool	bool	bool	bool	count	vector[string]	vector[interval]	bool
      1795220794.123456	CAbc1	192.0.2.7	50000	192.0.2.53	53	udp	4711	0.012000	www.example.com	1	C_INTERNET	1	A	0	NOERROR	F	F	T	T	0	alias.example.com,198.51.100.10,198.51.100.11	300.000000,60.000000,60.000000	F
      1795220795.000000	CAbc2	2001:db8::7	50001	2001:db8::53	53	tcp	4712	-	odd\x09name.example.com	1	C_INTERNET	65	HTTPS	3	NXDOMAIN	F	F	T	F	0	-	-	T
      1795220796.000000	CAbc3	192.0.2.7	5353	224.0.0.251	5353	udp	0	-	-	-	-	-	-	-	-	F	F	F	F	0	-	-	F
      #close	2026-11-21-01-00-00
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
      query at=2026-11-21T00:26:34.123456Z ns=12000000 client=192.0.2.7#50000 server=192.0.2.53#53 transport=17 name=www.example.com type=1 rcode=0 answer=198.51.100.10,198.51.100.11
      query at=2026-11-21T00:26:35Z client=2001:db8::7#50001 server=2001:db8::53#53 transport=6 name=odd	name.example.com type=65 rcode=3
      query at=2026-11-21T00:26:36Z client=192.0.2.7#5353 server=224.0.0.251#5353 transport=17
      .
      """#),
    LogFixture(
      "Zeek conn", .zeek,
      #"""
      #separator \x09
      #set_separator	,
      #empty_field	(empty)
      #unset_field	-
      #path	conn
      #open	2026-11-21-00-26-34
      #fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	proto	service	duration	orig_bytes	resp_bytes	conn_state	local_orig	local_resp	missed_bytes	history	orig_pkts	orig_ip_bytes	resp_pkts	resp_ip_bytes	tunnel_parents
      #types	time	string	addr	port	addr	port	enum	string	interval	count	count	string	bool	bool	count	string	count	count	count	count	set[string]
      1795220794.500000	CAbc4	192.0.2.7	50000	198.51.100.10	443	tcp	ssl	12.345678	50800	123456	SF	T	F	0	ShADadFf	60	54000	120	130000	-
      1795220795.500000	CAbc5	192.0.2.7	50002	198.51.100.11	22	tcp	-	-	-	-	S0	T	F	0	S	1	60	0	0	(empty)
      #close	2026-11-21-01-00-00
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
      connection established at=2026-11-21T00:26:34.500000Z ns=12345678000 client=192.0.2.7#50000 server=198.51.100.10#443 transport=6 bytes=50800/123456 packets=60/120 service=ssl
      connection unanswered at=2026-11-21T00:26:35.500000Z client=192.0.2.7#50002 server=198.51.100.11#22 transport=6 packets=1/0
      .
      """#),
    LogFixture(
      "Zeek ssl", .zeek,
      #"""
      #separator \x09
      #set_separator	,
      #empty_field	(empty)
      #unset_field	-
      #path	ssl
      #open	2026-11-21-00-26-34
      #fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	version	cipher	curve	server_name	resumed	last_alert	next_protocol	established	ssl_history	ja3	ja4
      #types	time	string	addr	port	addr	port	string	string	string	string	bool	string	string	bool	string	string	string
      1795220794.600000	CAbc4	192.0.2.7	50000	198.51.100.10	443	TLSv13	TLS_AES_128_GCM_SHA256	x25519	api.example.com	F	-	http/1.1	T	CsiI	0123456789abcdef0123456789abcdef	t13d1713h1_5b57614c22b0_7f527383e249
      1795220795.600000	CAbc6	192.0.2.7	50000	198.51.100.10	443	-	-	-	refused.example.com	F	-	-	F	C	-	-
      #close	2026-11-21-01-00-00
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
      connection established at=2026-11-21T00:26:34.600000Z client=192.0.2.7#50000 server=198.51.100.10#443 transport=6 sni=api.example.com ja3=0123456789abcdef0123456789abcdef ja4=t13d1713h1_5b57614c22b0_7f527383e249 alpn=http/1.1
      connection at=2026-11-21T00:26:35.600000Z client=192.0.2.7#50000 server=198.51.100.10#443 transport=6 sni=refused.example.com
      .
      """#),
    LogFixture(
      "Zeek http", .zeek,
      #"""
      #separator \x09
      #set_separator	,
      #empty_field	(empty)
      #unset_field	-
      #path	http
      #open	2026-11-21-00-26-34
      #fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	trans_depth	method	host	uri	referrer	version	user_agent	origin	request_body_len	response_body_len	status_code	status_msg
      #types	time	string	addr	port	addr	port	count	string	string	string	string	string	string	string	count	count	count	string
      1795220797.000000	CAbc7	192.0.2.7	50003	198.51.100.10	80	1	POST	www.example.com	/v1/messages?a=b	-	1.1	agent/1.0 (x; "y")	-	512	2048	200	OK
      #close	2026-11-21-01-00-00
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
      request established at=2026-11-21T00:26:37Z client=192.0.2.7#50003 server=198.51.100.10#80 transport=6 bytes=512/2048 status=200 method=POST host=www.example.com uri=/v1/messages?a=b agent=agent/1.0 (x; "y")
      .
      """#),
    LogFixture(
      "Zeek quic", .zeek,
      #"""
      #separator \x09
      #set_separator	,
      #empty_field	(empty)
      #unset_field	-
      #path	quic
      #open	2026-11-21-00-26-34
      #fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	version	client_initial_dcid	client_scid	server_scid	server_name	client_protocol	history
      #types	time	string	addr	port	addr	port	string	string	string	string	string	string	string
      1795220798.000000	CAbc8	192.0.2.7	50004	198.51.100.10	443	1	0a0b0c		0d0e	www.example.com	h3	ISisH
      #close	2026-11-21-01-00-00
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
      connection established at=2026-11-21T00:26:38Z client=192.0.2.7#50004 server=198.51.100.10#443 transport=17 sni=www.example.com alpn=h3
      .
      """#),
    LogFixture(
      "Zeek JSON", .zeek,
      #"""
      {"ts":1795220794.123456,"uid":"CAbc1","id.orig_h":"192.0.2.7","id.orig_p":50000,"id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","query":"www.example.com","qclass":1,"qtype":1,"qtype_name":"A","rcode":0,"rcode_name":"NOERROR","AA":false,"RD":true,"answers":["alias.example.com","198.51.100.10"],"TTLs":[300.0,60.0],"rejected":false}
      {"ts":"2026-11-21T00:26:35.500000Z","uid":"CAbc4","id.orig_h":"192.0.2.7","id.orig_p":50000,"id.resp_h":"198.51.100.10","id.resp_p":443,"proto":"tcp","service":"ssl","duration":12.345678,"orig_bytes":50800,"resp_bytes":123456,"conn_state":"SF","missed_bytes":0,"history":"ShADadFf","orig_pkts":60,"orig_ip_bytes":54000,"resp_pkts":120,"resp_ip_bytes":130000}
      {"_path":"ssl","ts":1795220794.6,"uid":"CAbc4","id.orig_h":"192.0.2.7","id.orig_p":50000,"id.resp_h":"198.51.100.10","id.resp_p":443,"version":"TLSv13","cipher":"TLS_AES_128_GCM_SHA256","server_name":"api.example.com","resumed":false,"established":true}
      {"ts":1795220797.0,"uid":"CAbc7","id.orig_h":"192.0.2.7","id.orig_p":50003,"id.resp_h":"198.51.100.10","id.resp_p":80,"trans_depth":1,"method":"GET","host":"www.example.com","uri":"/\u0041?\/b","user_agent":"agent/1.0","status_code":200}
      {"ts":1795220798.0,"uid":"CAbc8","id.orig_h":"192.0.2.7","id.orig_p":50004,"id.resp_h":"198.51.100.10","id.resp_p":443,"version":"1","client_initial_dcid":"0a0b","server_name":"www.example.com","client_protocol":"h3"}
      {"ts":1795220799.0,"uid":"CAbc9","id.orig_h":"192.0.2.7","id.orig_p":50005,"id.resp_h":"198.51.100.10","id.resp_p":443,"note":"Weird::Activity","msg":"x"}
      """#,
      #"""
      query at=2026-11-21T00:26:34.123456Z client=192.0.2.7#50000 server=192.0.2.53#53 transport=17 name=www.example.com type=1 rcode=0 answer=198.51.100.10
      connection established at=2026-11-21T00:26:35.500000Z ns=12345678000 client=192.0.2.7#50000 server=198.51.100.10#443 transport=6 bytes=50800/123456 packets=60/120 service=ssl
      connection established at=2026-11-21T00:26:34.600000Z client=192.0.2.7#50000 server=198.51.100.10#443 transport=6 sni=api.example.com
      request established at=2026-11-21T00:26:37Z client=192.0.2.7#50003 server=198.51.100.10#80 transport=6 status=200 method=GET host=www.example.com uri=/A?/b agent=agent/1.0
      connection established at=2026-11-21T00:26:38Z client=192.0.2.7#50004 server=198.51.100.10#443 transport=17 sni=www.example.com alpn=h3
      .
      """#),
    LogFixture(
      "Suricata", .suricata,
      #"""
      {"timestamp":"2026-11-21T00:26:34.123456+0100","flow_id":1,"in_iface":"eth0","event_type":"dns","src_ip":"192.0.2.7","src_port":50000,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{"type":"query","id":4711,"rrname":"www.example.com","rrtype":"A","tx_id":0}}
      {"timestamp":"2026-11-21T00:26:34.133456+0100","flow_id":1,"event_type":"dns","src_ip":"192.0.2.7","src_port":50000,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{"version":2,"type":"answer","id":4711,"flags":"8180","qr":true,"rd":true,"ra":true,"rrname":"www.example.com","rrtype":"A","rcode":"NOERROR","answers":[{"rrname":"192.0.2.1","rrtype":"CNAME","ttl":60,"rdata":"alias.example.com"},{"rrname":"alias.example.com","rrtype":"A","ttl":60,"rdata":"198.51.100.10"},{"rrname":"alias.example.com","rrtype":"A","ttl":60,"rdata":"198.51.100.11"}],"grouped":{"A":["198.51.100.10"]}}}
      {"timestamp":"2026-11-21T00:26:35.000000+0000","flow_id":2,"event_type":"dns","src_ip":"192.0.2.7","src_port":50001,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{"version":3,"type":"request","tx_id":0,"id":4712,"queries":[{"rrname":"api.example.com","rrtype":"AAAA"}]}}
      {"timestamp":"2026-11-21T00:26:35.010000+0000","flow_id":2,"event_type":"dns","src_ip":"192.0.2.53","src_port":53,"dest_ip":"192.0.2.7","dest_port":50001,"proto":"UDP","dns":{"version":3,"type":"response","tx_id":0,"id":4712,"flags":"8183","rcode":"NXDOMAIN","queries":[{"rrname":"api.example.com","rrtype":"AAAA"}],"authorities":[{"rrname":"example.com","rrtype":"SOA","ttl":60,"soa":{"mname":"ns.example.com"}}]}}
      {"timestamp":"2026-11-21T00:26:36.000000+0000","flow_id":3,"event_type":"dns","src_ip":"192.0.2.53","src_port":53,"dest_ip":"192.0.2.7","dest_port":50002,"proto":"UDP","dns":{"version":3,"type":"response","id":1,"rcode":"NOERROR","queries":[{"rrname":"www.example.com","rrtype":"A"}],"grouped":{"A":["198.51.100.10","198.51.100.11"]}}}
      {"timestamp":"2026-11-21T00:26:37.000000+0000","flow_id":4,"event_type":"tls","src_ip":"192.0.2.7","src_port":50003,"dest_ip":"198.51.100.10","dest_port":443,"proto":"TCP","tls":{"subject":"CN=x","session_resumed":true,"sni":"api.example.com","version":"TLS 1.3","ja3":{"hash":"0123456789abcdef0123456789abcdef","string":"771,4865"},"ja4":"t13d1713h1_5b57614c22b0_7f527383e249","client_alpns":["h2","http/1.1"]}}
      {"timestamp":"2026-11-21T00:27:00.000000+0000","flow_id":4,"event_type":"flow","src_ip":"192.0.2.7","src_port":50003,"dest_ip":"198.51.100.10","dest_port":443,"proto":"TCP","app_proto":"tls","flow":{"pkts_toserver":60,"pkts_toclient":120,"bytes_toserver":54000,"bytes_toclient":130000,"start":"2026-11-21T00:26:37.000000+0000","end":"2026-11-21T00:26:59.500000+0000","age":22,"state":"closed","reason":"timeout","alerted":false},"tcp":{"tcp_flags":"1b","state":"closed"}}
      {"timestamp":"2026-11-21T00:27:01.000000+0000","flow_id":5,"event_type":"flow","src_ip":"192.0.2.7","src_port":50004,"dest_ip":"198.51.100.11","dest_port":22,"proto":"TCP","flow":{"pkts_toserver":3,"pkts_toclient":0,"bytes_toserver":180,"bytes_toclient":0,"start":"2026-11-21T00:26:37.000000+0000","end":"2026-11-21T00:26:44.000000+0000","age":7,"state":"new","reason":"timeout"}}
      {"timestamp":"2026-11-21T00:27:02.000000+0000","flow_id":6,"event_type":"netflow","src_ip":"2001:db8::7","src_port":50005,"dest_ip":"2001:db8::10","dest_port":443,"proto":"UDP","app_proto":"quic","netflow":{"pkts":10,"bytes":9000,"start":"2026-11-21T00:26:40.000000+0000","end":"2026-11-21T00:26:50.000000+0000","age":10,"min_ttl":64,"max_ttl":64}}
      {"timestamp":"2026-11-21T00:27:03.000000+0000","flow_id":7,"event_type":"quic","src_ip":"192.0.2.7","src_port":50006,"dest_ip":"198.51.100.10","dest_port":443,"proto":"UDP","quic":{"version":"1","sni":"www.example.com","ja4":"q13d0310h3_55b375c5d22e_cd85d2d88918","ja3":{"hash":"00112233445566778899aabbccddeeff"}}}
      {"timestamp":"2026-11-21T00:27:04.000000+0000","flow_id":8,"event_type":"http","src_ip":"192.0.2.7","src_port":50007,"dest_ip":"198.51.100.10","dest_port":80,"proto":"TCP","http":{"hostname":"www.example.com","url":"\/v1\/messages","http_user_agent":"agent\/1.0 (\"x\")","http_method":"POST","protocol":"HTTP\/1.1","status":200,"length":2048}}
      {"timestamp":"2026-11-21T00:27:05.000000+0000","event_type":"stats","stats":{"uptime":10,"capture":{"kernel_packets":1}}}
      {"timestamp":"2026-11-21T00:27:06.000000+0000","event_type":"alert","src_ip":"192.0.2.7","dest_ip":"198.51.100.10","alert":{"signature":"x"},"dns":{"query":[{"type":"query","rrname":"www.example.com"}]}}
      {"timestamp":"2026-11-21T00:27:07.000000+0000","event_type":"dns","src_ip":"192.0.2.53","src_port":53,"dest_ip":"192.0.2.7","dest_port":50008,"proto":"UDP","dns":{"type":"answer","id":1,"rcode":"NOERROR","rrname":"www.example.com","rrtype":"A","ttl":60,"rdata":"198.51.100.12"}}
      {"timestamp":"2026-11-21T00:27:08.000000+0000","event_type":"dns","src_ip":"192.0.2.7","dest_ip":"192.0.2.53","proto":"ipv6-icmp","dns":{"rrname":"www.example.com"}}
      """#,
      #"""
      query at=2026-11-20T23:26:34.123456Z client=192.0.2.7#50000 server=192.0.2.53#53 transport=17 name=www.example.com type=1
      answer allowed at=2026-11-20T23:26:34.133456Z client=192.0.2.7#50000 server=192.0.2.53#53 transport=17 name=www.example.com type=1 rcode=0 answer=198.51.100.10,198.51.100.11
      query at=2026-11-21T00:26:35Z client=192.0.2.7#50001 server=192.0.2.53#53 transport=17 name=api.example.com type=28
      answer allowed at=2026-11-21T00:26:35.010000Z client=192.0.2.7#50001 server=192.0.2.53#53 transport=17 name=api.example.com type=28 rcode=3
      answer allowed at=2026-11-21T00:26:36Z client=192.0.2.7#50002 server=192.0.2.53#53 transport=17 name=www.example.com type=1 rcode=0 answer=198.51.100.10,198.51.100.11
      connection established at=2026-11-21T00:26:37Z client=192.0.2.7#50003 server=198.51.100.10#443 transport=6 sni=api.example.com ja3=0123456789abcdef0123456789abcdef ja4=t13d1713h1_5b57614c22b0_7f527383e249 alpn=["h2","http/1.1"] service=tls
      connection established at=2026-11-21T00:27:00Z start=2026-11-21T00:26:37Z ns=22000000000 client=192.0.2.7#50003 server=198.51.100.10#443 transport=6 bytes=54000/130000 packets=60/120 service=tls
      connection unanswered at=2026-11-21T00:27:01Z start=2026-11-21T00:26:37Z ns=7000000000 client=192.0.2.7#50004 server=198.51.100.11#22 transport=6 bytes=180/0 packets=3/0
      connection at=2026-11-21T00:27:02Z start=2026-11-21T00:26:40Z ns=10000000000 client=2001:db8::7#50005 server=2001:db8::10#443 transport=17 bytes=9000/0 packets=10/0 service=quic
      connection established at=2026-11-21T00:27:03Z client=192.0.2.7#50006 server=198.51.100.10#443 transport=17 sni=www.example.com ja3=00112233445566778899aabbccddeeff ja4=q13d0310h3_55b375c5d22e_cd85d2d88918 service=quic
      request established at=2026-11-21T00:27:04Z client=192.0.2.7#50007 server=198.51.100.10#80 transport=6 status=200 method=POST host=www.example.com uri=/v1/messages agent=agent/1.0 ("x") service=http
      .
      .
      answer allowed at=2026-11-21T00:27:07Z client=192.0.2.7#50008 server=192.0.2.53#53 transport=17 name=www.example.com type=1 rcode=0 answer=198.51.100.12
      query at=2026-11-21T00:27:08Z client=192.0.2.7 server=192.0.2.53 transport=58 name=www.example.com
      """#),
    LogFixture(
      "ntopng", .ntopng,
      #"""
      {"@timestamp":"2026-11-21T00:26:59.0Z","type":"ntopng","IPV4_SRC_ADDR":"192.0.2.7","L4_SRC_PORT":50000,"IPV4_DST_ADDR":"198.51.100.10","L4_DST_PORT":443,"PROTOCOL":6,"L7_PROTO":91,"L7_PROTO_NAME":"TLS","IN_PKTS":60,"IN_BYTES":54000,"OUT_PKTS":120,"OUT_BYTES":130000,"FIRST_SWITCHED":1795220794,"LAST_SWITCHED":1795220806,"TLS_SERVER_NAME":"api.example.com","JA4C_HASH":"t13d1713h1_5b57614c22b0_7f527383e249","ntopng_instance":"ntop"}
      {"IPV6_SRC_ADDR":"2001:db8::7","L4_SRC_PORT":50001,"IPV6_DST_ADDR":"2001:db8::53","L4_DST_PORT":53,"PROTOCOL":17,"L7_PROTO_NAME":"DNS","IN_PKTS":1,"IN_BYTES":80,"OUT_PKTS":1,"OUT_BYTES":120,"FIRST_SWITCHED":1795220794,"LAST_SWITCHED":1795220794,"DNS_QUERY":"www.example.com","DNS_QUERY_TYPE":1,"DNS_RET_CODE":0}
      {"_index":"ntopng-2026.11.21","_id":"1","_source":{"@timestamp":"2026-11-21T00:27:00.000Z","IPV4_SRC_ADDR":"192.0.2.7","L4_SRC_PORT":50002,"IPV4_DST_ADDR":"198.51.100.10","L4_DST_PORT":80,"PROTOCOL":6,"IN_BYTES":400,"OUT_BYTES":2048,"HTTP_HOST":"www.example.com","HTTP_URL":"\/v1","HTTP_METHOD":"GET","HTTP_RET_CODE":200}}
      """#,
      #"""
      connection at=2026-11-21T00:26:59Z start=2026-11-21T00:26:34Z ns=12000000000 client=192.0.2.7#50000 server=198.51.100.10#443 transport=6 bytes=54000/130000 packets=60/120 sni=api.example.com ja4=t13d1713h1_5b57614c22b0_7f527383e249 service=TLS
      query at=2026-11-21T00:26:34Z client=2001:db8::7#50001 server=2001:db8::53#53 transport=17 name=www.example.com type=1 rcode=0 bytes=80/120 packets=1/1 service=DNS
      connection at=2026-11-21T00:27:00Z client=192.0.2.7#50002 server=198.51.100.10#80 transport=6 bytes=400/2048 status=200 method=GET host=www.example.com uri=/v1
      """#),
    LogFixture(
      "ECS", .ecs,
      #"""
      {"create":{"_index":"packetbeat"}}
      {"@timestamp":"2026-11-21T00:26:34.000Z","ecs":{"version":"8.11.0"},"event":{"kind":"event","category":["network"],"dataset":"flow","action":"network_flow","start":"2026-11-21T00:26:20.000Z","end":"2026-11-21T00:26:32.500Z","duration":12500000000},"flow":{"id":"x","final":true},"source":{"ip":"192.0.2.7","port":50000,"packets":60,"bytes":54000,"mac":"00-00-5E-00-53-01"},"destination":{"ip":"198.51.100.10","port":443,"packets":120,"bytes":130000},"network":{"type":"ipv4","transport":"tcp","community_id":"1:x","bytes":184000,"packets":180}}
      {"index":{"_index":"packetbeat","_id":"2"}}
      {"@timestamp":"2026-11-21T00:26:35.000Z","event":{"dataset":"dns","category":["network"],"start":"2026-11-21T00:26:35.000Z","duration":12000000},"source":{"ip":"192.0.2.7","port":50001,"bytes":33},"destination":{"ip":"192.0.2.53","port":53,"bytes":66},"network":{"protocol":"dns","transport":"udp"},"dns":{"id":4711,"op_code":"QUERY","question":{"name":"www.example.com","type":"A","class":"IN","registered_domain":"example.com"},"response_code":"NOERROR","answers":[{"name":"www.example.com","type":"A","class":"IN","ttl":"60","data":"198.51.100.10"}],"resolved_ip":["198.51.100.10"],"type":"answer"}}
      {"_index":"logs-zeek","_source":{"@timestamp":"2026-11-21T00:26:36.000Z","source.ip":"2001:db8::7","source.port":50002,"destination.ip":"2001:db8::10","destination.port":443,"event.dataset":"zeek.ssl","network.transport":"tcp","tls.client.server_name":"api.example.com","tls.client.ja3":"0123456789abcdef0123456789abcdef","tls.established":true,"tls.next_protocol":"h2"}}
      {"@timestamp":"2026-11-21T00:26:37.000Z","event":{"dataset":"http"},"source":{"ip":"192.0.2.7","port":50003},"destination":{"ip":"198.51.100.10","port":80},"url":{"domain":"www.example.com","original":"/v1/messages"},"http":{"request":{"method":"post"},"response":{"status_code":200}},"user_agent":{"original":"agent/1.0"}}
      {"@timestamp":"2026-11-21T00:26:38.000Z","ecs":{"version":"8.11.0"},"message":"no traffic","host":{"name":"h"}}
      {"@timestamp":"2026-11-21T00:26:39.000Z","ecs":{"version":"8.11.0"},"event":{"dataset":"suricata.eve"},"source":{"ip":["192.0.2.7","2001:db8::7"],"port":50004},"destination":{"ip":["192.0.2.53"],"port":53},"network":{"transport":"udp","protocol":"dns"},"dns":{"type":"answer","question":{"name":"www.example.com","type":"A"},"answers":[],"response_code":"NXDOMAIN"}}
      {"@timestamp":"2026-11-21T00:26:40.000Z","event":{"dataset":"zeek.connection"},"source":{"ip":[],"port":1},"client":{"ip":"192.0.2.7"},"destination":{"ip":"192.0.2.8","port":22},"zeek":{"connection":{"state":"S0"}},"network":{"iana_number":"6"}}
      """#,
      #"""
      .
      connection established at=2026-11-21T00:26:34Z start=2026-11-21T00:26:20Z ns=12500000000 client=192.0.2.7#50000 server=198.51.100.10#443 transport=6 bytes=54000/130000 packets=60/120
      .
      query at=2026-11-21T00:26:35Z ns=12000000 client=192.0.2.7#50001 server=192.0.2.53#53 transport=17 name=www.example.com type=1 rcode=0 answer=198.51.100.10 bytes=33/66 service=dns
      connection established at=2026-11-21T00:26:36Z client=2001:db8::7#50002 server=2001:db8::10#443 transport=6 sni=api.example.com ja3=0123456789abcdef0123456789abcdef alpn=h2
      request at=2026-11-21T00:26:37Z client=192.0.2.7#50003 server=198.51.100.10#80 status=200 method=post host=www.example.com uri=/v1/messages agent=agent/1.0
      .
      answer allowed at=2026-11-21T00:26:39Z client=192.0.2.7#50004 server=192.0.2.53#53 transport=17 name=www.example.com type=1 rcode=3 service=dns
      connection unanswered at=2026-11-21T00:26:40Z client=192.0.2.7#1 server=192.0.2.8#22 transport=6
      """#),
  ]
}

#!/usr/bin/env bash
# record.sh [NAME...]: makes the captures in captures/ anew, all or those named, with real programs that speak to nobody.
#
# The cell is a router, 10.20.0.1: dnsmasq answers the names of the real services with addresses of the documentation
# ranges, nginx ends TLS for all of them with a certificate of an authority made for the occasion, and model.py stands
# behind it. Each client is a namespace of its own behind a cable of 1500 bytes without offload, on whose router's end
# tcpdump writes whole frames. Keys are made up. What the captures must show is in captures/NAME.json, written by hand.
# Needs root, and downloads the agents (400 MB) where they are not there yet. No test starts it.
if [ -z "${CELL:-}" ] && [ -z "${RECORDED:-}" ]; then
  RECORDED=$(mktemp -d /var/tmp/trammel-record.XXXXXX) || exit 1
  export RECORDED TRAMMEL=/bin/true
  trap 'rm -rf "$RECORDED"' EXIT
  bash "$0" "$@"
  code=$?
  mkdir -p "$(dirname "$0")/captures"
  for file in "$RECORDED"/*.pcap; do
    size=$(stat -c %s "$file" 2>/dev/null) || continue
    echo "$(basename "$file"): $size bytes"
    if [ "$size" -gt 200000 ]; then echo "      too big, not kept"; code=1; else cp "$file" "$(dirname "$0")/captures/"; fi
  done
  if [ -n "${LOGS:-}" ]; then cp -r "$RECORDED"/logs/. "$LOGS"; fi
  exit $code
fi
. "$(dirname "$0")/../agents/agent.bash"
need_packages ethtool tcpdump dnsmasq-base nginx-light avahi-daemon curl bind9-dnsutils git nodejs openssh-client dropbear-bin chromium openssl
install_agent claude claude-agent-sdk==0.2.187
install_agent codex openai-codex-cli-bin==0.163.0
install_agent nanobot nanobot-ai==0.3.5
install_agent bot 'python-telegram-bot[socks,webhooks]==22.8'
install_agent socks 'python-socks[asyncio]==2.8.2'
install_agent openai openai==3.57.0
install_agent quic aioquic==1.7.2
KEEP=$(dirname "$KEEP")
cell "$@"

wire=$tests/wire
logs=$RECORDED/logs
mkdir -p "$logs"
home=/home/ada
install -d -o 12345 -g 12345 $home/desk
key=sk-mock-9a8b7c6d5e4f-not-for-anybody

# The router.
ip link add br0 type bridge mcast_snooping 0
ip link set br0 address 00:16:3e:20:00:01 up
ip address add 10.20.0.1/24 dev br0
ip -6 address add fd20::1/64 dev br0 nodad
sysctl -qw net.ipv4.ip_forward=0
number=0
: >"$CELL/hosts.conf"
: >"$CELL/names"
for name in api.anthropic.com api.openai.com chatgpt.com ab.chatgpt.com api.github.com github.com openrouter.ai api.telegram.org \
  openaipublic.blob.core.windows.net clawhub.ai www.example.com www.example.org accounts.google.com; do
  number=$((number + 1))
  address=$((number % 3)) # each of the documentation ranges
  case $address in 0) address=192.0.2.$number ;; 1) address=198.51.100.$number ;; 2) address=203.0.113.$number ;; esac
  six=
  ip address add $address/32 dev lo
  if [ "$name" = www.example.org ]; then
    six=2001:db8::$number
    ip -6 address add $six/128 dev lo nodad
  fi
  echo "host-record=$name,$address${six:+,$six},300" >>"$CELL/hosts.conf"
  echo "$name" >>"$CELL/names"
  [ "$name" != www.example.org ] || quic_address=$address
done
cat >"$CELL/dnsmasq.conf" <<CONF
no-resolv
no-hosts
local=/#/
listen-address=10.20.0.1
bind-interfaces
edns-packet-max=1232
txt-record=long.example.com$(for i in $(seq 5); do printf ',"%s"' "$(printf "piece-$i-%.0s" $(seq 20))"; done)
conf-file=$CELL/hosts.conf
CONF
dnsmasq --keep-in-foreground --conf-file="$CELL/dnsmasq.conf" --pid-file= --user=root 2>"$logs/dnsmasq" &
wait_for 10 "the resolver" sh -c "ss -Hlun 'sport = :53' | grep -q ."

# An authority, and one certificate for all names.
cd "$CELL/etc" || exit 1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Test authority" -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=test" -keyout front.key -out front.csr 2>/dev/null
printf 'subjectAltName=%s\n' "$(sed 's/^/DNS:/' "$CELL/names" | paste -sd,)" >front.ext
openssl x509 -req -in front.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile front.ext -out front.pem 2>/dev/null
cat /etc/ssl/certs/ca-certificates.crt ca.pem >ca-certificates.crt
chmod 644 ca.pem ca-certificates.crt
mount --bind ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
cp ca.pem /run/authority.pem
echo "nameserver 10.20.0.1" >resolv.conf
mount --bind resolv.conf "$(readlink -f /etc/resolv.conf)"
[ ! -e /etc/gitconfig ] || mount --bind /dev/null /etc/gitconfig
cd /

# The front, and the repository behind github.com.
mkdir -p /run/www/ada /run/model
git init -q --bare /run/www/ada/tools.git 2>/dev/null
(cd /run && git clone -q /run/www/ada/tools.git tools 2>/dev/null && cd tools &&
  git -c user.name=Ada -c user.email=ada@example.com commit -q --allow-empty -m "start" && git push -q origin HEAD)
(cd /run/www/ada/tools.git && git update-server-info)
cat >"$CELL/nginx.conf" <<CONF
daemon off; user root; worker_processes 1; pid /run/nginx.pid; error_log $logs/nginx;
events { worker_connections 512; }
http {
  access_log off; client_body_temp_path /run/b; proxy_temp_path /run/p; fastcgi_temp_path /run/f; uwsgi_temp_path /run/u; scgi_temp_path /run/s;
  client_max_body_size 8m; keepalive_timeout 300; default_type text/plain;
  ssl_certificate $CELL/etc/front.pem; ssl_certificate_key $CELL/etc/front.key;
  map \$http_upgrade \$upgrade { default upgrade; '' ''; }
  server { listen 443 ssl http2 default_server; listen [::]:443 ssl http2 default_server;
    location / { proxy_pass http://127.0.0.1:4747; proxy_http_version 1.1; proxy_buffering off; proxy_request_buffering off; proxy_read_timeout 120;
      proxy_set_header Host \$host; proxy_set_header Upgrade \$http_upgrade; proxy_set_header Connection \$upgrade; } }
  server { listen 443 ssl http2; server_name github.com; root /run/www; }
  server { listen 443 ssl http2; listen [::]:443 ssl http2; server_name www.example.com www.example.org clawhub.ai; location / { return 200 "hello\n"; } }
}
CONF
nginx -c "$CELL/nginx.conf" 2>"$logs/nginx.err" &
wait_for 10 "the front" listens 443
model= # start_services COMMAND...
start_services() {
  [ -z "$model" ] || stop "$model"
  mkdir -p /run/model
  (cd /run/model && exec_python "$wire/model.py" 4747 "$@") >>"$logs/model" 2>&1 &
  model=$!
  wait_for 10 "the model" listens 4747
}

# client NUMBER: a namespace with the address 10.20.0.NUMBER.
offload=off
client() {
  local n=$1
  ip netns add c$n
  ip link add p$n type veth peer name e0 netns c$n
  sysctl -qw net.ipv6.conf.p$n.disable_ipv6=1
  ip link set p$n master br0 up
  in_client $n sh -c "sysctl -qw net.ipv6.conf.all.accept_dad=0
    ip link set e0 address 00:16:3e:20:00:$n up; ip link set lo up; ip address add 10.20.0.$n/24 dev e0; ip -6 address add fd20::$n/64 dev e0 nodad
    ip route add default via 10.20.0.1; ip -6 route add default via fd20::1
    ethtool -K e0 tx $offload rx $offload tso $offload gso $offload gro $offload" >/dev/null
  ethtool -K p$n tx $offload rx $offload tso $offload gso $offload gro $offload >/dev/null
}
ethtool -K br0 tx off tso off gso off gro off >/dev/null 2>&1
in_client() { local n=$1; shift; nsenter --net=/run/netns/c$n "$@"; }
# ada N ENV=VALUE... COMMAND...: ada runs it at client N, to its end. ada_background: $! is the command.
ada() { (ada_exec "$@"); }
ada_exec() {
  local n=$1
  shift
  cd $home/desk && exec nsenter --net=/run/netns/c$n setpriv --reuid 12345 --regid 12345 --clear-groups -- \
    env -i PATH=$home/agent/bin:/usr/bin:/bin HOME=$home LANG=C.UTF-8 TERM=dumb NODE_EXTRA_CA_CERTS=/run/authority.pem SSL_CERT_FILE=/run/authority.pem \
    "$@" </dev/null >>"$logs/$recording" 2>&1
}
# agent NAME: its environment, where it was made.
agent() {
  ! mountpoint -q $home/agent || umount -l $home/agent
  mkdir -p $home/agent
  mount --bind "$(ls -d "$CELL/kept/$1"-*)" $home/agent
}
# begin NAME NUMBER [TCPDUMP-ARGUMENT...]; finish.
begin() {
  recording=$1
  client "$2"
  local n=$2
  shift 2
  sleep 1 # neighbour discovery is over
  tcpdump -i p$n -w "$RECORDED/$recording.pcap" -U -s 2048 -B 32768 --immediate-mode -Z root "$@" 2>"$logs/$recording.tcpdump" &
  recorder=$!
  wait_for 10 "tcpdump" grep -q "listening on" "$logs/$recording.tcpdump"
}
finish() {
  sleep "${1:-0.5}"
  kill -INT "$recorder"
  wait "$recorder"
  local namespace
  for namespace in $(ip netns | cut -d' ' -f1); do ip link del "p${namespace#c}" 2>/dev/null; done # no word of it in the next
}
# cut_payload BYTES: what lies further on in each direction of a connection is kept without its payload.
cut_payload() {
  python3 "$wire/cut.py" "$RECORDED/$recording.pcap" "$CELL/cut.pcap" "$1" && mv "$CELL/cut.pcap" "$RECORDED/$recording.pcap"
}
wanted() { [ ${#names[@]} = 0 ] || printf '%s\n' "${names[@]}" | grep -qxF "$1"; }
names=("$@")
reach='curl -sS https://www.example.com/ -o page; wc page'
fetch='git clone -q https://github.com/ada/tools.git && ls -a tools'

# Agents.
if wanted claude; then
  agent claude
  start_services "$reach"
  begin claude 11
  ada 11 ANTHROPIC_API_KEY=$key CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
    timeout 90 "$(ls $home/agent/lib/python3*/site-packages/claude_agent_sdk/_bundled/claude)" -p "Look at the page and tell me about it." --allowedTools Bash
  finish
fi
codex() { # codex NUMBER
  ada "$1" CODEX_API_KEY=$key timeout 60 "$(ls $home/agent/lib/python3*/site-packages/codex_cli_bin/bin/codex)" exec --skip-git-repo-check \
    -s danger-full-access "Look at the page and at the tools and tell me about them."
}
if wanted codex; then
  agent codex
  start_services "$reach" "$fetch" "$reach"
  begin codex 12
  codex 12
  finish
  cut_payload 8192 # metrics of half a megabyte at the end
fi
if wanted codex-https; then
  agent codex
  touch /run/model/refuse-websocket
  start_services "$reach"
  begin codex-https 13
  codex 13
  finish
  cut_payload 6144
  rm /run/model/refuse-websocket
fi
if wanted nanobot; then
  agent nanobot
  libraries= # what it would fetch for its channel
  for name in bot socks; do
    mkdir -p $home/$name
    mount --bind "$(ls -d "$CELL"/kept/$name-*)" $home/$name
    libraries=$libraries${libraries:+:}$(ls -d $home/$name/lib/python3*/site-packages)
  done
  recording=nanobot
  client 99
  ada 99 nanobot onboard
  python3 - $home/.nanobot/config.json $key <<'PYTHON'
import json, sys
path, key = sys.argv[1:]
config = json.load(open(path))
config["providers"]["openrouter"] = {"apiKey": "sk-or-" + key}
config["agents"]["defaults"].update({"provider": "openrouter", "model": "mock"})
config.setdefault("channels", {})["telegram"] = {"enabled": True, "token": "1:AAmade-up-0123456789abcdefghijklmnop", "allowFrom": ["*"]}
config.setdefault("gateway", {})["heartbeat"] = {"enabled": True, "intervalS": 20}
json.dump(config, open(path, "w"), indent=2)
PYTHON
  echo "- Look whether the post has come." >>$home/.nanobot/workspace/HEARTBEAT.md
  start_services
  begin nanobot 14
  ada_exec 14 PYTHONPATH=$libraries SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt nanobot gateway --foreground &
  gateway=$!
  wait_for 200 "six beats" sh -c "[ \$(grep -c 'openrouter.ai POST.*chat' '$logs/model') -ge 13 ]"
  kill $gateway
  finish 2
  cut_payload 1024 # six beats of 33 kB
  wait $gateway
fi
if wanted loop; then
  agent openai
  start_services 'curl -sS https://www.example.com/; seq 500' 'git clone -q https://github.com/ada/tools.git loop; seq 600' 'curl -sS https://www.example.com/2; seq 700' 'git -C loop pull -q; seq 500'
  begin loop 15
  ada 15 python "$wire/clients.py" loop
  finish
fi

# Programs without an agent.
if wanted sdk; then
  agent openai
  start_services
  begin sdk 21
  ada 21 python "$wire/clients.py" sdk
  finish
fi
if wanted summary; then # a script that fetches and asks, in one program
  agent openai
  start_services
  begin summary 28
  ada 28 python "$wire/clients.py" summary
  finish
  cut_payload 4096
fi
if wanted pipeline; then # the same as a shell script would do it: two programs in turns
  agent openai
  start_services
  begin pipeline 29
  for n in 1 2 3 4 5; do
    ada 29 curl -sS https://www.example.com/$n -o page
    ada 29 python "$wire/clients.py" ask page
  done
  finish
  cut_payload 4096
fi
if wanted batch; then
  begin batch 22
  start_services
  ada 22 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt python3 "$wire/clients.py" batch
  finish
fi
if wanted tools; then
  agent openai
  start_services
  begin tools 23
  ada 23 curl -sS https://api.openai.com/v1/models -H "Authorization: Bearer $key" -o /dev/null
  ada 23 curl -sS --http1.1 https://www.example.com/ -o /dev/null
  ada 23 curl -sS -6 https://www.example.org/ -o /dev/null
  ada 23 sh -c "openssl s_client -connect www.example.com:443 -servername www.example.com -alpn h2,http/1.1 </dev/null"
  ada 23 sh -c "openssl s_client -connect api.anthropic.com:443 -servername api.anthropic.com -tls1_2 </dev/null"
  ada 23 sh -c "openssl s_client -connect www.example.com:443 -noservername </dev/null"
  ada 23 git ls-remote https://github.com/ada/tools.git
  ada 23 node -e 'fetch("https://api.openai.com/v1/models").then(answer => answer.text()).then(() => process.exit(0))'
  finish
fi
if wanted offload; then # frames above the MTU, as a capture on the sending machine has them
  start_services
  offload=on
  begin offload 30 -s 65535
  offload=off
  head -c 40000 /dev/zero | tr '\0' x >/run/body
  ada 30 curl -sS https://api.openai.com/v1/files --data-binary @/run/body -o /dev/null
  ada 30 timeout 40 chromium --headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run \
    --ignore-certificate-errors --user-data-dir=$home/desk/offload --dump-dom https://www.example.com/
  finish
fi
if wanted dig; then
  begin dig 24
  ada 24 dig +noedns @10.20.0.1 api.openai.com A
  ada 24 dig +bufsize=1232 @10.20.0.1 www.example.org AAAA
  ada 24 dig +tcp @10.20.0.1 api.anthropic.com A
  ada 24 dig +ignore +noedns @10.20.0.1 long.example.com TXT
  ada 24 dig +noedns @10.20.0.1 long.example.com TXT # cut, asked again over TCP
  ada 24 dig @10.20.0.1 chatgpt.com HTTPS
  ada 24 dig @10.20.0.1 nowhere.example.com A
  ada 24 dig +keepopen +tcp @10.20.0.1 github.com A openrouter.ai A
  finish
fi
if wanted proxy; then
  ip address add 10.20.0.2/24 dev br0
  python3 "$wire/proxy.py" 10.20.0.2 3128 >"$logs/proxy" 2>&1 &
  wait_for 10 "the proxy" listens 3128
  agent claude
  start_services
  begin proxy 25
  ada 25 HTTPS_PROXY=http://10.20.0.2:3128 curl -sS https://api.openai.com/v1/models -o /dev/null
  ada 25 HTTPS_PROXY=http://10.20.0.2:3128 ANTHROPIC_API_KEY=$key CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
    timeout 90 "$(ls $home/agent/lib/python3*/site-packages/claude_agent_sdk/_bundled/claude)" -p "Say hello."
  finish
fi
if wanted ssh; then
  begin ssh 26
  dropbearkey -t ed25519 -f "$CELL/dropbear" >/dev/null 2>&1
  dropbear -F -E -s -r "$CELL/dropbear" -p 10.20.0.1:22 -P "$CELL/dropbear.pid" 2>"$logs/dropbear" &
  wait_for 10 "dropbear" listens 22
  ada 26 ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null 10.20.0.1 true
  finish
fi
if wanted quic || wanted quic-browser; then
  agent quic
  in_quic() { $home/agent/bin/python "$wire/quic.py" "$@"; }
  in_quic serve $quic_address "$CELL/etc/front.pem" "$CELL/etc/front.key" >"$logs/quic-server" 2>&1 &
  server=$!
  wait_for 10 "the QUIC server" grep -q serving "$logs/quic-server"
fi
if wanted quic; then
  begin quic 27
  ada 27 python "$wire/quic.py" get www.example.org /run/authority.pem
  finish
fi
if wanted quic-browser; then # its hello takes two packets
  pin=$(openssl x509 -in "$CELL/etc/front.pem" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
  begin quic-browser 42
  ada 42 timeout 40 chromium --headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run \
    --enable-quic --origin-to-force-quic-on=www.example.org:443 --ignore-certificate-errors-spki-list="$pin" --user-data-dir=$home/desk/quic --dump-dom https://www.example.org/
  finish
fi
[ -z "${server:-}" ] || kill "$server"

# Gateways.
if wanted gateway; then
  client 32
  begin gateway 31
  ada_exec 31 node "$tests/standin/openclaw-gateway.mjs" gateway --port 18789 --bind lan &
  gateway=$!
  wait_for 10 "the stand-in" in_client 31 sh -c "ss -Htln 'sport = :18789' | grep -q ."
  ada 32 python3 "$wire/clients.py" challenge 10.20.0.31
  ada 32 curl -sS http://10.20.0.31:18789/healthz
  finish
  kill $gateway
fi
if wanted announced; then
  begin announced 33
  mkdir -p "$CELL/avahi/services"
  sed 's/studio/den/g' "$tests/mdns/service.xml" >"$CELL/avahi/services/openclaw.service"
  printf '[server]\nhost-name=den\nallow-interfaces=e0\nenable-dbus=no\n[publish]\npublish-workstation=no\n' >"$CELL/avahi/avahi-daemon.conf"
  in_client 33 unshare --mount sh -c 'mkdir -p /run/avahi-daemon; mount -t tmpfs t /run/avahi-daemon; chown avahi: /run/avahi-daemon; mount --bind "$0" /etc/avahi
    exec avahi-daemon --no-rlimits --no-chroot' "$CELL/avahi" >"$logs/avahi" 2>&1 &
  daemon=$!
  wait_for 15 "avahi" grep -q "successfully established" "$logs/avahi"
  client 34
  in_client 34 python3 "$tests/mdns/ask.py" browse e0 _openclaw-gw._tcp.local >>"$logs/avahi" 2>&1
  finish 2
  kill $daemon
fi

# A person.
if wanted person; then
  start_services
  begin person 41
  ada_exec 41 chromium --headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run \
    --ignore-certificate-errors --user-data-dir=$home/desk/profile https://chatgpt.com/ &
  browser=$!
  wait_for 60 "three questions" sh -c "[ \$(grep -c 'chatgpt.com POST.*conversation' '$logs/model') -ge 3 ]"
  finish 2
  kill $browser
fi
if wanted developer; then # the same, while git and curl work on the same machine
  start_services
  : >"$logs/model"
  begin developer 43
  ada_exec 43 chromium --headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run \
    --ignore-certificate-errors --user-data-dir=$home/desk/developer https://chatgpt.com/ &
  browser=$!
  until [ "$(grep -c 'chatgpt.com POST.*conversation' "$logs/model")" -ge 3 ]; do
    ada 43 git ls-remote https://github.com/ada/tools.git
    ada 43 curl -sS https://www.example.com/ -o /dev/null
    sleep 2
  done
  finish 2
  kill $browser
fi

# An office behind a router of its own: all of it has one card on this cable.
if wanted uplink; then
  start_services "$reach"
  begin uplink 60
  in_client 60 sh -c 'sysctl -qw net.ipv4.ip_forward=1; ip link add inside type bridge; ip address add 10.61.0.1/24 dev inside; ip link set inside up'
  ip route add 10.61.0.0/24 via 10.20.0.60
  for n in 61 62 63; do
    ip netns add c$n
    in_client 60 sh -c "ip link add q$n type veth peer name e0 netns c$n; ip link set q$n master inside up; ethtool -K q$n tx off rx off tso off gso off gro off" >/dev/null
    in_client $n sh -c "ip link set e0 address 00:16:3e:61:00:$n up; ip link set lo up; ip address add 10.61.0.$n/24 dev e0; ip route add default via 10.61.0.1
      ethtool -K e0 tx off rx off tso off gso off gro off" >/dev/null
  done
  : >"$logs/model"
  agent claude
  ada_exec 62 chromium --headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run \
    --ignore-certificate-errors --user-data-dir=$home/desk/office https://chatgpt.com/ &
  browser=$!
  ada_exec 63 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt python3 "$wire/clients.py" batch &
  ada 61 ANTHROPIC_API_KEY=$key CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
    timeout 90 "$(ls $home/agent/lib/python3*/site-packages/claude_agent_sdk/_bundled/claude)" -p "Look at the page and tell me about it." --allowedTools Bash
  wait_for 60 "three questions" sh -c "[ \$(grep -c 'chatgpt.com POST.*conversation' '$logs/model') -ge 3 ]"
  finish 2
  kill $browser
  cut_payload 8192
fi

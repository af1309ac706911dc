#!/bin/sh
# wire.sh CAPTURE...: `find capture` beside what a distribution has for the same file: tshark, ndpiReader, tcpdump,
# nfpcapd, softflowd, pmacctd. A Markdown table for each capture; measure.py says what its columns mean.
#
# TRAMMEL names the program (default: trammel), ROUNDS how often each runs (default: 5), PEERS which of them (default:
# all that are there). Only tshark and ndpiReader decode as find capture does; tcpdump filters, the others count flows.
set -eu
[ $# -gt 0 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
program=${TRAMMEL:-trammel}
command -v "$program" >/dev/null || { echo "wire.sh: no program $program; set TRAMMEL" >&2; exit 2; }

# softflowd sends what it counts: to nobody, in a network of its own.
if [ -z "${WIRE_ALONE:-}" ]; then
  for unshare in "unshare --net" "unshare --user --map-root-user --net"; do
    if $unshare true 2>/dev/null; then
      WIRE_ALONE=yes exec $unshare "$0" "$@"
    fi
  done
  echo "wire.sh: no network of its own here; softflowd is left out" >&2
  WIRE_ALONE=no
else
  ip link set lo up 2>/dev/null || WIRE_ALONE=no
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
set_up_peers() { # set_up_peers CAPTURE: arguments of measure.py, one a line, in $work/commands
  : >"$work/commands"
  for peer in ${PEERS:-tshark ndpiReader tcpdump-filter tcpdump-print nfpcapd softflowd pmacctd}; do
    if ! PATH=$PATH:/usr/sbin:/sbin command -v "${peer%%-*}" >/dev/null; then
      echo "wire.sh: ${peer%%-*} is missing; Debian's package: $(package_of "${peer%%-*}")" >&2
      continue
    fi
    case $peer in
    tshark)
      command="tshark -n -r {} -Y 'dns || tls.handshake.type==1' -T fields -e frame.time_epoch -e ip.src -e ip.dst"
      command="$command -e dns.qry.name -e dns.a -e tls.handshake.extensions_server_name"
      ;;
    ndpiReader) command="ndpiReader -q -i {}" ;;
    tcpdump-filter) command="tcpdump -n -r {} 'udp port 53 or udp port 5353'" ;;
    tcpdump-print) command="tcpdump -n -r {}" ;;
    nfpcapd) command="nfpcapd -r {} -l {tmp}" ;;
    softflowd)
      [ "$WIRE_ALONE" = yes ] || continue
      command="softflowd -r {} -m 1000000 -n 127.0.0.1:9 -v 9 -d -c none"
      ;;
    pmacctd)
      cat >"$work/pmacctd.conf" <<END
daemonize: false
pcap_savefile: $1
plugins: print
aggregate: src_host, dst_host, src_port, dst_port, proto
print_output_file: /dev/null
print_cache_entries: 100003
plugin_pipe_size: 104857600
plugin_buffer_size: 102400
END
      command="pmacctd -f $work/pmacctd.conf"
      ;;
    *) echo "wire.sh: no peer named $peer" >&2; exit 2 ;;
    esac
    printf '%s=%s\n' "$peer" "$command" >>"$work/commands"
  done
}

package_of() {
  case $1 in
  ndpiReader) echo libndpi-bin ;;
  nfpcapd) echo nfdump ;;
  pmacctd) echo pmacct ;;
  *) echo "$1" ;;
  esac
}

model=$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)
echo "$("$program" --version), $(nproc) processors, $model, load $(cut -d' ' -f1 /proc/loadavg)"
echo
PATH=$PATH:/usr/sbin:/sbin
for capture in "$@"; do
  set_up_peers "$capture"
  packets=$("$program" find capture "$capture" --no-inventory --json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["capture"]["frames"])')
  set -- "trammel=$program find capture {} --no-inventory --json"
  while IFS= read -r line; do set -- "$@" "$line"; done <"$work/commands"
  python3 "$here/measure.py" --file "$capture" --rounds "${ROUNDS:-5}" --packets "$packets" "$@"
done

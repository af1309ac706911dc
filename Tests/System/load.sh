#!/usr/bin/env bash
# A host with 400 more processes: the look works, and says what it cost. The figure is printed, not judged.
. "$(dirname "$0")/lib.sh"
need_packages nodejs
cell "$@"

home=/home/ada
(cd $home && exec setpriv --reuid 12345 --regid 12345 --clear-groups -- env -i PATH=/usr/bin:/bin HOME=$home node "$tests/standin/openclaw-gateway.mjs" gateway --port 18789) >/dev/null 2>&1 &
wait_for 20 "the gateway" listens 18789
# Like the processes of a desktop: each with a handful of open files, an environment, and every tenth with a listening socket.
python3 - >$out/load.log 2>&1 <<'END' &
import os, signal, socket
for number in range(400):
    if os.fork() == 0:
        files = [open("/etc/passwd") for _ in range(12)]
        if number % 10 == 0:
            server = socket.socket()
            server.bind(("127.0.0.1", 20000 + number))
            server.listen()
        if number % 2:
            os.execve("/bin/sleep", ["sleep", "infinity"], {f"VARIABLE_{i}": "x" * 40 for i in range(40)})
        signal.pause()
print("ready", flush=True)
signal.pause()
END
wait_for 30 "400 processes" sh -c "[ \$(ls -d /proc/[0-9]* | wc -l) -ge 402 ]"
wait_for 30 "400 processes" grep -q ready $out/load.log

measure() { # measure NAME: one up --once, with the CPU seconds that the kernel counted for it
  python3 - "$out/$1.json" env -i PATH=/usr/bin:/bin HOME=/root ${LIBRARIES:+LD_LIBRARY_PATH=$LIBRARIES} "$TRAMMEL" up --once --json --state "$state" <<'END'
import resource, subprocess, sys, time
begin = time.monotonic()
with open(sys.argv[1], "wb") as out:
    code = subprocess.run(sys.argv[2:], stdout=out).returncode
use = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{use.ru_utime + use.ru_stime:.2f} s of CPU ({use.ru_utime:.2f} user, {use.ru_stime:.2f} system), {time.monotonic() - begin:.2f} s of time, {use.ru_maxrss // 1024} MB at most")
sys.exit(code)
END
}
first=$(measure first) || fail "up --once ends with 0" "$first"
check "all processes were looked at" first "int([s['looked'] for s in d['sources'] if s['source'] == 'process'][0].split()[0]) >= 400" "d['sources']"
check "the one agent among them is found" first "kinds() == ['openclaw'] and listeners('openclaw') == [('127.0.0.1', 18789, 'loopback')]"
second=$(measure second) || fail "a second up --once ends with 0" "$second"
[ "$(stat -c %s "$TRAMMEL")" -gt 0 ]
ok "the first look, debug or release as built: $first"
ok "the second: $second"

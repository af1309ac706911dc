#!/usr/bin/env python3
"""turns.py ROUNDS TITLE NAME=COMMAND...: runs the commands in turns, each round beginning with another one, after one run of
each that is not counted, and prints a Markdown table: medians of clock and processor time, the best clock, and the median
over the rounds of each one's processor time against the first one's."""
import os
import shlex
import statistics
import subprocess
import sys
import time

rounds, title = int(sys.argv[1]), sys.argv[2]
commands = [one.split("=", 1) for one in sys.argv[3:]]
runs = {name: [] for name, _ in commands}
for turn in range(-1, rounds):
    for place in range(len(commands)):
        name, command = commands[(max(turn, 0) + place) % len(commands)]
        begin = time.monotonic()
        process = subprocess.Popen(shlex.split(command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        done = (time.monotonic() - begin, usage.ru_utime + usage.ru_stime, process.returncode, usage.ru_maxrss / 1024)
        print(f"{title}: round {turn + 1}: {name}: {done[0]:.2f} s, {done[1]:.2f} CPU-s, exit {done[2]}", file=sys.stderr)
        if turn >= 0:
            runs[name].append(done)
print(f"{title}, median of {rounds} rounds, files in the page cache\n")
print("| command | wall ms | best ms | CPU ms | memory MiB | CPU against the first |")
print("| --- | ---: | ---: | ---: | ---: | ---: |")
first = runs[commands[0][0]]
for name, _ in commands:
    own = runs[name]
    ratio = statistics.median(max(theirs[1], 1e-3) / max(ours[1], 1e-3) for theirs, ours in zip(own, first))
    failed = [one[2] for one in own if one[2]]
    print(f"| {name}{f' (exit {failed[0]})' if failed else ''} | {statistics.median(one[0] for one in own) * 1e3:.0f} | "
          f"{min(one[0] for one in own) * 1e3:.0f} | {statistics.median(one[1] for one in own) * 1e3:.0f} | "
          f"{max(one[3] for one in own):.0f} | {ratio:.1f} |")
print(flush=True)

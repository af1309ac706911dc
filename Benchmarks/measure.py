#!/usr/bin/env python3
"""Measures commands side by side over one file, in turns, and prints a Markdown table.

measure.py --file FILE [--rounds N] [--limit SECONDS] [--packets N] NAME=COMMAND...: every round runs each command once,
each time beginning with another one, so that a machine that grows slower does so for all. `{}` in a command stands for
the file, `{tmp}` for an empty directory that is removed after the run. What a command prints goes to /dev/null.

The first command is the one that the others are compared with: the last column is the median over the rounds of its
CPU-seconds into theirs, both taken from the same round.

CPU is user and system time of the whole process and of the children that it waited for. Memory is what the process had
for itself, the peak of RssAnon + RssShmem in /proc/PID/status read every 2 ms: pages of a mapped file can be taken back
at any time; they are in RSS (VmHWM of the same file), but not in memory.
"""
import argparse
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time


class Run:
    def __init__(self, wall, usage, peak, code):
        self.wall = wall
        self.cpu = usage.ru_utime + usage.ru_stime
        self.private, self.rss = (kibibytes / 1024 for kibibytes in peak)
        self.code = code


def kibibytes(pid):
    """Private memory and RSS of a process and its children; 0 where it is gone."""
    private = resident = 0
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith(("RssAnon:", "RssShmem:")):
                    private += int(line.split()[1])
                elif line.startswith("VmHWM:"):
                    resident += int(line.split()[1])
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            for child in file.read().split():
                more = kibibytes(int(child))
                private, resident = private + more[0], resident + more[1]
    except (OSError, ValueError):
        pass
    return private, resident


def run(command, path, limit):
    directory = tempfile.mkdtemp(prefix="measure.")
    words = [word.replace("{}", path).replace("{tmp}", directory) for word in shlex.split(command)]
    ended = threading.Event()
    # Not ru_maxrss: that begins with what this program had when it forked.
    peak = (0, 0)
    try:
        begin = time.monotonic()
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def watch():
            nonlocal peak
            while not ended.wait(0.002):
                now = kibibytes(process.pid)
                peak = max(peak[0], now[0]), max(peak[1], now[1])
                if time.monotonic() - begin > limit:
                    process.kill()

        watcher = threading.Thread(target=watch)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        ended.set()
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        return Run(wall, usage, peak, process.returncode)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--file", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=600)
    parser.add_argument("--packets", type=int, default=0)
    parser.add_argument("commands", nargs="+")
    arguments = parser.parse_args()
    commands = [command.split("=", 1) for command in arguments.commands]
    # All of them find the file in the page cache.
    with open(arguments.file, "rb") as file:
        size = sum(len(block) for block in iter(lambda: file.read(1 << 20), b""))
    runs = {name: [] for name, _ in commands}
    for turn in range(arguments.rounds):
        for place in range(len(commands)):
            name, command = commands[(turn + place) % len(commands)]
            done = run(command, arguments.file, arguments.limit)
            runs[name].append(done)
            print(f"round {turn + 1}: {name}: {done.wall:.2f} s, {done.cpu:.2f} CPU-s, {done.private:.0f} MiB, "
                  f"exit {done.code}", file=sys.stderr)
    table(commands, runs, size, arguments)


def table(commands, runs, size, arguments):
    def median(name, what):
        return statistics.median(getattr(one, what) for one in runs[name])

    packets = arguments.packets
    first = commands[0][0]
    print(f"{os.path.basename(arguments.file)}: {size / 1e6:.0f} MB, {packets} packets, "
          f"median of {arguments.rounds} rounds\n")
    print("| command | wall s | CPU s | kpkt per CPU-s | MB per CPU-s | memory MiB | RSS MiB | CPU against the first |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, _ in commands:
        cpu = max(median(name, "cpu"), 1e-3)
        ratio = statistics.median(max(theirs.cpu, 1e-3) / max(ours.cpu, 1e-3)
                                  for theirs, ours in zip(runs[name], runs[first]))
        failed = [one.code for one in runs[name] if one.code]
        note = f" (exit {failed[0]})" if failed else ""
        print(f"| {name}{note} | {median(name, 'wall'):.2f} | {cpu:.2f} | {packets / cpu / 1e3:.0f} | "
              f"{size / cpu / 1e6:.0f} | {max(one.private for one in runs[name]):.0f} | "
              f"{max(one.rss for one in runs[name]):.0f} | {ratio:.1f} |")
    print()


main()

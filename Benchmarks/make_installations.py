#!/usr/bin/env python3
"""make_installations.py HOMES COUNT [SESSIONS] [SKILLS] [SEED]: that many homes below HOMES, u0 and up, each with an
installation of OpenClaw, the sessions and the skills that it has gathered. Everything is made up; the same seed makes the
same files. Owner of HOMES/uN: 5000 + N, where it may be set; a line for passwd(5) of each on stdout."""
import json
import os
import random
import sys

homes, count = sys.argv[1], int(sys.argv[2])
sessions, skills, seed = (int(one) for one in (sys.argv[3:] + ["2000", "300", "1"][len(sys.argv) - 3:]))
VERSIONS = ["2026.1.16", "2026.2.3", "2026.3.3", "2026.3.3-1", "2026.4.12-beta.1", "2026.4.12", "2026.8.1"]
WORDS = "the mail of this week was read and sorted into folders as it was asked for by the person who owns it".split()


def write(path, text, mode=0o600):
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


for number in range(count):
    draw = random.Random(seed * 1000 + number)
    home = f"{homes}/u{number}"
    state = f"{home}/.openclaw"
    token = "%048x" % draw.getrandbits(192)
    write(f"{home}/.npm-global/lib/node_modules/openclaw/package.json",
          json.dumps({"name": "openclaw", "version": draw.choice(VERSIONS)}), 0o644)
    write(f"{state}/openclaw.json", json.dumps({
        "gateway": {"bind": draw.choice(["loopback", "lan", "tailnet"]), "auth": {"mode": "token", "token": token}},
        "channels": {"telegram": {"botToken": "123456789:AA%s" % token[:33], "dmPolicy": draw.choice(["open", "pairing"])},
                     "discord": {"token": token, "dmPolicy": "pairing", "guilds": {str(n): {} for n in range(20)}}},
        "agents": {"list": [{"id": f"a{n}", "default": n == 0} for n in range(8)]},
        "tools": {"exec": {"security": draw.choice(["full", "allowlist"]), "ask": "on-miss"}},
        "mcp": {"servers": {f"m{n}": {"command": "npx", "args": ["-y", f"@made/s{n}"]} for n in range(12)}}}, indent=2))
    index = {}
    for one in range(sessions):
        name = "%08x-%04x-4000-8000-%012x" % (draw.getrandbits(32), draw.getrandbits(16), draw.getrandbits(48))
        lines = [json.dumps({"type": "session", "id": name})]
        for turn in range(draw.randrange(2, 12)):
            text = " ".join(draw.choice(WORDS) for _ in range(40))
            lines.append(json.dumps({"type": "message", "message": {"role": "user" if turn % 2 == 0 else "assistant", "content": text}}))
        write(f"{state}/agents/a{one % 8}/sessions/{name}.jsonl", "\n".join(lines) + "\n", draw.choice([0o600, 0o600, 0o644]))
        index.setdefault(one % 8, {})[f"agent:a{one % 8}:{name}"] = {"sessionId": name, "updatedAt": 1_790_000_000_000 + one}
    for agent, entries in index.items():
        write(f"{state}/agents/a{agent}/sessions/sessions.json", json.dumps(entries))
    for one in range(skills):
        body = "\n".join(" ".join(draw.choice(WORDS) for _ in range(14)) for _ in range(60))
        write(f"{state}/workspace/skills/s{one}/SKILL.md", f"---\nname: s{one}\ndescription: does a thing\n---\n{body}\n", 0o644)
        write(f"{state}/workspace/skills/s{one}/run.py", "import json, sys\n" + "\n".join(f"print({n})" for n in range(80)), 0o755)
    if os.geteuid() == 0:
        for at, folders, files in os.walk(home):
            for name in [at] + [f"{at}/{x}" for x in folders + files]:
                os.lchown(name, 5000 + number, 5000 + number)
    print(f"u{number}:x:{5000 + number}:{5000 + number}::{home}:/bin/sh")

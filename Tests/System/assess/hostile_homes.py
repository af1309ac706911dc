"""hostile_homes.py HOMES: installations whose folders, names and values attack whoever reads about them. Each in a home of
its own, h0 to h9, of the owners 3000 to 3009."""
import json
import os
import sys

NAMES = [
    "<script>alert(1)<!--", "'\"><img src=x onerror=alert(1)>", "x\u202egnp.exe\u2066", "line\nbreak\r| a | b |", "\x1b[2J\x1b]0;pwned\x07",
    "`code` **bold** [link](javascript:alert(1)) ~~x~~ |", "&lt;b&gt; &#x3c;script&#x3e; ]]> {{mustache}} ${x}", "\u200bzero\u00adwidth\ufeff\u2028sep",
    "=cmd()|' /C calc'!A0 \x7f\x9b31m", "long" + "-" * 180 + "name",
]
for number, name in enumerate(NAMES):
    home = f"{sys.argv[1]}/h{number}"
    state = f"{home}/.openclaw-{name.replace('/', '_')}" if number % 2 else f"{home}/.openclaw"
    os.makedirs(f"{state}/agents/main/sessions", exist_ok=True)
    os.makedirs(f"{home}/.npm-global/lib/node_modules/openclaw", exist_ok=True)
    with open(f"{home}/.npm-global/lib/node_modules/openclaw/package.json", "w", encoding="utf-8") as file:
        json.dump({"name": "openclaw", "version": f"2026.3.{number} {name}" if number % 3 == 0 else "2026.3.3"}, file)
    with open(f"{state}/openclaw.json", "w", encoding="utf-8") as file:
        json.dump({
            "identity": {"name": name}, "gateway": {"bind": "lan" if number % 2 else name, "auth": {"mode": name, "token": "made-up-" + "z" * 40}},
            "agents": {"list": [{"id": name, "name": name}]}, "channels": {name: {"dmPolicy": "open"}, "discord": {"dmPolicy": "open", "allowFrom": [name]}},
            "plugins": {"entries": {name: {"enabled": True}}, "installs": {name: {"spec": name, "source": name}}},
            "mcp": {"servers": {name: {"command": "npx", "args": ["-y", name], "env": {name: "ghp_" + "a" * 36}}}},
            "tools": {"exec": {"security": "full", "safeBins": [name]}},
        }, file)
    os.chmod(f"{state}/openclaw.json", 0o644)
    with open(f"{state}/agents/main/sessions/{name.replace('/', '_')}.jsonl", "w", encoding="utf-8") as file:
        file.write("{}\n")
    for at, folders, files in os.walk(home):
        for one in [at] + [f"{at}/{x}" for x in folders + files]:
            os.lchown(one, 3000 + number, 3000 + number)

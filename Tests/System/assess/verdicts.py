"""verdicts.py FILE [unreadable]: what an audit of the homes of audit_hostile.sh must not say, and what it must.

Of a configuration that could not be read no rule that reads one may pass. Prints what is wrong, then how much was held."""
import collections
import json
import sys

document = json.load(open(sys.argv[1], encoding="utf-8"))
of = collections.defaultdict(list)
for one in document["findings"]:
    for path in (one["location"].get("file") or "", one["evidence"], one.get("not_measured", "")):
        if "/home/" in path:
            of[one["agent"]].append(path.split("/home/")[1].split("/")[0].strip(":;,"))
names = {}
for agent, homes in of.items():
    names.setdefault(collections.Counter(homes).most_common(1)[0][0], agent)
names["linked"] = next((one["agent"] for one in document["findings"]
                        if "/srv/openclaw-state" in (one["location"].get("file") or "")), names.get("linked"))
bad, held = [], 0


def outcomes(name, outcome):
    return {one["rule"] for one in document["findings"] if one["agent"] == names.get(name) and one["outcome"] == outcome}


def reasons(name):
    return " | ".join(sorted({one["not_measured"] for one in document["findings"]
                              if one["agent"] == names.get(name) and one["outcome"] == "not-measured"}))


# Rules that read nothing but the configuration.
READS = {"gateway.bind-exposed", "gateway.token-plaintext", "gateway.auth-none", "exec.policy-full", "sandbox.off",
         "tools.profile-full", "logging.redaction-off", "discovery.wide-area", "channels.dm-open", "hooks.token-reused",
         "gateway.tailscale-funnel", "control-ui.insecure-auth", "mcp.inline-secret", "secrets.literal-in-configuration"}
if sys.argv[2:] == ["unreadable"]:
    broken = ["ada"]
else:
    broken = ["cut", "comma", "quote", "nul", "utf16", "latin", "deep", "wide", "yaml", "text", "list", "blank", "huge",
              "folder", "pipe", "device", "circle", "itself", "chain", "fan"]
for name in broken:
    if name not in names:
        bad.append(f"{name}: no agent")
        continue
    passed = outcomes(name, "pass") & READS
    if name == "latin":  # one byte that is no UTF-8 may be read as a replacement; then it is judged
        if not passed or "gateway.bind-exposed" in outcomes(name, "fail"):
            continue
    if passed:
        bad.append(f"{name}: passes {sorted(passed)}")
    if not outcomes(name, "not-measured") & READS:
        bad.append(f"{name}: nothing of the configuration is 'not measured': {reasons(name)[:200]}")
    held += 1


def must(name, rule, outcome):
    global held
    if name not in names:
        bad.append(f"{name}: no agent")
    elif rule not in outcomes(name, outcome):
        got = [(one["outcome"], one.get("not_measured", one["evidence"])[:160]) for one in document["findings"]
               if one["agent"] == names[name] and one["rule"] == rule]
        bad.append(f"{name}: {rule} is no {outcome}: {got}")
    else:
        held += 1


if sys.argv[2:] != ["unreadable"]:
    # An empty file is a configuration with nothing in it only where the product says so: our reader must not pass it.
    must("twice", "gateway.bind-exposed", "fail")
    must("proto", "gateway.bind-exposed", "fail")
    must("linked", "gateway.bind-exposed", "fail")
    for name in ("kinds", "kinds2"):
        for rule in ("gateway.bind-exposed", "exec.policy-full"):
            if name in names and rule in outcomes(name, "pass"):
                bad.append(f"{name}: {rule} passes on a value of the wrong kind")
            else:
                held += 1
    for one in document["findings"]:
        if one["rule"] == "release.advisories" and one["outcome"] == "pass":
            version = one["evidence"].split(":")[0]
            if not version.startswith(("2026.13", "9999")) and "2026.9" not in version:
                bad.append(f"a version passes: {one['evidence'][:120]}")
    for name in ("sqlnoise", "sqlcut", "sqllocked", "sqllink"):
        if name not in names:
            bad.append(f"{name}: no agent")
        elif "cron.unsafe-content" in outcomes(name, "pass"):
            bad.append(f"{name}: what is in the database passes")
        else:
            held += 1
print("\n".join(bad))
print(f"{held} held")
sys.exit(1 if bad else 0)

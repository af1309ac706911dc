"""What the tests ask of a findings document. Each ends with 0 where it holds, and says on stdout what does not.

findings.py schema FILE: the shape that the command line contract names
findings.py count FILE: how many failed, for a person
findings.py expected FILE LIST STATE: what failed below the folder STATE is what LIST names, a rule a line, as often
findings.py only BEFORE AFTER DRY: trees differ in what `--fix --dry-run --json` named, and owners nowhere
findings.py edit BEFORE AFTER: a configuration lost no comment, no key, no order; lines that differ hold an edited value
findings.py fewer BEFORE AFTER: every agent has as many findings or fewer, none that was not there; some have fewer
findings.py short FILE: a difference shows no more than a few lines around each change
"""
import collections
import difflib
import json
import os
import re
import sys

SEVERITIES = ["critical", "high", "medium", "low", "info"]


def read(path):
    with open(path, "rb") as file:
        return json.loads(file.read().decode("utf-8"))


def hold(condition, *said):
    if not condition:
        print(*said)
        sys.exit(1)


def failed(document):
    return [one for one in document["findings"] if one["outcome"] == "fail"]


def schema(path):
    document = read(path)
    hold(document["schema"] == "trammel.findings/1", "schema", document.get("schema"))
    hold(isinstance(document["target"], str) and document["target"], "target")
    counts = collections.Counter(one["severity"] for one in failed(document))
    for name in SEVERITIES:
        hold(document["summary"][name] == counts[name], "summary", name, document["summary"], counts)
    outcomes = collections.Counter(one["outcome"] for one in document["findings"])
    hold(document["summary"]["passed"] == outcomes["pass"], "passed")
    hold(document["summary"]["not_measured"] == outcomes["not-measured"], "not measured")
    hold(set(outcomes) <= {"pass", "fail", "not-measured"}, outcomes)
    for one in document["findings"]:
        for key in "rule", "title", "severity", "location", "evidence", "why", "fix", "references":
            hold(key in one, "no", key, one)
        hold(one["severity"] in SEVERITIES, one)
        hold(re.fullmatch(r"[a-z0-9-]+\.[a-z0-9-]+", one["rule"]), "id", one["rule"])
        hold(isinstance(one["fix"]["text"], str) and isinstance(one["fix"]["automatic"], bool), one)
        hold((one["outcome"] == "not-measured") == ("not_measured" in one), one)
        hold(one["outcome"] == "pass" or one["title"], one)
        hold(set(one["location"]) <= {"file", "line", "key", "address"}, one)
        hold(one.get("location", {}).get("line", 1) >= 1, one)
    for agent, tier in document["tiers"].items():
        hold(tier["met"] in (0, 1, 2, 3) and isinstance(tier["next"], list), agent, tier)


def count(path):
    document = read(path)
    print(", ".join(f"{document['summary'][name]} {name}" for name in SEVERITIES))


def expected(path, names, state):
    document = read(path)
    with open(names, encoding="utf-8") as file:
        wanted = collections.Counter(line.strip() for line in file if line.strip())

    def of_the_machine(rule):  # whatever machine runs the test: its firewall, its updates, its logs
        return rule.startswith(("host.", "network."))

    agents = {one["agent"] for one in document["findings"]
              if one["location"].get("file", "").startswith(state + "/")}
    hold(len(agents) == 1, "agents with files below", state, agents)
    got = collections.Counter(one["rule"] for one in failed(document)
                              if one["agent"] in agents and not of_the_machine(one["rule"]))
    wanted = collections.Counter({rule: count for rule, count in wanted.items() if not of_the_machine(rule)})
    if os.environ.get("UPDATE_GOLDEN"):
        print("\n".join(sorted(got.elements())), file=sys.stderr)
    hold(got == wanted, "more:", dict(got - wanted), "fewer:", dict(wanted - got))


def tree(path):
    out = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            head, _, name = line.rstrip("\n").partition(" /")
            mode, owner, *rest = head.split(" ")
            out["/" + name] = (mode, owner, " ".join(rest))
    return out


def only(before, after, dry):
    before, after = tree(before), tree(after)
    hold(set(before) == set(after), "files came or went", set(before) ^ set(after))
    shown = {one["path"]: one for one in read(dry)["changes"]}
    for path in before:
        old, new = before[path], after[path]
        hold(old[1] == new[1], "owner of", path, old[1], new[1])
        change = shown.get(path)
        if old == new:
            hold(change is None, path, "was shown and not changed")
            continue
        hold(change is not None, path, "was changed and not shown", old, new)
        hold((old[2] != new[2]) == change["contents"], path, "contents")
        if old[0] != new[0]:
            hold(old[0][-3:] == change["mode_before"][-3:] and new[0][-3:] == change["mode_after"][-3:], path, change, new)


EDITED = re.compile(r"redactSensitive|rateLimit|allowInsecureAuth|maxAttempts|windowMs|lockoutMs|denyCommands|auth")


def comments(text):
    return re.findall(r"//[^\n]*|/\*.*?\*/", re.sub(r"https?://", "", text), re.S)


def edit(before, after):
    with open(before, "rb") as one, open(after, "rb") as two:
        old, new = one.read(), two.read()
    hold(comments(old.decode()) == comments(new.decode()), "a comment is lost or new")
    hold(old.startswith(b"\xef\xbb\xbf") == new.startswith(b"\xef\xbb\xbf"), "byte order mark")
    hold((b"\r\n" in old) == (b"\r\n" in new), "line ends")
    hold(b"\r\n" not in old or old.count(b"\n") - old.count(b"\r\n") == new.count(b"\n") - new.count(b"\r\n"), "mixed line ends")
    lines = [line for line in difflib.ndiff(old.decode().split("\n"), new.decode().split("\n")) if line[:1] in "+-"]
    for line in lines:
        bare = line[2:].strip()
        hold(EDITED.search(bare) or re.fullmatch(r"[{}\[\],\s]*", bare), "not an edited value:", line)
    def keys(text):
        return re.findall(r"""["']?([A-Za-z_$][\w$]*)["']?\s*:""", text)
    kept = [line for line in difflib.ndiff(keys(old.decode()), keys(new.decode())) if line[:1] in "-"]
    hold(all("allowInsecureAuth" in line for line in kept), "keys went or moved", kept)


def identity(one):
    return one["agent"], one["rule"], one["location"].get("file"), one["location"].get("key"), one["location"].get("address")


def fewer(before, after):
    old, new = failed(read(before)), failed(read(after))
    more = collections.Counter(map(identity, new)) - collections.Counter(map(identity, old))
    hold(not more, "new:", dict(more))
    agents = {one["agent"] for one in old}
    for agent in agents:
        hold(sum(one["agent"] == agent for one in new) < sum(one["agent"] == agent for one in old), agent, "has as many")
    print(f"{len(old)} before, {len(new)} after")


def short(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    changed = sum(line.startswith(("  - ", "  + ")) for line in lines)
    hold(0 < changed < 24, changed, "lines")


globals()[sys.argv[1]](*sys.argv[2:])

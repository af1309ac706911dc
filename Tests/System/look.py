"""look.py FILE EXPRESSION: evaluates a Python expression over a JSON document of trammel, for the system tests.

Words beside Python's own: d (the document), agents, agent(KIND) (the only one of its kind), kinds(), findings(KIND),
rules(KIND) and passed(KIND) (rule names that failed and passed), listeners(KIND), sources(KIND), blind(), summary().
"""
import json
import sys

with open(sys.argv[1], "rb") as file:
    d = json.loads(file.read().decode("utf-8"))
agents = d.get("agents", [d] if "id" in d else [])


def kinds():
    return sorted(a["kind"] for a in agents)


def agent(kind):
    found = [a for a in agents if a["kind"] == kind]
    if len(found) != 1:
        raise SystemExit(f"{len(found)} agents of kind {kind}; there are {kinds()}")
    return found[0]


def findings(kind):
    return [f for f in d.get("findings", []) if f.get("agent") == agent(kind)["id"]]


def outcome(kind, word):
    return sorted({f["rule"] for f in findings(kind) if f.get("outcome", "fail") == word})


def rules(kind):
    return outcome(kind, "fail")


def passed(kind):
    return outcome(kind, "pass")


def finding(kind, rule):
    return next(f for f in findings(kind) if f["rule"] == rule and f.get("outcome", "fail") == "fail")


def listeners(kind):
    return sorted((l["address"], l["port"], l["scope"]) for l in agent(kind)["listeners"])


def sources(kind):
    return sorted({e["source"] for e in agent(kind)["evidence"]})


def evidence(kind, source):
    return [e for e in agent(kind)["evidence"] if e["source"] == source]


def blind():
    return [b["what"] for s in d["sources"] for b in s["blind"]]


def summary():
    return [
        {
            "id": a["id"], "status": a["status"], "version": a.get("version"), "listeners": a["listeners"],
            "evidence": [(e["source"], e["detail"], e.get("reasons")) for e in a["evidence"]],
            "failed": [f["rule"] for f in d.get("findings", []) if f.get("agent") == a["id"] and f.get("outcome") == "fail"],
        }
        for a in agents
    ]


print(eval(sys.argv[2]))

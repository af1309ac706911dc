"""Holds what `audit --format` writes against the parts of the published schemas that it uses. Nothing is fetched: the
tables below say what OASIS' SARIF 2.1.0 schema and OCSF 1.4's class Compliance Finding say of these objects.

formats.py sarif FILE
formats.py ocsf FILE
Each ends with 0 where it holds, and prints what does not.
"""
import json
import re
import sys


def stop(path, what):
    print(f"{path}: {what}")
    sys.exit(1)


TEXT, COUNT, FLAG, ANY = "text", "count", "flag", "any"


class Enum(tuple):
    pass


class Object:
    """Members by name; `required` must be there, others are refused, as additionalProperties: false does."""

    def __init__(self, required=(), one_of=(), **members):
        self.required, self.one_of, self.members = required, one_of, members


class List:
    def __init__(self, of, unique=False, least=0):
        self.of, self.unique, self.least = of, unique, least


class Map:
    def __init__(self, of):
        self.of = of


# SARIF 2.1.0, Errata 01: sarif-schema-2.1.0.json.
class Uri:
    pass


TAGS = Map(ANY)
MESSAGE = Object(one_of=("text", "id"), text=TEXT, markdown=TEXT, id=TEXT, arguments=List(TEXT), properties=TAGS)
MULTI = Object(required=("text",), text=TEXT, markdown=TEXT, properties=TAGS)
LEVEL = Enum(("none", "note", "warning", "error"))
RULE = Object(
    required=("id",), id=TEXT, deprecatedIds=List(TEXT, unique=True), name=TEXT, shortDescription=MULTI,
    fullDescription=MULTI, messageStrings=Map(MULTI), helpUri=Uri, help=MULTI, properties=TAGS,
    defaultConfiguration=Object(enabled=FLAG, level=LEVEL, rank=ANY, parameters=TAGS, properties=TAGS))
ARTIFACT = Object(uri=Uri, uriBaseId=TEXT, index=COUNT, description=MESSAGE, properties=TAGS)
REGION = Object(startLine=COUNT, startColumn=COUNT, endLine=COUNT, endColumn=COUNT, snippet=ANY, message=MESSAGE, properties=TAGS)
LOCATION = Object(
    id=COUNT, message=MESSAGE, properties=TAGS,
    physicalLocation=Object(one_of=("address", "artifactLocation"), artifactLocation=ARTIFACT, region=REGION,
                            contextRegion=REGION, properties=TAGS),
    logicalLocations=List(Object(name=TEXT, index=COUNT, fullyQualifiedName=TEXT, decoratedName=TEXT, kind=TEXT,
                                 properties=TAGS), unique=True))
RESULT = Object(
    required=("message",), ruleId=TEXT, ruleIndex=COUNT, level=LEVEL, message=MESSAGE, locations=List(LOCATION),
    kind=Enum(("notApplicable", "pass", "fail", "review", "open", "informational")), guid=TEXT,
    partialFingerprints=Map(TEXT), fingerprints=Map(TEXT), relatedLocations=List(LOCATION, unique=True), rank=ANY,
    properties=TAGS)
SARIF = Object(
    required=("version", "runs"), version=Enum(("2.1.0",)), properties=TAGS, runs=List(Object(
        required=("tool",), columnKind=Enum(("utf16CodeUnits", "unicodeCodePoints")), results=List(RESULT),
        tool=Object(required=("driver",), properties=TAGS, driver=Object(
            required=("name",), name=TEXT, version=TEXT, semanticVersion=TEXT, fullName=TEXT, organization=TEXT,
            informationUri=Uri, downloadUri=Uri, rules=List(RULE, unique=True), properties=TAGS)),
        invocations=List(Object(required=("executionSuccessful",), executionSuccessful=FLAG, commandLine=TEXT,
                                startTimeUtc=TEXT, endTimeUtc=TEXT, exitCode=ANY, properties=TAGS)),
        originalUriBaseIds=Map(ARTIFACT), properties=TAGS), least=1), **{"$schema": Uri})


def hold(value, shape, path):
    if shape is ANY:
        return
    if shape is TEXT or shape is Uri:
        if not isinstance(value, str):
            stop(path, f"no text: {value!r}")
        # RFC 3986: what is neither reserved nor unreserved is escaped, and % stands before two digits only.
        if shape is Uri and not re.fullmatch(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*", value):
            stop(path, f"no URI reference: {value!r}")
    elif shape is COUNT:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            stop(path, f"no count: {value!r}")
    elif shape is FLAG:
        if not isinstance(value, bool):
            stop(path, f"neither true nor false: {value!r}")
    elif isinstance(shape, Enum):
        if value not in shape:
            stop(path, f"{value!r} is none of {tuple(shape)}")
    elif isinstance(shape, List):
        if not isinstance(value, list) or len(value) < shape.least:
            stop(path, "no list, or too short")
        if shape.unique and len({json.dumps(one, sort_keys=True) for one in value}) != len(value):
            stop(path, "an element occurs twice")
        for place, one in enumerate(value):
            hold(one, shape.of, f"{path}[{place}]")
    elif not isinstance(value, dict):
        stop(path, f"no object: {value!r}")
    elif isinstance(shape, Map):
        for name, one in value.items():
            hold(one, shape.of, f"{path}.{name}")
    else:
        for name in shape.required:
            if name not in value:
                stop(path, f"{name} is missing")
        if shape.one_of and not any(name in value for name in shape.one_of):
            stop(path, f"one of {shape.one_of} is missing")
        for name, one in value.items():
            if name not in shape.members:
                stop(path, f"{name} is no member of this object")
            hold(one, shape.members[name], f"{path}.{name}")


def clean(value, path):
    """No text holds a character that a terminal or a page obeys, or half of one."""
    if isinstance(value, dict):
        for name, one in value.items():
            clean(one, f"{path}.{name}")
    elif isinstance(value, list):
        for place, one in enumerate(value):
            clean(one, f"{path}[{place}]")
    elif isinstance(value, str):
        value.encode("utf-8")


def sarif(file):
    document = json.load(file)
    hold(document, SARIF, "sarif")
    clean(document, "sarif")
    for run in document["runs"]:
        rules = run["tool"]["driver"]["rules"]
        if len({rule["id"] for rule in rules}) != len(rules):
            stop("rules", "an id occurs twice")
        for place, result in enumerate(run["results"]):
            path = f"results[{place}]"
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                stop(path, "ruleIndex leads to another rule")
            # 3.27.10: where kind is not fail, level is none.
            if result["kind"] != "fail" and result["level"] != "none":
                stop(path, "level")
            if result["kind"] == "fail" and result["level"] == "none":
                stop(path, "a failure without a level")
            for location in result.get("locations", []):
                region = location.get("physicalLocation", {}).get("region")
                if region is not None and region["startLine"] < 1:
                    stop(path, "lines are counted from 1")
            tags = rules[result["ruleIndex"]].get("properties", {}).get("tags", [])
            if len(set(tags)) != len(tags) or not all(isinstance(tag, str) for tag in tags):
                stop(path, "tags")
            if not 0.0 <= float(rules[result["ruleIndex"]]["properties"]["security-severity"]) <= 10.0:
                stop(path, "security-severity")
    print(len(document["runs"][0]["results"]), "results")


# OCSF 1.4.0, class 2003; of each object the members that we write, and what the schema requires.
OCSF = {
    "": {"activity_id", "category_uid", "class_uid", "compliance", "finding_info", "metadata", "severity_id", "time", "type_uid"},
    "metadata": {"product", "version"}, "metadata.product": {"vendor_name", "name"}, "finding_info": {"title", "uid"},
    "finding_info.analytic": {"type_id"}, "compliance": {"status_id", "standards", "control"}, "remediation": {"desc"},
    "device": {"type_id"}}
KNOWN = {
    "": OCSF[""] | {"activity_name", "category_name", "class_name", "type_name", "severity", "message", "remediation",
                    "resources", "device", "unmapped", "status", "status_id", "status_detail", "confidence_id", "count",
                    "start_time", "end_time", "evidences", "enrichments", "observables", "raw_data", "timezone_offset"},
    "metadata": {"product", "version", "uid", "log_name", "labels", "profiles", "original_time"},
    "metadata.product": {"vendor_name", "name", "version", "uid", "feature", "lang"},
    "finding_info": {"title", "uid", "desc", "created_time", "first_seen_time", "last_seen_time", "modified_time", "types",
                     "analytic", "src_url", "product_uid", "tags"},
    "finding_info.analytic": {"type_id", "type", "name", "uid", "desc", "category", "version"},
    "compliance": {"control", "standards", "requirements", "status", "status_id", "status_code", "status_detail", "checks", "control_parameters",
                   "assessments", "compliance_references", "compliance_standards", "category", "desc"},
    "remediation": {"desc", "references", "kb_article_list", "cis_controls"},
    "device": {"type_id", "type", "hostname", "uid", "name", "ip", "os", "mac", "domain", "interface_name"}}
RESOURCE = {"type", "name", "uid", "version", "labels", "data", "criticality", "hostname", "group", "owner", "namespace", "zone", "region", "tags", "role_id", "role", "ip", "agent_list"}
SEVERITY = {0: "Unknown", 1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical", 6: "Fatal", 99: "Other"}
STATUS = {0: "Unknown", 1: "Pass", 2: "Warning", 3: "Fail", 99: "Other"}
ANALYTIC = {0: "Unknown", 1: "Rule", 2: "Behavioral", 3: "Statistical", 4: "Learning (ML/DL)", 5: "Fingerprinting", 6: "Tagging"}


def ocsf(file):
    count, ids = 0, set()
    for number, line in enumerate(file, 1):
        event = json.loads(line)
        clean(event, f"line {number}")
        for path, required in OCSF.items():
            value = event
            for name in filter(None, path.split(".")):
                value = value.get(name)
            where = f"line {number}: {path or 'event'}"
            if not isinstance(value, dict):
                stop(where, "missing")
            if not required <= set(value):
                stop(where, f"missing: {sorted(required - set(value))}")
            if not set(value) <= KNOWN[path]:
                stop(where, f"not of the class: {sorted(set(value) - KNOWN[path])}")
        if (event["class_uid"], event["category_uid"], event["metadata"]["version"]) != (2003, 2, "1.4.0"):
            stop(f"line {number}", "class, category or version")
        if event["activity_id"] not in (0, 1, 2, 3, 99) or event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
            stop(f"line {number}", "activity_id or type_uid")
        if SEVERITY.get(event["severity_id"]) != event["severity"]:
            stop(f"line {number}", "severity")
        compliance = event["compliance"]
        if STATUS.get(compliance["status_id"]) != compliance["status"]:
            stop(f"line {number}", "compliance.status")
        if ANALYTIC.get(event["finding_info"]["analytic"]["type_id"]) != event["finding_info"]["analytic"]["type"]:
            stop(f"line {number}", "analytic")
        for name in "standards", "requirements":
            if not all(isinstance(one, str) for one in compliance.get(name, [])):
                stop(f"line {number}", name)
        if not compliance["standards"]:
            stop(f"line {number}", "standards")
        # timestamp_t: milliseconds since 1970.
        if not isinstance(event["time"], int) or not 1_600_000_000_000 < event["time"] < 5_000_000_000_000:
            stop(f"line {number}", f"time {event['time']}")
        if compliance["status"] != "Fail" and event["severity_id"] > 1:
            stop(f"line {number}", "what did not fail is no incident")
        for resource in event.get("resources", []):
            if not set(resource) <= RESOURCE or not ("name" in resource or "uid" in resource):
                stop(f"line {number}", f"resource {resource}")
        if not all(isinstance(one, str) for one in event["remediation"].get("references", [])):
            stop(f"line {number}", "references")
        identity = (event["finding_info"]["uid"], event["message"])
        if identity in ids:
            stop(f"line {number}", f"the same finding twice: {identity}")
        ids.add(identity)
        count += 1
    if count == 0:
        stop("events", "none")
    print(count, "events")


with open(sys.argv[2], encoding="utf-8") as handle:
    globals()[sys.argv[1]](handle)

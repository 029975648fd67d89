"""Holds summaries against docs/summary.schema.json.

summary.py SCHEMA valid FILE...    each is what the schema says
summary.py SCHEMA strict FILE...   and has no key that the schema lacks
summary.py SCHEMA broken FILE      spoilt in any way, it is refused
summary.py SCHEMA names <NAMES     the schema's lists are forkbench's own, and
                                   every key is explained; NAMES: told_names
"""

import copy
import json
import sys

import jsonschema

# What tests a value and describes none.
CONDITIONS = ("if", "then", "else", "allOf", "anyOf", "oneOf", "not")


def objects_of(schema):
    """Every schema of an object in a schema."""
    if isinstance(schema, list):
        for item in schema:
            yield from objects_of(item)
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("properties"), dict):
        yield schema
    for key, value in schema.items():
        if key not in CONDITIONS:
            yield from objects_of(value)


def strict(schema):
    """The same schema, but no object may have a key that it does not name."""
    schema = copy.deepcopy(schema)
    for part in objects_of(schema):
        part["additionalProperties"] = False
    return schema


def errors_of(schema, document):
    validator = jsonschema.Draft202012Validator(schema)
    return ["%s: %s" % (error.json_path, error.message)
            for error in validator.iter_errors(document)]


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def check(schema, paths):
    wrong = ["%s: %s" % (path, error) for path in paths
             for error in errors_of(schema, load(path))]
    return wrong if paths else ["no file is given"]


def first_with(results, verdicts):
    return next(i for i, r in enumerate(results) if r["verdict"] in verdicts)


def spoilt(summary):
    """Pairs: what was done to a copy of the summary, and the copy."""

    def change(path, *value):
        broken = copy.deepcopy(summary)
        *above, last = path
        part = broken
        for key in above:
            part = part[key]
        if value:
            part[last] = value[0]
        else:
            del part[last]
        return "%s: %s" % (path, value[0] if value else "removed"), broken

    results = summary["results"]
    judged = first_with(results, ("same", "better", "worse"))
    base = first_with(results, ("baseline",))
    for key in summary:
        yield change([key])
        yield change([key], {"a": "b"})
    for key in results[0]:
        yield change(["results", judged, key])
        yield change(["results", judged, key], [])
    for key in summary["zombies"][0]:
        yield change(["zombies", 0, key])
        yield change(["zombies", 0, key], ["many"])
    for key in summary["zombies"][0]["worst_round"]:
        yield change(["zombies", 0, "worst_round", key])
        yield change(["zombies", 0, "worst_round", key], -1)
    for key in ("median", "ratio", "ci_low", "ci_high", "margin"):
        yield change(["results", judged, key], None)
        yield change(["results", judged, key], "1")
        yield change(["results", judged, key], -1)
    yield change(["results", judged, "verdict"], "fine")
    yield change(["results", judged, "verdict"], "no CI")
    yield change(["results", judged, "verdict"], "no A/A CI")
    yield change(["results", judged, "verdict"], None)
    yield change(["results", judged, "unit"], "us")
    yield change(["results", judged, "n"], 1.5)
    yield change(["results", judged, "primary"], 1)
    yield change(["results", judged, "mode"], "SIG_IGN")
    yield change(["results", judged, "margin"], 1)
    yield change(["results", base, "ratio"], 1)
    yield change(["results", base, "median"], None)
    yield change(["results", 0], [])
    yield change(["schema_version"], 2)
    yield change(["schema_version"], "1")
    yield change(["status"], "valid")
    yield change(["status"], "RUNNING")
    yield change(["status_reasons"], "none")
    yield change(["findings"], [""])
    yield change(["rounds"], 0)


def check_broken(schema, path):
    summary = load(path)
    wrong = ["let pass: %s" % what for what, broken in spoilt(summary)
             if not errors_of(schema, broken)]
    # What a later forkbench adds is no fault for a reader, but for our tree.
    summary["results"][0]["new"] = summary["new"] = 1
    if errors_of(schema, summary):
        wrong.append("readers would refuse a key that is new to them")
    if len(errors_of(strict(schema), summary)) != 2:
        wrong.append("a key that is missing in the schema goes unnoticed")
    return wrong


def check_names(schema, lines):
    told = {}
    for line in lines:
        fields = line.rstrip("\n").split("\t")
        told.setdefault(fields[0], []).append(fields[1])
    jsonschema.Draft202012Validator.check_schema(schema)
    result = schema["$defs"]["result"]["properties"]
    wrong = ["%s: %s, and forkbench has %s" % (name, listed, told[name])
             for name, listed in (
                 ("status", schema["properties"]["status"]["enum"]),
                 ("verdict", result["verdict"]["enum"]),
                 ("unit", result["unit"]["enum"]))
             if listed != told[name]]
    for part in objects_of(schema):
        wrong += ["%s is not explained" % key
                  for key, value in part["properties"].items()
                  if not (value.get("title") and value.get("description"))]
        wrong += ["%s may be absent" % key for key in part["properties"]
                  if key not in part["required"]]
    return wrong


def main(path, what, *files):
    schema = load(path)
    if what == "valid":
        return check(schema, files)
    if what == "strict":
        return check(strict(schema), files)
    if what == "broken":
        return check_broken(schema, *files)
    return check_names(schema, sys.stdin)


if __name__ == "__main__":
    found = main(*sys.argv[1:])
    for one in found:
        print(one)
    sys.exit(bool(found))

"""Holds summaries against docs/summary.schema.json.

summary.py SCHEMA strict FILE...   each is what the schema says, has no key that
                                   the schema lacks, and each key is explained
summary.py SCHEMA broken FILE      spoilt in any way, it is refused
"""

import copy
import json
import sys

import jsonschema


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def objects_of(schema):
    """Every schema of an object in a schema."""
    if isinstance(schema, list):
        for item in schema:
            yield from objects_of(item)
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("properties"), dict):
        yield schema
    for value in schema.values():
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


def check(schema, paths):
    jsonschema.Draft202012Validator.check_schema(schema)
    wrong = ["no file is given"] if not paths else []
    for part in objects_of(schema):
        wrong += ["%s is not explained" % key
                  for key, value in part["properties"].items()
                  if not (value.get("title") and value.get("description"))]
        wrong += ["%s may be absent" % key for key in part["properties"]
                  if key not in part["required"]]
    for path in paths:
        wrong += ["%s: %s" % (path, error)
                  for error in errors_of(strict(schema), load(path))]
    return wrong


def places(value, path=()):
    """Paths to the keys of each object; of a list's items the first stands."""
    if isinstance(value, list):
        value = dict(list(enumerate(value))[:1])
    if isinstance(value, dict):
        for key, inner in value.items():
            yield path + (key,)
            yield from places(inner, path + (key,))


def spoil(summary, path, *value):
    """A copy in which a key is gone, or has another value."""
    broken = copy.deepcopy(summary)
    *above, last = path
    part = broken
    for key in above:
        part = part[key]
    if value:
        part[last] = value[0]
    else:
        del part[last]
    return broken


def spoilt(summary):
    free = ("resolution",)  # its keys are metrics, and any of them
    for path in places(summary):
        # A value of no kind that any key has.
        yield path, spoil(summary, path, [[1]])
        if isinstance(path[-1], str) and path[-2:-1] != free:
            yield path, spoil(summary, path)
    first = ("experiments", 0)
    for path, value in ((("schema_version",), 3), (("status",), "valid"),
                        (("reasons",), [""]), (first + ("rounds",), -1),
                        (first + ("name",), "a b"),
                        (first + ("results", 0, "verdict"), "fine"),
                        (first + ("results", 0, "n"), 1.5),
                        (first + ("zombies", 0, "share"), 1.1)):
        yield path + (value,), spoil(summary, path, value)


def check_broken(schema, path):
    summary = load(path)
    wrong = ["let pass: %s" % (what,) for what, broken in spoilt(summary)
             if not errors_of(schema, broken)]
    # What a later forkbench adds is no fault for a reader, but for our tree.
    summary["experiments"][0]["results"][0]["new"] = summary["new"] = 1
    if errors_of(schema, summary):
        wrong.append("readers would refuse a key that is new to them")
    if len(errors_of(strict(schema), summary)) != 2:
        wrong.append("a key that is missing in the schema goes unnoticed")
    return wrong


if __name__ == "__main__":
    _, where, what, *files = sys.argv
    found = (check_broken(load(where), *files) if what == "broken"
             else check(load(where), files))
    print("\n".join(found), end="\n" if found else "")
    sys.exit(bool(found))

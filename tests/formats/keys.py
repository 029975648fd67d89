"""Prints every key in JSON files, however deep, a line each: keys.py FILE..."""

import json
import sys


def keys_of(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for item in value:
            yield from keys_of(item)


if __name__ == "__main__":
    found = set()
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            found.update(keys_of(json.load(file)))
    print("\n".join(sorted(found)))

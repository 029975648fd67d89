"""Whether the documents say what forkbench's own lists say: documents.py ROOT
FILE..., each of which holds JSON that forkbench stored or printed.

Prints what is missing, a line each; exit status 1 if anything is.
"""

import json
import os
import re
import sys

BETTER = {"BETTER_LOWER": "lower", "BETTER_HIGHER": "higher",
          "BETTER_NEITHER": ""}
UNIT = {"UNIT_COUNT": "", "UNIT_PER_S": "1/s", "UNIT_US": "us",
        "UNIT_MS": "ms", "UNIT_S": "s", "UNIT_PCT": "%", "UNIT_KIB": "KiB"}


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def entries(text, macro):
    """The entries X(a, "b", ...) of a list in C, as lists of words."""
    text = text[text.index("#define " + macro):]
    text = text[:text.index("\n\n")].replace("\\\n", "")
    # Texts that stand one behind the other are one.
    text = re.sub(r'"\s+"', "", text)
    for entry in re.findall(r"\bX\(((?:\"[^\"]*\"|[^()\"])*)\)", text):
        words = re.findall(r"\"[^\"]*\"|\w+", entry)
        if len(words) > 3:
            yield [word.strip('"') for word in words]


def rows(text):
    """The rows of all tables in Markdown, without marks."""
    for line in text.splitlines():
        if line.startswith("|"):
            yield [re.sub(r"[`\\]", "", cell).strip()
                   for cell in line.strip("|").split("|")]


def keys(value):
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, (dict, list)):
            yield from keys(inner)
    yield from value if isinstance(value, dict) else ()


def main(root, *files):
    readme = read(root, "results", "README.md")
    method = list(rows(read(root, "docs", "METHODOLOGY.md")))
    known = list(rows(readme))
    metrics = list(entries(read(root, "bench", "study", "metric.h"), "METRICS"))
    rules = list(entries(read(root, "bench", "study", "validity.h"),
                         "VALIDITY_RULES"))
    wrong = []
    if len(metrics) < 20 or len(rules) < 10:
        wrong.append("%d metrics, %d rules" % (len(metrics), len(rules)))
    for _, name, _, unit, better, meaning in metrics:
        row = [name, UNIT[unit], BETTER[better], meaning]
        if row not in known:
            wrong.append("results/README.md lacks: %s" % " | ".join(row))
    for _, name, consequence, means, advice in rules:
        row = [name, means, consequence[len("VALIDITY_"):].lower(), advice]
        if row not in method:
            wrong.append("docs/METHODOLOGY.md lacks: %s" % " | ".join(row))
        if "`%s`" % name not in readme:
            wrong.append("results/README.md lacks: %s" % name)
    spans = re.findall(r"`[^`\n]+`", re.sub(r"(?ms)^```.*?^```", "", readme))
    words = set(re.findall(r"[A-Za-z0-9_]+", " ".join(spans)))
    wrong += ["results/README.md lacks the key %s of %s" % (key, path)
              for path in files for key in sorted(set(keys(json.loads(
                  read(path))))) if key not in words]
    return wrong


if __name__ == "__main__":
    found = main(*sys.argv[1:])
    print("\n".join(found), end="\n" if found else "")
    sys.exit(bool(found))

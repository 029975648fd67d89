"""Holds the JSON of forkbench compare A B against both runs' summaries:
compared.py COMPARED A B

Prints what is wrong, a line each; exit status 1 if anything is.
"""

import json
import sys


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def place(result):
    return result["experiment"], result["mode"], result.get("metric")


def close(one, other):
    # All of them have six digits.
    return one == other or (None not in (one, other)
                            and abs(one - other) <= 1e-5 * abs(other))


def is_due(result):
    """Whether the same figure of another run could be compared with it."""
    if result["mode"].endswith("-aa"):
        return False
    if result["verdict"] == "baseline":
        return result["primary"]
    return result["ratio"] is not None


def check_result(result, a, b):
    key = "ratio" if result["of"] == "ratio to the baseline" else "median"
    wrong = []
    if (result["of"] == "value") != (a["verdict"] == "baseline"):
        wrong.append("is a %s" % result["of"])
    for side, own in (("a", a), ("b", b)):
        if not close(result["figure"][side], own[key]):
            wrong.append("%s has %s, not %s" % (
                side, result["figure"][side], own[key]))
        if result["n"][side] != own["n"]:
            wrong.append("%s has %s rounds" % (side, result["n"][side]))
    if result["primary"] != a["primary"]:
        wrong.append("primary is wrong")
    if not result["ci_low"] <= result["b_to_a"] <= result["ci_high"]:
        wrong.append("is outside its interval")
    if key == "ratio" and not close(result["margin"],
                                    max(a["margin"], b["margin"])):
        wrong.append("margin %s" % result["margin"])
    if abs(result["b_to_a"] / (b[key] / a[key]) - 1) > 0.1:
        wrong.append("is far from B over A")
    return ["%s %s" % (place(result), what) for what in wrong]


def main(compared, a, b):
    compared, a, b = load(compared), load(a), load(b)
    wrong = []
    for side, own in (("a", a), ("b", b)):
        for key in ("run", "status", "status_reasons"):
            if compared[side][key] != own[key]:
                wrong.append("%s of %s is %s" % (key, side,
                                                 compared[side][key]))
    results = [{place(r): r for r in own["results"]} for own in (a, b)]
    due = [place(r) for r in a["results"] if is_due(r)]
    if [place(r) for r in compared["results"]] != due:
        wrong.append("not the results that are due")
    for result in compared["results"]:
        wrong += check_result(result, *(r[place(result)] for r in results))
    zombies = [{place(z): z for z in own["zombies"]} for own in (a, b)]
    if [place(z) for z in compared["zombies"]] != list(zombies[0]):
        wrong.append("not the zombies that are due")
    for count in compared["zombies"]:
        for side, own in zip("ab", zombies):
            if count["left_max"][side] != own[place(count)]["left_max"]:
                wrong.append("%s: left_max" % (place(count),))
    for verdict in ("worse", "better"):
        n = sum(r["verdict"] == verdict for r in
                [r for r in compared["results"] if r["primary"]]
                + compared["zombies"])
        if compared[verdict] != n:
            wrong.append("%s is %d, not %d" % (verdict, compared[verdict], n))
    return wrong


if __name__ == "__main__":
    problems = main(*sys.argv[1:])
    for problem in problems:
        print(problem)
    sys.exit(bool(problems))

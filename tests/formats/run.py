"""Whether what a finished run stored adds up: run.py RUN

Reads run.json, cells.tsv and zombies.tsv with Python's own readers. Prints what
is wrong, a line each; exit status 1 if anything is.
"""

import csv
import json
import os
import sys

PLACE = ["experiment", "series", "level", "round", "attempt"]
FIRST = [*PLACE, "start_s", "took_s", "validity", "reasons"]
ZOMBIES = [*PLACE, "t_s", "forked", "exited", "collected", "kernel"]
COUNTS = ("sessions", "forks", "exits", "collected", "handler_calls",
          "zombies_left")
# Modes in which nobody collects, and those that must collect all.
NONE, ALL = ("none",), ("sig-ign", "waitpid-loop", "echod", "nocldwait")


def table(run, name):
    with open(os.path.join(run, name), encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(rows)
        return header, [dict(zip(header, row, strict=True)) for row in rows]


def number(cell, column):
    return float(cell[column]) if cell.get(column) else None


def check_places(run, cells):
    """Every level of every round is there, and its last attempt counts."""
    places = {(c["experiment"], c["level"], int(c["round"])): c for c in cells}
    for arm in run["experiments"]:
        for level in arm["levels"]:
            for at in range(1, arm["rounds"] + 1):
                if (arm["name"], level["name"], at) not in places:
                    yield "round %d is missing" % at, arm["name"], level["name"]
    levels = {(a["name"], v["name"]) for a in run["experiments"]
              for v in a["levels"]}
    for experiment, level, at in places:
        if (experiment, level) not in levels:
            yield "is not in run.json", experiment, level
    names = [tuple(c[p] for p in PLACE) for c in cells]
    for name in {name for name in names if names.count(name) > 1}:
        yield ("is there twice", *name)
    starts = [float(c["start_s"]) for c in cells]
    # Those of a round of wall are measured together, by one hyperfine.
    if starts != sorted(starts):
        yield "cells do not begin one after the other", "", ""


def check_counts(load, subject, cell):
    count = {c: number(cell, c) for c in COUNTS}
    left, forks = count["zombies_left"], count["forks"]
    if count["sessions"] != load["sessions"]:
        yield "%s sessions" % count["sessions"]
    if left is None or left < 0:
        yield "%s zombies" % left
    if forks is None:  # no counters of echod's
        return
    if forks != load["sessions"] + load["warm"] or count["exits"] != forks:
        yield "%s forks, %s exits" % (forks, count["exits"])
    if subject in NONE and left != forks:
        yield "%s of %s are zombies" % (left, forks)
    if subject in ALL and left != 0:
        yield "%s zombies" % left
    if subject == "waitpid-once" and left != forks - count["handler_calls"]:
        yield "%s zombies of %s forks, %s calls" % (left, forks,
                                                    count["handler_calls"])
    if subject.startswith("waitpid") and count["collected"] != forks - left:
        yield "%s collected, %s left" % (count["collected"], left)


def check_cell(run, arm, level, cell):
    if arm["name"] == "wall":
        wanted = ["wall_s"]
    elif arm["factor"] == "operation":
        wanted = ["op_us"] + ["op_cpu_us"] * bool(run["cpu_source"])
    else:
        yield from check_counts(arm["load"], level["subject"], cell)
        wanted = ["parent_cpu_us", "first_echo_p50_us", "load_ms",
                  "overhead_ms"]
        if not arm["load"]["hold"]:
            wanted += ["sessions_per_s"]
        if number(cell, "took_s") * 1e3 < number(cell, "load_ms"):
            yield "took less than its load"
        if cell["forks"]:
            wanted += ["fork_p50_us", "child_start_p50_us"]
        if cell["forks"] and arm["load"]["hold"]:
            wanted += ["storm_ms"]
        if run["cpu_source"]:
            wanted += ["cpu_us"]
        elif cell["cpu_us"] or not run["cpu_advice"]:
            yield "CPU time by nobody, without advice"
    for column in wanted:
        if not (number(cell, column) or 0) > 0:
            yield "%s is '%s'" % (column, cell[column])


def check_lines(lines, cell):
    """The zombies of one cell over time."""
    last = dict.fromkeys(("t_s", "forked", "exited"), 0)
    for line in lines:
        for column in last:
            value = number(line, column)
            if value is not None and value < last[column]:
                yield "%s falls" % column
            last[column] = value
        # A child may have ended before its parent has counted the fork.
        if number(line, "exited") > number(line, "forked") + 1:
            yield "more exits than forks"
        if (number(line, "collected") or 0) > number(line, "exited"):
            yield "more collected than exited"
    if not lines:
        yield "no zombies over time"
    elif number(lines[-1], "kernel") != number(cell, "zombies_left"):
        yield "the last line has %s zombies" % lines[-1]["kernel"]


def main(folder):
    with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
        run = json.load(file)
    header, cells = table(folder, "cells.tsv")
    names, lines = table(folder, "zombies.tsv")
    wrong = [" ".join(w) for w in check_places(run, cells)]
    if header[:len(FIRST)] != FIRST or names != ZOMBIES:
        wrong.append("columns: %s, %s" % (header, names))
    over_time = {}
    for line in lines:
        over_time.setdefault(tuple(line[c] for c in PLACE), []).append(line)
    arms = {arm["name"]: arm for arm in run["experiments"]}
    merged = 0
    for cell in cells:
        if cell["validity"] == "invalid":
            continue
        arm = arms[cell["experiment"]]
        level = next(v for v in arm["levels"] if v["name"] == cell["level"])
        found = list(check_cell(run, arm, level, cell))
        if arm["name"] in ("leak", "hold") and cell["round"] != "0":
            place = tuple(cell[c] for c in PLACE)
            found += check_lines(over_time.get(place, []), cell)
        wrong += ["%s: %s" % (" ".join(cell[c] for c in PLACE), w)
                  for w in found]
        if level["subject"] == "waitpid-once":
            merged += number(cell, "zombies_left") or 0
    if not merged and any(v["subject"] == "waitpid-once" for arm in arms.values()
                          for v in arm["levels"] if arm["name"] != "wall"):
        wrong.append("waitpid-once never left a zombie")
    if not run["finished"]:
        wrong.append("it is not finished")
    return wrong


if __name__ == "__main__":
    problems = main(*sys.argv[1:])
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))

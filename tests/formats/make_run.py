"""Writes an invented run: make_run.py FOLDER [KEY=VALUE...]

seed=N            of the noise (1)
rounds=N          that count (24)
profile=NAME      (quick)
experiments=LIST  of churn, leak, hold, wall and memory (churn)
modes=LIST        the first is the baseline (sig-ign,waitpid-loop,waitpid-once)
leaking=LIST      modes that leave zombies (waitpid-once,none)
slow=LEVEL:F      its times are F times what they are, its sessions/s 1/F
aa=F              the baseline's second cell is so much slower: NOISY
broken=LEVEL      all of its cells are invalid: INVALID
suspect=PCT       so many of all cells are suspect
cut=N             it was killed before its N last cells: INCOMPLETE
"""

import json
import os
import random
import sys

LOADS = {
    "churn": (300, 64), "leak": (20000, 64), "hold": (3000, 3000),
    "wall": (1000, 64), "memory": (40, 16),
}
PRIMARY = {
    "churn": ["cpu_us", "sessions_per_s", "fork_p50_us", "first_echo_p50_us"],
    "leak": [], "hold": ["storm_ms", "storm_cpu_us"], "wall": ["wall_s"],
    "memory": ["fork_p50_us", "cpu_us"],
}
# What a cell measures, by metric, and its middle.
FIGURES = {
    "cpu_us": 100, "parent_cpu_us": 40, "sessions_per_s": 10000,
    "fork_p50_us": 30, "fork_p99_us": 90, "first_echo_p50_us": 3000,
    "storm_ms": 80, "storm_cpu_us": 20, "wall_s": 0.2,
}
SIZES = [("0", 0), ("16MiB", 16), ("1GiB", 1024)]
COUNTS = ["zombies_left", "zombies_peak", "sessions", "forks", "exits",
          "collected", "handler_calls", "load_ms", "overhead_ms"]
COLUMNS = ["experiment", "series", "level", "round", "attempt", "start_s",
           "took_s", "validity", "reasons", *FIGURES, *COUNTS]
WISH = {
    "seed": "1", "rounds": "24", "profile": "quick", "experiments": "churn",
    "modes": "sig-ign,waitpid-loop,waitpid-once",
    "leaking": "waitpid-once,none", "slow": ":1", "aa": "1", "broken": "",
    "suspect": "0", "cut": "0",
}


def level(name, subject, value=None, aa=False):
    return {"name": name, "subject": subject, "value": value, "aa": aa,
            "argv": ["{bin}/echod", "--reap", subject]}


def experiment(name, wish):
    sessions, at_once = LOADS[name]
    if name == "memory":
        levels = [level(n, "sig-ign", size) for n, size in SIZES]
    else:
        modes = wish["modes"].split(",")
        levels = [level(mode, mode) for mode in modes]
        if name != "leak":
            levels.append(level(modes[0] + "-aa", modes[0], aa=True))
    memory = name == "memory"
    return {"name": name, "factor": "ballast" if memory else "reap mode",
            "unit": "MiB" if memory else "", "baseline": levels[0]["name"],
            "rounds": 1 if name == "leak" else int(wish["rounds"]),
            "load": {"sessions": sessions, "warm": 0, "concurrency": at_once,
                     "hold": name == "hold", "close": "fin"},
            "primary": PRIMARY[name], "levels": levels}


def figures(name, at, wish, luck):
    """A cell's figures; luck is what all cells of a round have in common."""
    slow, factor = wish["slow"].split(":")
    factor = float(factor) if at["name"] == slow else 1
    factor *= float(wish["aa"]) if at["aa"] else 1
    mine = {"wall": ["wall_s"], "leak": []}.get(name, [
        m for m in FIGURES if m != "wall_s" and
        (name == "hold" or not m.startswith("storm"))])
    cell = {}
    for metric in mine:
        value = FIGURES[metric] * luck * random.lognormvariate(0, 0.02)
        if name == "memory" and at["value"]:
            value += at["value"] / 1024 * 9800
        worse = 1 / factor if metric == "sessions_per_s" else factor
        cell[metric] = value * worse
    if name == "wall":
        return cell
    sessions = LOADS[name][0]
    leaks = at["subject"] in wish["leaking"].split(",")
    calls = 0
    if at["subject"].startswith("waitpid"):
        calls = random.randint(sessions // 4, sessions // 2)
    left = sessions - calls if leaks else 0
    collected = sessions - left if at["subject"].startswith("waitpid") else 0
    cell.update(zombies_left=left, zombies_peak=left, sessions=sessions,
                forks=sessions, exits=sessions, collected=collected,
                handler_calls=calls, load_ms=30, overhead_ms=10)
    return cell


def cells_of(arm, wish):
    """Every cell of an experiment, in a shuffled order."""
    name = arm["name"]
    for number in range(name in ("leak", "memory"), arm["rounds"] + 1):
        luck = random.lognormvariate(0, 0.1)
        for at in random.sample(arm["levels"], len(arm["levels"])):
            cell = dict.fromkeys(COLUMNS, "")
            cell.update(experiment=name, level=at["name"], round=number,
                        attempt=1, took_s=0.04, validity="valid")
            cell.update(figures(name, at, wish, luck))
            if at["name"] == wish["broken"]:
                cell.update(validity="invalid",
                            reasons="server-killed: SIGKILL")
            elif random.uniform(0, 100) < float(wish["suspect"]):
                cell.update(validity="suspect",
                            reasons="foreign-load: 40 %, most: cc1")
            yield cell


def over_time(cell, counts):
    """Lines of zombies.tsv: all children have ended after a second."""
    place = [cell[c] for c in COLUMNS[:5]]
    for step in range(11):
        exited = cell["forks"] * step // 10
        gone = cell["collected"] * step // 10 if counts else ""
        kernel = cell["zombies_left"] if step == 10 else ""
        yield place + [step / 10, cell["forks"], exited, gone, kernel]


def tsv(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        for line in lines:
            file.write("\t".join("%.8g" % v if isinstance(v, float) else
                                 str(v) for v in line) + "\n")


def dump(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)


def main(folder, *wishes):
    wish = {**WISH, **dict(w.split("=", 1) for w in wishes)}
    assert wish.keys() == WISH.keys(), wish
    random.seed(int(wish["seed"]))
    arms = [experiment(e, wish) for e in wish["experiments"].split(",")]
    cells = [cell for arm in arms for cell in cells_of(arm, wish)]
    cells = cells[:len(cells) - int(wish["cut"])]
    for i, cell in enumerate(cells):
        cell["start_s"] = 0.04 * i
    whole = wish["cut"] == "0"
    os.makedirs(folder)
    dump(os.path.join(folder, "run.json"), {
        "schema_version": 2, "started_utc": "2026-01-02T03:04:05Z",
        "finished": whole, "interrupted_by": None,
        "elapsed_s": 0.04 * len(cells) if whole else None, "resumed": [],
        "cpu_source": "cgroup v2", "cpu_advice": None,
        "profile": wish["profile"], "seed": 7, "budget_s": None,
        "placement": "none", "experiments": arms, "servers": [],
        "rerun": "make bench PROFILE=quick SEED=7"})
    dump(os.path.join(folder, "env.json"), {
        "schema_version": 2, "doctor": [],
        "host": {"kernel": "6.1.0", "cpu": "Some CPU", "cpus": 2},
        "build": {"commit": "1a2b3c4", "dirty": False, "flags": "-O2"}})
    tsv(os.path.join(folder, "cells.tsv"),
        [COLUMNS] + [[cell[c] for c in COLUMNS] for cell in cells])
    tsv(os.path.join(folder, "zombies.tsv"),
        [COLUMNS[:5] + ["t_s", "forked", "exited", "collected", "kernel"]] +
        [line for cell in cells if cell["experiment"] in ("leak", "hold")
         for line in over_time(cell, cell["level"].startswith("waitpid"))])


if __name__ == "__main__":
    main(*sys.argv[1:])

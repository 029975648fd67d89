"""Prints the median cpu_us of every experiment and level of RUN/cells.tsv, read
by Python's own reader, and holds them against summary.json: cells.py RUN

Exit status 1 if they differ; without a summary.json there is nothing to differ.
"""

import csv
import json
import os
import statistics
import sys


def medians_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        whole = file.read().split("\n")[:-1]
    last = {}  # the last line of the last attempt
    for cell in csv.DictReader(whole, delimiter="\t", quoting=csv.QUOTE_NONE):
        place = cell["experiment"], cell["level"], int(cell["round"])
        if int(cell["attempt"]) >= int(last.get(place, cell)["attempt"]):
            last[place] = cell
    values = {}
    for (experiment, level, number), cell in last.items():
        if number and cell["validity"] != "invalid" and cell["cpu_us"]:
            values.setdefault((experiment, level), []).append(cell["cpu_us"])
    return {key: statistics.median(map(float, v)) for key, v in values.items()}


ours = medians_of(os.path.join(sys.argv[1], "cells.tsv"))
for key, median in ours.items():
    print("%s\t%s\t%.6g" % (*key, median))
summary = os.path.join(sys.argv[1], "summary.json")
if os.path.exists(summary):
    with open(summary, encoding="utf-8") as f:
        theirs = {(e["name"], r["level"]): r["median"]
                  for e in json.load(f)["experiments"] for r in e["results"]
                  if r["metric"] == "cpu_us"}
    sys.exit(ours.keys() != theirs.keys() or any(
        abs(ours[k] - theirs[k]) > 1e-5 * ours[k] for k in ours))

"""Reads the OpenMetrics text of a run as a scraper does, and holds it against
the run's summary.json and run.json: openmetrics.py TEXT SUMMARY RUN

TEXT: what forkbench report --format openmetrics printed. Prints what is wrong,
a line each; exit status 1 if anything is.
"""

import calendar
import json
import sys
import time

from prometheus_client.openmetrics.parser import text_string_to_metric_families

# By the unit of a summary: what its name ends in, the base unit, the factor.
UNITS = {
    "-": ("", "", 1),
    "1/s": ("_per_s", "per_second", 1),
    "µs": ("_us", "seconds", 1e-6),
    "ms": ("_ms", "seconds", 1e-3),
    "s": ("_s", "seconds", 1),
    "%": ("_pct", "ratio", 1e-2),
}

RATIOS = {
    "ratio": "forkbench_effect",
    "ci_low": "forkbench_effect_ci_low",
    "ci_high": "forkbench_effect_ci_high",
    "margin": "forkbench_effect_margin",
}


def key_of(name, labels):
    return name, tuple(sorted(labels.items()))


def wanted_samples(summary, run):
    """By sample name and labels: the value. By family: its type and unit."""
    samples, families = {}, {}

    def want(family, kind, unit, labels, value, suffix=""):
        families[family] = (kind, unit)
        samples[key_of(family + suffix, labels)] = value

    for state in ("VALID", "NOISY", "INCOMPLETE", "INVALID"):
        want("forkbench_status", "stateset", "", {"forkbench_status": state},
             summary["status"] == state)
    want("forkbench_elapsed_seconds", "gauge", "seconds", {},
         run["elapsed_s"])
    begun = time.strptime(run["started_utc"], "%Y-%m-%dT%H:%M:%SZ")
    want("forkbench_start_timestamp_seconds", "gauge", "seconds", {},
         calendar.timegm(begun))
    for name in RATIOS.values():
        families[name] = ("gauge", "")
    families["forkbench_verdict"] = ("info", "")
    for result in summary["results"]:
        labels = {key: result[key] for key in ("experiment", "mode")}
        end, unit, factor = UNITS[result["unit"]]
        assert result["metric"].endswith(end)
        family = "forkbench_" + result["metric"][:len(result["metric"])
                                                 - len(end)]
        if unit:
            family += "_" + unit
        if result["median"] is not None:
            want(family, "gauge", unit, labels, result["median"] * factor)
        labels["metric"] = result["metric"]
        for key, name in RATIOS.items():
            if result[key] is not None:
                want(name, "gauge", "", labels, result[key])
        if result["verdict"] != "-":
            labels["verdict"] = result["verdict"]
            want("forkbench_verdict", "info", "", labels, 1, "_info")
    return samples, families


def check_run(samples, summary, run):
    """The one sample that tells which run it is; taken out of the samples."""
    mine = [key for key in samples if key[0] == "forkbench_run_info"]
    if len(mine) != 1:
        return ["%d samples of forkbench_run_info" % len(mine)]
    value, labels = samples.pop(mine[0]), dict(mine[0][1])
    wrong = [] if value == 1 else ["forkbench_run_info is %s" % value]
    for key, text in (("run", summary["run"]), ("profile", run["profile"]),
                      ("baseline", summary["baseline"])):
        if labels.pop(key, None) != text:
            wrong.append("label %s is not %r" % (key, text))
    if sorted(labels) != ["commit", "kernel"]:
        wrong.append("other labels: %s" % labels)
    return wrong


def check(text, summary, run):
    wanted, families = wanted_samples(summary, run)
    families["forkbench_run"] = ("info", "")
    found, wrong = {}, []
    for family in text_string_to_metric_families(text):
        if families.get(family.name) != (family.type, family.unit):
            wrong.append("%s: %s of %r, not %s" % (
                family.name, family.type, family.unit,
                families.get(family.name)))
        if not family.documentation.endswith("."):
            wrong.append("%s: no help" % family.name)
        families.pop(family.name, None)
        for sample in family.samples:
            found[key_of(sample.name, sample.labels)] = sample.value
    wrong += ["%s is missing" % name for name in families]
    # The parser keeps one of those that are alike.
    lines = [line for line in text.split("\n") if line and line[0] != "#"]
    if len(lines) != len(found):
        wrong.append("%d lines, %d samples" % (len(lines), len(found)))
    if not text.endswith("\n# EOF\n"):
        wrong.append("the end is %r" % text[-10:])
    wrong += check_run(found, summary, run)
    wrong += ["%s is missing" % (key,) for key in wanted if key not in found]
    for key, value in found.items():
        if key not in wanted:
            wrong.append("%s is one too many" % (key,))
        # A summary has six digits.
        elif abs(value - wanted[key]) > 1e-5 * abs(wanted[key]):
            wrong.append("%s is %s, not %s" % (key, value, wanted[key]))
    return wrong


def main(*paths):
    text, summary, run = (open(path, encoding="utf-8").read()
                          for path in paths)
    return check(text, json.loads(summary), json.loads(run))


if __name__ == "__main__":
    problems = main(*sys.argv[1:])
    for problem in problems:
        print(problem)
    sys.exit(bool(problems))

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Asks RUN.json: exit status 0 when what is asked for holds.

    query.py RUN.json verdicts ALLOWED...     every case has one of these
    query.py RUN.json all-ran                 each planned case has an end
    query.py RUN.json known-met ID            all cases predicted for ID met it
    query.py RUN.json finding CLASS [KEY=TEXT...]
                                              a finding of CLASS whose fields
                                              contain these texts
    query.py RUN.json first-finding-within S  seconds from the begin
    query.py RUN.json cases-at-least N
    query.py RUN.json skips-only TEXT...      what is skipped says one of these
    query.py RUN.json each-had INVALIDATOR NAMES...
                                              each race against INVALIDATOR had
                                              one of these outcomes
    query.py RUN.json caught CLASS PIN OFFSET ORACLE:SIGNATURE[,...]
                                              a finding of CLASS by one of these,
                                              with that pin (- = any) and that
                                              offset in the file (- = none);
                                              says which, and how many seconds
                                              after the first operation
"""
import json
import re
import sys


def load(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def of(events, kind):
    return [e for e in events if e["event"] == kind]


def complain(text):
    print(text)
    return False


def verdicts(events, *allowed):
    bad = [e for e in of(events, "case_end") if e["verdict"] not in allowed]
    for e in bad:
        complain(f"{e['verdict']} {e['case']}: {e.get('reason', '')}")
    return bool(of(events, "case_end")) and not bad


def all_ran(events):
    planned = {e["case"] for e in of(events, "plan")}
    ended = [e["case"] for e in of(events, "case_end")]
    if planned != set(ended):
        return complain(f"not run: {sorted(planned - set(ended))}")
    if len(ended) != len(set(ended)):
        return complain("a case ended twice")
    return bool(planned)


def known_met(events, known):
    predicted = {e["case"] for e in of(events, "plan") if e.get("known") == known}
    met = {e["case"] for e in of(events, "case_end") if e.get("known") == known}
    if not predicted <= met:
        return complain(f"not met: {sorted(predicted - met)}")
    return bool(predicted)


def finding(events, cls, *wants):
    pairs = [w.split("=", 1) for w in wants]
    for e in of(events, "finding"):
        if e["class"] == cls and all(t in str(e.get(k, "")) for k, t in pairs):
            return True
    found = [(e["class"], e["signature"]) for e in of(events, "finding")]
    return complain(f"no finding {cls} {wants} among {found}")


def first_finding_within(events, seconds):
    first = of(events, "finding")[:1]
    if not first:
        return complain("no finding at all")
    took = first[0]["time_ns"] / 1e9
    print(f"first finding after {took:.1f} s")
    return took <= float(seconds)


def skips_only(events, *words):
    """Each SKIP is for one of the reasons, by words of it."""
    skips = [e for e in of(events, "case_end") if e["verdict"] == "SKIP"]
    bad = [e for e in skips if not any(w in e.get("reason", "") for w in words)]
    for e in bad:
        complain(f"SKIP {e['case']}: {e.get('reason', '')}")
    return bool(of(events, "case_end")) and not bad


def cases_at_least(events, number):
    nr = len(of(events, "case_end"))
    print(f"{nr} cases")
    return nr >= int(number)


def each_had(events, invalidator, *names):
    races = [e for e in of(events, "case_end") if e.get("invalidator") == invalidator]
    bad = [
        e["case"]
        for e in races
        if not any(i["name"] in names for i in e["invalidations"])
    ]
    return bool(races) and (not bad or complain(f"none of {names}: {bad}"))


def offset_of(finding):
    """The offset in the file that its sentence names, or -."""
    named = re.search(r" at offset (\d+) of the file", finding["summary"])
    return named.group(1) if named else "-"


def caught(events, cls, pin, offset, ways):
    first = min((e["time_ns"] for e in of(events, "op")), default=0)
    for e in of(events, "finding"):
        way = f"{e['oracle']}:{e['signature']}"
        right = e["class"] == cls and way in ways.split(",")
        if right and pin in ("-", e["pin"]) and offset == offset_of(e):
            print(f"{way} {(e['time_ns'] - first) / 1e9:.1f}")
            return True
    found = [
        f"{e['class']} {e['oracle']}:{e['signature']} pin={e['pin'] or '-'} "
        f"offset={offset_of(e)}"
        for e in of(events, "finding")
    ]
    return complain("; ".join(found) or "nothing was found")


ASK = {
    "verdicts": verdicts,
    "all-ran": all_ran,
    "known-met": known_met,
    "finding": finding,
    "first-finding-within": first_finding_within,
    "cases-at-least": cases_at_least,
    "skips-only": skips_only,
    "each-had": each_had,
    "caught": caught,
}

if __name__ == "__main__":
    sys.exit(0 if ASK[sys.argv[2]](load(sys.argv[1]), *sys.argv[3:]) else 1)

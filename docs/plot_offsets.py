#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Draws what a race shot at: plot_offsets.py RUN.json CASE > FILE.svg

A bar for each bin of offsets, cut by outcome, from the CASE_END of that case;
the legend says how often each outcome came. docs/racing.md shows one.
"""
import json
import sys

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 760, 320, 50, 50, 20
COLOURS = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377",
           "#bbbbbb", "#000000"]


def case_end(path, name):
    with open(path, encoding="utf-8") as f:
        for line in f:
            e = json.loads(line)
            if e["event"] == "case_end" and e["case"] == name:
                return e
    sys.exit(f"no such case in {path}: {name}")


def text(x, y, what, anchor="middle"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" '
            f'font-family="sans-serif" font-size="11">{what}</text>')


def bars(o, x_of, y_of):
    base = HEIGHT - BOTTOM
    for b in o["bins"]:
        y = base
        wide = x_of(b["from_ns"] + o["bin_ns"]) - x_of(b["from_ns"])
        for i, nr in enumerate(b["nr"]):
            high = base - y_of(nr)
            if nr:
                y -= high
                yield (f'<rect x="{x_of(b["from_ns"]):.1f}" y="{y:.1f}" '
                       f'width="{wide - 1:.1f}" height="{high:.1f}" '
                       f'fill="{COLOURS[i]}"/>')


def draw(e):
    o = e["offsets"]
    first = min(b["from_ns"] for b in o["bins"])
    last = max(b["from_ns"] for b in o["bins"]) + o["bin_ns"]
    most = max(sum(b["nr"]) for b in o["bins"])

    def x_of(ns):
        return LEFT + (ns - first) * (WIDTH - LEFT - 10) / (last - first)

    def y_of(nr):
        return HEIGHT - BOTTOM - nr * (HEIGHT - BOTTOM - TOP) / most

    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
           f'height="{HEIGHT}"><rect width="100%" height="100%" fill="white"/>')
    yield from bars(o, x_of, y_of)
    base = HEIGHT - BOTTOM
    yield (f'<path d="M{LEFT} {TOP}V{base}H{WIDTH - 10}" fill="none" '
           'stroke="black"/>')
    step = 10 ** len(str(int((last - first) / 5)))
    step = next(s for s in (step / 10, step / 5, step / 2, step)
                if (last - first) / s <= 8)
    at = -(-first // step) * step
    while at <= last:
        yield text(x_of(at), base + 14, f"{at / 1000:g}")
        at += step
    yield text(WIDTH / 2, base + 30,
               "begin of the pin less begin of the invalidation, us")
    yield text(LEFT - 6, y_of(most) + 4, most, "end")
    yield text(LEFT - 6, base + 4, 0, "end")
    for i, outcome in enumerate(o["outcomes"]):
        nr = sum(b["nr"][i] for b in o["bins"])
        yield (f'<rect x="{LEFT + 8}" y="{TOP + 16 * i}" width="10" '
               f'height="10" fill="{COLOURS[i]}"/>')
        yield text(LEFT + 24, TOP + 9 + 16 * i,
                   f"{outcome['name']}: {nr}", "start")
    yield "</svg>"


if __name__ == "__main__":
    print("\n".join(draw(case_end(sys.argv[1], sys.argv[2]))))

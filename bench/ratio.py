#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads lines "NAME NUMBER", one of each name in a round, and prints the
ratio of each pair's two numbers: the mean of their logarithms, and the 95 %
confidence interval of Student's t.

    ratio.py ONE OTHER <LINES
"""
import math
import sys

# two-sided 95 %, by degrees of freedom; from 30 on that of the normal
T95 = [12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18,
       2.16, 2.14, 2.13, 2.12, 2.11, 2.10, 2.09, 2.09, 2.08, 2.07, 2.07, 2.06,
       2.06, 2.06, 2.05, 2.05, 2.05]


def numbers(lines, name):
    return [float(word[1]) for word in lines if word[0] == name]


def main():
    one, other = sys.argv[1:3]
    lines = [line.split() for line in sys.stdin if len(line.split()) == 2]
    logs = [math.log(a / b) for a, b in
            zip(numbers(lines, one), numbers(lines, other))]
    if len(logs) < 2:
        print(f"  ratio {one} / {other}: not measured in two pairs")
        return
    mean = sum(logs) / len(logs)
    spread = math.sqrt(sum((x - mean) ** 2 for x in logs) / (len(logs) - 1))
    t = T95[len(logs) - 2] if len(logs) - 2 < len(T95) else 1.96
    half = t * spread / math.sqrt(len(logs))
    print(f"  {'ratio ' + one + ' / ' + other:<34} {math.exp(mean):6.3f}"
          f"  95 % between {math.exp(mean - half):.3f} and"
          f" {math.exp(mean + half):.3f}, {len(logs)} pairs")


main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads KTAP version 1 from stdin, strictly, as ktap.rst describes it.

Exit status 1 and one sentence when it is malformed, or when the counts differ
from those that were given.
"""
import argparse
import re
import sys

RESULT = re.compile(r'(?P<no>not )?ok (?P<nr>[0-9]+)(?: -)? (?P<rest>[^#]*?)'
                    r'(?: # (?P<word>[A-Z]+)(?: (?P<text>.*))?)?')
PASSING = {None: 'passed', 'SKIP': 'skipped', 'XFAIL': 'xfailed'}
FAILING = {None, 'TIMEOUT', 'ERROR', 'KNOWN'}


class Malformed(Exception):
    """Says what is wrong, and where."""


def kind_of(match):
    """Counts as passed, failed, skipped or xfailed."""
    word = match['word']
    if match['no']:
        if word not in FAILING:
            raise Malformed(f'"not ok" with the directive {word}')
        return 'failed'
    if word not in PASSING:
        raise Malformed(f'"ok" with the directive {word}')
    if word and not match['text']:
        raise Malformed(f'{word} without a text')
    return PASSING[word]


def parse(lines):
    """Checks all lines; returns the counts."""
    counts = dict.fromkeys(('passed', 'failed', 'skipped', 'xfailed'), 0)
    names = set()
    if not lines or lines[0] != 'KTAP version 1':
        raise Malformed('the version line does not come first')
    plan = re.fullmatch(r'1\.\.([0-9]+)', lines[1]) if len(lines) > 1 else None
    if not plan:
        raise Malformed('the plan does not come second')
    for line in lines[2:]:
        if line.startswith('#'):
            continue
        match = RESULT.fullmatch(line)
        if not match:
            raise Malformed(f'neither result nor diagnostic: {line!r}')
        if int(match['nr']) != len(names) + 1:
            raise Malformed(f'the number is out of order: {line!r}')
        if not match['rest'] or match['rest'] in names:
            raise Malformed(f'the name is missing or not unique: {line!r}')
        names.add(match['rest'])
        counts[kind_of(match)] += 1
    if len(names) != int(plan[1]):
        raise Malformed(f'{len(names)} results, {plan[1]} were planned')
    return counts


def main():
    """See the top."""
    parser = argparse.ArgumentParser()
    for name in ('passed', 'failed', 'skipped', 'xfailed'):
        parser.add_argument('--' + name, type=int)
    want = {k: v for k, v in vars(parser.parse_args()).items() if v is not None}
    text = sys.stdin.buffer.read().decode('utf-8')
    if any(ord(c) < 32 and c != '\n' for c in text):
        return 'control characters'
    try:
        counts = parse(text.removesuffix('\n').split('\n'))
    except Malformed as error:
        return str(error)
    wrong = {k: counts[k] for k in want if counts[k] != want[k]}
    return f'counts differ: {wrong}, wanted {want}' if wrong else 0


if __name__ == '__main__':
    sys.exit(main())

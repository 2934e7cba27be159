#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads a report in JSON lines from stdin and checks that it is one run.

Each event must have the fields that the examples in docs/json.md show, and the
tables there must name them. Exit status 1 and one sentence when not.
"""
import argparse
import json
import re
import sys


def no_twins(pairs):
    """An object whose keys are unique."""
    keys = [k for k, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f'a field comes twice: {keys}')
    return dict(pairs)


def check(events, nr_cases):
    """Returns a sentence, or 0 when all is well."""
    of = {}
    for event in events:
        of.setdefault(event['event'], []).append(event)
    if events[0]['event'] != 'run_begin' or events[0]['schema'] != 1:
        return 'it does not begin with run_begin of schema 1'
    if events[-1]['event'] != 'run_end' or len(of['run_end']) != 1:
        return 'it does not end with run_end'
    if len(of['plan']) != nr_cases or events[0]['nr_cases'] != nr_cases:
        return f'{len(of["plan"])} cases are planned, not {nr_cases}'
    tally = dict(of['run_end'][0]['tally'])
    planned = [event['case'] for event in of['plan']]
    ended = [event['case'] for event in of['case_end']]
    if len(set(ended)) != len(ended) or not set(ended) <= set(planned):
        return 'a case ended twice, or was not planned'
    if tally.pop('not_run') != len(planned) - len(ended):
        return 'not_run is wrong'
    for verdict, nr in tally.items():
        if nr != sum(e['verdict'] == verdict for e in of['case_end']):
            return f'the tally of {verdict} is wrong'
    times = [event['time_ns'] for event in events]
    return 0 if times == sorted(times) else 'time goes back'


def fields_of(events):
    """The fields of each kind of event."""
    fields = {}
    for event in events:
        fields.setdefault(event['event'], set()).update(event)
    return fields


def check_docs(events, docs):
    """Returns a sentence, or 0 when the examples have the same fields."""
    shown = fields_of(json.loads(line) for line in docs.splitlines()
                      if line.startswith('    {'))
    for name, fields in fields_of(events).items():
        if shown.get(name) != fields:
            return f'docs: {name}: {fields} are sent, {shown.get(name)} shown'
        section = docs.split(f'\n## {name}\n')[1].split('\n## ')[0]
        for field in fields - {'event', 'time_ns'}:
            if not re.search(rf'^\|.*`{field}`.*\|.*\|$', section, re.M):
                return f'docs: {name}: no row tells of {field}'
    return 0


def main():
    """See the top."""
    parser = argparse.ArgumentParser()
    parser.add_argument('--cases', type=int, required=True)
    parser.add_argument('--docs', type=argparse.FileType('r', encoding='utf-8'),
                        required=True)
    args = parser.parse_args()
    lines = sys.stdin.buffer.read().decode('utf-8').splitlines()
    try:
        events = [json.loads(line, object_pairs_hook=no_twins) for line in lines]
    except ValueError as error:
        return str(error)
    return check(events, args.cases) or check_docs(events, args.docs.read())


if __name__ == '__main__':
    sys.exit(main())

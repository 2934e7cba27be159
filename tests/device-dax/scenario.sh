#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The whole suite device-dax on the stock kernel 6.1: every case runs, held
# pins that meet a teardown are KNOWN each time, all others PASS, or KNOWN with
# the evidence. A spent guest costs its own case only.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel 6.1

run_suite device-dax
check "make says that all is well (status $status)" test $status -eq 0
check "every verdict is PASS or KNOWN" query verdicts PASS KNOWN
check "every planned case has run, once" query all-ran
check "held pins are KNOWN" query known-met early-free-devdax
check "all of its cases" query cases-at-least 320
check "the oops is tied to the pin and the namespace" \
	query finding crash signature=page-fault-oops pin=vmsplice namespace=namespace \
	known=early-free-devdax
tail -14 "$out"
finish

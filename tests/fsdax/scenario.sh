#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The whole suite fsdax on the stock kernel 6.1: every case runs; all are PASS, or
# KNOWN with the evidence, but for pins that this machine cannot make, which are
# SKIP and say what is missing.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel 6.1

run_suite fsdax
check "make says that all is well (status $status)" test $status -eq 0
check "every verdict is PASS, KNOWN or SKIP" query verdicts PASS KNOWN SKIP
check "nothing is skipped but for RDMA" query skips-only CONFIG_RDMA_SIW
check "every planned case has run, once" query all-ran
check "all of its cases" query cases-at-least 600
check "an unbind that did not wait is told by its entry" \
	query finding early-free known=early-free-fsdax
check "so is a mapping that has survived one" \
	query finding policy known=mapping-survives-fsdax
tail -14 "$out"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in a guest: oracles.sh ROUNDS SCENARIO-TEXT. The same scenario with all
# oracles and without those that look at each pin; which goes first changes with
# each round. The events of a run come after a line that says which it is. One
# run before all others warms the guest up and counts for nothing.
rounds=$1
printf '%s\n' "$2" >/tmp/balance.ini

with() {
	echo with-ledger-and-reach
	guprace run --format json /tmp/balance.ini
}

without() {
	echo without
	guprace run --format json --oracle kmsg,taint,teardown /tmp/balance.ini
}

without >/dev/null
for ((i = 0; i < rounds; i++)); do
	if ((i % 2)); then
		with
		without
	else
		without
		with
	fi
done

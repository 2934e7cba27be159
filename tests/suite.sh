#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs the suite SUITE with the guprace of BUILDDIR: on the namespace that was
# handed over by name (GUPRACE_DEVICE=namespaceX.Y), else in a guest, of the
# kernel GUPRACE_KERNEL if that is set (hmm for the suite of that name). GUPRACE_SEED
# and GUPRACE_OUTPUT are the options of these names.
suite=$1
builddir=$2
# stock kernels have no test_hmm
[ "$suite" != hmm ] || GUPRACE_KERNEL=${GUPRACE_KERNEL:-hmm}
set -- run "$suite" ${GUPRACE_SEED:+--seed "$GUPRACE_SEED"} \
	${GUPRACE_OUTPUT:+--output "$GUPRACE_OUTPUT"}
if [ -n "$GUPRACE_DEVICE" ]; then
	"$builddir/guprace" "$@" --namespace "$GUPRACE_DEVICE"
else
	"$builddir/guprace" vm ${GUPRACE_KERNEL:+--kernel "$GUPRACE_KERNEL"} \
		-- "$@"
fi
status=$?
# 77 would be automake's SKIP: a suite in which nothing ran is an error.
if [ $status -eq 77 ]; then
	echo "$suite: nothing ran; see the reasons above" >&2
	exit 99
fi
exit $status

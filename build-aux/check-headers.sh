#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# GR-008: every header compiles alone.
srcdir=${srcdir:-.}
bad=0
for h in "$srcdir"/src/*/*.h; do
	# shellcheck disable=SC2086 # CFLAGS are words
	${CC:-cc} -std=gnu11 -D_GNU_SOURCE -fsyntax-only -Wall -Wextra -I"$srcdir/src" \
		${GR_HEADER_CFLAGS:-} -x c "$h" || { echo "$h: does not compile alone"; bad=1; }
done
exit $bad

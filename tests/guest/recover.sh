#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What a run leaves, and guprace recover: tests/guest/recover.c.
builddir=${builddir:-.}
"$builddir/guprace" vm --kernel 6.1 --dry-run >/dev/null 2>&1 || {
	echo "skipped: needs kernel 6.1 in the cache (tools/get-kernel 6.1)"
	exit 77
}
exec "$builddir/guprace" vm --kernel 6.1 --pmem 512M \
	--add "$builddir/tests/guest/recover" -- exec -- recover

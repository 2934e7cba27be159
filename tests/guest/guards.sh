#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The guards of a host, tried in a guest: tests/guest/guards.c.
builddir=${builddir:-.}
exec "$builddir/guprace" vm --pmem 512M --add "$builddir/tests/guest/guards" \
	-- exec -- guards

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Namespaces on a real kernel: tests/guest/namespaces.c.
builddir=${builddir:-.}
exec "$builddir/guprace" vm --pmem 256M \
	--add "$builddir/tests/guest/namespaces" -- exec -- namespaces

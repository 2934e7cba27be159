#!/bin/sh -e
# SPDX-License-Identifier: GPL-2.0-only
# Turns each src/KIND/KINDs.list into src/KIND/sources.am for automake: one
# source and one man entry for each row.  Run by autogen.sh, and by make when a list changes.
for list in src/*/*s.list; do
	dir=${list%/*}
	tmp=$dir/sources.am.$$ # make may run two of us
	{
		echo "# made by build-aux/gen-lists.sh from $list"
		sed -n "s|^GR_[A-Z]*(\([a-z0-9_]*\))\$|libguprace_a_SOURCES += $dir/\1.c|p" "$list"
		sed -n "s|^GR_[A-Z]*(\([a-z0-9_]*\))\$|man_entries += man/${dir#src/}/\1.adoc|p" "$list"
		echo "EXTRA_DIST += $list"
	} > "$tmp"
	mv "$tmp" "$dir/sources.am"
done

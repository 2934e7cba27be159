#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# GR-002: every plug-in has one list row, one source, one man entry, one test.
cd "${srcdir:-.}" || exit 99
bad=0

complain() {
	echo "$*"
	bad=1
}

for list in src/*/*s.list; do
	dir=${list%/*}
	kind=${dir##*/}
	names=$(sed -n 's|^GR_[A-Z]*(\([a-z0-9_]*\))$|\1|p' "$list")
	sorted=$(printf '%s\n' "$names" | LC_ALL=C sort -u)
	[ "$names" = "$sorted" ] || complain "$list: not sorted or not unique"
	for n in $names; do
		[ -f "$dir/$n.c" ] || complain "$list: $n: no $dir/$n.c"
		[ -f "man/$kind/$n.adoc" ] ||
			complain "$list: $n: no man/$kind/$n.adoc"
		[ -f "tests/$kind/$n.c" ] ||
			complain "$list: $n: no tests/$kind/$n.c"
		[ ! -f "$dir/$n.c" ] || grep -q "\.name = \"$n\"" "$dir/$n.c" ||
			complain "$dir/$n.c: its ops table is not named \"$n\""
	done
	for f in "$dir"/*.c "man/$kind"/*.adoc "tests/$kind"/*.c; do
		[ -e "$f" ] || continue
		n=${f##*/}
		n=${n%.*}
		case $n in internal|stream|*_internal|*_none) continue ;; esac
		printf '%s\n' "$names" | grep -qx "$n" ||
			complain "$f: not in $list"
	done
done
exit $bad

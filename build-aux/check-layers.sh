#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# GR-001: a folder includes only what docs/architecture.md allows it, and each
# foreign library is included in one folder only.
cd "${srcdir:-.}" || exit 99
bad=$(mktemp) || exit 99
trap 'rm -f "$bad"' EXIT

# layer FOLDER ALLOWED...: project headers that the folder's files may include
layer() {
	dir=$1
	shift
	for f in "src/$dir"/*.[ch]; do
		[ -e "$f" ] || continue
		sed -n 's|^# *include "\([a-z0-9]*\)/.*|\1|p' "$f" | sort -u |
		while read -r inc; do
			case " $dir $* " in
			*" $inc "*) ;;
			*) echo "$f: src/$dir may not include src/$inc" |
				tee -a "$bad" ;;
			esac
		done
	done
}

# plugins never include each other: only their own folder's internal.h; the
# stream's codec in src/report is no plug-in
plugins() {
	dir=$1
	shift
	layer "$dir" "$@"
	for f in "src/$dir"/*.c; do
		[ -e "$f" ] || continue
		grep -nH "^# *include \"$dir/" "$f" | grep -vE "\"$dir/(([a-z_]+_)?internal|stream)\.h\"" |
		sed 's|$| : plug-ins do not include each other|' | tee -a "$bad"
	done
}

# library HEADER-PATTERN FOLDER...: where a foreign library may be included
library() {
	pattern=$1
	shift
	folders=$(echo "$*" | tr ' ' '|')
	grep -rnE "^# *include <$pattern" src | grep -vE "^src/($folders)/|\.skel\.h:" |
	sed "s|\$| : belongs to src/$*|" | tee -a "$bad"
}

layer base
layer bpf
layer sys base bpf
layer core base
layer registry core check invalidate oracle pin report target
for kind in check invalidate oracle pin target; do
	plugins $kind base sys core
done
plugins report base core
layer engine base sys core
layer vm base sys core
layer cli base sys core registry check invalidate oracle pin report target \
	engine vm

library 'ndctl/' sys
library 'daxctl/' sys
library 'libpmem2' sys
library 'liburing' sys
library 'libkmod' sys
library 'libdevmapper' sys
library 'blkid/' sys
library 'libmount/' sys
library 'uuid/' sys
library 'bpf/' sys bpf
library 'archive' vm
library 'json-c/' report
library 'ini\.h' core
library 'argp' cli

[ ! -s "$bad" ]

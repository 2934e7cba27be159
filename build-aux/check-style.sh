#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# GR-009: the tree is formatted by clang-format 14 and spelt correctly.
cd "${srcdir:-.}" || exit 99
command -v clang-format >/dev/null || {
	echo "skipped: needs clang-format"
	exit 77
}
bad=0
files=$(find src tests bench -name '*.c' -o -name '*.h' |
	grep -v '\.skel\.h$' | LC_ALL=C sort)
# shellcheck disable=SC2086 # file names of ours, without blanks
clang-format --dry-run --Werror $files || bad=1
if command -v codespell >/dev/null; then
	codespell -q 3 --ignore-words-list=creat,iput,nd,fo,ans,inout,bu,hist,extraversion \
		src tests man docs README.md CONTRIBUTING.md scenarios tools || bad=1
fi
if command -v shellcheck >/dev/null; then
	# shellcheck disable=SC2046
	shellcheck -x -S warning $(grep -rlE '^#!/bin/(ba)?sh' autogen.sh quickstart build-aux/check-*.sh \
		.ci build-aux/gen-lists.sh build-aux/suite.in tools tests bench 2>/dev/null) || bad=1
fi
exit $bad

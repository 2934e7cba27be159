#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Replays one recorded run through every reporter and compares with the golden
# files here; --update writes them anew. JSON and KTAP are also read by parsers
# that know nothing of guprace.
srcdir=${srcdir:-.}
builddir=${builddir:-.}
golden=$srcdir/tests/golden
replay=$builddir/tests/golden/replay
new=$(mktemp) || exit 99
trap 'rm -f "$new"' EXIT
bad=0

# golden FILE REPLAY-ARGUMENT...
golden() {
	file=$golden/$1
	shift
	"$replay" "$@" > "$new" || {
		echo "replay $*: exit status $?"
		exit 99
	}
	if [ "$mode" = --update ]; then
		cat "$new" > "$file"
	else
		diff -u "$file" "$new" || bad=1
	fi
}

# parsed FILE PARSER ARGUMENT...: an independent parser accepts the golden file
parsed() {
	file=$golden/$1
	shift
	python3 "$@" < "$file" || {
		echo "$file: $1 refuses it"
		bad=1
	}
}

mode=${1:-}
golden run.txt human
golden run-terminal.txt human terminal
golden run.json json
golden run.ktap ktap
golden run-strict.ktap ktap strict

command -v python3 > /dev/null || {
	echo "needs python3 to parse JSON and KTAP"
	exit 99
}
parsed run.json "$golden/parse_json.py" --cases 10 --docs "$srcdir/docs/json.md"
parsed run.ktap "$golden/parse_ktap.py" --passed 2 --failed 3 --skipped 4 --xfailed 1
parsed run-strict.ktap "$golden/parse_ktap.py" --passed 2 --failed 4 --skipped 4 --xfailed 0

# the parser itself must refuse what is no KTAP
for sick in 'KTAP version 1\n1..2\nok 1 a\n' \
	'KTAP version 1\n1..1\nok 2 a\n' \
	'1..1\nok 1 a\n' \
	'KTAP version 1\n1..1\nok 1 a # NONSENSE x\n' \
	'KTAP version 1\n1..1\nok 1 a\nstray words\n'; do
	# shellcheck disable=SC2059 # the escapes are meant
	if printf "$sick" | python3 "$golden/parse_ktap.py" > /dev/null 2>&1; then
		echo "parse_ktap.py accepts: $sick"
		bad=1
	fi
done
exit $bad

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# GR-010: every command has a man page, whose OPTIONS are those of its --help,
# and guprace-plugins(7) has the entry of every plug-in.
srcdir=${srcdir:-.}
guprace=${builddir:-.}/guprace
[ -x "$guprace" ] || {
	echo "skipped: needs $guprace"
	exit 77
}
bad=$(mktemp) || exit 99
trap 'rm -f "$bad"' EXIT

complain() {
	echo "$*" | tee -a "$bad"
}

# commands: as src/cli defines them; comes out as "name", one a line
commands() {
	awk '/^const struct gr_command gr_command_/ {on = 1}
	     on && /\.name = "/ {split($0, part, "\""); print part[2]; on = 0}' \
		"$srcdir"/src/cli/*.c | LC_ALL=C sort
}

# Hidden options are for guprace itself; --help and --usage are argp's.
options_of_help() {
	"$guprace" "$1" --help |
		sed -n 's/^ \{2,6\}\(-[^,]*, \{1,2\}\)\{0,1\}--\([a-z-]*\).*/--\2/p' |
		grep -vxE -e '--(help|usage|version)' | LC_ALL=C sort -u
}

# the labels of the section OPTIONS: lines that end in "::"
options_of_page() {
	sed -n '/^== OPTIONS/,/^== [^O]/p' "$1" | grep '::$' |
		grep -oE -e '--[a-z][a-z-]*' | LC_ALL=C sort -u
}

listed=$("$guprace" --help | sed -n 's/^  \([a-z-]*\) .*/\1/p' | LC_ALL=C sort)
[ -n "$listed" ] || complain "guprace --help lists no command"
[ "$(commands)" = "$listed" ] ||
	complain "src/cli/main.c: its table is not the commands of src/cli"

for name in $listed; do
	page=$srcdir/man/guprace-$name.adoc
	if [ ! -f "$page" ]; then
		complain "guprace $name: no man/guprace-$name.adoc"
		continue
	fi
	help=$(options_of_help "$name")
	text=$(options_of_page "$page")
	for o in $help; do
		printf '%s\n' "$text" | grep -qxe "$o" ||
			complain "man/guprace-$name.adoc: has no $o"
	done
	for o in $text; do
		printf '%s\n' "$help" | grep -qxe "$o" ||
			complain "man/guprace-$name.adoc: guprace $name has no $o"
	done
	grep -q "guprace-$name\*(1)" "$srcdir/man/guprace.adoc" ||
		complain "man/guprace.adoc: does not name guprace-$name"
done

for entry in "$srcdir"/man/*/*.adoc; do
	name=${entry#"$srcdir"/man/}
	grep -qxF "include::${name}[]" "$srcdir/man/guprace-plugins.adoc" ||
		complain "man/guprace-plugins.adoc: does not include $name"
done
[ ! -s "$bad" ]

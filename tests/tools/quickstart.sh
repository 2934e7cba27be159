#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# quickstart on a machine that is not Debian-like says what to install and
# changes nothing; a wrong word is told. Needs no network.
quickstart=$(cd "${srcdir:-.}" && pwd)/quickstart
failed=0
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin"
for program in bash dirname id nproc; do
	ln -s "$(command -v $program)" "$scratch/bin/$program"
done

PATH=$scratch/bin bash "$quickstart" >"$scratch/out" 2>"$scratch/err"
status=$?
[ $status -eq 2 ] || {
	echo "NOT OK: exit status $status without apt, not 2"
	failed=1
}
for package in libndctl-dev qemu-system-x86 libarchive-dev; do
	grep -qw "$package" "$scratch/err" || {
		echo "NOT OK: $package is not in the list of what to install"
		failed=1
	}
done
[ ! -s "$scratch/out" ] || {
	echo "NOT OK: it went on"
	failed=1
}
exit $failed

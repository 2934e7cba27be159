# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts share that plant bugs. Sourced.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/guprace
plants_ini=$srcdir/tests/mutants/fsdax.ini

# module_for KERNEL: sets $module; builds it once for each kernel
module_for() {
	local kernel=$1 mo=$scratch/mo-$1 release kdir

	module=$mo/gr_mutants.ko
	[ ! -e "$module" ] || return 0
	need_kernel "$kernel"
	release=$("$guprace" vm --kernel "$kernel" -v -- list reporters 2>&1 |
		sed -n 's/^guprace: guest: \([^,]*\),.*/\1/p')
	# a stock kernel has its release's name, one that was built its own
	kdir=$cache/kernels/$release/lib/modules/$release/build
	[ -e "$kdir/Makefile" ] ||
		kdir=$cache/kernels/$kernel/lib/modules/$release/build
	[ -e "$kdir/Makefile" ] ||
		skip "needs the headers of $release (tools/get-kernel --headers $kernel)"
	make -s -C "$srcdir/tests/mutants" MO="$mo" KDIR="$kdir" \
		>"$out" 2>&1 && return
	not_ok "the module builds for $release"
	finish
}

# shellcheck disable=SC2034 # who sources this reads them
# race_of PLANT: sets $mode, $scenario and $case to what a planted race is found by
race_of() {
	mode=$1
	scenario=$plants_ini
	case $1 in
	backoff_kept)
		scenario=device-dax
		case=devdax/4K/odirect_write/munmap/page
		;;
	backoff_kept_file)
		mode=backoff_kept
		case=fsdax-ext4/4K/futex_shared/truncate/page
		;;
	busy_unmapped)
		case=fsdax-ext4-plain/4K/process_vm/truncate/page
		;;
	window_open)
		case=fsdax-ext4-plain/4K/futex_shared/truncate/page
		;;
	*)
		echo "no planted race is called '$1'"
		exit 99
		;;
	esac
}

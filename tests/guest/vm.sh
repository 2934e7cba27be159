#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# guprace vm: what a guest carries, how its end is told, and what happens when
# something is missing or breaks. Boots some fifteen guests, one at a time.
builddir=$(cd "${builddir:-.}" && pwd)
guprace=$builddir/guprace
act=$builddir/tests/guest/act
failed=0

skip() {
	echo "skipped: $*"
	exit 77
}

[ -x "$guprace" ] || skip "needs a built guprace in $builddir"
[ -x "$act" ] || skip "needs $act (make check builds it)"
command -v qemu-system-x86_64 >/dev/null || skip "needs qemu-system-x86_64"
"$guprace" vm --dry-run >/dev/null 2>&1 ||
	skip "needs a kernel in the cache (tools/get-kernel)"

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/tmp"
export TMPDIR=$scratch/tmp
cache=${XDG_CACHE_HOME:-$HOME/.cache}/guprace

ok() {
	echo "ok: $*"
}

not_ok() {
	echo "NOT OK: $*"
	sed 's/^/    out: /' "$scratch/out"
	sed 's/^/    err: /' "$scratch/err"
	failed=1
}

# guest ARG...: runs guprace vm; leaves $status, out and err
guest() {
	"$guprace" vm "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
}

# expect STATUS NAME [TEXT]: status of the last guest, and TEXT on its stderr
expect() {
	if [ "$status" -ne "$1" ]; then
		not_ok "$2: status $status, not $1"
	elif [ -n "${3:-}" ] && ! grep -q -- "$3" "$scratch/err"; then
		not_ok "$2: stderr lacks '$3'"
	elif [ -n "$(ls -A "$TMPDIR")" ]; then
		not_ok "$2: left behind: $(ls -A "$TMPDIR")"
	else
		ok "$2"
	fi
}

# one_sentence NAME: stderr is a single line
one_sentence() {
	[ "$(wc -l <"$scratch/err")" -eq 1 ] || not_ok "$1: not one sentence"
}

# children PID: its child processes
children() {
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

# start ARG...: a guest in the background that is up and waits; $pid, $qemu
start() {
	# what runs in the background ignores SIGINT
	env --default-signal=INT "$guprace" vm --add "$act" \
		--output "$scratch/kept" "$@" -- exec -- act wait \
		>"$scratch/out" 2>"$scratch/err" </dev/null &
	pid=$!
	timeout 60 tail --pid=$pid -n +1 -F "$scratch/kept/events-1.log" \
		2>/dev/null | grep -qm 1 '^A' || not_ok "no guest came up"
	qemu=$(children $pid)
	qemu=${qemu%% *}
}

# finish: the end of what start() began; nothing of it may be left
finish() {
	wait $pid
	status=$?
	if [ -n "$qemu" ] && kill -0 "$qemu" 2>/dev/null; then
		not_ok "QEMU $qemu outlived guprace"
	fi
	rm -rf "$scratch/kept"
}

# ---- what works ----

guest --add "$act" -- exec -- act exit 0
expect 0 "status 0 of a program"
guest --add "$act" -- exec -- act exit 7
expect 7 "status 7 of a program"
guest --add "$act" -- exec -- act kill 9
expect 137 "a killed program is 128 + its signal"

guest --add "$act" -- exec -- act say 'to stdout \n' 'to stderr'
expect 0 "output is passed on" "^to stderr$"
[ "$(cat "$scratch/out")" = 'to stdout \n' ] || not_ok "stdout is not as it was"

guest --append "guprace.test=1" --add "$act" -- exec -- act show /proc/cmdline
expect 0 "--append"
grep -q 'guprace.test=1' "$scratch/out" || not_ok "--append is not in the command line"

guest --pmem 32M,64M --add "$act" -- exec -- act show /proc/iomem
expect 0 "--pmem"
[ "$(grep -c '^[0-9a-f].*Persistent Memory (legacy)' "$scratch/out")" -eq 2 ] ||
	not_ok "--pmem 32M,64M did not make two ranges"

for bus in nfit virtio-pmem; do
	guest --bus $bus --pmem 256M --add "$act" -- exec -- \
		act show /sys/bus/nd/devices/region0/size
	expect 0 "--bus $bus"
	[ "$(cat "$scratch/out")" = 268435456 ] || not_ok "--bus $bus: no region of 256M"
done

guest --numa 2 --add "$act" -- exec -- act show /sys/devices/system/node/online
expect 0 "--numa 2"
[ "$(cat "$scratch/out")" = 0-1 ] || not_ok "--numa 2 did not make two nodes"

guest -- exec -- modprobe -q -- null_blk
expect 0 "modules on demand, with what they depend on"
guest -- exec -- modprobe -q -- no_such_module
expect 1 "a module that does not exist"
guest -- exec -- no_such_program
expect 99 "a program that is not in the guest" "cannot run 'no_such_program'"

# ---- nothing is booted ----

guest --dry-run
expect 0 "--dry-run"
grep -q '^[^ ]*qemu-system-x86_64 .* -append ' "$scratch/out" ||
	not_ok "--dry-run printed no QEMU line"
guest --dry-run --output "$scratch/kept"
[ -s "$scratch/kept/guest.cpio" ] || not_ok "--dry-run --output made no image"
rm -rf "$scratch/kept"

"$guprace" exec -- true >"$scratch/out" 2>"$scratch/err"
status=$?
expect 2 "exec outside a guest" "in a guest only"
one_sentence "exec outside a guest"

for bad in "--pmem 1M" "--pmem 2X" "--pmem 16M,,16M" "--pmem 33M1" "--smp 0" \
	"--bus pci" "--accel fast" "--deadline soon" "--no-such-option"; do
	# shellcheck disable=SC2086 # an option and its value
	guest $bad -- list
	expect 2 "$bad"
done
guest
expect 2 "no command" "say what to run"
guest --pmem 1024T -- list
expect 99 "more pmem than a guest can have" "make --pmem smaller"

# ---- what is missing ----

guest --kernel "$guprace" -- list
expect 99 "a file that is no kernel" "is no x86 kernel"
one_sentence "a file that is no kernel"
guest --kernel no-such-kernel -- list
expect 99 "a kernel that is not there" "tools/get-kernel"
one_sentence "a kernel that is not there"
guest --kernel "$scratch" -- list
expect 99 "a folder without a kernel" "neither a kernel build tree"
mkdir "$scratch/empty"
guest --modules "$scratch/empty" -- list
expect 99 "an empty modules folder" "cannot find modules"
one_sentence "an empty modules folder"
guest --add no-such-program -- list
expect 99 "a missing --add program" "cannot find the program 'no-such-program'"
one_sentence "a missing --add program"
echo junk >"$scratch/junk"
chmod +x "$scratch/junk"
guest --add "$scratch/junk" -- list
expect 99 "an --add that is no program" "it is no 64-bit ELF program"
one_sentence "an --add that is no program"
guest --load "$scratch/none.ko,rate=1" -- list
expect 99 "a missing --load module" "none.ko"

mkdir "$scratch/bin"
for p in bash depmod; do
	ln -s "$(command -v $p || echo /usr/sbin/$p)" "$scratch/bin/$p"
done
if [ -x /usr/sbin/qemu-system-x86_64 ] || [ -x /sbin/qemu-system-x86_64 ]; then
	echo "not tried: without QEMU (it is in /usr/sbin)"
else
	PATH=$scratch/bin guest -- list
	expect 99 "without QEMU" "install qemu-system-x86"
	one_sentence "without QEMU"
fi
XDG_CACHE_HOME=$scratch/nocache guest -- list
expect 99 "an empty cache" "tools/get-kernel"

if mkdir "$scratch/full" && mount -t tmpfs -o size=1m tmpfs "$scratch/full" 2>/dev/null; then
	TMPDIR=$scratch/full guest -- list
	[ -z "$(ls -A "$scratch/full")" ] || not_ok "left on the full disk"
	expect 99 "a full disk" "make room"
	one_sentence "a full disk"
	umount "$scratch/full"
else
	echo "not tried: a full disk (needs root to mount a small one)"
fi

# A bzImage alone and a package that was only unpacked (no indexes).
release=$("$guprace" vm --add "$act" -- exec -- act show /proc/sys/kernel/osrelease)
mkdir -p "$scratch/root/boot" "$scratch/root/lib" "$scratch/cache/guprace"
cp "$cache/accel" "$scratch/cache/guprace/" 2>/dev/null # saves a trial of KVM
cp "$cache/kernels/$release/vmlinuz" "$scratch/root/boot/vmlinuz-$release"
cp -r "$cache/kernels/$release/lib/modules" "$scratch/root/lib/"
rm -f "$scratch/root/lib/modules/$release"/modules.dep*
XDG_CACHE_HOME=$scratch/cache guest --kernel "$scratch/root" --add "$act" -- exec -- act show /proc/iomem
expect 0 "an unpacked package"
grep -q 'namespace0.0' "$scratch/out" || not_ok "an unpacked package: no namespace"
XDG_CACHE_HOME=$scratch/cache guest --kernel "$scratch/root/boot/vmlinuz-$release" \
	--modules "$cache/kernels/$release/lib/modules/$release" --dry-run
expect 0 "a bzImage with --modules"
[ "$(find "$scratch/cache/guprace/vmlinux" -type f | wc -l)" -eq 1 ] ||
	not_ok "the unpacked kernel is not kept in the cache once"
rm -rf "$scratch/root" "$scratch/cache"

# ---- guests that end badly ----

guest --add "$act" -- exec -- act write /proc/sysrq-trigger c
expect 1 "a panic" "Kernel panic - not syncing: sysrq triggered crash"
grep -q "last lines of the guest's console" "$scratch/err" ||
	not_ok "a panic: no console lines"
guest --append rdinit=/none --add "$act" -- exec -- act exit 0
expect 1 "a kernel without init" "Kernel panic"
guest --add "$act" -- exec -- act write /proc/sysrq-trigger b
expect 1 "a kernel that resets" "reset without a word"
guest --deadline 8s --add "$act" -- exec -- act wait
expect 99 "a deadline" "was not done within 8.0 s"

start
kill -INT $pid
finish
expect 130 "Ctrl-C" "interrupted"
start
kill -9 "$qemu"
finish
expect 99 "a killed QEMU" "QEMU was killed by signal 9"
start --silent 5s
kill -STOP "$qemu"
finish
expect 1 "a silent guest" "gave no sign of life for 5.0 s"

start
kill -9 $pid
wait $pid 2>/dev/null
timeout 10 tail --pid="$qemu" -f /dev/null ||
	not_ok "QEMU outlives a killed guprace"
rm -rf "$scratch/kept"
ok "a killed guprace takes QEMU with it"

guest --keep --add "$act" -- exec -- act say kept kept
kept=$(sed -n 's/^guprace: kept in //p' "$scratch/err")
for f in guest.cpio console-1.log events-1.log qemu.txt; do
	[ -e "$kept/$f" ] || not_ok "--keep: no $f"
done
grep -q '^O kept' "$kept/events-1.log" || not_ok "--keep: no output frame"
rm -rf "$kept"
expect 0 "--keep"

exit $failed

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in a guest with one region: peers.sh PEER SECONDS. What can be done with the
# programs that Debian has: pins of device memory against what takes it away, until the
# kernel complains in its log, or a step does not come back in 10 s. Prints "SECONDS WHY",
# from the moment on when all is set up, or "none". Exit status 99: a program did nothing.
#
#     fio-truncate      fio splices pages of a mapped file of ext4 on DAX; xfs_io cuts it
#     fio-ndctl         fio's O_DIRECT writes of device-dax; ndctl disables its namespace
#     stress-ng         its stressors that map, splice and cut files, on ext4 on DAX
peer=$1
seconds=$2
mnt=/tmp/mnt
beat=/tmp/beat
signs='WARNING: |BUG: |kernel BUG at|Oops|general protection|Kernel panic'

# now: seconds since the boot, as in the kernel's log
now() {
	local up
	read -r up _ </proc/uptime
	echo "$up"
}

# a step begins
step() {
	now >$beat
}

# pins FILE SECONDS OPTION...: until then; what is cut off is EFAULT
pins() {
	fio --name=pins --iomem="mmapshared:$1" --bs=4k --rw=write --size=1G \
		--time_based --runtime="$2" --continue_on_error=all \
		--ignore_error=,EFAULT --scramble_buffers=0 "${@:3}" >>/tmp/log 2>&1
}

make_fs() {
	guprace create-namespace -f -e namespace0.0 -m fsdax -M mem >&2 &&
		mkfs.ext4 -q -F -b 4096 /dev/pmem0 >&2 && busybox mkdir -p $mnt &&
		busybox mount -t ext4 -o dax=always /dev/pmem0 $mnt >&2
}

set_up() {
	case $peer in
	fio-ndctl)
		guprace create-namespace -f -e namespace0.0 -m devdax -M mem -a 4K >&2
		;;
	*) make_fs && busybox truncate -s 36K $mnt/file ;;
	esac
}

# what each peer does for ever; /tmp/steps has a line for each step that was well
fio_truncate() {
	local cuts=() i

	for ((i = 0; i < 200; i++)); do
		cuts+=(-c 'truncate 0' -c 'falloc 0 36864')
	done
	# not O_DIRECT, whose end wakes no truncate on 6.1: docs/findings.md, 3
	while :; do
		pins $mnt/file 5 --ioengine=splice --filename=/dev/null
	done &
	while step; do
		xfs_io "${cuts[@]}" $mnt/file && echo >>/tmp/steps
	done
}

# await_writes: of the sink; fio takes some time to begin
await_writes() {
	local stat from

	read -r -a stat </sys/block/nullb0/stat
	from=${stat[4]}
	while [ $((stat[4] - from)) -lt 100 ]; do
		busybox kill -0 "$1" || return
		read -r -a stat </sys/block/nullb0/stat
	done
}

fio_ndctl() {
	local fio

	while step; do
		pins /dev/dax0.0 2 --ioengine=psync --direct=1 --filename=/dev/nullb0 &
		fio=$!
		await_writes $fio && ndctl disable-namespace namespace0.0 &&
			echo >>/tmp/steps
		wait $fio
		ndctl enable-namespace namespace0.0
	done >/dev/null 2>&1
}

stress_ng() {
	while step; do
		stress-ng --temp-path $mnt --timeout 5 --vm-splice 1 --mmap 1 \
			--mmap-file --mmap-odirect --mmap-bytes 1M --fallocate 1 \
			--fallocate-bytes 1M --iomix 1 --iomix-bytes 4M --madvise 1 \
			--fault 1 >>/tmp/log 2>&1 && echo >>/tmp/steps
	done
}

# tell WHEN WHY: what was found, and the end
tell() {
	busybox awk -v t="$1" -v from="$from" -v why="$2" \
		'BEGIN { printf "%.1f %s\n", t - from, why; exit }'
	exit 0
}

# past SECONDS SINCE
past() {
	busybox awk -v a="$(now)" -v b="$2" -v s="$1" 'BEGIN { exit a - b < s }'
}

# look: is there a sign of a bug?
look() {
	local line when=

	line=$(busybox dmesg | busybox grep -m 1 -E "$signs")
	if [ -n "$line" ]; then
		when=${line#*[}
		tell "${when%%]*}" "log"
	fi
	read -r when <$beat
	# empty while a step writes it
	[ -z "$when" ] || ! past $patience "$when" || tell "$(now)" "hang"
}

# did_nothing: has the peer pinned, and taken away?
did_nothing() {
	[ -s /tmp/steps ] || return 0
	case $peer in
	stress-ng) return 1 ;;
	*) ! busybox grep -q 'issued rwts: total=0,[1-9]' /tmp/log ;;
	esac
}

/sbin/modprobe null_blk
set_up || exit 99
patience=10
[ "$peer" != stress-ng ] || patience=15 # five of them are its own
step
from=$(now)
case $peer in
fio-truncate) fio_truncate & ;;
fio-ndctl) fio_ndctl & ;;
stress-ng) stress_ng & ;;
*) exit 2 ;;
esac
until past "$seconds" "$from"; do
	busybox sleep 0.5
	look
done
did_nothing || {
	echo none
	exit 0
}
busybox tail -n 20 /tmp/log >&2
exit 99

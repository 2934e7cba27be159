#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Measures guprace against what it is to be measured by; README.md tells what
# each figure means. `make bench` runs it.
#
#     bench/run.sh [boot|cycles|pins|races|oracles|memory]...      all by default
#     bench/run.sh findings      half an hour and more
#
# KERNEL   which kernel, as for guprace vm --kernel (6.1)
# ROUNDS   how often each thing is measured (5)
# SECONDS_EACH   how long each measurement in a guest takes at the least (2)
#
# Exit status: 0, whether or not a bar was reached and a row skipped for want of
# a program; 99 something else could not be measured.
set -u
builddir=$(cd "${builddir:-.}" && pwd)
srcdir=$(cd "$(dirname "$0")/.." && pwd)
guprace=$builddir/guprace
kernel=${KERNEL:-6.1}
rounds=${ROUNDS:-5}
seconds=${SECONDS_EACH:-2}
broken=0

export builddir srcdir

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT

fail() {
	echo "bench: $*" >&2
	broken=1
}

# table UNIT FILE: of lines "NAME NUMBER", "NAME none" and "NAME skip REASON", one row
# for each name; the medians go to $scratch/medians
table() {
	awk -v unit="$1" -v medians="$scratch/medians" '
		!($1 in seen) { seen[$1]; name[++names] = $1 }
		$2 == "skip" { $2 = ""; why[$1] = substr($0, length($1) + 3); next }
		$2 == "none" { none[$1]++; next }
		{ v[$1, ++nr[$1]] = $2 + 0 }
		function sort(n,   i, j, t) {
			for (i = 2; i <= nr[n]; i++) {
				t = v[n, i]
				for (j = i - 1; j && v[n, j] > t; j--)
					v[n, j + 1] = v[n, j]
				v[n, j + 1] = t
			}
		}
		# what did not happen took longest
		function middle(n,   all, half) {
			all = nr[n] + none[n]
			half = int((all + 1) / 2)
			if (half + (all % 2 == 0) > nr[n])
				return "none"
			return all % 2 ? v[n, half] : (v[n, half] + v[n, half + 1]) / 2
		}
		END {
			printf "  %-30s %12s %12s %12s\n", unit, "median", "least", "most"
			for (i = 1; i <= names; i++) {
				n = name[i]
				if (n in why) {
					printf "  %-30s %12s (%s)\n", n, "skipped", why[n]
					continue
				}
				if (!nr[n]) {
					printf "  %-30s %12s (%d of %d)\n", n, "none", none[n], none[n]
					continue
				}
				sort(n)
				rest = none[n] ? sprintf("   none in %d of %d", none[n],
					none[n] + nr[n]) : ""
				m = middle(n)
				printf "  %-30s %12s %12.2f %12.2f%s\n", n,
					m == "none" ? m : sprintf("%.2f", m), v[n, 1], v[n, nr[n]], rest
				if (m == "none")
					continue
				printf "%s %.4f\n", n, m > medians
			}
		}' "$2"
}

# median NAME: of the last table; nothing for a row that was skipped
median() {
	awk -v name="$1" '$1 == name { print $2 }' "$scratch/medians"
}

# least NAME OTHER [BAR]: NAME must be at least BAR times OTHER; no bar where what they do
# differs
least() {
	local one other
	one=$(median "$1") other=$(median "$2")
	if [ -z "$one" ] || [ -z "$other" ]; then
		printf '  %-34s not measured\n' "ratio $1 / $2"
		return
	fi
	awk -v one="$one" -v other="$other" -v bar="${3-}" -v what="ratio $1 / $2" 'BEGIN {
		printf "  %-34s %6.2f", what, one / other
		if (bar != "")
			printf "  at least %s  %s", bar, (one >= bar * other ? "PASS" : "BELOW")
		printf "\n"
	}'
}

# newc NAME MODE FILE: one entry of a cpio archive
newc() {
	local name=$1 size
	size=$(wc -c <"$3")
	printf '070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\0' \
		0 "$2" 0 0 1 0 "$size" 0 0 0 0 $((${#name} + 1)) 0 "$name"
	head -c $(((4 - (110 + ${#name} + 1) % 4) % 4)) /dev/zero
	cat "$3"
	head -c $(((4 - size % 4) % 4)) /dev/zero
}

# seconds_of COMMAND...: how long it takes; its output goes to $scratch/log
seconds_of() {
	local begin=$EPOCHREALTIME end
	"$@" >"$scratch/log" 2>&1 </dev/null || return
	end=$EPOCHREALTIME
	awk -v begin="$begin" -v end="$end" 'BEGIN { printf "%.3f\n", end - begin }'
}

# bare_line IMAGE INITRD: guprace's own QEMU line with these two in it, to $bare
bare_line() {
	local line i
	line=$("$guprace" vm --kernel "$kernel" --dry-run -- list) || return
	eval "bare=($line)" # quoted for a shell
	for i in "${!bare[@]}"; do
		case ${bare[i]} in
		-kernel) bare[i + 1]=$1 ;;
		-initrd) bare[i + 1]=$2 ;;
		esac
	done
}

# The first boot fills guprace's cache and tells which kernel it is.
bench_boot() {
	local said image took i
	said=$("$guprace" vm --kernel "$kernel" -v -- list 2>&1 >/dev/null) || {
		fail "guprace vm -- list failed: $said"
		return
	}
	said=$(sed -n 's/^guprace: guest: //p' <<<"$said")
	image=${XDG_CACHE_HOME:-$HOME/.cache}/guprace/kernels/${said%%,*}/vmlinuz
	[ -f "$image" ] || {
		fail "cannot find the bzImage '$image'; KERNEL must name one in the cache"
		return
	}
	{
		newc init 0100755 "$builddir/bench/poweroff"
		newc 'TRAILER!!!' 0 /dev/null
	} >"$scratch/bare.cpio"
	bare_line "$image" "$scratch/bare.cpio" || {
		fail "guprace vm --dry-run failed"
		return
	}
	printf 'boot: %s\n' "$said"
	for ((i = 0; i < rounds; i++)); do
		if ! took=$(seconds_of timeout 120 "${bare[@]}") ||
			! grep -q 'Power down' "$scratch/log"; then
			fail "the bare guest did not power off: $(tail -n 3 "$scratch/log")"
			return
		fi
		echo "bare-qemu $took"
		took=$(seconds_of "$guprace" vm --kernel "$kernel" -- list) || {
			fail "guprace vm -- list failed: $(tail -n 3 "$scratch/log")"
			return
		}
		echo "guprace-vm-list $took"
	done >"$scratch/boot"
	table seconds "$scratch/boot"
	awk -v bare="$(median bare-qemu)" -v ours="$(median guprace-vm-list)" 'BEGIN {
		most = 1.25 * bare + 1
		printf "  %-34s %6.2f  at most %.2f (1.25 and 1 s)  %s\n",
			"ratio guprace-vm-list / bare-qemu", ours / bare, most / bare,
			(ours <= most ? "PASS" : "BELOW")
	}'
}

# in_guest PROGRAM OTHER...: runs PROGRAM in a guest with a namespace of 256 MiB
# and with those others that the host has; its lines go to $scratch/lines
in_guest() {
	local program=$1 words=(--add "$builddir/bench/$1") other
	shift
	for other; do
		! command -v "$other" >/dev/null || words+=(--add "$other")
	done
	"$guprace" vm --kernel "$kernel" --pmem 256M "${words[@]}" -- \
		exec -- "$program" "$rounds" "$seconds" >"$scratch/lines" || {
		fail "$program failed in the guest"
		return 1
	}
}

bench_cycles() {
	in_guest cycle ndctl busybox || return
	echo "cycles: teardown and back of a devdax namespace of 256 MiB, 2 MiB alignment"
	table 'a second' "$scratch/lines"
	# at most 1.2 times the time is at least 1 / 1.2 of the rate
	least unbind sysfs-loop 0.833
	least ns_disable ndctl-loop 2.5
}

bench_pins() {
	in_guest pinrate "$builddir/bench/bare_pwrite" "$builddir/bench/bare_uring" \
		fio stress-ng || return
	echo "pins: pages of device-dax in O_DIRECT I/O on null_blk, one CPU"
	table 'a second' "$scratch/lines"
	least guprace-pins bare-pwrite 0.95
	least guprace-pins fio-psync 3
	least guprace-vec fio-psync
	least guprace-uring bare-uring 0.95
	least guprace-uring fio-uring 1
	least guprace-fixed bare-fixed 0.95
	least guprace-fixed fio-fixed 1
	least guprace-register bare-register 0.95
	least guprace-vmsplice stress-ng-vmsplice
	least guprace-512 gup-test-512 0.5
}

# The events of both kinds of run become lines "KIND PINS-A-SECOND", and one
# "sample MS" for each run whose ledger has looked.
rates() {
	python3 -c '
import json, sys
kind = ""
for line in sys.stdin:
    if not line.startswith("{"):
        kind = line.strip()
        continue
    e = json.loads(line)
    if e["event"] == "case_end":
        print(kind, e["attempts"] / float(sys.argv[1]))
        if e["nr_samples"]:
            print("sample", e["sample_ns"] / e["nr_samples"] / 1e6)
            print("share", 100 * e["sample_ns"] / e["duration_ns"])
' "$1"
}

bench_oracles() {
	local slice
	slice=$(sed -n 's/^slice = \(.*\)s$/\1/p' "$srcdir/bench/balance.ini")
	"$guprace" vm --kernel "$kernel" --pmem 256M --add "$srcdir/bench/oracles.sh" -- \
		exec -- oracles.sh "$rounds" "$(cat "$srcdir/bench/balance.ini")" \
		>"$scratch/events" || {
		fail "oracles.sh failed in the guest"
		return
	}
	rates "$slice" <"$scratch/events" >"$scratch/lines"
	echo "oracles: O_DIRECT writes of a balance case, with the ledger and reach on and off"
	grep '^with' "$scratch/lines" >"$scratch/rates"
	table 'a second' "$scratch/rates"
	python3 "$srcdir/bench/ratio.py" with-ledger-and-reach without <"$scratch/rates"
	grep '^s' "$scratch/lines" >"$scratch/costs" || {
		fail "the ledger has not looked: is it BLIND there?"
		return
	}
	table 'ms, % of case' "$scratch/costs"
}

# Lines of races.sh become "NAME MET" and "NAME-rounds ROUNDS", each a second.
raced() {
	python3 -c '
import json, sys
for line in sys.stdin:
    if not line.startswith("{"):
        words = line.split()
        if len(words) == 3:
            print(words[0], words[1])
            print(words[0] + "-rounds", words[2])
        continue
    e = json.loads(line)
    if e["event"] == "case_end":
        if e["verdict"] not in ("PASS", "KNOWN"):
            sys.exit("a run of guprace ended in " + e["verdict"])
        print("guprace", e["overlaps"] / float(sys.argv[1]))
        print("guprace-rounds", e["iterations"] / float(sys.argv[1]))
' "$1"
}

bench_races() {
	local slice
	slice=$(sed -n 's/^slice = \(.*\)s$/\1/p' "$srcdir/bench/races.ini")
	"$guprace" vm --kernel "$kernel" --pmem 256M --add "$srcdir/bench/races.sh" \
		--add "$builddir/bench/bare_race" -- \
		exec -- races.sh "$rounds" "$seconds" "$(cat "$srcdir/bench/races.ini")" \
		>"$scratch/events" || {
		fail "races.sh failed in the guest"
		return
	}
	raced "$slice" <"$scratch/events" >"$scratch/lines" || {
		fail "what races.sh did cannot be counted"
		return
	}
	echo "races: shared futexes in a page of a file on ext4 that meet a truncate"
	table 'a second' "$scratch/lines"
}

# Not one of those by default: what finds nothing takes a minute to say so.
bench_findings() {
	bash "$srcdir/bench/findings.sh" "$rounds" >"$scratch/lines" || {
		cat "$scratch/lines" >&2
		fail "findings.sh did not come to its end"
		return
	}
	echo "findings: until a planted race is found, a minute at most"
	table seconds "$scratch/lines"
}

# Supervisor and workers of the scenario smoke, all that they have resident.
bench_memory() {
	"$guprace" vm --kernel "$kernel" --add "$builddir/bench/rss" -- \
		exec -- rss guprace run smoke --seed 1 >"$scratch/lines" || {
		fail "rss failed in the guest"
		return
	}
	echo "memory: supervisor and workers of the scenario smoke"
	awk '/^rss:/ {
		printf "  %-30s %12.1f MiB in %d processes, at most 64  %s\n", "resident",
			$2 / 1024, $5, ($2 < 64 * 1024 ? "PASS" : "ABOVE")
	}' "$scratch/lines"
}

for program in guprace bench/bare_pwrite bench/bare_race bench/cycle bench/pinrate bench/poweroff bench/rss; do
	[ -x "$builddir/$program" ] || {
		echo "bench: no '$builddir/$program'; run make bench there" >&2
		exit 99
	}
done
[ $# -gt 0 ] || set -- boot cycles pins races oracles memory
for part; do
	case $part in
	boot | cycles | pins | races | oracles | memory | findings) "bench_$part" ;;
	*)
		echo "usage: bench/run.sh [boot|cycles|pins|races|oracles|memory|findings]..." >&2
		exit 2
		;;
	esac
done
[ $broken -eq 0 ] || exit 99

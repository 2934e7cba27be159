#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Planted bugs: each line of tests/mutants/plants.list, in a guest of its own,
# must be caught by an oracle, with the class, the pin and the place in the file
# that the line names, within a minute. MUTANTS is "short" (the lines with that
# mark, when it is not set), "all", or the modes and targets (devdax, fsdax, fsdax-xfs, hmm_private) to run, separated by
# blanks.
# shellcheck source=tests/mutants/lib.sh
. "${srcdir:-.}/tests/mutants/lib.sh"
selection=${MUTANTS:-short}
planted=0
caught=0
times=()

# planted_guest KERNEL MODE EVERY SCENARIO RUN-OPTION...
planted_guest() {
	local kernel=$1 mode=$2 every=$3
	shift 3
	rm -rf "$scratch/vm"
	run_guest --kernel "$kernel" --output "$scratch/vm" \
		--load "$module,mode=$mode,every=$every" -- \
		run "$@" --seed 1
}

# fired MODE: was there anything to find? The module says it once.
fired() {
	grep -qs "gr_mutants: $1 hits" "$scratch"/vm/console-*.log
}

# why_not MODE: nothing was found
why_not() {
	if fired "$1"; then
		echo "the plant fired"
	else
		echo "the plant never fired"
	fi
}

# is_wanted SET MODE TARGET: is this line of the table to be run?
is_wanted() {
	local word

	for word in $selection; do
		case $word in
		all | "$1" | "$2") return 0 ;;
		esac
		case $3 in
		"$word"[-/]*) return 0 ;;
		esac
	done
	return 1
}

# scenario_for TARGET: where its cases are
scenario_for() {
	case $1 in
	devdax/*) echo device-dax ;;
	hmm_*) echo hmm ;;
	*) echo "$plants_ini" ;;
	esac
}

# plant MODE EVERY KERNEL TARGET CASES STATUS CLASS PIN OFFSET FOUND [JUDGES]
plant() {
	local mode=$1 every=$2 kernel=$3 target=$4 want=$6 class=$7 pin=$8
	local name="$1 every $2 on $3, $4/$5" said case
	local cases=() options=(--align "${4#*/}")

	IFS=, read -r -a cases <<<"$5"
	for case in "${cases[@]}"; do
		options+=(--case "$target/$case")
	done
	[ -z "${11:-}" ] || options+=(--oracle "${11}")
	module_for "$kernel"
	planted_guest "$kernel" "$mode" "$every" "$(scenario_for "$target")" \
		"${options[@]}"
	# some wait for a race that the slice of a scenario may not see once
	[ $status -ne 0 ] || fired "$mode" ||
		planted_guest "$kernel" "$mode" "$every" \
			"$(scenario_for "$target")" "${options[@]}" --slice 60s
	planted=$((planted + 1))
	if ! said=$(query caught "$class" "$pin" "$9" "${10}" 2>&1); then
		not_ok "$name: $said; $(why_not "$mode")"
	elif [ $status -ne "$want" ]; then
		not_ok "$name: exit status $status, not $want"
	elif ! query first-finding-within 60 >/dev/null; then
		not_ok "$name: ${said% *} after a minute or more"
	else
		caught=$((caught + 1))
		times+=("${said##* }")
		ok "$name: $class, ${said% *} in ${said##* } s"
	fi
}

# The middle one of the times, or nothing.
median() {
	[ ${#times[@]} -gt 0 ] || return 0
	printf '%s\n' "${times[@]}" | sort -n |
		sed -n "$(((${#times[@]} + 1) / 2))p"
}

while read -r mark mode every kernel target rest <&3; do
	case $mark in '' | '#'*) continue ;; esac
	is_wanted "$mark" "$mode" "$target" || continue
	# shellcheck disable=SC2086 # the rest of the line is words
	plant "$mode" "$every" "$kernel" "$target" $rest
done 3<"$srcdir/tests/mutants/plants.list"
[ $planted -gt 0 ] || not_ok "no plant is called '$selection'"
echo "score: $caught/$planted, median $(median) s"
case $selection in short | all) ;; *) finish ;; esac

# the module itself does no harm: armed with nothing, pairs pass
module_for 6.1
for pair in "device-dax devdax/4K/odirect_write/ns_disable/page" \
	"$(scenario_for files) fsdax-ext4/4K/vmsplice/truncate/page"; do
	run_guest --kernel 6.1 --load "$module" -- \
		run "${pair% *}" --case "${pair##* }" --seed 1
	check "nothing planted in ${pair##* }: exit status 0 (got $status)" \
		test $status -eq 0
done

# three equal findings are enough
run_guest --kernel 6.1 --load "$module,mode=keep_mappings" -- \
	run device-dax --align 4K --pin odirect_read,odirect_write \
	--invalidate ns_disable,unbind --seed 1
check "stops after three equal findings" grep -q '^stopped: 3 cases' "$out"
check "counts the rest as not run" grep -q 'not run' "$out"
finish

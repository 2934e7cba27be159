# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tools that make kernels for guests share: the cache, the mirrors of the
# host, and apt with lists, sources and a package status of its own, so that
# nothing is installed. Sourced; sets $cache and $kernels. The tool has to set
# $program, its name, and $tmp, a scratch directory, before it calls step().
PATH=$PATH:/usr/sbin:/sbin
unset CDPATH
export LC_ALL=C

# suite:kernel series; the first is the default
readonly SUITES="bookworm:6.1 bullseye:5.10 trixie:6.12 forky:7.2"

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/guprace
kernels=$cache/kernels
apt_etc=${GET_KERNEL_APT_ETC:-/etc/apt}
program=
tmp=

# die STATUS TEXT...: one sentence, and the end
die() {
	local status=$1
	shift
	echo "$program: $*" >&2
	exit "$status"
}

# step WHAT COMMAND...: runs the command, prints what it was and its time;
# stderr is kept for why()
step() {
	local what=$1 from=${EPOCHREALTIME/./} status=0
	shift
	"$@" 2>"$tmp/stderr" || status=$?
	local ms=$(((${EPOCHREALTIME/./} - from) / 1000))
	printf '  %-44s %d.%d s\n' "$what" $((ms / 1000)) $((ms % 1000 / 100))
	return $status
}

# why: the first error of a failed step, or that the disk is full
why() {
	local kib
	kib=$(df -Pk "$kernels" | awk 'NR == 2 { print $4 }')
	if [ "${kib:-0}" -lt 65536 ] || grep -qi 'no space left' "$tmp/stderr"; then
		echo "the disk under '$cache' is full"
		return
	fi
	grep -m 1 '^E: ' "$tmp/stderr" | sed 's/^E: *//' | grep . ||
		grep . "$tmp/stderr" | tail -n 1
}

# need_programs HINT PROGRAM...: HINT says what to install
need_programs() {
	local hint=$1 p missing=
	shift
	for p in "$@"; do
		command -v "$p" >/dev/null || missing="$missing $p"
	done
	[ -z "$missing" ] || die 2 "cannot find${missing}: install $hint"
}

# suite_of NAME: the suite of a suite name or kernel series
suite_of() {
	local row
	for row in $SUITES; do
		case $1 in
		"${row%:*}" | "${row#*:}")
			echo "${row%:*}"
			return 0
			;;
		esac
	done
	return 1
}

# mirrors: "main|security KEYRING|- URI" for each Debian archive the host uses
mirrors() {
	local files=()
	mapfile -t files < <(find "$apt_etc/sources.list" \
		"$apt_etc/sources.list.d" -name '*.list' -o -name '*.sources' |
		sort)
	[ ${#files[@]} -gt 0 ] || return 0
	awk '
	function emit(uris, suites, key,    u, s, i, j, nr_u, nr_s, pocket) {
		if (key !~ /^\//)
			key = "-"
		else if (key !~ /debian-archive/)
			return
		nr_u = split(uris, u)
		nr_s = split(suites, s)
		for (j = 1; j <= nr_s; j++) {
			if (s[j] !~ /^(bullseye|bookworm|trixie|forky|sid|testing|unstable|(old)*stable)([-\/](updates|security|backports))?$/)
				continue
			pocket = s[j] ~ /-security$|\/updates$/ ? "security" : "main"
			for (i = 1; i <= nr_u; i++)
				if (u[i] !~ /^cdrom:/)
					print pocket, key, u[i]
		}
	}
	function flush_stanza() {
		if (f["types"] ~ /(^| )deb( |$)/ && f["enabled"] !~ /^no/)
			emit(f["uris"], f["suites"], f["signed-by"])
		split("", f)
		field = ""
	}
	FNR == 1 { flush_stanza() }
	/^[ \t]*#/ { next }
	FILENAME ~ /\.list$/ {
		if ($1 != "deb")
			next
		key = ""
		if (match($0, /signed-by=[^] ,]*/))
			key = substr($0, RSTART + 10, RLENGTH - 10)
		sub(/^deb[ \t]+(\[[^]]*\])?[ \t]*/, "")
		emit($1, $2, key)
		next
	}
	/^[ \t]*$/ { flush_stanza(); next }
	/^[ \t]/ { f[field] = f[field] " " $0; next }
	{
		field = tolower(substr($0, 1, index($0, ":") - 1))
		f[field] = substr($0, index($0, ":") + 1)
		gsub(/^[ \t]+|[ \t]+$/, "", f[field])
	}
	END { flush_stanza() }
	' "${files[@]}" | sort -u
}

# write_apt_conf: settings read after the host's own; its hooks are dropped
write_apt_conf() {
	mkdir -p "$cache/apt/lists/partial" "$cache/apt/archives/partial" &&
	: >"$cache/apt/status" &&
	cat >"$cache/apt/apt.conf" <<-END
	#clear APT::Architectures;
	#clear APT::Update::Pre-Invoke;
	#clear APT::Update::Post-Invoke;
	#clear APT::Update::Post-Invoke-Success;
	APT::Architecture "amd64";
	APT::Default-Release "";
	APT::Get::List-Cleanup "false";
	APT::Sandbox::User "root";
	Acquire::Check-Valid-Until "false";
	Acquire::Languages "none";
	Acquire::Retries "1";
	Acquire::http::Timeout "30";
	Dir::Cache "$cache/apt";
	Dir::Cache::pkgcache "";
	Dir::Cache::srcpkgcache "";
	Dir::Etc::preferences "/dev/null";
	Dir::Etc::preferencesparts "/dev/null";
	Dir::Etc::sourceparts "/dev/null";
	Dir::State "$cache/apt";
	Dir::State::lists "$cache/apt/lists";
	Dir::State::status "$cache/apt/status";
	END
}

# apt TOOL SUITE ARGUMENTS...: apt-get or apt-cache on the suite's sources
apt() {
	local tool=$1 suite=$2
	shift 2
	"$tool" -c "$cache/apt/apt.conf" \
		-o "Dir::Etc::sourcelist=$cache/apt/$suite.list" "$@"
}

# update SUITE: asks each pocket of each mirror, keeps the ones that answer
update() {
	local suite=$1 pocket key uri dists dist option
	: >"$tmp/good"
	while read -r pocket key uri; do
		case $pocket in
		main) dists="$suite $suite-updates" ;;
		security) dists=$suite-security ;;
		esac
		option=
		[ "$key" = - ] || option=" signed-by=$key"
		for dist in $dists; do
			echo "deb [arch=amd64$option] $uri $dist main" \
				>"$cache/apt/$suite.list"
			apt apt-get "$suite" update -qq \
				-o APT::Update::Error-Mode=any </dev/null || continue
			cat "$cache/apt/$suite.list" >>"$tmp/good"
		done
	done <"$tmp/mirrors"
	[ -s "$tmp/good" ] && mv "$tmp/good" "$cache/apt/$suite.list"
}

# depends SUITE PACKAGE: names that the newest version of it needs, one a line
depends() {
	apt apt-cache "$1" show --no-all-versions "$2" 2>/dev/null |
		sed -n 's/^Depends: //p' | head -1 | sed 's/[,|]/\n/g' |
		sed 's/^ *//; s/[ (].*//'
}

# fetch SUITE PACKAGE...: checked packages in $tmp/debs
fetch() {
	local suite=$1
	shift
	mkdir -p "$tmp/debs" &&
	(cd "$tmp/debs" && apt apt-get "$suite" download -qq "$@" </dev/null)
}

# ask_mirror SUITE: what it has now; apt() knows the suite from then on
ask_mirror() {
	local suite=$1
	mirrors >"$tmp/mirrors" 2>/dev/null
	[ -s "$tmp/mirrors" ] || die 1 "cannot find a Debian mirror in" \
		"'$apt_etc': add a deb line of one to sources.list.d"
	write_apt_conf || die 1 "cannot write to '$cache/apt'"
	step "ask the mirror for $suite" update "$suite" ||
		die 1 "cannot reach suite '$suite': $(why)"
}

# take_lock FILE: in $kernels; held until the process ends, $lock is its descriptor
take_lock() {
	mkdir -p "$kernels" || die 1 "cannot make '$kernels'"
	exec {lock}>"$kernels/$1" || die 1 "cannot write to '$kernels'"
	flock -n "$lock" || {
		echo "$program: waiting for another run of it"
		flock "$lock"
	}
}

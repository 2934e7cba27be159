#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tools/get-kernel against a fake apt: layout, second call, leftovers, errors.
# The fake logs each call, so "no network" means "no new line in the log".
set -u
top=$(cd "${srcdir:-.}" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
for p in dpkg-deb depmod flock; do
	PATH=$PATH:/usr/sbin:/sbin command -v $p >/dev/null || {
		echo "skipped: needs $p"
		exit 77
	}
done
mkdir "$work/bin" "$work/etc" "$work/etc/sources.list.d" "$work/home"
: >"$work/log"
cat >"$work/etc/sources.list" <<'END'
# deb http://commented.invalid/debian bookworm main
deb [arch=amd64 signed-by=/k/debian-archive-keyring.gpg] http://one.invalid/debian bookworm main
deb http://one.invalid/security bookworm-security main
deb-src http://source.invalid/debian bookworm main
deb [signed-by=/k/vendor.gpg] http://vendor.invalid/apt bookworm main
END
cat >"$work/etc/sources.list.d/two.sources" <<'END'
Types: deb deb-src
# a comment
URIs: http://two.invalid/debian
 http://three.invalid/debian
Suites: bookworm
Components: main
Signed-By: /k/debian-archive-keyring.gpg

Enabled: no
Types: deb
URIs: http://off.invalid/debian
Suites: bookworm
END

# The fake archive: FAKE_RELEASE in every suite, at one.invalid only;
# FAKE_BREAK=update|download|truncate|kill makes that step go wrong.
cat >"$work/bin/apt-get" <<'END'
#!/bin/bash
list=
while [ $# -gt 0 ]; do
	case $1 in
	-c) shift ;;
	-o) shift; case $1 in Dir::Etc::sourcelist=*) list=${1#*=} ;; esac ;;
	-*) ;;
	*) break ;;
	esac
	shift
done
echo "apt-get $*: $(cat "$list")" >>"$FAKE_LOG"
package() { # NAME PATH...: a .deb with files at the paths
	local d p
	d=$(mktemp -d) && mkdir "$d/DEBIAN"
	printf 'Package: %s\nVersion: 1\nArchitecture: amd64\nMaintainer: x\nDescription: x\n' \
		"$1" >"$d/DEBIAN/control"
	for p in "${@:2}"; do
		mkdir -p "$d/${p%/*}"
		echo "$p" >"$d/$p"
	done
	printf 'KBUILD_OUTPUT=/usr/src/x\ninclude /usr/src/y/Makefile\n' >"$d/m"
	[ ! -d "$d/usr/src" ] || mv "$d/m" "$d/usr/src/$1/Makefile"
	rm -f "$d/m"
	dpkg-deb --root-owner-group -b "$d" "$1.deb" >/dev/null
	rm -rf "$d"
}
case ${FAKE_BREAK:-}:$1 in
update:update | download:download)
	echo 'E: Could not connect to one.invalid:80' >&2
	exit 100
	;;
kill:download)
	echo half >half.deb
	kill -9 $PPID "$(awk '/^PPid/ {print $2}' /proc/$PPID/status)"
	;;
esac
case $1 in
update) grep -q one.invalid "$list" ;;
download)
	r=$FAKE_RELEASE m=lib/modules/$FAKE_RELEASE
	for name in "${@:2}"; do
		case $name in
		linux-image-*)
			package "$name" boot/{vmlinuz,config,System.map}-$r \
				$m/modules.order $m/kernel/drivers/dax/a.txt \
				$m/kernel/sound/b.txt usr/share/doc/c
			;;
		linux-headers-*) package "$name" "usr/src/$name/.config" ;;
		*) package "$name" usr/lib/$name/scripts/x ;;
		esac
	done
	[ "${FAKE_BREAK:-}" != truncate ] || truncate -s 100 ./*.deb
	;;
esac
END
cat >"$work/bin/apt-cache" <<'END'
#!/bin/bash
case ${!#} in
linux-image-amd64) echo "Depends: linux-image-$FAKE_RELEASE (= 1)" ;;
linux-image-*) echo "Depends: kmod, linux-base (>= 4), a | b" ;;
linux-headers-$FAKE_RELEASE)
	echo "Depends: linux-headers-common (= 1), linux-kbuild-1, gcc" ;;
esac
END
chmod +x "$work/bin"/*
export PATH="$work/bin:$PATH" FAKE_LOG="$work/log" FAKE_RELEASE=6.1.0-1-amd64
export GET_KERNEL_APT_ETC="$work/etc" XDG_CACHE_HOME="$work/home"
# the real apt, should it ever be reached, finds no network
export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
kernels=$work/home/guprace/kernels
bad=0

# check WHAT COMMAND...: the command must succeed
check() {
	local what=$1
	shift
	"$@" && return
	echo "FAIL: $what"
	sed 's/^/	/' "$work/out"
	bad=1
}

# run STATUS [ARGUMENTS]: get-kernel must exit so; its words are in out
run() {
	local want=$1 got=0
	shift
	"$top/tools/get-kernel" "$@" >"$work/out" 2>&1 || got=$?
	check "get-kernel $* exits $want, not $got" [ "$got" -eq "$want" ]
}
says() { check "says '$1'" grep -q "$1" "$work/out"; }
calls() { wc -l <"$work/log"; }
nothing_left() {
	check "$1: nothing counts as done" \
		[ -z "$(find "$kernels" -name suite -o -name '.new*')" ]
}

run 2 lenny
says "unknown suite 'lenny'"
run 2 --bogus
check "bad usage asks nobody" [ "$(calls)" -eq 0 ]

FAKE_BREAK=update run 1
says "cannot reach suite 'bookworm': Could not connect"
nothing_left "no network"
FAKE_BREAK=download run 1
says "cannot fetch 'linux-image-6.1.0-1-amd64'"
nothing_left "failed download"
FAKE_BREAK=truncate run 1
says "cannot unpack 'linux-image-6.1.0-1-amd64'"
nothing_left "bad package"
FAKE_RELEASE='' run 1
says "cannot find linux-image-amd64"

# killed half way: a leftover that the next run clears and does not believe
FAKE_BREAK="kill" run 137
check "a killed run leaves a leftover" [ -n "$(ls -d "$kernels"/.new*)" ]
mkdir -p "$kernels/$FAKE_RELEASE"
: >"$work/log"
run 0 6.1
dir=$kernels/$FAKE_RELEASE
for f in vmlinuz config System.map suite lib/modules/$FAKE_RELEASE/modules.dep \
	lib/modules/$FAKE_RELEASE/kernel/drivers/dax/a.txt; do
	check "has $f" [ -f "$dir/$f" ]
done
check "leftovers are gone" [ -z "$(find "$kernels" -name '.new*')" ]
check "sound is dropped" [ ! -e "$dir/lib/modules/$FAKE_RELEASE/kernel/sound" ]
check "default is made" [ "$(readlink "$kernels/default")" = "$FAKE_RELEASE" ]
for uri in one two three; do
	check "asks $uri" grep -q "$uri.invalid/debian bookworm-updates" "$work/log"
done
check "asks the security pocket" \
	grep -q "one.invalid/security bookworm-security" "$work/log"
check "keeps the keyring" grep -q "signed-by=/k/debian-archive" "$work/log"
check "asks only Debian" \
	[ -z "$(grep -E 'vendor|off|commented|source\.' "$work/log")" ]

# from here every call of apt would fail and be seen
before=$(calls)
FAKE_BREAK=update run 0
says "$FAKE_RELEASE (bookworm) is in the cache"
FAKE_BREAK=update run 0 bookworm 6.1
check "a second call asks nobody" [ "$(calls)" -eq "$before" ]

FAKE_BREAK=download run 1 --headers
says "cannot fetch 'linux-headers-$FAKE_RELEASE'"
check "the kernel stays without its headers" [ -s "$dir/vmlinuz" ]
check "no half headers" [ ! -e "$dir/headers" ]
run 0 --headers
makefile=$dir/lib/modules/$FAKE_RELEASE/build/Makefile
check "build leads to the headers" [ -s "$makefile" ]
check "no absolute path" [ -z "$(grep /usr/src "$makefile")" ]
before=$(calls)
FAKE_BREAK=update run 0 --headers
check "a second call for headers asks nobody" [ "$(calls)" -eq "$before" ]

FAKE_RELEASE=5.10.0-1-amd64 run 0 bullseye
check "another suite stands beside it" [ -s "$kernels/5.10.0-1-amd64/vmlinuz" ]
check "default stays" [ "$(readlink "$kernels/default")" = "$FAKE_RELEASE" ]
exit $bad

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tools/build-kernel with a kernel source of a few lines, whose Makefile has the targets
# that are used: layout, second call, refused options, crashes, two at once.
set -u
top=$(cd "${srcdir:-.}" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
for p in dpkg-deb depmod flock xz; do
	PATH=$PATH:/usr/sbin:/sbin command -v $p >/dev/null || {
		echo "skipped: needs $p"
		exit 77
	}
done
mkdir -p "$work/bin" "$work/etc" "$work/top/tools"
cp "$top/tools/build-kernel" "$top/tools/debian.sh" "$work/top/tools"
echo 'deb http://one.invalid/debian bookworm main' >"$work/etc/sources.list"
for p in flex bison bc pahole; do
	ln -s "$(command -v true)" "$work/bin/$p"
done

# source DIR VERSION: a tree. REFUSE has options that it does not grant, BREAK an
# error of the compiler; a compiler that finds the fifo WAIT waits there.
source_tree() {
	local dir=$1
	mkdir -p "$dir/arch/x86/include" "$dir/arch/x86/boot" "$dir/arch/arm/mach" \
		"$dir/include/generated" "$dir/scripts" "$dir/tools/objtool" "$dir/mm" \
		"$dir/sound" "$dir/include/sound"
	printf '%s\n' "VERSION = ${2%%.*}" "PATCHLEVEL = ${2#*.}" 'SUBLEVEL = 3' \
		'EXTRAVERSION =' 'NAME = x' >"$dir/Makefile"
	cat >>"$dir/Makefile" <<'END'
release = $(VERSION).$(PATCHLEVEL).$(SUBLEVEL)$(shell sed -n 's/^CONFIG_LOCALVERSION="\(.*\)"/\1/p' .config)
m = $(INSTALL_MOD_PATH)/lib/modules/$(release)
export KBUILD_OUTPUT MAKEOVERRIDES
allnoconfig:
	grep -vxFf REFUSE $(KCONFIG_ALLCONFIG) >.config; echo configured >>$(LOG)
bzImage: arch/x86/boot/bzImage
arch/x86/boot/bzImage: mm/gup.o
	cp mm/gup.o $@
mm/gup.o: mm/gup.c .config
	@echo '  CC      mm/gup.o'; echo "compiled $(KCFLAGS)" >>$(LOG)
	@test ! -e BREAK || { echo "mm/gup.c:1: error: broken"; false; }
	@echo half >$@; test ! -p $(WAIT) || cat $(WAIT)
	@cp mm/gup.c $@
modules: mm/gup.o
	@test ! -e a.ko || { echo "error: a.ko is old"; false; }
	cp mm/gup.c a.ko; touch Module.symvers System.map tools/objtool/objtool
modules_install:
	mkdir -p $(m)/kernel; cp a.ko $(m)/kernel/a.txt; touch $(m)/modules.order; ln -s / $(m)/build
kernelrelease:
	@echo $(release)
END
	echo 'nothing' >"$dir/REFUSE"
	echo 'int gup = 1;' >"$dir/mm/gup.c"
	: >"$dir/arch/arm/mach/a.c"
	: >"$dir/arch/arm/mach/Kconfig"
	: >"$dir/sound/a.c"
	: >"$dir/sound/Kconfig"
	: >"$dir/include/sound/a.h"
	: >"$dir/include/a.h"
	: >"$dir/arch/x86/include/a.h"
	: >"$dir/arch/x86/Makefile"
}
source_tree "$work/linux-source-6.1" 6.1
mkdir -p "$work/deb/DEBIAN" "$work/deb/usr/src"
printf 'Package: linux-source-6.1\nVersion: 6.1.3-2\nArchitecture: all\nMaintainer: x\nDescription: x\n' \
	>"$work/deb/DEBIAN/control"
tar -cJf "$work/deb/usr/src/linux-source-6.1.tar.xz" -C "$work" linux-source-6.1
dpkg-deb --root-owner-group -b "$work/deb" "$work/source.deb" >/dev/null || exit 99
cat >"$work/bin/apt-get" <<'END'
#!/bin/bash
echo "$*" >>"$FAKE_LOG"
case " $* " in *' download '*) cp "$FAKE_DEB" linux-source-6.1_6.1.3-2_all.deb ;; esac
END
chmod +x "$work/bin/apt-get"
export PATH="$work/bin:$PATH" FAKE_LOG="$work/apt.log" FAKE_DEB="$work/source.deb"
export LOG="$work/make.log" WAIT="$work/wait"
export GET_KERNEL_APT_ETC="$work/etc" XDG_CACHE_HOME="$work/home"
export KCFLAGS=-from-outside MAKEFLAGS=
: >"$FAKE_LOG"
: >"$LOG"
cache=$work/home/guprace
hmm=$cache/kernels/hmm
config=$work/top/tools/kernel.config
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

# run STATUS [ARGUMENTS]: build-kernel must exit so; its words are in out
run() {
	local want=$1 got=0
	shift
	"$work/top/tools/build-kernel" "$@" >"$work/out" 2>&1 || got=$?
	check "build-kernel $* exits $want, not $got" [ "$got" -eq "$want" ]
}
says() { check "says '$1'" grep -qF -- "$1" "$work/out"; }
count() { grep -c "$1" "$LOG"; }
key() { readlink "$cache/kernels/$1"; }
gup() { cat "$cache/kernels/$1/vmlinuz"; }
no_leftover() {
	check "$1: no leftover" [ -z "$(find "$cache" -name '.new.*' -o -name dirty)" ]
}
configs() { printf '%s\n' "$@" >"$config"; }
configs CONFIG_A=y 'CONFIG_NEW=y	# from 6.2: came late' 'CONFIG_OLD=y # until 5.9: went' \
	'CONFIG_BOTH=m # from 5.1 until 6.2: for a while' '# CONFIG_OFF is not set'

run 2 lenny
says "unknown suite 'lenny'"
run 2 --bogus
run 2 --jobs none
run 2 --source
run 2 --source "$work"
says "is no kernel tree"
run 2 --source "$work/linux-source-6.1" 6.1
check "bad usage does nothing" [ ! -s "$FAKE_LOG" -a ! -s "$LOG" ]

# an option that is not granted is named, and no kernel appears
sed -i 's/^nothing/CONFIG_BOTH=m/' "$work/linux-source-6.1/REFUSE"
run 1 --source "$work/linux-source-6.1"
says "does not grant 'CONFIG_BOTH=m'"
check "compiles nothing then" [ "$(count compiled)" -eq 0 ]
check "no kernel appears" [ ! -e "$cache/built" ]
no_leftover "refused option"
sed -i 's/^CONFIG_BOTH=m/nothing/' "$work/linux-source-6.1/REFUSE"

run 0
dir=$(realpath "$hmm")
release=6.1.3-hmm
for f in vmlinuz config System.map stamp lib/modules/$release/modules.dep \
	lib/modules/$release/build/include/a.h headers/arch/x86/include/a.h \
	headers/Module.symvers headers/tools/objtool/objtool headers/.config; do
	check "has $f" [ -f "$dir/$f" ]
done
check "asks for what 6.1 has" [ "$(grep -v LOCALVERSION "$dir/config" | paste -sd ' ')" = \
	'CONFIG_A=y CONFIG_BOTH=m # CONFIG_OFF is not set' ]
check "flags from outside do not count" [ "$(count 'compiled -fno-var-tracking$')" -eq 1 ]
tree=$(echo "$cache"/build/bookworm_6.1.3-2/tree)
for f in arch/arm/mach/a.c sound/a.c; do
	check "leaves $f out" [ ! -e "$tree/$f" ]
done
for f in arch/arm/mach/Kconfig sound/Kconfig include/sound/a.h; do
	check "keeps $f" [ -e "$tree/$f" ]
done
no_leftover "a build"

# from here a call of apt or of the compiler is seen
before=$(wc -l <"$FAKE_LOG")
run 0 bookworm
says "hmm (${dir##*/}) is in the cache"
check "a second call configures nothing" [ "$(count configured)" -eq 2 ]
check "a link that is lost comes back" rm "$hmm"
run 0
check "to the same kernel" [ "$(realpath "$hmm")" = "$dir" ]
check "still compiled once" [ "$(count compiled)" -eq 1 ]

# another configuration: another kernel beside it, from the same source
configs CONFIG_A=m
run 0
check "the name moves on" [ "$(realpath "$hmm")" != "$dir" ]
check "the old one stays" [ -f "$dir/vmlinuz" ]
check "asks nobody" [ "$(wc -l <"$FAKE_LOG")" -eq "$before" ]
configs CONFIG_A=y 'CONFIG_NEW=y	# from 6.2: came late' 'CONFIG_OLD=y # until 5.9: went' \
	'CONFIG_BOTH=m # from 5.1 until 6.2: for a while' '# CONFIG_OFF is not set'
compiled=$(count compiled)
run 0
check "the way back costs nothing" [ "$(count compiled)" -eq "$compiled" ]
check "and leads there" [ "$(realpath "$hmm")" = "$dir" ]

# what does not compile changes nothing, and the source stays
configs CONFIG_A=n CONFIG_B=y
: >"$tree/BREAK"
run 1
says "mm/gup.c:1: error: broken"
check "the name stays" [ "$(realpath "$hmm")" = "$dir" ]
no_leftover "failed compiler"
check "the source stays" [ -e "$tree/BREAK" ]
rm "$tree/BREAK" "$tree/mm/gup.o"

# interrupted while it compiles: the compiler ends, and no half of a file stays
mkfifo "$WAIT"
# wait_for COMMAND...: until it succeeds, for a minute at most
wait_for() {
	local end=$((SECONDS + 60))
	until "$@"; do
		[ $SECONDS -lt $end ] || {
			echo "FAIL: never came true: $*"
			bad=1
			return
		}
		read -rt 0.05 <> <(:)
	done
}
# begin_build: in the background, until the compiler waits
begin_build() {
	exec 8<>"$WAIT"
	"$work/top/tools/build-kernel" >"$work/out" 2>&1 8>&- &
	builder=$!
	wait_for test -s "$tree/mm/gup.o"
}
begin_build
kill $builder
got=0
wait $builder || got=$?
exec 8>&-
check "an interrupted run exits 1, not $got" [ $got -eq 1 ]
no_leftover "interrupted"
check "no half of a file" [ ! -e "$tree/mm/gup.o" ]
check "the name stays" [ "$(realpath "$hmm")" = "$dir" ]
check "no kernel is added" [ "$(ls "$cache/built" | wc -l)" -eq 2 ]

# one that was killed leaves traces, and they are not believed
begin_build
kill -9 $builder
wait $builder 2>/dev/null
check "a crash leaves its mark" [ -e "$cache/build/bookworm_6.1.3-2/dirty" ]
# its compiler still runs, and who comes next waits for it
"$work/top/tools/build-kernel" >"$work/out" 2>&1 8>&- &
builder=$!
wait_for grep -q 'waiting for another run' "$work/out"
rm "$WAIT"
echo half >&8
exec 8>&-
got=0
wait $builder || got=$?
check "the next one waits, then builds (exit status $got)" [ $got -eq 0 ]
no_leftover "after a crash"
check "the source is a new one" [ "$(wc -l <"$FAKE_LOG")" -gt "$before" ]
check "what was half done is gone" [ "$(gup hmm)" = 'int gup = 1;' ]

# three kernels of a name stay
configs CONFIG_E=y
run 0
check "old kernels go" [ "$(grep -lx 'name hmm' "$cache"/built/*/stamp | wc -l)" -eq 3 ]
check "not the newest" [ -f "$hmm/vmlinuz" ]

# a tree of one's own is only read; what a build has left in it is not taken
given=$work/linux-source-6.1
sed -i 's/^PATCHLEVEL.*/PATCHLEVEL = 9/' "$given/Makefile"
: >"$given/include/generated/old.h"
echo 'old' >"$given/mm/gup.o"
listing() { find "$given" -printf '%P %s %T@\n' | sort; }
before=$(listing)
run 0 --source "$given"
check "the tree is only read" [ "$(listing)" = "$before" ]
check "has its version's name" [ -f "$cache/kernels/hmm-6.9.3/vmlinuz" ]
check "asks for what 6.9 has" [ -z "$(grep BOTH "$cache/kernels/hmm-6.9.3/config")" ]
check "takes no object from it" [ "$(gup hmm-6.9.3)" = 'int gup = 1;' ]
compiled=$(count compiled)
run 0 --source "$given"
: >"$given/mm/new.o"
run 0 --source "$given"
check "a second call compiles nothing" [ "$(count compiled)" -eq "$compiled" ]
echo 'int gup = 5;' >"$given/mm/gup.c"
run 0 --source "$given"
check "a change is seen" [ "$(gup hmm-6.9.3)" = 'int gup = 5;' ]
exit $bad

#!/bin/sh -e
# SPDX-License-Identifier: GPL-2.0-only
# Makes ./configure from configure.ac.
cd "$(dirname "$0")"
sh build-aux/gen-lists.sh
exec autoreconf --install --force --warnings=all,no-obsolete,no-portability

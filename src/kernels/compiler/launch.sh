#!/bin/sh
# Starts the compiler's process within limits. It takes the path of deno, seconds of CPU time and
# KiB of data; what it runs is fixed, so that a server needs the right to run this file alone.
#
# The hard limit on CPU time is a second higher: at the soft one the process ends by SIGXCPU, which
# says why, and nothing that ignores it lives on.
ulimit -S -t "$2" && ulimit -H -t "$(($2 + 1))" && ulimit -d "$3" || exit 125
exec "$1" run --quiet --no-prompt --cached-only --allow-env=CI "${0%/*}/child.ts"

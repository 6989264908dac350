#!/bin/sh
# Starts the compiler's process within limits. It takes the path of deno, seconds of CPU time and
# KiB of data; what it runs is fixed, so that a server needs the right to run this file alone.
#
# The hard limit on CPU time is a second higher: at the soft one the process ends by SIGXCPU, which
# says why, and nothing that ignores it lives on.
#
# Below a folder node_modules, Deno neither looks for deno.json nor runs TypeScript without it, and
# it would take the package.json of npm's package for a part of it.
ulimit -S -t "$2" && ulimit -H -t "$(($2 + 1))" && ulimit -d "$3" || exit 125
folder=${0%/*}
DENO_NO_PACKAGE_JSON=1 exec "$1" run --quiet --no-prompt --cached-only --allow-env=CI \
  --config "$folder/../../../deno.json" "$folder/child.ts"

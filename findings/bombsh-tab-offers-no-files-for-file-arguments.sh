#!/usr/bin/env bash
# @bomb.sh/tab 0.0.22 (npm) with its adapter for commander 15.1.0: an argument <file> gets no files
# Guess: where a command takes a file and nothing else is known of it, the shell offers file names,
#   as it does for commands without completions
# Seen: each answer ends with ":4", which the package's own bash script reads as "no files", for the
#   arguments and the value of an option alike; the scripts hold code for extensions and folders that
#   no answer of the adapter asks for
# Hurt: who installs completions can no longer complete the names of the files to be counted
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund @bomb.sh/tab@0.0.22 commander@15.1.0

cat >run.mjs <<'E'
import { Command } from "commander";
import tab from "@bomb.sh/tab/commander";
const program = new Command("tally");
program.argument("<files...>").option("-o, --output <file>", "where the answer goes");
program.command("show").argument("<file>");
tab(program);
await program.parseAsync();
E
touch april.txt
{
  node run.mjs complete -- a
  node run.mjs complete -- show ''
  node run.mjs complete -- --output ''
  node run.mjs complete bash | grep -c 'ShellCompDirectiveNoFileComp=4'
} | tee seen
printf ':4\n:4\n:4\n1\n' >expected
diff expected seen || { echo "the behaviour changed"; exit 1; }

#!/usr/bin/env bash
# github.com/becheran/wildmatch-go v1.0.0 (Go): IsMatch() of a pattern with a star before letters that repeat.
# Guess: a star stands for any letters, so *11 matches every text that ends in 11, as in a shell.
# Seen: 111 does not match *11, nor aaab *aab: behind a letter that does not fit, the search goes on behind it, not one letter after the
# first that fitted, so texts in which the wanted letters begin twice are missed. 211 and baab match. The shell says that all four do.
# Hurt: whoever filters keys, hosts or paths by it: some are left out of the counts by the letters before the match.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"
	"path"

	"github.com/becheran/wildmatch-go"
)

func main() {
	for _, pair := range [][]string{{"*11", "211"}, {"*11", "111"}, {"*aab", "baab"}, {"*aab", "aaab"}, {"*.log", "a.log"}, {"*issip*", "mississippi"}} {
		shell, _ := path.Match(pair[0], pair[1])
		fmt.Printf("%s %s: %t, path.Match %t\n", pair[0], pair[1], wildmatch.NewWildMatch(pair[0]).IsMatch(pair[1]), shell)
	}
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/becheran/wildmatch-go@v1.0.0 >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
*11 211: true, path.Match true
*11 111: false, path.Match true
*aab baab: true, path.Match true
*aab aaab: false, path.Match true
*.log a.log: true, path.Match true
*issip* mississippi: false, path.Match true
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

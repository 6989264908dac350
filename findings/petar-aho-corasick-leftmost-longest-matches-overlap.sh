#!/usr/bin/env bash
# github.com/petar-dambovaliev/aho-corasick v0.0.0-20250424160509 (Go): FindAll with MatchKind LeftMostLongestMatch.
# Guess: matches that do not overlap, the longest at each place, as the library of Rust that it follows has them; the other kinds and
# IterOverlapping exist for the rest.
# Seen: after a match the search goes on inside of it: with the patterns "disk", "disk full" and "full text" the text "disk full text"
# has both "disk full" and "full text", which share a word. LeftMostFirstMatch finds none twice.
# Hurt: whoever counts occurrences of a list of names: sums are too high where the end of one begins another.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"

	ahocorasick "github.com/petar-dambovaliev/aho-corasick"
)

func main() {
	text := "disk full text"
	kinds := []struct {
		name    string
		options ahocorasick.Opts
	}{
		{"standard", ahocorasick.Opts{DFA: true}},
		{"leftmost-first", ahocorasick.Opts{MatchKind: ahocorasick.LeftMostFirstMatch, DFA: true}},
		{"leftmost-longest", ahocorasick.Opts{MatchKind: ahocorasick.LeftMostLongestMatch, DFA: true}},
		{"leftmost-longest, no DFA", ahocorasick.Opts{MatchKind: ahocorasick.LeftMostLongestMatch}},
	}
	for _, kind := range kinds {
		builder := ahocorasick.NewAhoCorasickBuilder(kind.options)
		matcher := builder.Build([]string{"disk", "disk full", "full text"})
		fmt.Print(kind.name, ":")
		for _, match := range matcher.FindAll(text) {
			fmt.Printf(" %d-%d %q", match.Start(), match.End(), text[match.Start():match.End()])
		}
		fmt.Println()
	}
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/petar-dambovaliev/aho-corasick@v0.0.0-20250424160509-463d218d4745 >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
standard: 0-4 "disk" 5-14 "full text"
leftmost-first: 0-4 "disk" 5-14 "full text"
leftmost-longest: 0-9 "disk full" 5-14 "full text"
leftmost-longest, no DFA: 0-9 "disk full" 5-14 "full text"
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

#!/usr/bin/env bash
# github.com/facette/natsort v0.0.0-20181210072756 (Go): Compare(a, b), which says whether a comes before b, of numbers with leading zeros.
# Guess: one of the two comes first, or none does; and numbers of any length are compared as numbers.
# Seen: both come first: "1" before "01" and "01" before "1". Numbers of more than 19 digits are compared as text: 2 comes before 10, 10
# before 18446744073709551617 and that one before 2. So the order that Sort gives hangs on the order of what it was given.
# Hurt: whoever merges sorted runs, compares two listings or searches by halves: equal sets come out in two orders, and keys are not found.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"
	"slices"

	"github.com/facette/natsort"
)

func main() {
	for _, pair := range [][]string{{"1", "2"}, {"1", "01"}, {"host1", "host01"}, {"2", "10"}, {"10", "18446744073709551617"}, {"2", "18446744073709551617"}} {
		fmt.Printf("%s before %s: %t, the other way round %t\n", pair[0], pair[1], natsort.Compare(pair[0], pair[1]), natsort.Compare(pair[1], pair[0]))
	}
	for _, names := range [][]string{{"a1", "a01", "a001", "a2"}, {"2", "10", "18446744073709551617"}} {
		forth, back := slices.Clone(names), slices.Clone(names)
		slices.Reverse(back)
		natsort.Sort(forth)
		natsort.Sort(back)
		fmt.Println("sorted", forth, "from the other end", back)
	}
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/facette/natsort@v0.0.0-20181210072756-2cd4dd1e2dcb >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
1 before 2: true, the other way round false
1 before 01: true, the other way round true
host1 before host01: true, the other way round true
2 before 10: true, the other way round false
10 before 18446744073709551617: true, the other way round false
2 before 18446744073709551617: false, the other way round true
sorted [a001 a01 a1 a2] from the other end [a1 a01 a001 a2]
sorted [2 10 18446744073709551617] from the other end [10 18446744073709551617 2]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

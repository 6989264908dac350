#!/usr/bin/env bash
# github.com/satyrius/gonx v1.3.1-0.20181123214749 (Go, MapReduce of nginx logs): the reducer Avg of a field that some lines do not have.
# Guess: the mean of the numbers that are there, as Sum adds up these alone; or a mean over all lines, a gap as 0. Whichever, in any order.
# Seen: a line whose field is "-" raises the number by which the mean so far is weighed and gives nothing to it: of 10, -, 40 it is 20, of
# 10, 40, - it is 25 and of -, 10, 40 it is 16.67. The workers of MapReduce hand lines over in any order.
# Hurt: whoever averages $upstream_response_time, which is "-" for every answer from the cache: a figure of no data, another in each run.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"
	"strings"

	"github.com/satyrius/gonx"
)

func main() {
	parser := gonx.NewParser("$status $upstream_response_time")
	fields := []string{"upstream_response_time"}
	for _, times := range []string{"10 40", "10 40 -", "10 - 40", "- 10 40"} {
		for _, reducer := range []gonx.Reducer{&gonx.Sum{Fields: fields}, &gonx.Avg{Fields: fields}} {
			entries := make(chan *gonx.Entry, 8)
			for _, time := range strings.Fields(times) {
				entry, err := parser.ParseString("200 " + time)
				if err != nil {
					panic(err)
				}
				entries <- entry
			}
			close(entries)
			result := make(chan *gonx.Entry, 1)
			reducer.Reduce(entries, result)
			value, _ := (<-result).FloatField(fields[0])
			fmt.Printf("%s: %T %.2f\n", times, reducer, value)
		}
	}
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/satyrius/gonx@v1.3.1-0.20181123214749-d96bd26e3b2c >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
10 40: *gonx.Sum 50.00
10 40: *gonx.Avg 25.00
10 40 -: *gonx.Sum 50.00
10 40 -: *gonx.Avg 25.00
10 - 40: *gonx.Sum 50.00
10 - 40: *gonx.Avg 20.00
- 10 40: *gonx.Sum 50.00
- 10 40: *gonx.Avg 16.67
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

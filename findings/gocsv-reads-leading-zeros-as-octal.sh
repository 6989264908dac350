#!/usr/bin/env bash
# github.com/gocarina/gocsv v0.0.0-20240520201108 (Go): UnmarshalString into fields of whole numbers.
# Guess: decimal digits, as strconv.Atoi and every spreadsheet read them; an error for a number that the field cannot hold or that is none.
# Seen: 010 is 8, 0017 is 15, and 08 and 09 are errors; 0x1f is 31 and 1_000 a thousand. 300 in a uint8 is 44, 70000 in an int16 is 4464,
# and 1.9e3 is 1, all without an error. In a field of float64, 010 is 10 and 1.9e3 is 1900.
# Hurt: whoever sums columns padded with zeros, as codes, months or fixed-width counts are: some sums are off, and great counts wrap.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"

	"github.com/gocarina/gocsv"
)

func show[T any](name string, values ...string) {
	fmt.Printf("%s:", name)
	for _, value := range values {
		var rows []struct {
			Count T `csv:"count"`
		}
		if err := gocsv.UnmarshalString("key,count\na,"+value+"\n", &rows); err != nil {
			fmt.Printf(" %s error", value)
		} else {
			fmt.Printf(" %s %v", value, rows[0].Count)
		}
	}
	fmt.Println()
}

func main() {
	show[int]("int", "10", "010", "0017", "08", "0x1f", "1_000", "1.9e3", "1e3")
	show[float64]("float64", "10", "010", "0017", "08", "1.9e3", "1e3")
	show[uint8]("uint8", "010", "255", "256", "300")
	show[int16]("int16", "010", "32767", "40000", "70000")
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/gocarina/gocsv@v0.0.0-20240520201108-78e41c74b4b1 >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
int: 10 10 010 8 0017 15 08 error 0x1f 31 1_000 1000 1.9e3 1 1e3 error
float64: 10 10 010 10 0017 17 08 8 1.9e3 1900 1e3 1000
uint8: 010 8 255 255 256 0 300 44
int16: 010 8 32767 32767 40000 -25536 70000 4464
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

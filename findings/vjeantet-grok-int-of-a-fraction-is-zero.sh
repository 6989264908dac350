#!/usr/bin/env bash
# github.com/vjeantet/grok v1.0.1 (Go): ParseTyped() with a type behind the name, as in %{NUMBER:ms:int}.
# Guess: 12 of "12.7", as in Logstash, whose to_i cuts fractions off; or an error; or the text.
# Seen: 0, and no error. NUMBER matches fractions, so one pattern reads 12 as 12, 12.0 as 0 and 12.7 as 0, and what does not match at all
# in an optional part, such as bytes of a 304, is 0, too. Of more than 63 bits the greatest number comes. :float reads all well.
# Hurt: whoever sums bytes or times by key from logs: fractions count as nothing, and an average falls with each of them.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"

	"github.com/vjeantet/grok"
)

func main() {
	parser, err := grok.NewWithConfig(&grok.Config{NamedCapturesOnly: true})
	if err != nil {
		panic(err)
	}
	for _, text := range []string{"12", "-3", "12.0", "12.7", "9223372036854775808"} {
		whole, err := parser.ParseTyped("^%{NUMBER:ms:int}$", text)
		float, _ := parser.ParseTyped("^%{NUMBER:ms:float}$", text)
		fmt.Println(text, "int", whole["ms"], err, "float", float["ms"])
	}
	line, err := parser.ParseTyped(`%{WORD:method} %{NUMBER:status:int} (?:%{NUMBER:bytes:int}|-) %{NUMBER:ms:int}`, "GET 304 - 12.5")
	fmt.Println(line, err)
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/vjeantet/grok@v1.0.1 >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
12 int 12 <nil> float 12
-3 int -3 <nil> float -3
12.0 int 0 <nil> float 12
12.7 int 0 <nil> float 12.7
9223372036854775808 int 9223372036854775807 <nil> float 9.223372036854776e+18
map[bytes:0 method:GET ms:0 status:304] <nil>
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

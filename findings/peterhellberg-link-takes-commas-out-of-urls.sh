#!/usr/bin/env bash
# github.com/peterhellberg/link v1.2.0 (Go): Parse() of a Link header (RFC 8288), as APIs send it for the next page.
# Guess: the URL between < and > as it stands: commas are allowed in it, and a link ends behind its parameters.
# Seen: commas are taken out: keys=error,warning is keys=errorwarning, and a page 1,000 is 1000. Nothing tells of it. Two links with rel=next
# unquoted, as the standard allows, become one, whose rel holds the second URL's beginning and whose URL is no URL.
# Hurt: whoever pages through counts or logs by such links: the next page is that of another filter, and its rows are added to the sum.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"

	"github.com/peterhellberg/link"
)

func main() {
	for _, header := range []string{
		`<https://api.example/counts?page=2>; rel="next", <https://api.example/counts?page=9>; rel="last"`,
		`<https://api.example/counts?keys=error,warning&page=2>; rel="next"`,
		`<https://api.example/at/52.5,13.4>; rel="next", <https://api.example/at/0,0>; rel="last"`,
		`<https://api.example/counts?page=2>; rel=next, <https://api.example/counts?page=9>; rel=last`,
	} {
		fmt.Println(header)
		group := link.Parse(header)
		for _, rel := range []string{"next", "last"} {
			if found := group[rel]; found != nil {
				fmt.Println("-", rel, found.URI)
			} else {
				fmt.Println("-", rel, "none")
			}
		}
	}
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/peterhellberg/link@v1.2.0 >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
<https://api.example/counts?page=2>; rel="next", <https://api.example/counts?page=9>; rel="last"
- next https://api.example/counts?page=2
- last https://api.example/counts?page=9
<https://api.example/counts?keys=error,warning&page=2>; rel="next"
- next https://api.example/counts?keys=errorwarning&page=2
- last none
<https://api.example/at/52.5,13.4>; rel="next", <https://api.example/at/0,0>; rel="last"
- next https://api.example/at/52.513.4
- last https://api.example/at/00
<https://api.example/counts?page=2>; rel=next, <https://api.example/counts?page=9>; rel=last
- next none
- last https://api.example/counts?page=2>; rel=next <https://api.example/counts?page=9
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

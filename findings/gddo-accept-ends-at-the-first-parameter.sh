#!/usr/bin/env bash
# github.com/golang/gddo v0.0.0-20190904175337 (Go): header.ParseAccept() and httputil.NegotiateContentType() of an Accept header.
# Guess: media ranges with parameters, as RFC 9110 has them, are read, or matched without the parameters, or passed over one by one.
# Seen: the first parameter that is not q ends the whole header, with all that stands before it in its range and behind it: of
# "text/csv; header=present, application/json;q=0.5" nothing is left, so that the default is sent, and of RFC 9110's own example two of five.
# Hurt: whoever answers CSV or JSON by this: a client that asks for text/csv with a header or a charset gets JSON, or 406.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"
	"net/http"

	"github.com/golang/gddo/httputil"
	"github.com/golang/gddo/httputil/header"
)

func main() {
	for _, accept := range []string{
		"text/csv, application/json;q=0.5",
		"text/csv; header=present, application/json;q=0.5",
		"application/json;q=0.5, text/csv; header=present",
		"text/csv;charset=utf-8, */*;q=0.1",
		"text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5",
	} {
		request := &http.Request{Header: http.Header{"Accept": {accept}}}
		fmt.Println(accept, "->", header.ParseAccept(request.Header, "Accept"),
			httputil.NegotiateContentType(request, []string{"application/json", "text/csv"}, "nothing fits"))
	}
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/golang/gddo@v0.0.0-20190904175337-72a348e765d2 >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
text/csv, application/json;q=0.5 -> [{text/csv 1} {application/json 0.5}] text/csv
text/csv; header=present, application/json;q=0.5 -> [] nothing fits
application/json;q=0.5, text/csv; header=present -> [{application/json 0.5}] application/json
text/csv;charset=utf-8, */*;q=0.1 -> [] nothing fits
text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5 -> [{text/* 0.3} {text/plain 0.7}] text/csv
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

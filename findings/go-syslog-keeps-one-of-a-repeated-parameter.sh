#!/usr/bin/env bash
# github.com/leodido/go-syslog/v4 v4.6.0 (Go), rfc5424: the structured data of syslog.
# Guess: what RFC 5424 says in 6.3.3: a parameter may be repeated, and a backslash before any but ", \ and ] is a plain one, left as it is.
# Seen: of a parameter that is repeated, as ip in the RFC's own example, only the last is kept, without an error. A line with "C:\temp" is
# refused, and by the parser that makes its best effort too: it ends there, so that the parameter, all behind it and the message are lost.
# Hurt: whoever counts addresses or paths of syslog: hosts with several are counted by one, and lines of Windows hosts are lost.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"

	"github.com/leodido/go-syslog/v4"
	"github.com/leodido/go-syslog/v4/rfc5424"
)

func show(name string, parser syslog.Machine, line string) {
	parsed, err := parser.Parse([]byte(line))
	message, ok := parsed.(*rfc5424.SyslogMessage)
	if !ok || message == nil {
		fmt.Printf("%s: %v\n", name, err)
		return
	}
	text, data := "no message", "no structured data"
	if message.Message != nil {
		text = *message.Message
	}
	if message.StructuredData != nil {
		data = fmt.Sprint(*message.StructuredData)
	}
	fmt.Printf("%s: %s, %s, error %v\n", name, data, text, err)
}

func main() {
	// The first is the example of RFC 5424, section 7.2.5.
	for _, data := range []string{`[origin ip="192.0.2.1" ip="192.0.2.129"]`, `[file path="C:\temp"]`, `[file path="C:\\temp"]`} {
		line := "<34>1 2026-01-02T03:04:05Z host app 1 ID " + data + " text"
		fmt.Println(data)
		show("  strict", rfc5424.NewParser(), line)
		show("  best effort", rfc5424.NewParser(rfc5424.WithBestEffort()), line)
	}
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/leodido/go-syslog/v4@v4.6.0 >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
[origin ip="192.0.2.1" ip="192.0.2.129"]
  strict: map[origin:map[ip:192.0.2.129]], text, error <nil>
  best effort: map[origin:map[ip:192.0.2.129]], text, error <nil>
[file path="C:\temp"]
  strict: expecting chars `]`, `"`, and `\` to be escaped within param value [col 56]
  best effort: map[file:map[]], no message, error expecting chars `]`, `"`, and `\` to be escaped within param value [col 56]
[file path="C:\\temp"]
  strict: map[file:map[path:C:\temp]], text, error <nil>
  best effort: map[file:map[path:C:\temp]], text, error <nil>
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

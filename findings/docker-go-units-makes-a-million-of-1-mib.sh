#!/usr/bin/env bash
# github.com/docker/go-units v0.5.0 (Go): FromHumanSize(), which reads sizes by powers of 1000, of sizes in KiB, MiB and GiB.
# Guess: IEC units are what they say, 1 MiB = 1048576, whatever M alone means; or they are refused.
# Seen: the "i" is passed over: 1 MiB is 1000000 and 64KiB 64000, without an error. What BytesSize of the same package writes for 2^30,
# "1GiB", is read as 10^9. RAMInBytes reads MiB right, and takes MB for MiB.
# Hurt: whoever takes limits of bodies, buffers or memory from a file or a flag: 7 % of a GiB are gone, and sizes do not come back.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"

	"github.com/docker/go-units"
)

func main() {
	for _, text := range []string{"512", "1MB", "1 MB", "1MiB", "1 MiB", "64KiB", "1.5 GiB"} {
		size, err := units.FromHumanSize(text)
		ram, _ := units.RAMInBytes(text)
		fmt.Println(text, "FromHumanSize", size, err, "RAMInBytes", ram)
	}
	written := units.BytesSize(1 << 30)
	back, _ := units.FromHumanSize(written)
	fmt.Println(1<<30, "written", written, "read", back)
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/docker/go-units@v0.5.0 >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
512 FromHumanSize 512 <nil> RAMInBytes 512
1MB FromHumanSize 1000000 <nil> RAMInBytes 1048576
1 MB FromHumanSize 1000000 <nil> RAMInBytes 1048576
1MiB FromHumanSize 1000000 <nil> RAMInBytes 1048576
1 MiB FromHumanSize 1000000 <nil> RAMInBytes 1048576
64KiB FromHumanSize 64000 <nil> RAMInBytes 65536
1.5 GiB FromHumanSize 1500000000 <nil> RAMInBytes 1610612736
1073741824 written 1GiB read 1000000000
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

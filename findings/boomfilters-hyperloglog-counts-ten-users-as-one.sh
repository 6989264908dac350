#!/usr/bin/env bash
# github.com/tylertreat/BoomFilters v0.0.0-20251001182300 (Go): NewDefaultHyperLogLog(0.02) of keys that differ in their last characters.
# Guess: within a few times the two percent that it is asked for, whatever the keys look like; small counts nearly exact.
# Seen: user_0 to user_9 are 1 and ten thousand users are 751. The hash is FNV-1 of 32 bits, whose last step is an exclusive or with the last
# byte, and the register is chosen by the upper bits, which that byte does not reach. Of SHA-256 of the same keys the count is right.
# Hurt: whoever counts users, sessions, addresses or dates with it: about a tenth of them, and tests with random keys pass.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"crypto/sha256"
	"fmt"

	boom "github.com/tylertreat/BoomFilters"
)

func main() {
	for _, count := range []int{1, 10, 100, 1000, 10000} {
		plain, err := boom.NewDefaultHyperLogLog(0.02)
		if err != nil {
			panic(err)
		}
		mixed, _ := boom.NewDefaultHyperLogLog(0.02)
		for number := 0; number < count; number++ {
			key := []byte(fmt.Sprintf("user_%d", number))
			digest := sha256.Sum256(key)
			plain.Add(key)
			mixed.Add(digest[:])
		}
		fmt.Printf("%d users: %d, by their SHA-256 %d\n", count, plain.Count(), mixed.Count())
	}
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/tylertreat/BoomFilters@v0.0.0-20251001182300-5b3723cc64ae >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
1 users: 1, by their SHA-256 1
10 users: 1, by their SHA-256 10
100 users: 10, by their SHA-256 100
1000 users: 84, by their SHA-256 1011
10000 users: 751, by their SHA-256 9858
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

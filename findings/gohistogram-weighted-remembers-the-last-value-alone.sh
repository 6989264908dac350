#!/usr/bin/env bash
# github.com/VividCortex/gohistogram v1.0.0 (Go): NewWeightedHistogram(bins, alpha), quantiles in which newer values weigh more.
# Guess: what it documents: alpha is 2/(N+1), 0.064516129 for a window of 60 seconds with an average age of 30, so that with a value each
# second the median is about that of the last minute.
# Seen: the two weights are the wrong way round: each new value multiplies the old counts by alpha and not by 1 - alpha, so that the last
# value has 94 % of the weight and is every percentile. The smaller alpha is, the longer the window meant, the less is remembered.
# Hurt: whoever shows latencies of the last minute: median, p99 and the last request are one number, which jumps with each request.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"

	"github.com/VividCortex/gohistogram"
)

func main() {
	for _, alpha := range []float64{0.5, 0.064516129, 1 - 0.064516129} {
		weighted := gohistogram.NewWeightedHistogram(80, alpha)
		plain := gohistogram.NewHistogram(80)
		for second := 0; second < 600; second++ {
			// Steps of 37 through 0 to 99: each of the hundred values once in a hundred seconds.
			value := float64(second * 37 % 100)
			weighted.Add(value)
			plain.Add(value)
			if second%150 == 149 {
				fmt.Printf("alpha %.3f, last value %.0f: p10 %.0f, p50 %.0f, p90 %.0f; unweighted p50 %.0f\n", alpha, value,
					weighted.Quantile(0.1), weighted.Quantile(0.5), weighted.Quantile(0.9), plain.Quantile(0.5))
			}
		}
	}
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/VividCortex/gohistogram@v1.0.0 >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
alpha 0.500, last value 13: p10 13, p50 13, p90 76; unweighted p50 48
alpha 0.500, last value 63: p10 26, p50 63, p90 89; unweighted p50 49
alpha 0.500, last value 13: p10 13, p50 13, p90 76; unweighted p50 49
alpha 0.500, last value 63: p10 26, p50 63, p90 89; unweighted p50 49
alpha 0.065, last value 13: p10 13, p50 13, p90 13; unweighted p50 48
alpha 0.065, last value 63: p10 63, p50 63, p90 63; unweighted p50 49
alpha 0.065, last value 13: p10 13, p50 13, p90 13; unweighted p50 49
alpha 0.065, last value 63: p10 63, p50 63, p90 63; unweighted p50 49
alpha 0.935, last value 13: p10 7, p50 44, p90 88; unweighted p50 48
alpha 0.935, last value 63: p10 12, p50 52, p90 89; unweighted p50 49
alpha 0.935, last value 13: p10 7, p50 44, p90 88; unweighted p50 49
alpha 0.935, last value 63: p10 12, p50 52, p90 89; unweighted p50 49
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

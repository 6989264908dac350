#!/usr/bin/env bash
# github.com/rcrowley/go-metrics v0.0.0-20250401214520 (Go): Histogram.Sum() and Timer.Sum(), beside their Count().
# Guess: the sum of all values, as Count is the number of all: it needs one number, and reporters send both, so that sum / count is the mean.
# Seen: Count is of all values, Sum of the 1028 that the sample holds: after 1028 values it stands still while the count goes on, so that
# the mean that others take from the two falls from 2 to 0.2. Mean() is right, for it divides the sample's sum by the sample's size.
# Hurt: whoever sums bytes or times by route, or sends sum and count to Prometheus, InfluxDB or Graphite: busy keys have the least sums.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'E'
package main

import (
	"fmt"

	"github.com/rcrowley/go-metrics"
)

func main() {
	for _, values := range []int{100, 1028, 2056, 10280} {
		uniform := metrics.NewHistogram(metrics.NewUniformSample(1028))
		decaying := metrics.NewHistogram(metrics.NewExpDecaySample(1028, 0.015))
		timer := metrics.NewTimer()
		for i := 0; i < values; i++ {
			uniform.Update(2)
			decaying.Update(2)
			timer.Update(2)
		}
		fmt.Printf("%d values of 2: uniform count %d sum %d mean %v, decaying count %d sum %d, timer count %d sum %d\n", values,
			uniform.Count(), uniform.Sum(), uniform.Mean(), decaying.Count(), decaying.Sum(), timer.Count(), timer.Sum())
	}
}
E
cat >go.mod <<'E'
module probe

go 1.21
E
go get github.com/rcrowley/go-metrics@v0.0.0-20250401214520-65e299d6c5c9 >go.log 2>&1 || { cat go.log; exit 1; }
go run . | tee seen

cat >expected <<'E'
100 values of 2: uniform count 100 sum 200 mean 2, decaying count 100 sum 200, timer count 100 sum 200
1028 values of 2: uniform count 1028 sum 2056 mean 2, decaying count 1028 sum 2056, timer count 1028 sum 2056
2056 values of 2: uniform count 2056 sum 2056 mean 2, decaying count 2056 sum 2056, timer count 2056 sum 2056
10280 values of 2: uniform count 10280 sum 2056 mean 2, decaying count 10280 sum 2056, timer count 10280 sum 2056
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

#!/usr/bin/env bash
# openmetrics-parser 0.5.1 (crates.io): prometheus::parse_prometheus() of the Prometheus text format.
# Guess: empty lines are ignored, as that format says, and each sample has labels of its own.
# Seen: an empty line between two samples ends their family, and the second is an error, "after that family was finalised". So is a sample
# with a label that the one before it lacks, and a histogram without a sum. One of them costs the whole text; a comment does not.
# Hurt: whoever reads counts from an exporter that groups its lines, or leaves labels out that are empty: nothing of the scrape is left.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir src
cat >Cargo.toml <<'E'
[package]
name = "probe"
version = "0.1.0"
edition = "2021"
[dependencies]
openmetrics-parser = "=0.5.1"
E
cat >src/main.rs <<'E'
use openmetrics_parser::prometheus::parse_prometheus;

fn main() {
    for lines in [
        &["# TYPE hits counter", "hits{path=\"/a\"} 1", "hits{path=\"/b\"} 2"][..],
        &["# TYPE hits counter", "hits{path=\"/a\"} 1", "# the rest", "hits{path=\"/b\"} 2"],
        &["# TYPE hits counter", "hits{path=\"/a\"} 1", "", "hits{path=\"/b\"} 2"],
        &["# TYPE hits counter", "hits{path=\"/a\"} 1", "hits{path=\"/b\",user=\"x\"} 2"],
        &["# TYPE ms histogram", "ms_bucket{le=\"1\"} 2", "ms_bucket{le=\"+Inf\"} 3", "ms_sum 4", "ms_count 3"],
        &["# TYPE ms histogram", "ms_bucket{le=\"1\"} 2", "ms_bucket{le=\"+Inf\"} 3", "ms_count 3"],
    ] {
        match parse_prometheus(&(lines.join("\n") + "\n")) {
            Ok(read) => println!("{lines:?}: {}", read.to_string().trim().replace('\n', " | ")),
            Err(error) => println!("{lines:?}: {error:?}"),
        }
    }
}
E
CARGO_TARGET_DIR=target cargo run --quiet 2>cargo.log | tee seen || { cat cargo.log; exit 1; }

cat >expected <<'E'
["# TYPE hits counter", "hits{path=\"/a\"} 1", "hits{path=\"/b\"} 2"]: # TYPE hits counter | hits{path="/a"} 1 | hits{path="/b"} 2
["# TYPE hits counter", "hits{path=\"/a\"} 1", "# the rest", "hits{path=\"/b\"} 2"]: # TYPE hits counter | hits{path="/a"} 1 | hits{path="/b"} 2
["# TYPE hits counter", "hits{path=\"/a\"} 1", "", "hits{path=\"/b\"} 2"]: InvalidMetric("Found a metric family called hits, after that family was finalised")
["# TYPE hits counter", "hits{path=\"/a\"} 1", "hits{path=\"/b\",user=\"x\"} 2"]: InvalidMetric("Metrics in family have different label sets: Some(LabelNames { names: [\"path\"], metric_type: Counter }) [\"/b\", \"x\"]")
["# TYPE ms histogram", "ms_bucket{le=\"1\"} 2", "ms_bucket{le=\"+Inf\"} 3", "ms_sum 4", "ms_count 3"]: # TYPE ms histogram | ms_bucket{le="1"} 2 | ms_bucket{le="+Inf"} 3 | ms_sum 4 | ms_count 3
["# TYPE ms histogram", "ms_bucket{le=\"1\"} 2", "ms_bucket{le=\"+Inf\"} 3", "ms_count 3"]: InvalidMetric("Sum must be present if count is present")
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

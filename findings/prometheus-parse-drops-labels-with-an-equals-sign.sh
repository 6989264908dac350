#!/usr/bin/env bash
# prometheus-parse 0.2.5 (crates.io): Scrape::parse of the Prometheus text format.
# Guess: every sample of the text with all its labels: a quoted value may hold any letter, and names of recording rules have colons.
# Seen: a label whose value has "=" is left out, so that /search?q=a and /search?q=b are one series without path, and a value with "," ends
# there. A sample with "}" in a value is left out, and so are one with colons in its name and one with empty braces. All without an error.
# Hurt: whoever sums scrapes by path, query or rule: routes such as /users/{id} and whole rules are missing from the totals, others are doubled.
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
prometheus-parse = "=0.2.5"
E
cat >src/main.rs <<'E'
use prometheus_parse::Scrape;

const TEXT: &str = r#"# TYPE hits_total counter
hits_total{path="/plain",host="a"} 1
hits_total{path="/search?q=a",host="a"} 2
hits_total{path="/search?q=b",host="a"} 3
hits_total{path="/users/{id}",host="a"} 4
hits_total{path="/list,long",host="a"} 5
hits_total{} 6
hits_total 7
path:hits:rate5m{host="a"} 8
"#;

fn main() {
    let scrape = Scrape::parse(TEXT.lines().map(|line| Ok(line.to_string()))).unwrap();
    println!("{} of 8 samples", scrape.samples.len());
    for sample in &scrape.samples {
        println!("{}{{{}}} {:?}", sample.metric, sample.labels, sample.value);
    }
}
E
CARGO_TARGET_DIR=target cargo run --quiet 2>cargo.log | tee seen || { cat cargo.log; exit 1; }

cat >expected <<'E'
5 of 8 samples
hits_total{host="a",path="/plain"} Counter(1.0)
hits_total{host="a"} Counter(2.0)
hits_total{host="a"} Counter(3.0)
hits_total{host="a",path="/list"} Counter(5.0)
hits_total{} Counter(7.0)
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

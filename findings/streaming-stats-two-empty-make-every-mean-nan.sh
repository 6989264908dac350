#!/usr/bin/env bash
# streaming-stats 0.2.3 (crates.io, the statistics of xsv): OnlineStats, mean and variance that merge, and merge_all.
# Guess: statistics of no value change nothing in a merge, in any order and grouping.
# Seen: merged with values they do, but two empty ones are 0/0, and what is merged with that sum is NaN for ever, though its count is right:
# of empty, empty, and 1 2 3 the mean is NaN, of empty, 1 2 3, empty it is 2.
# Hurt: whoever merges statistics of shards, hours or hosts: two without values that come first take the mean of all.
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
streaming-stats = "=0.2.3"
E
cat >src/main.rs <<'E'
use stats::{merge_all, OnlineStats};

fn show(shards: &[&[u32]]) {
    let parts = shards.iter().map(|values| OnlineStats::from_slice(values));
    let whole = merge_all(parts).unwrap();
    println!("{shards:?}: {} values, mean {}, variance {}", whole.len(), whole.mean(), whole.variance());
}

fn main() {
    show(&[&[1, 2, 3], &[4, 5, 6]]);
    show(&[&[], &[1, 2, 3]]);
    show(&[&[], &[1, 2, 3], &[]]);
    show(&[&[1, 2, 3], &[], &[]]);
    show(&[&[], &[], &[1, 2, 3]]);
    show(&[&[], &[], &[1, 2, 3], &[4, 5, 6]]);
}
E
CARGO_TARGET_DIR=target cargo run --quiet 2>cargo.log | tee seen || { cat cargo.log; exit 1; }

cat >expected <<'E'
[[1, 2, 3], [4, 5, 6]]: 6 values, mean 3.5, variance 2.9166666666666665
[[], [1, 2, 3]]: 3 values, mean 2, variance 0.6666666666666666
[[], [1, 2, 3], []]: 3 values, mean 2, variance 0.6666666666666666
[[1, 2, 3], [], []]: 3 values, mean 2, variance 0.6666666666666666
[[], [], [1, 2, 3]]: 3 values, mean NaN, variance NaN
[[], [], [1, 2, 3], [4, 5, 6]]: 6 values, mean NaN, variance NaN
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

#!/usr/bin/env bash
# quantiles 0.7.1 (crates.io): CKMS, quantiles of a stream within an error, and += of two of them.
# Guess: the quantiles of both streams together, within the error that both were made for, 1 % of the rank, or the sum of the two.
# Seen: of 0 to 999 and 1000 to 1999 the median is 662, added the other way round it is 1340, and 1000 is right: a sixth of all values off,
# for the side that is added to counts for more. Two that hold the same are off by 5 %. One summary of all values is right.
# Hurt: whoever merges summaries of hours, hosts or keys: the median hangs on which came first, and is outside the error that was asked for.
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
quantiles = "=0.7.1"
E
cat >src/main.rs <<'E'
use quantiles::ckms::CKMS;

fn summary(values: &[u32]) -> CKMS<u32> {
    let mut summary = CKMS::new(0.01);
    for &value in values {
        summary.insert(value);
    }
    summary
}

fn show(name: &str, shards: &[Vec<u32>]) {
    let mut whole = shards.concat();
    let mut merged = summary(&shards[0]);
    for shard in &shards[1..] {
        merged += summary(shard);
    }
    let one = summary(&whole);
    whole.sort();
    print!("{name}, {} values:", merged.count());
    for quantile in [0.25, 0.5, 0.75, 0.9] {
        let truth = whole[(quantile * whole.len() as f64) as usize];
        let of = |summary: &CKMS<u32>| summary.query(quantile).map(|(_, value)| value).unwrap();
        print!(" p{:.0} {truth} merged {} one {},", quantile * 100.0, of(&merged), of(&one));
    }
    println!();
}

fn main() {
    let shard = |first: u32| (first..first + 1000).collect::<Vec<_>>();
    show("two ranges", &[shard(0), shard(1000)]);
    show("the other way round", &[shard(1000), shard(0)]);
    show("four ranges", &[shard(0), shard(1000), shard(2000), shard(3000)]);
    show("two alike", &[shard(0), shard(0)]);
}
E
CARGO_TARGET_DIR=target cargo run --quiet 2>cargo.log | tee seen || { cat cargo.log; exit 1; }

cat >expected <<'E'
two ranges, 2000 values: p25 500 merged 332 one 503, p50 1000 merged 662 one 1008, p75 1500 merged 996 one 1511, p90 1800 merged 1374 one 1815,
the other way round, 2000 values: p25 500 merged 1010 one 504, p50 1000 merged 1340 one 1000, p75 1500 merged 1672 one 1499, p90 1800 merged 1873 one 1808,
four ranges, 4000 values: p25 1000 merged 494 one 1008, p50 2000 merged 989 one 2019, p75 3000 merged 2260 one 3024, p90 3600 merged 3184 one 3624,
two alike, 2000 values: p25 250 merged 190 one 251, p50 500 merged 447 one 500, p75 750 merged 724 one 752, p90 900 merged 891 one 904,
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

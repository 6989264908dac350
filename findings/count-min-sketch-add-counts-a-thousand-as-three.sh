#!/usr/bin/env bash
# count-min-sketch 0.2.0 (crates.io): CountMinSketch32, increment(key) and add(key, value).
# Guess: an estimate may be too great, never too small; add(key, 1000) is increment(key) a thousand times.
# Seen: add raises only the cells that hold the least, by the whole value, and leaves a cell that another key made greater by one as it is,
# which is then the least of all: most of 100 keys of 1000 each are estimated below 10. By increment none is below 1000.
# Hurt: whoever counts bytes, or folds counts of batches or shards: heavy keys are small ones, and no top of them can be right.
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
count-min-sketch = "=0.2.0"
E
cat >src/main.rs <<'E'
use count_min_sketch::CountMinSketch32;

type Sketch = CountMinSketch32<String>;

fn small(name: &str, count: impl Fn(&mut Sketch, &str)) {
    // The crate's own arguments in its tests; its hashes have a random key.
    let mut sketch = Sketch::new(1000, 0.95, 10.0).unwrap();
    for number in 0..1000 {
        sketch.increment(&format!("light {number}"));
    }
    let heavy: Vec<_> = (0..100).map(|number| format!("heavy {number}")).collect();
    heavy.iter().for_each(|key| count(&mut sketch, key));
    let below = |bound| heavy.iter().filter(|key| sketch.estimate(key.as_str()) < bound).count();
    let share = |count| match count {
        0 => "none",
        1..=50 => "some",
        _ => "most",
    };
    println!("1000 by {name}: {} below 1000, {} below 10", share(below(1000)), share(below(10)));
}

fn main() {
    small("add", |sketch, key| sketch.add(key, 1000));
    small("ten times add of 100", |sketch, key| (0..10).for_each(|_| sketch.add(key, 100)));
    small("increment", |sketch, key| (0..1000).for_each(|_| sketch.increment(key)));
}
E
CARGO_TARGET_DIR=target cargo run --quiet 2>cargo.log | tee seen || { cat cargo.log; exit 1; }

cat >expected <<'E'
1000 by add: most below 1000, most below 10
1000 by ten times add of 100: most below 1000, none below 10
1000 by increment: none below 1000, none below 10
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

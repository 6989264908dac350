#!/usr/bin/env bash
# streaming-stats 0.2.3 (crates.io, the statistics of xsv): mode, the one value that is most frequent.
# Guess: what it documents: the exact mode, and None if there is none, as of 1 1 2 3 3, where its modes are 1 and 3.
# Seen: of 1 and 2 three times and 3 twice the mode is 3: a tie sets the count to beat back to nothing, and any later value that comes twice
# is the mode, in sorted order. modes of the same values is right.
# Hurt: whoever takes the most frequent key of a column: with two at the head, a value that is much rarer is called the most frequent one.
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
fn show(counts: &[(&'static str, usize)]) {
    let values = || counts.iter().flat_map(|&(value, count)| vec![value; count]);
    println!("{counts:?}: mode {:?}, modes {:?}", stats::mode(values()), stats::modes(values()));
}

fn main() {
    show(&[("a", 3), ("b", 2), ("c", 1)]);
    show(&[("a", 3), ("b", 3)]);
    show(&[("a", 3), ("b", 3), ("c", 1)]);
    show(&[("a", 3), ("b", 3), ("c", 2)]);
    show(&[("c", 2), ("a", 3), ("b", 3)]);
    show(&[("GET", 1000), ("POST", 1000), ("PUT", 2)]);
}
E
CARGO_TARGET_DIR=target cargo run --quiet 2>cargo.log | tee seen || { cat cargo.log; exit 1; }

cat >expected <<'E'
[("a", 3), ("b", 2), ("c", 1)]: mode Some("a"), modes ["a"]
[("a", 3), ("b", 3)]: mode None, modes ["a", "b"]
[("a", 3), ("b", 3), ("c", 1)]: mode None, modes ["a", "b"]
[("a", 3), ("b", 3), ("c", 2)]: mode Some("c"), modes ["a", "b"]
[("c", 2), ("a", 3), ("b", 3)]: mode Some("c"), modes ["a", "b"]
[("GET", 1000), ("POST", 1000), ("PUT", 2)]: mode Some("PUT"), modes ["GET", "POST"]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

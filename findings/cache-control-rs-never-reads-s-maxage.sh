#!/usr/bin/env bash
# cache_control 0.2.0 (crates.io): CacheControl::from_value() of a Cache-Control header.
# Guess: the field s_max_age is the s-maxage of RFC 9111; no-cache and private are kept both, and names in any case are read.
# Seen: nothing ever sets s_max_age, so it is None whatever s-maxage says. Of "no-cache, private" the last is kept: no-cache is gone, though
# written the other way round private is. Max-Age=60 and NO-STORE are passed over for their capitals, and max-age="60" makes all None.
# Hurt: whoever keeps answers by it, a shared cache before all: counts are kept for max-age where s-maxage=10 was said, and without asking
# again where no-cache was.
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
cache_control = "=0.2.0"
E
cat >src/main.rs <<'E'
use cache_control::CacheControl;

fn main() {
    for header in [
        "max-age=60",
        "s-maxage=10",
        "public, max-age=60, s-maxage=10",
        "private, no-cache",
        "no-cache, private",
        "Max-Age=60",
        "NO-STORE",
        "max-age=\"60\"",
    ] {
        match CacheControl::from_value(header) {
            Some(read) => println!(
                "{header}: {:?} max_age {:?} s_max_age {:?} no_store {}",
                read.cachability, read.max_age, read.s_max_age, read.no_store
            ),
            None => println!("{header}: None"),
        }
    }
}
E
CARGO_TARGET_DIR=target cargo run --quiet 2>cargo.log | tee seen || { cat cargo.log; exit 1; }

cat >expected <<'E'
max-age=60: None max_age Some(60s) s_max_age None no_store false
s-maxage=10: None max_age None s_max_age None no_store false
public, max-age=60, s-maxage=10: Some(Public) max_age Some(60s) s_max_age None no_store false
private, no-cache: Some(NoCache) max_age None s_max_age None no_store false
no-cache, private: Some(Private) max_age None s_max_age None no_store false
Max-Age=60: None max_age None s_max_age None no_store false
NO-STORE: None max_age None s_max_age None no_store false
max-age="60": None
E
diff expected seen || { echo "the behaviour changed"; exit 1; }

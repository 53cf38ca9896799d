#!/bin/bash -eu
# Builds every target with its corpus as seeds.

cd "$SRC/tickproof"
cargo fuzz build -O
for target in $(cargo fuzz list); do
  cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
  zip --junk-paths --quiet --recurse-paths "$OUT/${target}_seed_corpus.zip" "fuzz/corpus/$target"
done

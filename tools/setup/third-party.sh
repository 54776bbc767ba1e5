#!/bin/bash
# third-party.sh - puts the sources of GoogleTest and Google Benchmark, which CMake builds with our flags, into the cache.
# They are Debian 13's, since Debian 12's do not build for wasm.
. "$(dirname "$0")/common.sh"

missing=()
for name in googletest-1.16.0 benchmark-1.9.1; do
    [ -d "$cache/$name" ] || missing+=("$name")
done
[ ${#missing[@]} -gt 0 ] || exit 0

scratch
for name in "${missing[@]}"; do
    say "fetching the source of $name"
    quietly "$name" "$top/tools/setup/apt-fetch.sh" amd64 trixie "$work" "src:${name%-*}"
    tar -xf "$work/${name%-*}_${name##*-}.orig.tar.gz" -C "$work" ||
        fail "Debian 13 has no ${name%-*} ${name##*-} any more: see $logs/$name.log, then tools/setup/third-party.sh and cmake/ThirdParty.cmake"
    replace "$cache/$name" "$work/$name"
done

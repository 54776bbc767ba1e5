#!/bin/bash
# emscripten.sh - an Emscripten for the wasm build. One that the user has (emsdk, or a recent emcc on PATH) is left to
# its work; otherwise Debian 13's, which is Python and JavaScript, goes into the cache, to run with Debian 12's clang-19
# and Debian 13's Binaryen (through the libc it was built for). SDL's source is laid where the SDL2 port looks for it.
. "$(dirname "$0")/common.sh"
[ ! -d "$(cmake -P "$top/cmake/Emscripten.cmake" 2>&1)" ] || exit 0

version=3.1.69
prefix=$cache/emscripten-$version
libs=(ld-linux-x86-64.so.2 libc.so.6 libm.so.6 libgcc_s.so.1 libstdc++.so.6 libbinaryen.so)

unpack_emscripten() {
    # The prebuilt system libraries are plain wasm32's; the variants we never link stay out.
    local sysroot=./usr/share/emscripten/cache/sysroot/lib
    dpkg-deb --fsys-tarfile "$work/emscripten_$version"*.deb | tar -x -C "$work" \
        --exclude="$sysroot/wasm32-emscripten/*lto" --exclude="$sysroot/wasm64-emscripten" \
        --exclude='*-asan*.a' --exclude='*-lsan*.a' --exclude='*-ubsan*.a' --exclude='*lib*san_*.a' \
        --exclude=./usr/share/emscripten/test --exclude=./usr/share/emscripten/docs ./usr/share/emscripten
    mv "$work/usr/share/emscripten" "$prefix/emscripten"
    cat >"$prefix/emscripten/.emscripten" <<CONF
import os, shutil
LLVM_ROOT = '/usr/bin'
LLVM_ADD_VERSION = CLANG_ADD_VERSION = '19'
BINARYEN_ROOT = '$prefix/binaryen'
NODE_JS = os.environ.get('EMSDK_NODE') or shutil.which('node')
CACHE = '$prefix/emscripten/cache'
CONF
    (cd "$prefix/emscripten" && echo '{"private":true}' >package.json && npm install --no-save --silent acorn@8 && rm package.json)
}

unpack_binaryen() {
    local package tool
    for package in binaryen libc6 libstdc++6 libgcc-s1; do dpkg-deb -x "$work/${package}"_*.deb "$work/debs"; done
    mkdir -p "$prefix"/binaryen/{bin,lib,libexec}
    for lib in "${libs[@]}"; do cp -L "$work/debs/usr/lib/x86_64-linux-gnu/$lib" "$prefix/binaryen/lib/"; done
    for tool in "$work"/debs/usr/bin/wasm*; do
        cp "$tool" "$prefix/binaryen/libexec/"
        cat >"$prefix/binaryen/bin/${tool##*/}" <<'WRAP'
#!/bin/sh
d=$(dirname "$(readlink -f "$0")")/..
exec "$d/lib/ld-linux-x86-64.so.2" --library-path "$d/lib" "$d/libexec/${0##*/}" "$@"
WRAP
        chmod +x "$prefix/binaryen/bin/${tool##*/}"
    done
}

build_sdl2() {
    local ports=$prefix/emscripten/cache/ports recipe=$prefix/emscripten/tools/ports/sdl2.py tag url
    tag=$(sed -n "s/^TAG = '\(.*\)'/\1/p" "$recipe")
    url=$(sed -n "s/.*f'\(https:[^']*\.zip\)'.*/\1/p" "$recipe" | head -n 1)
    mkdir -p "$ports/sdl2/SDL-$tag" "$work/sdl"
    tar -xf "$work"/libsdl2_*.orig.tar.* -C "$work/sdl" --strip-components=1
    cp -r "$work/sdl/src" "$work/sdl/include" "$ports/sdl2/SDL-$tag/"
    echo "${url//\{TAG\}/$tag}" >"$ports/sdl2/.emscripten_url"     # by this the port knows that it has its source
    "$prefix/emscripten/embuilder" build sdl2
}

say "fetching Emscripten $version, its Binaryen and SDL2 (about 200 MB)"
scratch
quietly emscripten-fetch "$top/tools/setup/apt-fetch.sh" amd64 trixie "$work" \
    emscripten binaryen libc6 libstdc++6 libgcc-s1 src:libsdl2
compgen -G "$work/emscripten_$version*.deb" >/dev/null ||
    fail "Debian 13 has no Emscripten $version any more: see $logs/emscripten-fetch.log, then tools/setup/emscripten.sh"
# Paths are written into it, so it is made in place; the check above looks for the file that comes last.
rm -rf "$prefix"
mkdir -p "$prefix"
quietly emscripten-unpack unpack_emscripten
quietly emscripten-binaryen unpack_binaryen
say "building the SDL2 port"
quietly emscripten-sdl2 build_sdl2
touch "$prefix/complete"

#!/bin/bash
# build.sh OUTDIR - builds the guest benchmark: the test programs (32-bit, static; the same files run natively on an
# x86 host), an initrd that runs them all, Debian's i386 kernel to start it with, and the real-mode boot floppies.
#
# OUTDIR gets: vmlinuz initrd.gz, gint gmem gsys gfp87 gfpsse, rmboot.img kbd-busy.img kbd-idle.img.
. "$(dirname "$0")/../../tools/guests/lib.sh"
[ $# -eq 1 ] || { echo "usage: $0 OUTDIR" >&2; exit 2; }
here=$top/bench/guest
need gcc strip nasm cpio gzip dpkg-deb
mkdir -p "$1"
out=$(cd "$1" && pwd)
debs=$guest_cache/debs
scratch

# i686 without SSE is what most of Debian's i386 runs; gfp is built twice, to time the x87 and the SSE2 paths.
# -fwrapv: checksums rely on two's complement; -ffp-contract=off: on no fused operations anywhere.
compile() {
    gcc -m32 -march=i686 -static -O2 -fno-pie -no-pie -fwrapv -ffp-contract=off -Wall -Wextra -Wno-missing-field-initializers -s "$@"
}
x87=(-mno-sse -mno-mmx -mfpmath=387)
echo 'int main(void) { return 0; }' >"$work/probe.c"
compile "$work/probe.c" -o "$work/probe" 2>/dev/null ||
    fail "gcc cannot build 32-bit programs here. Install gcc-multilib and libc6-dev-i386."
cd "$here"
compile "${x87[@]}" gint.c gint_alu.c gint_app.c gb.c -o "$out/gint"
compile "${x87[@]}" gmem.c gb.c -o "$out/gmem"
compile "${x87[@]}" gsys.c gb.c -o "$out/gsys"
compile "${x87[@]}" -DPREFIX='"x87"' -DSCALE=3 gfp.c gb.c -o "$out/gfp87" -lm
compile -O3 -msse2 -mfpmath=sse -DPREFIX='"sse2"' -DSCALE=12 -DVECTOR gfp.c gb.c -o "$out/gfpsse" -lm

nasm -f bin "$here/rmboot.asm" -o "$out/rmboot.img"
nasm -f bin "$here/kbd.asm" -o "$out/kbd-busy.img"
nasm -f bin -DIDLE=1 "$here/kbd.asm" -o "$out/kbd-idle.img"

fetch_debs "$debs" linux-image-686 busybox-static
deb_file "$(kernel_deb "$debs")" 'boot/vmlinuz-*' >"$out/vmlinuz"

root=$work/root
mkdir -p "$root"/{bin,dev,proc,sys,tmp}
deb_file "$(the_deb "$debs" busybox-static)" bin/busybox >"$root/bin/busybox"
cp "$here/init" "$root/init"
cp "$out"/{gint,gmem,gsys,gfp87,gfpsse} "$root/bin/"
chmod 755 "$root/init" "$root"/bin/*
find "$root" -exec touch -h -d "@$guest_epoch" {} +
(cd "$root" && find . -print0 | LC_ALL=C sort -z | cpio -0 -o -H newc -R 0:0 --reproducible --quiet) | gzip -9n >"$out/initrd.gz"
write_sources "$out" "$debs" linux-image-686 busybox-static
add_host_package libc6-dev-i386 "C library in the programs" "$out"
say "bench guest is in $out"

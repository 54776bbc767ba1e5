#!/bin/bash
# build-welcome.sh OUTDIR - assembles guests/welcome to OUTDIR/welcome.img, a 1.44 MB boot floppy.
. "$(dirname "$0")/lib.sh"
[ $# -eq 1 ] || { echo "usage: $0 OUTDIR" >&2; exit 2; }
need nasm
mkdir -p "$1"
# Renamed into place: nobody sees half an image.
nasm -f bin -i "$top/guests/welcome/" -o "$1/welcome.img.new" "$top/guests/welcome/welcome.asm"
mv "$1/welcome.img.new" "$1/welcome.img"
say "welcome floppy is $1/welcome.img"

#!/bin/sh
# Makes the .inc files, which are checked in, of their sources: the bytes of what nasm and iasl (Debian's nasm and
# acpica-tools) give. Run it after changing a source.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

include() { # <binary> <source>
    echo "// Made of $2 by build.sh."
    od -An -v -tx1 -w20 "$1" | sed 's/ \(..\)/0x\1,/g'
}

nasm -f bin -o "$work/linuxboot" linuxboot.asm
include "$work/linuxboot" linuxboot.asm > linuxboot.inc
iasl -p "$work/dsdt" dsdt.asl > "$work/log" || { cat "$work/log"; exit 1; }
include "$work/dsdt.aml" dsdt.asl > dsdt.inc

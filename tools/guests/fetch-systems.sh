#!/bin/bash
# fetch-systems.sh [--installer] OUTDIR - systems of others that the boot tests run, from Debian packages: memtest86+,
# GRUB's rescue CD, iPXE; with --installer the Debian 12 text installer (a package of 100 MB). Packages stay in the cache.
. "$(dirname "$0")/lib.sh"
installer=
[ "${1:-}" != --installer ] || { installer=1; shift; }
[ $# -eq 1 ] || { echo "usage: $0 [--installer] OUTDIR" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
debs=$guest_cache/debs

# take PACKAGE PATH NAME : OUTDIR/NAME is that file of the package.
take() {
    [ -s "$out/$3" ] && return
    deb_file "$(the_deb "$debs" "$1")" "$2" >"$out/$3.part"
    mv "$out/$3.part" "$out/$3"
}

fetch_debs "$debs" memtest86+ grub-rescue-pc ipxe
take memtest86+ usr/lib/memtest86+/memtest86+ia32.iso memtest86+.iso
take memtest86+ boot/memtest86+ia32.bin memtest86+.bin
take grub-rescue-pc usr/lib/grub-rescue/grub-rescue-cdrom.iso grub-rescue.iso
take ipxe usr/lib/ipxe/ipxe.iso ipxe.iso
if [ $installer ]; then
    package=debian-installer-12-netboot-i386
    images=usr/lib/debian-installer/images/12/i386/text/debian-installer/i386
    fetch_debs "$debs" $package
    take $package $images/linux installer.vmlinuz
    take $package $images/initrd.gz installer.initrd.gz
fi
say "systems to test with are in $out"

#!/bin/bash
# build-linux-disk.sh OUTDIR - builds OUTDIR/linux.img: Debian 12 (i386) kernel and busybox on a hard disk that boots
# by syslinux to a shell on the screen and on ttyS0. Needs no root and mounts nothing; guests/linux/ holds what is ours
# on the disk. Downloads and the result stay in the cache, so a second call only copies.
#
# Disk: MBR; partition 1, FAT16, syslinux, kernel and initramfs; partition 2, ext2, the root file system.
. "$(dirname "$0")/lib.sh"
[ $# -eq 1 ] || { echo "usage: $0 OUTDIR" >&2; exit 2; }
tools=$top/tools/guests
ours=$top/guests/linux
mkdir -p "$1"
out=$(cd "$1" && pwd)

cylinder=$((16 * 63)) # sectors; the size is a whole number of them, so that every BIOS agrees on the geometry
disk_sectors=$((96 * cylinder))
boot_start=2048
boot_sectors=$((12 * 2048))
root_start=$((boot_start + boot_sectors))
root_sectors=$(((disk_sectors - root_start) / 8 * 8))

main() {
    local key built
    key=$(cd "$top" && find guests/linux tools/guests/{build-linux-disk.sh,lib.sh,modules.py} -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
    built=$guest_cache/linux-disk-$key
    if [ ! -f "$built/linux.img" ]; then
        need mformat mcopy mke2fs debugfs syslinux cpio python3 dpkg-deb
        [ -f "$mbr_code" ] && [ -f "$ldlinux_c32" ] || fail "syslinux's files are missing. Install the package syslinux-common."
        scratch
        build
        rm -rf "$guest_cache"/linux-disk-* # of older sources
        replace "$built" "$work/result"
    fi
    rm -rf "$out/LICENSES"
    cp -r --sparse=always "$built"/{linux.img,SOURCES.txt,LICENSES} "$out/"
    say "Linux disk is $out/linux.img"
}
mbr_code=/usr/lib/syslinux/mbr/mbr.bin
ldlinux_c32=/usr/lib/syslinux/modules/bios/ldlinux.c32

build() {
    local debs=$guest_cache/debs
    export SOURCE_DATE_EPOCH=$guest_epoch E2FSPROGS_FAKE_TIME=$guest_epoch TZ=UTC
    mkdir -p "$work/result"
    fetch_debs "$debs" linux-image-686 busybox-static
    say "building the Linux disk"
    mkdir "$work/kernel"
    dpkg-deb --fsys-tarfile "$(kernel_deb "$debs")" | tar -x -C "$work/kernel" ./boot ./lib/modules
    deb_file "$(the_deb "$debs" busybox-static)" bin/busybox >"$work/busybox"
    chmod 755 "$work/busybox"
    make_initramfs
    make_boot_partition
    make_root_partition
    make_disk
    write_sources "$work/result" "$debs" linux-image-686 busybox-static
    add_host_package syslinux-common "boot loader" "$work/result"
}

# modules SECTION… : the names under these headings of modules.txt.
modules() {
    awk -v wanted=" $* " '/^\[/ { on = index(wanted, " " substr($0, 2, length($0) - 2) " ") } /^[a-z]/ && on' "$ours/modules.txt"
}

# install_modules ROOT SECTION… : those modules, with an index, into ROOT/lib/modules.
install_modules() {
    local root=$1 version
    shift
    version=$(ls "$work/kernel/lib/modules")
    mkdir -p "$root/lib/modules/$version"
    modules "$@" | xargs python3 "$tools/modules.py" "$work/kernel/lib/modules/$version" "$root/lib/modules/$version"
}

set_times() { find "$1" -exec touch -h -d "@$guest_epoch" {} +; }

make_initramfs() {
    local root=$work/initramfs
    mkdir -p "$root"/{bin,sbin,dev,proc,root}
    cp "$work/busybox" "$root/bin/busybox"
    ln -s ../bin/busybox "$root/sbin/modprobe" # the kernel calls it by this name
    install -m 755 "$ours/initramfs-init" "$root/init"
    install_modules "$root" initramfs
    set_times "$root"
    (cd "$root" && find . -print0 | LC_ALL=C sort -z | cpio -0 -o -H newc -R 0:0 --reproducible --quiet) >"$work/initrd"
}

make_boot_partition() {
    boot=$work/boot.img
    truncate -s $((boot_sectors * 512)) "$boot"
    mformat -i "$boot" -h 16 -s 63 -T $boot_sectors -H $boot_start -N 7AB9C001 -v TABPC ::
    cp "$work"/kernel/boot/vmlinuz-* "$work/vmlinuz"
    cp "$ours/syslinux.cfg" "$ldlinux_c32" "$work"
    touch -d "@$guest_epoch" "$work"/{vmlinuz,initrd,syslinux.cfg,ldlinux.c32}
    mcopy -m -i "$boot" "$work"/{vmlinuz,initrd,syslinux.cfg,ldlinux.c32} ::
    syslinux --install "$boot"
}

# applets BUSYBOX : the names of its commands. Read from its table of names, since it may not run on this host.
applets() {
    python3 -c '
import re, sys
table = re.search(rb"\0(\[\0\[\[\0(?:[\w.\[-]+\0)+)", open(sys.argv[1], "rb").read())
print(table[1].decode().replace("\0", "\n"))' "$1"
}

make_root_partition() {
    local root=$work/root applet directory
    cp -r "$ours/root" "$root"
    mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,dev,proc,sys,tmp,run,root,mnt,cdrom,floppy,var/log}
    chmod 755 "$root/etc/init.d/rcS"
    chmod 1777 "$root/tmp"
    cp "$work/busybox" "$root/bin/busybox"
    # Applets that belong to root's path go to /sbin, where init and the kernel look for them.
    for applet in $(applets "$work/busybox"); do
        directory=bin
        case $applet in init | halt | poweroff | reboot | modprobe | insmod | rmmod | lsmod | depmod | getty | mke2fs | fdisk | ifconfig | ip) directory=sbin ;; esac
        [ "$applet" = busybox ] || ln -s /bin/busybox "$root/$directory/$applet"
    done
    install_modules "$root" initramfs root
    set_times "$root"
    truncate -s $((root_sectors * 512)) "$work/root.img"
    mke2fs -q -F -t ext2 -b 4096 -m 0 -N 2048 -L tabpc -U 7ab9c002-0000-4000-8000-000000000002 \
        -E hash_seed=7ab9c002-0000-4000-8000-000000000003,root_owner=0:0 -d "$root" "$work/root.img"
    # Whoever builds, and when: the files belong to root and carry the one time.
    (cd "$root" && find . -mindepth 1 -printf 'sif "%P" uid 0\nsif "%P" gid 0\nsif "%P" ctime @'$guest_epoch'\n') |
        debugfs -w -f - "$work/root.img" >/dev/null 2>"$work/debugfs.log" || { cat "$work/debugfs.log" >&2; exit 1; }
}

make_disk() {
    local disk=$work/result/linux.img
    truncate -s $((disk_sectors * 512)) "$disk"
    python3 - $boot_start $boot_sectors $root_start $root_sectors <<'PY' | dd of="$disk" conv=notrunc bs=1 seek=440 status=none
import struct, sys
boot_start, boot_sectors, root_start, root_sectors = map(int, sys.argv[1:])
def chs(lba):
    cylinder, rest = divmod(lba, 16 * 63)
    head, sector = divmod(rest, 63)
    return bytes([head, sector + 1 | (cylinder >> 8) << 6, cylinder & 0xFF])
def entry(active, kind, start, count):
    return bytes([active]) + chs(start) + bytes([kind]) + chs(start + count - 1) + struct.pack("<II", start, count)
table = entry(0x80, 0x0E, boot_start, boot_sectors) + entry(0, 0x83, root_start, root_sectors) + bytes(32)
sys.stdout.buffer.write(b"tabp\0\0" + table + b"\x55\xaa")
PY
    dd if="$mbr_code" of="$disk" conv=notrunc bs=440 count=1 status=none
    dd if="$boot" of="$disk" conv=notrunc,sparse bs=512 seek=$boot_start status=none
    dd if="$work/root.img" of="$disk" conv=notrunc,sparse bs=512 seek=$root_start status=none
}

main

#!/bin/bash
# firmware.sh - SeaBIOS and its VGA BIOSes from Debian's package into build/firmware, with their licence (LGPL-3) and
# where their source is: whoever publishes the site publishes these files too.
. "$(dirname "$0")/common.sh"
version=1.16.2-1
images=(bios-256k.bin vgabios-stdvga.bin vgabios-cirrus.bin)

kept=$cache/seabios-$version
if [ ! -d "$kept" ]; then
    say "fetching SeaBIOS $version"
    scratch
    quietly seabios "$top/tools/setup/apt-fetch.sh" amd64 bookworm "$work" seabios
    [ -f "$work/seabios_${version}_all.deb" ] || fail "Debian 12 has no seabios $version any more: see $work, then tools/setup/firmware.sh"
    dpkg-deb -x "$work/seabios_${version}_all.deb" "$work/x"
    mkdir "$work/firmware"
    for image in "${images[@]}"; do cp "$work/x/usr/share/seabios/$image" "$work/firmware/"; done
    cp "$work/x/usr/share/doc/seabios/copyright" "$work/firmware/seabios.copyright"
    cp /usr/share/common-licenses/{LGPL-3,GPL-3} "$work/firmware/"
    cat >"$work/firmware/README.txt" <<TEXT
SeaBIOS and SeaVGABIOS as Debian builds them (package seabios, version $version), unchanged.
Licence: GNU LGPL version 3 (LGPL-3, which adds to GPL-3); copyright notices: seabios.copyright.
Source: on Debian 12 with a deb-src line, \`apt-get source seabios=$version\`; also in Debian's archive and snapshot archive.
TEXT
    replace "$kept" "$work/firmware"
fi
[ -d "$top/build/firmware" ] || { mkdir -p "$top/build" && cp -r "$kept" "$top/build/firmware"; }

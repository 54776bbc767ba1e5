# Shared by the guest builds: host tools checked by name, and Debian packages of the guest fetched without root.
# To be sourced by bash.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../setup/common.sh"

guest_cache=$cache/guests
guest_suite=bookworm
guest_epoch=1700000000 # every time stamp inside an image, so that equal inputs give equal bytes

# need TOOL… : ends with a sentence that names what is missing.
need() {
    local tool missing=()
    PATH=$PATH:/usr/sbin:/sbin
    for tool in "$@"; do command -v "$tool" >/dev/null || missing+=("$tool"); done
    [ ${#missing[@]} -eq 0 ] ||
        fail "missing on this machine: ${missing[*]}. Install the packages of tools/guests/packages.txt, then try again."
}

# fetch_debs DIR PACKAGE… : downloads i386 packages into DIR; what is there already is not fetched again. A package
# `linux-image-686` brings the kernel it stands for.
fetch_debs() {
    local dir=$1 package depends wanted=()
    shift
    for package in "$@"; do
        compgen -G "$dir/${package}_*.deb" >/dev/null || wanted+=("$package")
    done
    [ ${#wanted[@]} -gt 0 ] || return 0
    need apt-get dpkg-deb
    say "fetching ${wanted[*]} (Debian $guest_suite, i386)"
    "$top/tools/setup/apt-fetch.sh" i386 $guest_suite "$dir" "${wanted[@]}"
    for package in "${wanted[@]}"; do
        [ "$package" = linux-image-686 ] || continue
        depends=$(dpkg-deb -f "$dir"/linux-image-686_*.deb Depends)
        fetch_debs "$dir" "${depends%% *}"
    done
}

# deb_file DEB PATH : the content of one file of a package, on stdout.
deb_file() { dpkg-deb --fsys-tarfile "$1" | tar -xO --wildcards "./$2"; }

# the_deb DIR NAME : the path of the newest NAME_*.deb in DIR.
the_deb() { ls "$1"/$2_*.deb | sort -V | tail -n 1; }

# kernel_deb DIR : the package that holds the kernel itself.
kernel_deb() { ls "$1"/linux-image-[0-9]*-686_*.deb | sort -V | tail -n 1; }

# write_sources OUTDIR DEBDIR PACKAGE… : the licence texts of the Debian packages an image holds, and where their
# source is. `linux-image-686` stands for the kernel package it depends on.
write_sources() {
    local out=$1 debs=$2 package deb name version source parts
    shift 2
    rm -rf "$out/LICENSES"
    mkdir -p "$out/LICENSES"
    {
        echo "This folder holds programs from Debian 12 (bookworm), i386. Their licences are in LICENSES/."
        echo "The exact source of each, from Debian's archive (or, for older versions, Debian's snapshot archive),"
        echo "with a deb-src line for bookworm in the apt sources:"
        echo
        for package in "$@"; do
            if [ "$package" = linux-image-686 ]; then deb=$(kernel_deb "$debs"); else deb=$(the_deb "$debs" "$package"); fi
            name=$(dpkg-deb -f "$deb" Package)
            version=$(dpkg-deb -f "$deb" Version)
            deb_file "$deb" "usr/share/doc/$name/copyright" >"$out/LICENSES/$name.copyright"
            source=$(source_of "$deb")
            echo "  $name $version: apt-get source $source"
            parts=$(dpkg-deb -f "$deb" Built-Using)
            [ -z "$parts" ] || echo "      holds parts of: $parts"
        done
    } >"$out/SOURCES.txt"
    cp /usr/share/common-licenses/GPL-2 "$out/LICENSES/GPL-2.txt"
}

# add_host_package PACKAGE WHAT OUTDIR : the same for a part of the image that came from this machine's own packages.
add_host_package() {
    local source
    source=$(dpkg-query -W -f '${source:Package}=${source:Version}' "$1")
    cp "/usr/share/doc/$1/copyright" "$3/LICENSES/$1.copyright"
    echo "  $1 ($2): apt-get source $source" >>"$3/SOURCES.txt"
}

# source_of DEB : NAME=VERSION of the source package. A signed kernel image names the package that only adds the
# signature; what it was built from is the source `linux` of the same version.
source_of() {
    local name version field
    name=$(dpkg-deb -f "$1" Package)
    version=$(dpkg-deb -f "$1" Version)
    field=$(dpkg-deb -f "$1" Source)
    case $name in
    linux-image-*) echo "linux=$version" ;;
    *)
        [[ $field == *\(* ]] && { version=${field#*\(}; version=${version%\)}; }
        # A rebuild without a source change (+b1) has the version of its source.
        echo "${field:-$name}" | sed "s/ (.*//; s/\$/=${version%+b[0-9]*}/"
        ;;
    esac
}

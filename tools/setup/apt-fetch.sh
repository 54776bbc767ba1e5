#!/bin/bash
# apt-fetch.sh ARCH SUITE DIR PACKAGE… - downloads Debian packages of another architecture or suite into DIR (src:NAME:
# the source package), signatures checked. Leaves this machine's apt configuration alone: a private apt root takes the
# archive's address from the sources the machine has.
. "$(dirname "$0")/common.sh"
[ $# -ge 4 ] || { echo "usage: $0 ARCH SUITE DIR PACKAGE…" >&2; exit 2; }
arch=$1 suite=$2
mkdir -p "$3"
dir=$(cd "$3" && pwd)
shift 3

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# Only indexes that have been downloaded are listed; Debian's security archive calls itself Debian-Security.
archive() { apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' | sed -n 's/^Debian|Debian|//p' | head -n 1; }
uri=$(archive || true)
if [ -z "$uri" ]; then
    as_root apt-get -q update || true
    uri=$(archive || true)
fi
[ -n "$uri" ] || fail "no Debian archive among this machine's apt sources"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{etc/apt.conf.d,etc/preferences.d,etc/sources.list.d,state/lists/partial,cache/archives/partial}
: >"$root/status"
cat >"$root/etc/sources.list" <<LIST
deb [arch=$arch signed-by=$keyring] $uri $suite main
deb-src [signed-by=$keyring] $uri $suite main
LIST
cat >"$root/apt.conf" <<CONF
Dir::Etc "$root/etc"; Dir::State "$root/state"; Dir::State::status "$root/status"; Dir::Cache "$root/cache";
APT::Architecture "$arch"; APT::Architectures {"$arch";}; APT::Sandbox::User "$(id -un)";
Acquire::Languages "none"; Acquire::Retries "3";
CONF
export APT_CONFIG=$root/apt.conf
apt-get update -qq
cd "$dir"
for package in "$@"; do
    case $package in
    src:*) apt-get source -qq --download-only "${package#src:}" ;;
    *) apt-get download -qq "$package" ;;
    esac
done

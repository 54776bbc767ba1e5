#!/bin/bash
# apt.sh [LIST…] - installs the Debian packages of the package lists, and of LISTs besides, that are missing.
. "$(dirname "$0")/common.sh"

mapfile -t wanted < <(sed -e 's/#.*//' -e '/^ *$/d' "$top"/tools/setup/packages.txt "$top"/tools/guests/packages.txt "$@" | sort -u)
command -v npm >/dev/null || wanted+=(nodejs npm)

mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^installed //p' | sort -u))
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    fail "these Debian packages are missing, and there is no sudo to install them with. As root, run:
    apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
fi
say "installing ${#missing[@]} Debian packages: ${missing[*]}"
# A machine may have other package sources, one of which may be down; what counts is whether the packages install.
mkdir -p "$logs"
as_root apt-get -q update >"$logs/apt-update.log" 2>&1 || say "not every package source could be read: $logs/apt-update.log"
quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 install -y --no-install-recommends "${missing[@]}"

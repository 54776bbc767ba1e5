# Shared by tabpc and the set-up scripts, which each bring one thing this project needs and do nothing when it is there.
# To be sourced by bash.
# shellcheck shell=bash
set -euo pipefail
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${HOME:=$top/build}"                            # some CI systems set none
export HOME
cache=${XDG_CACHE_HOME:-$HOME/.cache}/tabpc         # survives clones and ./tabpc clean; cmake/Cache.cmake has the same rule
logs=$top/build/log

say() { printf '      %s\n' "$*" >&2; }
fail() { printf 'tabpc: %s\n' "$*" >&2; exit 1; }

# quietly LOG COMMAND… : keeps the command's output in build/log/LOG.log, and shows its end if the command fails.
quietly() {
    local log=$logs/$1.log status
    shift
    mkdir -p "$logs"
    set +e      # not `"$@" || …`: that would let a function go on after an error
    (set -e; "$@") >"$log" 2>&1 </dev/null
    status=$?
    set -e
    [ $status != 0 ] || return 0
    tail -n 25 "$log" | sed 's/^/      | /' >&2
    fail "'$1' failed; all of its output is in $log"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# replace DIR NEW : puts NEW in DIR's place, so that a half-made DIR is never seen.
replace() {
    rm -rf "$1"
    mkdir -p "$(dirname "$1")"
    mv "$2" "$1"
}

# scratch : sets $work to a folder that goes away with the script; beside the cache, so that replace() only renames.
scratch() {
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/tmp.XXXXXX")
    trap 'rm -rf "$work"' EXIT
}

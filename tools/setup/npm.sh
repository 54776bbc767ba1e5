#!/bin/bash
# npm.sh - installs the npm packages of package-lock.json into node_modules, node 24 among them. The npm that does it
# may be an old one on an old node; everything else runs under node_modules/.bin/node.
. "$(dirname "$0")/common.sh"
cd "$top"
stamp=node_modules/.tabpc-stamp
key=$(sha256sum package.json package-lock.json | sha256sum | cut -c1-16)
[ "$(cat $stamp 2>/dev/null)" != "$key" ] || exit 0

say "installing npm packages"
quietly npm npm ci --no-audit --no-fund
version=$(node_modules/.bin/node --version 2>/dev/null || true)
case $version in
v24.*) ;;
*) fail "node_modules/.bin/node is ${version:-missing}, not node 24: npm did not run its install script. See $logs/npm.log" ;;
esac
echo "$key" >$stamp

#!/bin/sh
# Starts the bundle beside this file: the same name with .js.
set -eu

file=$0
while [ -L "$file" ]; do
  target=$(readlink "$file")
  case $target in
    /*) file=$target ;;
    *) file=$(dirname "$file")/$target ;;
  esac
done

fail() {
  echo "${file##*/}: $1. Install Node.js 20 or newer (https://nodejs.org), and put node on PATH." >&2
  exit 1
}

command -v node >/dev/null 2>&1 || fail "node is not on PATH"
version=$(node --version) || fail "node --version failed"
major=${version#v}
major=${major%%.*}
[ "$major" -ge 20 ] 2>/dev/null || fail "node is $version, which is too old"

exec node "$file.js" "$@"

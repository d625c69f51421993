#!/usr/bin/env bash
# The same commit becomes the same bytes: two clones of it, in directories of different names, the second without anything that
# Go has built before, pack one platform each (the first argument, linux/amd64).
set -euo pipefail
platform=${1:-linux/amd64}
top=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/spaces-reproduce.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

pack() { # pack DIR: and leaves no clone behind
  git clone -q --no-hardlinks "$top" "$tmp/$1"
  git -C "$tmp/$1" -c advice.detachedHead=false checkout -q "$(git -C "$top" rev-parse HEAD)"
  make -C "$tmp/$1" --no-print-directory dist PLATFORMS="$platform" >"$tmp/log" 2>&1 || { cat "$tmp/log" >&2; exit 1; }
}

pack here
(umask 077 && cd / && TZ=Pacific/Auckland LC_ALL=C GOCACHE=$tmp/cache pack elsewhere/and/deeper)
if ! cmp "$tmp"/here/bin/dist/SHA256SUMS "$tmp"/elsewhere/and/deeper/bin/dist/SHA256SUMS; then
  for dir in here elsewhere/and/deeper; do
    mkdir -p "$tmp/out/$dir"
    tar -xzf "$tmp/$dir"/bin/dist/*.tar.gz -C "$tmp/out/$dir"
  done
  diff -rq "$tmp/out/here" "$tmp/out/elsewhere/and/deeper" >&2 || true
  exit 1
fi
(cd "$tmp/here/bin/dist" && sha256sum --quiet -c SHA256SUMS)
if [ "$platform" = "$(go env GOHOSTOS)/$(go env GOHOSTARCH)" ]; then
  mkdir "$tmp/run"
  tar -xzf "$tmp"/here/bin/dist/*.tar.gz -C "$tmp/run" --strip-components=1
  said=$("$tmp/run/spaces" version)
  case $said in
    "spaces version v"*", commit $(git -C "$top" rev-parse --short=12 HEAD) of "*modified*) echo "the version of a clean clone is: $said" >&2; exit 1 ;;
    "spaces version v"*", commit $(git -C "$top" rev-parse --short=12 HEAD) of "*) ;;
    *) echo "the version does not name the commit: $said" >&2; exit 1 ;;
  esac
fi
echo "reproduce: two clones, the same bytes: $(cat "$tmp/here/bin/dist/SHA256SUMS")"

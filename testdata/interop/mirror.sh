#!/usr/bin/env bash
# The way out and back: `spaces mirror` takes objects of all kinds from the embedded server to a Ceph cluster of three object
# stores, is killed on the way and run again, and loses one of the stores to SIGKILL; boto3 compares every byte and property
# of every version. Then back into a fresh server, and compared again.
#
#   mirror.sh [BINARY [OBJECTS]]   BINARY or $INTEROP_BINARY; 2000 objects
set -euo pipefail
. "$(dirname "$0")/sides.sh"
objects=${2:-2000}
client() { "$python" "$here/mirror_client.py" "$@"; }
figures() { echo "   $1: $(field "$2" written) keys, $(field "$2" bytes) bytes, $(field "$2" seconds | cut -c 1-6) s, $(field "$2" requests) requests, $(field "$2" failed) failed"; }
# nothing_to_do FILE VERSIONS: the pages of two listings, for each side whether it has versioning, and one page that Ceph is
# asked for again because it cannot say odd keys in plain XML.
nothing_to_do() {
  local want=$((2 + 2 * (($2 + 999) / 1000) + 1))
  [ "$(field "$1" written)" = 0 ] && [ "$(field "$1" requests)" -le "$want" ] || { cat "$1"; echo "at most $want requests are due"; return 1; }
}

serve one
begun=$SECONDS
client fill "$one" media "$objects"
versions=$(client count "$one" media)
echo "   $objects objects, $versions versions and delete markers made in $((SECONDS - begun)) s"
begun=$SECONDS
start_somehow 3
profile ceph "$port"
echo "   a cluster of three stores after $((SECONDS - begun)) s"

"$binary" mirror one:media ceph:media --json --create >first 2>first.err &
working=$!
does "a mirror is on its way" client reach "$ceph" media $((versions / 5)) "$working"
does "it is killed" kill_work
echo "   the mirror is killed at $(client count "$ceph" media) of $versions versions"

"$binary" mirror one:media ceph:media --json >second 2>second.err &
working=$!
does "it goes on when it is run again" client reach "$ceph" media $((versions / 2)) "$working"
kill_store 1
echo "   an object store is killed at $(client count "$ceph" media) of $versions versions"
does "it was not over by then" kill -0 "$working"
does "it finishes with one store dead" wait_for "$working" second second.err
working=
figures 'out, from where it was killed' second
does "every byte and property is there" client compare "$one" "$ceph" media
tail -n 1 .out | sed 's/^/   /'
"$binary" mirror one:media ceph:media --json >third
figures 'out again' third
does "a mirror with nothing to do costs one listing of each side" nothing_to_do third "$versions"

serve two
"$binary" mirror ceph:media two:media --json --create >back 2>back.err || cat back.err
figures 'back into a fresh server' back
does "every byte and property is back" client compare "$one" "$two" media
tail -n 1 .out | sed 's/^/   /'
"$binary" mirror ceph:media two:media --json >again
does "and back costs one listing of each side then" nothing_to_do again "$versions"
echo "   ${SECONDS} s in all"
finish

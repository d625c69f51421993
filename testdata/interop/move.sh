#!/usr/bin/env bash
# `spaces mv` takes objects of all kinds from the embedded server to a Ceph cluster of three object stores, and back into a fresh
# server. On the way out one store is killed with SIGKILL, and started again; on the way back two are, so that nothing can be
# read or deleted until they are back. The program is killed as well, three times each way. After each kill boto3 finds every object
# whole at one side or the other; in the end exactly one of each, with every byte and property, and no upload left open.
#
# The stores keep what they have on the disk. Each object is with three of them, and must be with two for a write to be
# acknowledged: that is what a crash of one or two machines means to such a cluster.
#
#   move.sh [BINARY [OBJECTS]]   BINARY or $INTEROP_BINARY; 2000 objects
set -euo pipefail
. "$(dirname "$0")/sides.sh"
objects=${2:-2000}
client() { "$python" "$here/move_client.py" "$@"; }

# work NAME COMMAND…: the program, at work.
work() {
  "$binary" "${@:2}" >"$1" 2>"$1.err" &
  working=$!
}

# until_there PERCENT: the program works until so much is at $to; it must not have ended before.
until_there() { does "it works until $1 % are there" client reach "$to" media $((objects * $1 / 100)) "$working"; }

# killed_at PERCENT: when so much is at $to the program is killed, and nothing is lost.
killed_at() {
  does "it is killed when $1 % are there" client kill "$to" media $((objects * $1 / 100)) "$working"
  wait "$working" 2>/dev/null || true
  does "each object is whole somewhere" client somewhere "$from" "$to" media truth
  tail -n 1 .out | sed 's/^/   /'
}

# resumed NAME: the program goes on with the one job that was cut short.
resumed() {
  work "$1" jobs resume "$("$binary" jobs --json | "$python" -c 'import json, sys; print(*[j["id"] for j in json.load(sys.stdin)["jobs"]])')"
}

# started_again ID…: stores, while the program goes on: it does not wait for us.
started_again() {
  local id
  for id in "$@"; do start_store "$id" & done
  echo "   and started again"
}

finished() { # finished NAME
  does "it comes to its end" wait_for "$working" "$1" "$1.err"
  working=
  does "there is exactly one of each, as it was" client only "$from" "$to" media truth
  tail -n 1 .out | sed 's/^/   /'
}

serve one
begun=$SECONDS
client fill "$one" media "$objects" truth
echo "   $objects objects made in $((SECONDS - begun)) s"
begun=$SECONDS
start_somehow 3 bluestore
profile ceph "$port"
echo "   a cluster of three stores after $((SECONDS - begun)) s"
begun=$SECONDS
client room "$ceph" media

from=$one to=$ceph
work out1 mv -r one:media ceph:media/
killed_at 12
resumed out2
until_there 30
kill_store 1
echo "   an object store is killed"
killed_at 40
resumed out3
until_there 55
started_again 1
killed_at 70
resumed out4
finished out4
echo "   out: $((SECONDS - begun)) s"

serve two
begun=$SECONDS
client room "$two" media
from=$ceph to=$two
work back1 mv -r ceph:media two:media/
killed_at 12
resumed back2
until_there 30
kill_store 0
kill_store 2
echo "   two object stores of three are killed"
sleep 8
does "it waits" kill -0 "$working"
kill_work
resumed back3
sleep 4
started_again 0 2
killed_at 70
resumed back4
finished back4
echo "   back: $((SECONDS - begun)) s, ${SECONDS} s in all"
finish

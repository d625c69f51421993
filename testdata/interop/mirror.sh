#!/usr/bin/env bash
# The way out and back: `spaces mirror` takes objects of all kinds from the embedded server to a Ceph cluster of three object
# stores, is killed on the way and run again, and loses one of the stores to SIGKILL; boto3 compares every byte and property
# of every version. Then back into a fresh server, and compared again.
#
#   mirror.sh [BINARY [OBJECTS]]   BINARY or $INTEROP_BINARY; 2000 objects
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(realpath "${1:-${INTEROP_BINARY:?which spaces? mirror.sh BINARY}}")
objects=${2:-2000}
own=
if [ -z "${INTEROP_WORK:-}" ]; then
  own=$(mktemp -d "${TMPDIR:-/tmp}/spaces-mirror.XXXXXX")
  export INTEROP_WORK=$own
fi
. "$here/cluster.sh"
cd "$INTEROP_WORK"
. "$here/lib.sh"

servers=() mirroring=
end() {
  trap - EXIT INT TERM
  [ -z "$mirroring" ] || kill "$mirroring" 2>/dev/null || true
  for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${servers[@]}"; do wait "$pid" 2>/dev/null || true; done
  stop
  [ -z "$own" ] || { sleep 1; rm -rf "$own"; }
}
trap end EXIT
trap 'exit 130' INT TERM

for name in $(compgen -e); do
  case $name in AWS_* | SPACES_* | XDG_* | *_proxy | *_PROXY) unset "$name" ;; esac
done
export HOME=$INTEROP_WORK/home AWS_EC2_METADATA_DISABLED=true NO_PROXY='*'
export SPACES_ACCESS_KEY_ID=$key SPACES_SECRET_ACCESS_KEY=$secret
mkdir -p "$HOME/.config/spaces"

serve() { # serve NAME: an embedded server of that name
  local at
  at=$(port)
  "$binary" serve --data "$INTEROP_WORK/$1" --listen "127.0.0.1:$at" >"$1.log" 2>&1 &
  servers+=($!)
  curl -s -o /dev/null --retry 100 --retry-delay 1 --retry-max-time 60 --retry-connrefused "http://127.0.0.1:$at/"
  profile "$1" "$at"
}

profile() { # profile NAME PORT
  printf '[profiles.%s]\nendpoint = "http://127.0.0.1:%s"\ncredentials = "keys"\naccess_key_id = "%s"\nsecret_access_key = "%s"\n' "$1" "$2" "$key" "$secret" \
    >>"$HOME/.config/spaces/config.toml"
  chmod 600 "$HOME/.config/spaces/config.toml"
  eval "$1=http://127.0.0.1:$2,$key,$secret"
}

python=
for path in $(which -a python3); do
  if [ -z "$python" ] && "$path" -c 'import boto3' 2>/dev/null; then python=$path; fi
done
[ -n "$python" ] || { echo "FAIL boto3 is missing: install python3-boto3"; exit 1; }
client() { "$python" "$here/mirror_client.py" "$@"; }
field() { "$python" -c 'import json, sys; print(json.loads(open(sys.argv[1]).read().splitlines()[-1])[sys.argv[2]])' "$@"; }
figures() { echo "   $1: $(field "$2" written) keys, $(field "$2" bytes) bytes, $(field "$2" seconds | cut -c 1-6) s, $(field "$2" requests) requests, $(field "$2" failed) failed"; }
wait_for() { wait "$1" || { cat "${@:2}"; return 1; }; } # wait_for PID OUTPUT…
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
mirroring=$!
does "a mirror is on its way" client reach "$ceph" media $((versions / 5)) "$mirroring"
does "it is killed" kill -KILL "$mirroring"
wait "$mirroring" 2>/dev/null || true
echo "   the mirror is killed at $(client count "$ceph" media) of $versions versions"

"$binary" mirror one:media ceph:media --json >second 2>second.err &
mirroring=$!
does "it goes on when it is run again" client reach "$ceph" media $((versions / 2)) "$mirroring"
kill -KILL "$(cat "$cluster/osd.1.pid")" && rm "$cluster/osd.1.pid"
echo "   an object store is killed at $(client count "$ceph" media) of $versions versions"
does "it was not over by then" kill -0 "$mirroring"
does "it finishes with one store dead" wait_for "$mirroring" second second.err
mirroring=
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

#!/usr/bin/env bash
# The loss of a box: a server with objects of all kinds, which is written to meanwhile, is backed up to another one. It is killed
# and its directory removed; what is restored is compared by boto3: every version's bytes, headers, tags and ACL, settings, access
# keys, keys of SSH. Then the same by way of Ceph, where the machine has it.
#
#   drill.sh [BINARY [OBJECTS]]   BINARY or $INTEROP_BINARY; 1500 objects
set -euo pipefail
. "$(dirname "$0")/sides.sh"
objects=${2:-1500}
client() { "$python" "$here/drill_client.py" "$@"; }
dump() { client dump "$1" >"$2" 2>"$2.err" || { cat "$2.err"; return 1; }; }
box() { "$binary" "$@"; } # the commands of the machine
backup() { box backup "$1" --key-file key --data "$2" "${@:3}" --quiet >>said; }
lines() { wc -l <"$1"; }
alike() { if diff "$1" "$2" >differ 2>&1; then return 0; fi; cut -c 1-400 differ | head -n 6; return 1; }
identities() { # identities DIR SIDE FILE: who may come, and by which key the server is known
  { box keys list --json --data "$1"; box keys authorized --data "$1"; cat "$1/admin-token" "$1/ssh_host_ed25519_key"; } >"$3"
}

serve box --ssh "127.0.0.1:$(port)"
box_pid=${servers[-1]}
serve away
begun=$SECONDS
"$python" "$here/mirror_client.py" fill "$box" media "$objects"
client more "$box"
box mb away:backups >/dev/null
box keys create guest --grant media:read --data box >guest
ssh-keygen -q -t ed25519 -N '' -C mine@laptop -f mine
box keys authorize root mine.pub --data box >/dev/null
dump "$box" before
identities box "$box" before.keys
echo "   $(lines before) versions and settings made and read in $((SECONDS - begun)) s"

"$python" "$here/drill_client.py" load "$box" answers 2>load.err & # itself, to be killed
working=$!
for i in $(seq 300); do
  [ -s answers ] && [ "$(lines answers)" -ge 30 ] && break
  sleep 0.1
done
refuses "a first backup that is not told whether to encrypt" box backup away:backups/boxes --data box
does "a backup, while the server is written to" backup away:backups/boxes box
answered=$(lines answers)
does "another one" backup away:backups/boxes box --keep 2
does "it is written to still" kill -0 "$working"
sed 's/^/   /' said
kill_work
working=

kill -KILL "$box_pid" && { wait "$box_pid" 2>/dev/null || true; }
rm -rf box
does "every snapshot is whole" box backup away:backups/boxes --check --read --key-file key
begun=$SECONDS
does "the box is restored" box restore away:backups/boxes --key-file key --data again --quiet
sed 's/^/   /' .out
refuses "not over itself" box restore away:backups/boxes --key-file key --data again
does "no byte of it is wrong" box scrub --data again
serve again
identities again "$again" after.keys
does "everybody who could come in can, and finds the same server" alike before.keys after.keys
dump "$again" after
does "every version, byte, header, tag, ACL and setting is as it was" alike before after
does "what was written meanwhile is as it was at one moment" client loaded "$again" answers "$answered"
sed 's/^/   /' .out

if command -v ceph-osd >/dev/null; then
  start_somehow
  profile ceph "$port"
  box mb ceph:backups >/dev/null
  : >said
  does "a backup of what was restored, to Ceph" backup ceph:backups/boxes again
  does "another one" backup ceph:backups/boxes again --keep 1
  sed 's/^/   /' said
  does "every snapshot is whole there" box backup ceph:backups/boxes --check --read --key-file key
  kill "${servers[-1]}" && { wait "${servers[-1]}" 2>/dev/null || true; }
  rm -rf again
  does "it is restored from there" box restore ceph:backups/boxes --key-file key --data third --quiet
  sed 's/^/   /' .out
  serve third
  dump "$third" last
  does "and is as it was" alike before last
else
  echo "   no Ceph here, so the way by it is NOT run"
fi
echo "   ${SECONDS} s in all"
finish

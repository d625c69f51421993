#!/usr/bin/env bash
# restic: a backup tool that makes many small and large objects, lists them, and checks every byte it reads again.
set -euo pipefail
. "$INTEROP_LIB"

export AWS_ACCESS_KEY_ID=$INTEROP_KEY AWS_SECRET_ACCESS_KEY=$INTEROP_SECRET RESTIC_PASSWORD=secret
export RESTIC_REPOSITORY=s3:$INTEROP_ENDPOINT/restic/repository RESTIC_CACHE_DIR=$INTEROP_WORK/cache

mkdir -p tree/a/b "tree/with space"
cp small tree/a/one; cp empty tree/a/none; cp large tree/a/b/large; printf x >"tree/with space/ü+%"

does "make a repository" restic init
refuses "make it again" restic init
does "back up" restic backup tree
rm tree/a/b/large
cp small tree/a/two
does "back up what changed" restic backup tree
shows "both snapshots are there" '2 snapshots' restic snapshots
does "check every byte" restic check --read-data
does "restore" restic restore latest --target back
restored=$(find back -type d -name tree)
same_tree "the tree is the same" tree "$restored"
does "forget the first one and prune" restic forget --keep-last 1 --prune
does "check again" restic check --read-data
refuses "a wrong password" env RESTIC_PASSWORD=wrong restic snapshots
AWS_SECRET_ACCESS_KEY=wrong refuses "a wrong secret" restic snapshots
finish

#!/usr/bin/env bash
# git-annex: its special remote, plain, in parts and as a tree of names, and its own tests, which encrypt as well. By V2, its default:
# by V4 it signs a Host without the port and sends it with it, which only a server on port 80 or 443 can take.
set -euo pipefail
. "$INTEROP_LIB"

export AWS_ACCESS_KEY_ID=$INTEROP_KEY AWS_SECRET_ACCESS_KEY=$INTEROP_SECRET
export GIT_AUTHOR_NAME=interop GIT_AUTHOR_EMAIL=interop@example.com GIT_COMMITTER_NAME=interop GIT_COMMITTER_EMAIL=interop@example.com
git init -q tree
cd tree
git annex init -q here
git config annex.security.allowed-ip-addresses 127.0.0.1
cp ../small "small +%.txt"; cp ../large large; cp ../empty ünï
git annex add -q . && git commit -q -m files
set_up() { # set_up NAME OPTION…
  local name=$1
  shift
  git annex initremote -q "$name" type=S3 host=127.0.0.1 port="$INTEROP_PORT" protocol=http requeststyle=path bucket="annex-$name" "$@"
}
round_trip() { # round_trip NAME
  does "$1: copy" git annex copy -q --to "$1" .
  does "$1: drop" git annex drop -q .
  does "$1: get" git annex get -q --from "$1" .
  same "$1: 64 MiB are the same" ../large large
  same "$1: small is the same" ../small "small +%.txt"
  does "$1: check every byte" git annex fsck -q --from "$1" .
}
does "plain: set up" set_up plain encryption=none
does "parts: set up" set_up parts encryption=none partsize=8MiB chunk=20MiB
round_trip plain
round_trip parts
does "its own tests" git annex testremote --fast --size 1MiB plain
does "tree: set up" set_up tree encryption=none exporttree=yes
does "tree: export" git annex export -q master --to tree
git mv large "dir large+%" && git rm -q ünï && git commit -q -m renamed
does "tree: rename" git annex export -q master --to tree
prints "tree: its files" "dir large+% small +%.txt" bash -c 's3cmd --no-ssl --host "$INTEROP_HOST" --host-bucket "$INTEROP_HOST" --access_key "$INTEROP_KEY" --secret_key "$INTEROP_SECRET" ls s3://annex-tree | grep -v annex-uuid | sed "s|.*annex-tree/||" | xargs'
does "drop one elsewhere" git annex drop -q --from plain .
AWS_SECRET_ACCESS_KEY=wrong refuses "a wrong secret" git annex initremote -q refused type=S3 host=127.0.0.1 port="$INTEROP_PORT" protocol=http requeststyle=path bucket=annex-refused encryption=none
finish

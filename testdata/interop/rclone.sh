#!/usr/bin/env bash
# rclone, with both signatures.
set -euo pipefail
. "$INTEROP_LIB"

section() { # section NAME EXTRA_LINE…
  local name=$1
  shift
  printf '%s\n' "[$name]" 'type = s3' 'provider = Other' "access_key_id = $INTEROP_KEY" "secret_access_key = $INTEROP_SECRET" \
    "endpoint = $INTEROP_ENDPOINT" 'region = us-east-1' 'chunk_size = 8M' 'upload_cutoff = 16M' "$@"
}
{ section v4; section v2 'v2_auth = true'; section wrong 'secret_access_key = wrong'; } >rclone.conf
rc() { rclone --config "$INTEROP_WORK/rclone.conf" --retries 1 --low-level-retries 1 "$@"; }

mkdir -p tree/a/b "tree/with space" tree/hostile
cp small tree/a/one; cp small tree/a/b/two; cp empty tree/a/b/none
n=0
while IFS= read -r key; do
  n=$((n + 1))
  mkdir -p "$(dirname "tree/hostile/$key")"
  printf 'content %s\n' "$n" >"tree/hostile/$key"
done <keys

for remote in v4 v2; do
  at=$remote:rclone-$remote
  does "$remote: make a Space" rc mkdir "$at"
  shows "$remote: it is listed" "rclone-$remote/?$" rc lsf "$remote:"
  does "$remote: put small" rc copyto small "$at/small.txt"
  prints "$remote: get small" "hello, space" rc cat "$at/small.txt"
  does "$remote: put empty" rc copyto empty "$at/empty"
  prints "$remote: get empty" "" rc cat "$at/empty"
  does "$remote: put 64 MiB in parts" rc copyto large "$at/large"
  does "$remote: get 64 MiB" rc copyto "$at/large" got
  same "$remote: 64 MiB are the same" large got
  does "$remote: put from a pipe" bash -c 'rclone --config "$0" rcat "$1" <small' "$INTEROP_WORK/rclone.conf" "$at/piped"
  prints "$remote: what came from the pipe" "hello, space" rc cat "$at/piped"
  does "$remote: sync" rc sync tree "$at/tree"
  does "$remote: check by hashes" rc check tree "$at/tree"
  does "$remote: check by bytes" rc check --download tree "$at/tree"
  { rc lsf -R --files-only "$at/tree/hostile" || true; } | sort >listed
  sort keys >expected
  same "$remote: keys are listed as they are" expected listed
  prints "$remote: folders" "a/ hostile/" bash -c 'rclone --config "$0" lsf --dirs-only "$1" | sort | xargs' "$INTEROP_WORK/rclone.conf" "$at/tree"
  does "$remote: sync back" rc sync "$at/tree" "back-$remote"
  rm -rf "want-$remote"
  cp -r tree "want-$remote"
  find "want-$remote" -type d -empty -delete
  same_tree "$remote: the tree is the same" "want-$remote" "back-$remote"
  does "$remote: copy on the server" rc copyto "$at/small.txt" "$at/copied file"
  prints "$remote: the copy is the same" "hello, space" rc cat "$at/copied file"
  does "$remote: copy 64 MiB on the server" rc copyto "$at/large" "$at/large copy"
  shows "$remote: the copied 64 MiB have the hash of the file" "$(md5sum <large | cut -d' ' -f1)" rc md5sum "$at/large copy"
  shows "$remote: after the copy there is nothing to copy" 'Transferred:[[:space:]]+0 B / 0 B' bash -c 'rclone --config "$0" copyto --checksum -v "$1" "$2" 2>&1' "$INTEROP_WORK/rclone.conf" "$at/large" "$at/large copy"
  does "$remote: the copied 64 MiB are the same" rc check --download --one-way --include "/large copy" "$at" "$at"
  does "$remote: move on the server" rc moveto "$at/copied file" "$at/moved"
  prints "$remote: the moved one is there alone" "moved" rc lsf --files-only --include '{moved,copied file}' "$at"
  does "$remote: put with metadata" rc copyto small "$at/meta" --header-upload 'x-amz-meta-colour: blue' --header-upload 'Content-Type: text/x-interop'
  shows "$remote: metadata came back" '"colour": ?"blue"' rc lsjson -M --stat "$at/meta"
  does "$remote: set the time" rc touch -t 2020-01-02T03:04:05 "$at/small.txt"
  shows "$remote: the time came back" '2020-01-02 03:04:05' env TZ=UTC rclone --config "$INTEROP_WORK/rclone.conf" lsl "$at/small.txt"
  if [ "$remote" = v4 ]; then # it sends no keys of its own over plain HTTP
    does "$remote: put with a key of the server's" rc --s3-server-side-encryption AES256 copyto small "$at/kept"
    prints "$remote: get it" "hello, space" rc cat "$at/kept"
  fi
  does "$remote: put public" rc --s3-acl public-read copyto small "$at/public"
  fetches "$remote: public is served" "$INTEROP_ENDPOINT/rclone-$remote/public" small
  status "$remote: private is refused" 403 "$INTEROP_ENDPOINT/rclone-$remote/small.txt"
  if [ "$remote" = v4 ]; then
    link "$remote: link" "$(rc link --expire 10m "$at/small.txt" || true)" small
  fi
  rm -f tree/a/one
  does "$remote: sync with deletion" rc sync tree "$at/tree"
  prints "$remote: the deleted one is gone" "b/" rc lsf "$at/tree/a"
  cp small tree/a/one
  does "$remote: delete one" rc deletefile "$at/moved"
  refuses "$remote: a Space that is not empty stays" rc rmdir "$at"
  does "$remote: remove the Space with everything" rc purge "$at"
  refuses "$remote: it is gone" rc lsf "$at"
done
refuses "wrong secret" rc lsf wrong:
finish

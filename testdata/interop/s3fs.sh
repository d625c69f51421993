#!/usr/bin/env bash
# s3fs: a Space as a directory. Whole files, rewrites, renames of folders by copies in parts, and links.
set -euo pipefail
. "$INTEROP_LIB"

echo "$INTEROP_KEY:$INTEROP_SECRET" >pass
echo "$INTEROP_KEY:wrong" >wrong
chmod 600 pass wrong
mkdir -p at refused
mount_at() { # mount_at PASSWORDS DIR
  s3fs s3fs-space "$2" -o "url=$INTEROP_ENDPOINT,use_path_request_style,endpoint=us-east-1,passwd_file=$INTEROP_WORK/$1,multipart_size=10,retries=1"
}
unmount() { fusermount -u at 2>/dev/null || true; }
trap unmount EXIT

does "make a Space" s3cmd --no-ssl --host "$INTEROP_HOST" --host-bucket "$INTEROP_HOST" --access_key "$INTEROP_KEY" --secret_key "$INTEROP_SECRET" mb s3://s3fs-space
s3fs s3fs-space refused -f -o "url=$INTEROP_ENDPOINT,use_path_request_style,endpoint=us-east-1,passwd_file=$INTEROP_WORK/wrong,retries=1" >.out 2>&1 || true
refuses "a wrong secret" mountpoint -q refused
does "mount" mount_at pass at
for i in $(seq 100); do mountpoint -q at && break; sleep 0.1; done

does "write" cp small at/small.txt
same "read" small at/small.txt
does "write an empty file" cp empty at/empty
does "write 64 MiB in parts" cp large at/large
same "the 64 MiB are the same" large at/large
does "make folders" mkdir -p "at/a/with space"
does "write into one" cp small "at/a/with space/ü+%"
does "rename a folder" mv at/a at/b
prints "its file is there" "hello, space" cat "at/b/with space/ü+%"
refuses "the old one is gone" ls at/a
does "rename 64 MiB" mv at/large at/b/large
same "they are the same" large at/b/large
does "append" bash -c 'printf more >>at/small.txt'
prints "appended" "hello, space
more" cat at/small.txt
does "change the mode" chmod 640 at/small.txt
prints "the mode came back" 640 stat -c %a at/small.txt
does "link" ln -s small.txt at/link
prints "follow the link" small.txt readlink at/link
prints "list" "b empty link small.txt" bash -c 'ls at | xargs'
does "unmount" fusermount -u at
does "mount again" mount_at pass at
for i in $(seq 100); do mountpoint -q at && break; sleep 0.1; done
same "the 64 MiB are still the same" large at/b/large
does "remove everything" bash -c 'rm -r at/*'
prints "nothing is left" "" ls at
does "unmount at the end" fusermount -u at
finish

#!/usr/bin/env bash
# duplicity: a backup tool that writes volumes by boto3, lists them, and builds a tree from a chain of them.
set -euo pipefail
. "$INTEROP_LIB"

export AWS_ACCESS_KEY_ID=$INTEROP_KEY AWS_SECRET_ACCESS_KEY=$INTEROP_SECRET PASSPHRASE=secret
url=boto3+s3://duplicity/backup
dup() { duplicity --s3-endpoint-url "$INTEROP_ENDPOINT" --archive-dir "$INTEROP_WORK/cache" --no-encryption --volsize 25 "$@"; }

does "make a Space" s3cmd --no-ssl --host "$INTEROP_HOST" --host-bucket "$INTEROP_HOST" --access_key "$INTEROP_KEY" --secret_key "$INTEROP_SECRET" mb s3://duplicity
mkdir -p tree/a/b "tree/with space"
cp small tree/a/one; cp empty tree/a/none; cp large tree/a/b/large; printf x >"tree/with space/ü+%"

does "back up everything" dup full tree "$url"
rm tree/a/b/large
cp small tree/a/two
does "back up what changed" dup incremental tree "$url"
shows "both are there" 'Number of contained backup sets: 2' dup collection-status "$url"
does "compare with the tree" dup verify --compare-data "$url" tree
rm -rf cache
does "restore without the cache" dup restore "$url" back
same_tree "the tree is the same" tree back
does "forget all but the newest chain" dup remove-all-but-n-full 1 --force "$url"
AWS_SECRET_ACCESS_KEY=wrong refuses "a wrong secret" dup collection-status --num-retries 1 "$url"
finish

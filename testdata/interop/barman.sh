#!/usr/bin/env bash
# barman-cloud: a database's log is sent off file by file, checked and brought back, without a database.
set -euo pipefail
. "$INTEROP_LIB"

export AWS_ACCESS_KEY_ID=$INTEROP_KEY AWS_SECRET_ACCESS_KEY=$INTEROP_SECRET AWS_DEFAULT_REGION=us-east-1
options=(--cloud-provider aws-s3 --endpoint-url "$INTEROP_ENDPOINT")
head -c $((16 << 20)) large >000000010000000000000001
tail -c $((16 << 20)) large >000000010000000000000002
printf '1\t0/2000000\tno recovery target specified\n' >00000002.history

archive() { local file=$1; shift; barman-cloud-wal-archive "$@" "${options[@]}" s3://barman/data\ base main "$PWD/$file"; }
restore() { barman-cloud-wal-restore "${options[@]}" s3://barman/data\ base main "$1" "$PWD/got"; }

does "it can be reached" barman-cloud-wal-archive "${options[@]}" -t s3://barman/data\ base main 000000010000000000000001
does "an archive that is new" barman-cloud-check-wal-archive "${options[@]}" s3://barman/data\ base main
does "send one" archive 000000010000000000000001 --tags kind,wal
does "send one compressed and encrypted" archive 000000010000000000000002 --gzip --encryption AES256
does "send a history" archive 00000002.history --bzip2
for file in 000000010000000000000001 000000010000000000000002 00000002.history; do
  does "bring $file back" restore $file
  same "$file is the same" $file got
done
refuses "one that was never sent" restore 000000010000000000000003
prints "no backups" '{"backups_list": []}' barman-cloud-backup-list "${options[@]}" --format json s3://barman/data\ base main
AWS_SECRET_ACCESS_KEY=wrong refuses "a wrong secret" restore 00000002.history
finish

#!/usr/bin/env bash
# The AWS command line, aws s3 and aws s3api. INTEROP_AWS is the executable.
set -euo pipefail
. "$INTEROP_LIB"

export AWS_ACCESS_KEY_ID=$INTEROP_KEY AWS_SECRET_ACCESS_KEY=$INTEROP_SECRET AWS_DEFAULT_REGION=us-east-1
export AWS_CONFIG_FILE=$INTEROP_WORK/config AWS_SHARED_CREDENTIALS_FILE=$INTEROP_WORK/credentials AWS_PAGER= AWS_MAX_ATTEMPTS=1
printf '[default]\ns3 =\n  multipart_chunksize = 8MB\n  multipart_threshold = 16MB\n' >"$AWS_CONFIG_FILE"
: >"$AWS_SHARED_CREDENTIALS_FILE"
s3() { "$INTEROP_AWS" --endpoint-url "$INTEROP_ENDPOINT" s3 "$@"; }
api() { "$INTEROP_AWS" --endpoint-url "$INTEROP_ENDPOINT" --output text s3api "$@"; }
space=awscli

# aws s3
does "s3: make a Space" s3 mb "s3://$space"
shows "s3: it is listed" " $space$" s3 ls
does "s3: put small" s3 cp small "s3://$space/dir/small.txt" --metadata colour=blue --content-type text/x-interop --cache-control max-age=60
does "s3: put empty" s3 cp empty "s3://$space/empty"
does "s3: get small" s3 cp "s3://$space/dir/small.txt" got
same "s3: small is the same" small got
does "s3: get empty" s3 cp "s3://$space/empty" got
same "s3: empty is the same" empty got
n=0
while IFS= read -r key; do
  n=$((n + 1))
  mkdir -p "$(dirname "hostile/$key")"
  printf 'content %s\n' "$n" >"hostile/$key"
done <keys
does "s3: put hostile keys" s3 cp --recursive hostile "s3://$space/hostile"
does "s3: get hostile keys" s3 cp --recursive "s3://$space/hostile" hostile-back
same_tree "s3: hostile keys are the same" hostile hostile-back
{ s3 ls --recursive "s3://$space/hostile/" || true; } | sed -E 's|^.{31}hostile/||' | sort >listed
sort keys >expected
same "s3: keys are listed as they are" expected listed
shows "s3: delimiter" 'PRE hostile/$' s3 ls "s3://$space/"
does "s3: copy" s3 cp "s3://$space/dir/small.txt" "s3://$space/copied file"
does "s3: get the copy" s3 cp "s3://$space/copied file" got
same "s3: the copy is the same" small got
prints "s3: the copy has the metadata" blue api head-object --bucket "$space" --key "copied file" --query Metadata.colour
does "s3: move" s3 mv "s3://$space/copied file" "s3://$space/moved"
refuses "s3: the moved one is gone" api head-object --bucket "$space" --key "copied file"
link "s3: presign" "$(s3 presign "s3://$space/dir/small.txt" --expires-in 600 || true)" small
does "s3: put 64 MiB in parts" s3 cp large "s3://$space/large"
does "s3: get 64 MiB" s3 cp "s3://$space/large" got
same "s3: 64 MiB are the same" large got
shows "s3: it has 8 parts" '-8"' api head-object --bucket "$space" --key large
does "s3: copy 64 MiB" s3 cp "s3://$space/large" "s3://$space/large copy"
does "s3: get the copied 64 MiB" s3 cp "s3://$space/large copy" got
same "s3: the copied 64 MiB are the same" large got
s3 cp - "s3://$space/streamed" <small >.out 2>&1 && ok "s3: put from a pipe" || fail "s3: put from a pipe: $(why)"
prints "s3: get to a pipe" "hello, space" s3 cp "s3://$space/streamed" -
mkdir -p tree/a/b "tree/with space"
cp small tree/a/one; cp small tree/a/b/two; cp empty tree/a/b/none; printf x >"tree/with space/ü+%"
does "s3: sync up" s3 sync tree "s3://$space/tree"
does "s3: sync down" s3 sync "s3://$space/tree" back
same_tree "s3: the tree is the same" tree back
prints "s3: syncing again sends nothing" "" s3 sync tree "s3://$space/tree"
rm tree/a/one
does "s3: sync with deletion" s3 sync --delete tree "s3://$space/tree"
refuses "s3: the deleted one is gone" s3 ls "s3://$space/tree/a/one"

# aws s3api
does "s3api: the Space is there" api head-bucket --bucket "$space"
refuses "s3api: another is not" api head-bucket --bucket "$space-missing"
does "s3api: its place" api get-bucket-location --bucket "$space"
prints "s3api: metadata" "blue	text/x-interop	max-age=60" api head-object --bucket "$space" --key dir/small.txt --query '[Metadata.colour,ContentType,CacheControl]'
does "s3api: put" api put-object --bucket "$space" --key api/one --body small --metadata 'a=1,b=two words'
prints "s3api: its metadata" "1	two words" api head-object --bucket "$space" --key api/one --query '[Metadata.a,Metadata.b]'
kept=
for algorithm in CRC32 CRC32C SHA1 SHA256; do
  put() { api put-object --bucket "$space" --key "api/$algorithm" --body small --checksum-algorithm "$algorithm"; }
  if [ "$algorithm" = CRC32C ] && grep -q 'Missing Dependency' <<<"$(put 2>&1 || true)"; then
    continue # this aws has no library for it
  fi
  kept+="api/$algorithm	"
  does "s3api: put with $algorithm" put
  shows "s3api: $algorithm is kept" '[A-Za-z0-9+/]=' api head-object --bucket "$space" --key "api/$algorithm" --checksum-mode ENABLED --query "Checksum$algorithm"
done
does "s3api: get a range" api get-object --bucket "$space" --key api/one --range bytes=7-11 got
prints "s3api: the range" space cat got
does "s3api: copy" api copy-object --bucket "$space" --key api/two --copy-source "$space/hostile/per%cent"
head -c 32 /dev/urandom >customer.key; head -c 32 /dev/urandom >other.key
c=(--sse-c AES256 --sse-c-key fileb://customer.key)
does "s3: put with a key of ours" s3 cp small "s3://$space/sealed" "${c[@]}"
does "s3: get it with the key" s3 cp "s3://$space/sealed" got "${c[@]}"
same "s3: it is the same" small got
refuses "s3: get it without the key" s3 cp "s3://$space/sealed" got2
refuses "s3: get it with another key" s3 cp "s3://$space/sealed" got2 --sse-c AES256 --sse-c-key fileb://other.key
does "s3: put 64 MiB with a key of ours" s3 cp large "s3://$space/sealed large" "${c[@]}"
does "s3: change the key of 64 MiB" s3 cp "s3://$space/sealed large" "s3://$space/sealed again" \
  --sse-c-copy-source AES256 --sse-c-copy-source-key fileb://customer.key --sse-c AES256 --sse-c-key fileb://other.key
does "s3: get 64 MiB with the other key" s3 cp "s3://$space/sealed again" got --sse-c AES256 --sse-c-key fileb://other.key
same "s3: the 64 MiB are the same" large got
does "s3: put with a key of the server's" s3 cp small "s3://$space/kept" --sse AES256
prints "s3api: it says so" AES256 api head-object --bucket "$space" --key kept --query ServerSideEncryption
does "s3api: a Space that encrypts" api put-bucket-encryption --bucket "$space" --server-side-encryption-configuration 'Rules=[{ApplyServerSideEncryptionByDefault={SSEAlgorithm=AES256}}]'
prints "s3api: what is put there is encrypted" AES256 api put-object --bucket "$space" --key kept --body small --query ServerSideEncryption
does "s3api: no longer" api delete-bucket-encryption --bucket "$space"
refuses "s3api: copy of nothing" api copy-object --bucket "$space" --key api/three --copy-source "$space/nothing"
prints "s3api: V2 listing in pages" "${kept}api/one" \
  bash -c '"$0" --endpoint-url "$1" --output text s3api list-objects-v2 --bucket "$2" --prefix api/ --page-size 2 --query "Contents[?Key!=\`api/two\`].Key" | tr "\n" "\t" | sed "s/\t*$//"' "$INTEROP_AWS" "$INTEROP_ENDPOINT" "$space"
prints "s3api: V1 listing with delimiter" "api/	dir/	hostile/	tree/" \
  api list-objects --bucket "$space" --delimiter / --query 'CommonPrefixes[].Prefix'
does "s3api: tags" api put-object-tagging --bucket "$space" --key api/one --tagging 'TagSet=[{Key=k,Value=v w}]'
prints "s3api: tags came back" "k	v w" api get-object-tagging --bucket "$space" --key api/one --query 'TagSet[].[Key,Value]'

status "s3api: private is refused" 403 "$INTEROP_ENDPOINT/$space/api/one"
does "s3api: make public" api put-object-acl --bucket "$space" --key api/one --acl public-read
fetches "s3api: public is served" "$INTEROP_ENDPOINT/$space/api/one" small
shows "s3api: the ACL says so" AllUsers api get-object-acl --bucket "$space" --key api/one
does "s3api: make private" api put-object-acl --bucket "$space" --key api/one --acl private
status "s3api: private again is refused" 403 "$INTEROP_ENDPOINT/$space/api/one"

upload=$(api create-multipart-upload --bucket "$space" --key parts --query UploadId) || upload=none
shows "s3api: the upload is listed" "$upload" api list-multipart-uploads --bucket "$space"
head -c $((5 << 20)) large >part1
does "s3api: part 1" api upload-part --bucket "$space" --key parts --upload-id "$upload" --part-number 1 --body part1
does "s3api: part 2" api upload-part --bucket "$space" --key parts --upload-id "$upload" --part-number 2 --body small
e1=$(api list-parts --bucket "$space" --key parts --upload-id "$upload" --query 'Parts[0].ETag') || e1=none
e2=$(api list-parts --bucket "$space" --key parts --upload-id "$upload" --query 'Parts[1].ETag') || e2=none
does "s3api: complete" api complete-multipart-upload --bucket "$space" --key parts --upload-id "$upload" \
  --multipart-upload "Parts=[{ETag=$e1,PartNumber=1},{ETag=$e2,PartNumber=2}]"
does "s3api: get the parts" api get-object --bucket "$space" --key parts got
cat part1 small >both
same "s3api: the parts are the same" both got
upload=$(api create-multipart-upload --bucket "$space" --key aborted --query UploadId) || upload=none
does "s3api: abort" api abort-multipart-upload --bucket "$space" --key aborted --upload-id "$upload"
refuses "s3api: a part of an aborted upload" api upload-part --bucket "$space" --key aborted --upload-id "$upload" --part-number 1 --body small

does "s3api: delete many" api delete-objects --bucket "$space" --delete 'Objects=[{Key=api/one},{Key=api/CRC32},{Key=never there}]'
refuses "s3api: they are gone" api head-object --bucket "$space" --key api/one
AWS_SECRET_ACCESS_KEY=wrong refuses "wrong secret" api list-buckets
AWS_ACCESS_KEY_ID=nobody refuses "unknown key" api list-buckets
refuses "no credentials" "$INTEROP_AWS" --no-sign-request --endpoint-url "$INTEROP_ENDPOINT" s3api list-objects --bucket "$space"

refuses "s3: a Space that is not empty stays" s3 rb "s3://$space"
does "s3: delete everything" s3 rm --recursive "s3://$space"
prints "s3: nothing is left" "" s3 ls --recursive "s3://$space"
does "s3: remove the Space" s3 rb "s3://$space"
refuses "s3: it is gone" s3 ls "s3://$space"
finish

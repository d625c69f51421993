#!/usr/bin/env bash
# s3cmd: both signatures, path and host style.
set -euo pipefail
. "$INTEROP_LIB"

config() { # config FILE EXTRA_LINE…
  local file=$1
  shift
  printf '%s\n' '[default]' "access_key = $INTEROP_KEY" "secret_key = $INTEROP_SECRET" "host_base = $INTEROP_HOST" \
    "host_bucket = $INTEROP_HOST" 'use_https = False' 'signurl_use_https = False' 'multipart_chunk_size_mb = 8' \
    'max_retries = 1' 'socket_timeout = 60' "$@" >"$file"
}
config v4.cfg
config v2.cfg 'signature_v2 = True'

scenario() { # scenario LABEL CONFIG SPACE
  local label=$1 space=$3 key n=0
  s3() { s3cmd -c "$config" --no-progress "$@"; }
  local config=$2

  does "$label: make a Space" s3 mb "s3://$space"
  shows "$label: it is listed" "s3://$space$" s3 ls
  does "$label: put small" s3 put small "s3://$space/dir/small.txt" --add-header='x-amz-meta-colour: dark blue' --mime-type=text/x-interop
  does "$label: put empty" s3 put empty "s3://$space/empty"
  does "$label: get small" s3 get --force "s3://$space/dir/small.txt" got
  same "$label: small is the same" small got
  does "$label: get empty" s3 get --force "s3://$space/empty" got
  same "$label: empty is the same" empty got
  shows "$label: metadata came back" 'x-amz-meta-colour: *dark blue' s3 info "s3://$space/dir/small.txt"
  shows "$label: content type came back" 'text/x-interop' s3 info "s3://$space/dir/small.txt"

  while IFS= read -r key; do
    n=$((n + 1))
    printf 'content %s\n' "$n" >one
    if s3 put one "s3://$space/hostile/$key" >.out 2>&1 && s3 get --force "s3://$space/hostile/$key" got >.out 2>&1 && cmp one got >.out 2>&1; then
      ok "$label: key $key"
    else
      fail "$label: key $key: $(why)"
    fi
  done <keys
  { s3 ls "s3://$space/hostile/" --recursive || true; } | sed -E "s|^.*s3://$space/hostile/||" | sort >listed
  sort keys >expected
  same "$label: keys are listed as they are" expected listed
  shows "$label: delimiter" "DIR +s3://$space/hostile/$" s3 ls "s3://$space/"
  shows "$label: prefix" "s3://$space/dir/small.txt$" s3 ls "s3://$space/dir/sm"

  does "$label: copy" s3 cp "s3://$space/dir/small.txt" "s3://$space/copied file"
  does "$label: get the copy" s3 get --force "s3://$space/copied file" got
  same "$label: the copy is the same" small got
  shows "$label: the copy has the metadata" 'x-amz-meta-colour: *dark blue' s3 info "s3://$space/copied file"
  does "$label: move" s3 mv "s3://$space/copied file" "s3://$space/moved"
  refuses "$label: the moved one is gone" s3 info "s3://$space/copied file"

  status "$label: private is refused" 403 "$INTEROP_ENDPOINT/$space/dir/small.txt"
  does "$label: make public" s3 setacl --acl-public "s3://$space/dir/small.txt"
  fetches "$label: public is served" "$INTEROP_ENDPOINT/$space/dir/small.txt" small
  does "$label: make private" s3 setacl --acl-private "s3://$space/dir/small.txt"
  status "$label: private again is refused" 403 "$INTEROP_ENDPOINT/$space/dir/small.txt"
  does "$label: put with a key of the server's" s3 put --server-side-encryption small "s3://$space/kept"
  shows "$label: it says so" 'SSE: +AES256' s3 info "s3://$space/kept"
  does "$label: get it" s3 get --force "s3://$space/kept" got
  same "$label: it is the same" small got
  does "$label: put public" s3 put --acl-public small "s3://$space/public.txt"
  fetches "$label: put public is served" "$INTEROP_ENDPOINT/$space/public.txt" small

  cat >cors.xml <<'XML'
<CORSConfiguration><CORSRule><AllowedOrigin>https://app.example.com</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader><MaxAgeSeconds>600</MaxAgeSeconds></CORSRule></CORSConfiguration>
XML
  cat >policy.json <<JSON
{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::$space/dir/*"}]}
JSON
  cat >lifecycle.xml <<'XML'
<LifecycleConfiguration><Rule><ID>old-logs</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>
XML
  does "$label: set CORS" s3 setcors cors.xml "s3://$space"
  status "$label: a preflight that the rules allow" 200 "$INTEROP_ENDPOINT/$space/dir/small.txt" -X OPTIONS -H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: PUT'
  status "$label: a preflight from elsewhere" 403 "$INTEROP_ENDPOINT/$space/dir/small.txt" -X OPTIONS -H 'Origin: https://evil.example.com' -H 'Access-Control-Request-Method: PUT'
  does "$label: remove CORS" s3 delcors "s3://$space"
  does "$label: set a policy" s3 setpolicy policy.json "s3://$space"
  fetches "$label: the policy opens a folder" "$INTEROP_ENDPOINT/$space/dir/small.txt" small
  does "$label: remove the policy" s3 delpolicy "s3://$space"
  status "$label: without it the folder is closed" 403 "$INTEROP_ENDPOINT/$space/dir/small.txt"
  does "$label: set lifecycle rules" s3 setlifecycle lifecycle.xml "s3://$space"
  shows "$label: lifecycle rules come back" 'old-logs' s3 getlifecycle "s3://$space"
  does "$label: remove lifecycle rules" s3 dellifecycle "s3://$space"

  link "$label: signurl" "$(s3 signurl "s3://$space/dir/small.txt" +600 || true)" small
  status "$label: signurl that expired" 403 "$(s3 signurl "s3://$space/dir/small.txt" 1234567890 || true)"

  does "$label: put 64 MiB in parts" s3 put large "s3://$space/large"
  does "$label: get 64 MiB" s3 get --force "s3://$space/large" got
  same "$label: 64 MiB are the same" large got

  does "$label: copy 64 MiB" s3 cp "s3://$space/large" "s3://$space/copies/large"
  rm -rf copies
  mkdir copies
  cp -p large copies/
  prints "$label: after the copy there is nothing to upload" "" s3 sync copies/ "s3://$space/copies/"
  prints "$label: and nothing to download" "" s3 sync "s3://$space/copies/" copies/

  rm -rf tree back
  mkdir -p tree/a/b "tree/with space"
  cp small tree/a/one; cp small tree/a/b/two; cp empty tree/a/b/none; printf x >"tree/with space/ü+%"
  does "$label: sync up" s3 sync tree/ "s3://$space/tree/"
  mkdir back
  does "$label: sync down" s3 sync "s3://$space/tree/" back/
  same_tree "$label: the tree is the same" tree back
  rm tree/a/one
  does "$label: sync with deletion" s3 sync --delete-removed tree/ "s3://$space/tree/"
  prints "$label: the deleted one is gone" "" s3 ls "s3://$space/tree/a/one"

  refuses "$label: a Space that is not empty stays" s3 rb "s3://$space"
  does "$label: delete one" s3 del "s3://$space/moved"
  refuses "$label: get a deleted one" s3 get --force "s3://$space/moved" got
  does "$label: delete everything" s3 del --recursive --force "s3://$space/"
  does "$label: remove the Space" s3 rb "s3://$space"
  refuses "$label: it is gone" s3 ls "s3://$space"
}

scenario "V4" v4.cfg s3cmd-v4
scenario "V2" v2.cfg s3cmd-v2

config wrong.cfg 'secret_key = not the secret'
refuses "wrong secret, V4" s3cmd -c wrong.cfg ls
refuses "wrong secret, V2" s3cmd -c wrong.cfg --signature-v2 ls

for version in host host2; do
  config $version.cfg "host_base = localhost:$INTEROP_PORT" "host_bucket = %(bucket)s.localhost:$INTEROP_PORT"
done
echo 'signature_v2 = True' >>host2.cfg
for version in host host2; do
  s3h() { s3cmd -c "$version.cfg" --no-progress "$@"; }
  does "$version style: make a Space" s3h mb "s3://s3cmd-$version"
  does "$version style: put" s3h put small "s3://s3cmd-$version/a b+c"
  does "$version style: get" s3h get --force "s3://s3cmd-$version/a b+c" got
  same "$version style: the same" small got
  shows "$version style: listed" "s3://s3cmd-$version/a b\\+c$" s3h ls "s3://s3cmd-$version/a"
  fetches "$version style: signurl" "$(s3h signurl "s3://s3cmd-$version/a b+c" +600 || true)" small
  does "$version style: delete" s3h del "s3://s3cmd-$version/a b+c"
  does "$version style: remove the Space" s3h rb "s3://s3cmd-$version"
done
finish

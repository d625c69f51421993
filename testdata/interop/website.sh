#!/usr/bin/env bash
# Websites: set up by s3cmd and the AWS command line, visited by curl and Chromium.
set -euo pipefail
. "$INTEROP_LIB"

domain=$INTEROP_WEBSITES
printf '%s\n' '[default]' "access_key = $INTEROP_KEY" "secret_key = $INTEROP_SECRET" "host_base = $INTEROP_HOST" "host_bucket = $INTEROP_HOST" \
  'use_https = False' "website_endpoint = http://%(bucket)s.$domain:$INTEROP_PORT/" >cfg
s3() { s3cmd -c cfg --no-progress "$@"; }
export AWS_ACCESS_KEY_ID=$INTEROP_KEY AWS_SECRET_ACCESS_KEY=$INTEROP_SECRET AWS_DEFAULT_REGION=us-east-1
aws() { command aws --endpoint-url "$INTEROP_ENDPOINT" "$@"; }
at() { echo "http://$1.$domain:$INTEROP_PORT$2"; }
here() { echo "$1.$domain:$INTEROP_PORT:127.0.0.1"; } # for curl --resolve

visit() { # visit NAME CODE SPACE PATH [CURL_ARGS…]
  local name=$1 code=$2 space=$3 path=$4
  shift 4
  status "$name" "$code" "$(at "$space" "$path")" --resolve "$(here "$space")" "$@"
}

echo '<title>the front page</title><link rel=stylesheet href=/look.css><script src=app.js></script>' >index.html
echo '<title>nothing here</title>' >404.html
echo "document.title += ', by script';                                                            " >app.js
gzip -9 -k -n app.js

does "s3cmd: make a Space" s3 mb s3://website-s3cmd
does "s3cmd: ws-create" s3 ws-create --ws-index=index.html --ws-error=404.html s3://website-s3cmd
shows "s3cmd: ws-info" "^Website endpoint: $(at website-s3cmd /)$" s3 ws-info s3://website-s3cmd
shows "s3cmd: ws-info has the error page" '^Error document: +404.html$' s3 ws-info s3://website-s3cmd
does "s3cmd: put pages" s3 put --acl-public --mime-type=text/html index.html 404.html s3://website-s3cmd
visit "s3cmd: the front page" 200 website-s3cmd /
same "s3cmd: it is the same" .body index.html
visit "s3cmd: what is not there" 403 website-s3cmd /nothing
same "s3cmd: it is the page for errors" .body 404.html
does "s3cmd: ws-delete" s3 ws-delete s3://website-s3cmd
visit "s3cmd: no website any more" 404 website-s3cmd /
shows "s3cmd: says so" 'NoSuchWebsiteConfiguration' cat .body

does "aws: make a Space" aws s3 mb s3://website-aws
does "aws: s3 website" aws s3 website s3://website-aws --index-document index.html --error-document 404.html
does "aws: upload" aws s3 cp . s3://website-aws/ --recursive --exclude '*' --include '*.html' --include 'app.js*' --acl public-read
does "aws: a folder" aws s3 cp index.html s3://website-aws/docs/index.html --acl public-read
does "aws: routing rules" aws s3api put-bucket-website --bucket website-aws --website-configuration \
  '{"IndexDocument":{"Suffix":"index.html"},"ErrorDocument":{"Key":"404.html"},"RoutingRules":[{"Condition":{"KeyPrefixEquals":"old/"},"Redirect":{"ReplaceKeyPrefixWith":"docs/"}}]}'
does "aws: an object that redirects" aws s3api put-object --bucket website-aws --key away --acl public-read --website-redirect-location https://example.org/
visit "aws: a folder without its slash is followed" 200 website-aws /docs -L
visit "aws: a rule is followed" 200 website-aws /old/ -L
visit "aws: an object redirects" 301 website-aws /away
visit "aws: gzip is taken" 200 website-aws /app.js -H 'Accept-Encoding: gzip'
same "aws: it is what lies beside it" .body app.js.gz
visit "aws: nothing is written" 405 website-aws /index.html -X PUT -d x

if command -v chromium >/dev/null; then
  shows "a browser shows the page, with a script that came in gzip" '<title>the front page, by script</title>' \
    chromium --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/profile" --host-resolver-rules="MAP *.$domain 127.0.0.1" \
    --virtual-time-budget=10000 --dump-dom "$(at website-aws /docs/../)"
  shows "a browser shows the page for errors" '<title>nothing here</title>' \
    chromium --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/profile" --host-resolver-rules="MAP *.$domain 127.0.0.1" \
    --dump-dom "$(at website-aws /nothing)"
fi
finish

#!/usr/bin/env bash
# docker-registry on its S3 driver: a push as docker makes it, in pieces, and a pull, which the registry sends on to a signed link.
set -euo pipefail
. "$INTEROP_LIB"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
at=http://127.0.0.1:$port
cat >config.yml <<Y
version: 0.1
log: {level: error}
storage:
  s3: {accesskey: $INTEROP_KEY, secretkey: '$INTEROP_SECRET', region: us-east-1, regionendpoint: '$INTEROP_ENDPOINT', bucket: registry, secure: false, rootdirectory: /images}
  delete: {enabled: true}
http: {addr: '127.0.0.1:$port'}
Y
registry=
unserve() { [ -z "$registry" ] || { kill "$registry" 2>/dev/null || true; wait "$registry" 2>/dev/null || true; registry=; }; }
serve() {
  docker-registry serve config.yml >registry.log 2>&1 &
  registry=$!
  for i in $(seq 100); do curl -s -o /dev/null "$at/v2/" && return; sleep 0.1; done
  return 1
}
trap unserve EXIT

digest() { echo "sha256:$(sha256sum "$1" | cut -d' ' -f1)"; }
location() { tr -d '\r' <.head | sed -n 's/^[Ll]ocation: //p'; }
begin() { curl -s -f -D .head -o /dev/null -X POST "$at/v2/$1/blobs/uploads/"; }
piece() { curl -s -f -D .head -o /dev/null -X PATCH -H 'Content-Type: application/octet-stream' -H "Content-Range: $2" --data-binary "@$1" "$(location)"; }
seal() { curl -s -f -D .head -o /dev/null -X PUT -H 'Content-Type: application/octet-stream' --data-binary "@$2" "$(location)&digest=$1"; }
push() { begin "$1" && piece "$2" "0-$(($(stat -c %s "$2") - 1))" && seal "$(digest "$2")" empty; } # push NAME FILE
pull() { curl -s -f -L -o got "$at/v2/$1/blobs/$2"; }
manifest=application/vnd.docker.distribution.manifest.v2+json

does "make a Space" s3cmd --no-ssl --host "$INTEROP_HOST" --host-bucket "$INTEROP_HOST" --access_key "$INTEROP_KEY" --secret_key "$INTEROP_SECRET" mb s3://registry
does "start" serve
head -c 700 large >config
does "push a small blob" push some/image config
does "push 64 MiB" push some/image large
head -c $((20 << 20)) large >first; tail -c $((13 << 20)) large >second; cat first second small >whole
in_pieces() {
  begin some/image && piece first "0-$(((20 << 20) - 1))" && piece second "$((20 << 20))-$(((33 << 20) - 1))" && seal "$(digest whole)" small
}
does "push a blob in three pieces" in_pieces
begin_wrong() { begin some/image && piece config 0-699 && seal "$(digest small)" empty; }
refuses "a blob that is not what its digest says" begin_wrong
for blob in config large whole; do
  does "pull $blob" pull some/image "$(digest $blob)"
  same "$blob is the same" $blob got
done
prints "a pull is sent on to a link" 307 curl -s -o /dev/null -w '%{http_code}' "$at/v2/some/image/blobs/$(digest large)"
shows "a blob's size" 'content-length: 67108864' curl -s -f -L -I "$at/v2/some/image/blobs/$(digest large)"
status "no such blob" 404 "$at/v2/some/image/blobs/$(digest empty)"
does "begin a push and cancel it" eval 'begin some/image && piece config 0-699 && curl -s -f -X DELETE "$(location)"'
status "mount a blob elsewhere" 201 "$at/v2/other/image/blobs/uploads/?mount=$(digest whole)&from=some/image" -X POST

layer() { printf '{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":%s,"digest":"%s"}' "$(stat -c %s "$1")" "$(digest "$1")"; }
printf '{"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":700,"digest":"%s"},"layers":[%s,%s]}' \
  "$manifest" "$(digest config)" "$(layer large)" "$(layer whole)" >manifest.json
for tag in v1 latest; do
  status "push a manifest, $tag" 201 "$at/v2/some/image/manifests/$tag" -X PUT -H "Content-Type: $manifest" --data-binary @manifest.json
done
does "pull it" curl -s -f -o got -H "Accept: $manifest" "$at/v2/some/image/manifests/v1"
same "it is the same" manifest.json got
prints "tags" '{"name":"some/image","tags":["latest","v1"]}' curl -s -f "$at/v2/some/image/tags/list"
prints "images" '{"repositories":["other/image","some/image"]}' curl -s -f "$at/v2/_catalog"
status "delete it" 202 "$at/v2/some/image/manifests/$(digest manifest.json)" -X DELETE
status "it is gone" 404 "$at/v2/some/image/manifests/$(digest manifest.json)" -H "Accept: $manifest"
unserve
does "collect what nothing names" docker-registry garbage-collect config.yml
does "start again" serve
status "its layers are gone" 404 "$at/v2/some/image/blobs/$(digest large)"
finish

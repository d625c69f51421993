#!/usr/bin/env bash
# versitygw on a directory, built from its module by Go into the user's cache. It ends with this script.
set -euo pipefail

key=VGWKEY0123456789ABCD secret=vgwsecret0123456789vgwsecret0123456789ab
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir -p "$INTEROP_WORK/data" "$INTEROP_WORK/versions"
ROOT_ACCESS_KEY=$key ROOT_SECRET_KEY=$secret "$INTEROP_VERSITYGW" --port "127.0.0.1:$port" posix --versioning-dir "$INTEROP_WORK/versions" \
  "$INTEROP_WORK/data" >"$INTEROP_WORK/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT # it may still write where it is going to be removed
curl -s -o /dev/null --retry 100 --retry-delay 1 --retry-max-time 60 --retry-connrefused "http://127.0.0.1:$port/" || { cat "$INTEROP_WORK/log"; exit 1; }
"$(dirname "$0")/engine.sh" versitygw "http://127.0.0.1:$port" "$key" "$secret"

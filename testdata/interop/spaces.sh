#!/usr/bin/env bash
# This program's own server, in a process of its own: what is asked of other engines is asked of it.
set -euo pipefail

key=SPACESKEY0123456789A secret=spacessecret0123456789spacessecret012345
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
SPACES_ACCESS_KEY_ID=$key SPACES_SECRET_ACCESS_KEY=$secret "$INTEROP_BINARY" serve --data "$INTEROP_WORK/data" --listen "127.0.0.1:$port" >"$INTEROP_WORK/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT # it may still write where it is going to be removed
curl -s -o /dev/null --retry 100 --retry-delay 1 --retry-max-time 60 --retry-connrefused "http://127.0.0.1:$port/" || { cat "$INTEROP_WORK/log"; exit 1; }
"$(dirname "$0")/engine.sh" spaces "http://127.0.0.1:$port" "$key" "$secret"

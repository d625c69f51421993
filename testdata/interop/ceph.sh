#!/usr/bin/env bash
# The object gateway of Ceph, the engine behind DigitalOcean Spaces: one monitor, one object store in memory and one
# gateway, on loopback, with Debian's packages. They end with this script.
set -euo pipefail
. "$(dirname "$0")/cluster.sh"
trap stop EXIT
start_somehow
echo "   it runs after $SECONDS s"
"$(dirname "$0")/engine.sh" ceph "http://127.0.0.1:$port" "$key" "$secret"

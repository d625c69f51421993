#!/usr/bin/env bash
# The object gateway of Ceph, the engine behind DigitalOcean Spaces: one monitor, one object store in memory and one
# gateway, on loopback, with Debian's packages. They end with this script.
set -euo pipefail

key=CEPHKEY0123456789AB secret=cephsecret0123456789cephsecret0123456789
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

stop() {
  local pid
  for pid in "$INTEROP_WORK"/ceph.*/*.pid; do
    if [ -f "$pid" ]; then kill "$(cat "$pid")" 2>/dev/null || true; fi
  done
}
trap stop EXIT

start() { # start DIR PORT
  local d=$1 c=$1/ceph.conf mon osd
  mon=$(port) osd=$(cat /proc/sys/kernel/random/uuid)
  mkdir -p "$d/mon" "$d/osd"
  cat >"$c" <<C
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = v1:127.0.0.1:$mon
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
run dir = $d
log file = $d/\$name.log
admin socket =
pid file = $d/\$name.pid
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 0
setuser match path =
[mon.a]
mon data = $d/mon
[osd]
osd data = $d/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd max object name len = 4096
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$2
rgw dns name = localhost
C
  monmaptool --create --clobber --fsid "$(awk '/^fsid/ {print $3}' "$c")" --addv a "[v1:127.0.0.1:$mon]" "$d/monmap" &&
    ceph-mon --mkfs -i a --monmap "$d/monmap" -c "$c" &&
    ceph-mon -i a -c "$c" &&
    timeout 60 ceph -c "$c" osd new "$osd" &&
    ceph-osd -i 0 --mkfs --osd-uuid "$osd" -c "$c" &&
    ceph-osd -i 0 -c "$c" &&
    timeout 120 radosgw-admin -c "$c" user create --uid sammy --display-name Sammy --access-key "$key" --secret-key "$secret" &&
    timeout 120 radosgw -n client.rgw -c "$c" &&
    curl -s -f -o /dev/null --retry 100 --retry-delay 1 --retry-max-time 120 --retry-connrefused "http://127.0.0.1:$2/"
}

for try in 1 2 3; do
  port=$(port)
  if start "$INTEROP_WORK/ceph.$try" "$port" >"$INTEROP_WORK/started" 2>&1; then
    echo "   it runs after $SECONDS s"
    status=0
    "$(dirname "$0")/engine.sh" ceph "http://127.0.0.1:$port" "$key" "$secret" || status=$?
    exit "$status"
  fi
  stop
done
cat "$INTEROP_WORK/started"
tail -n 20 "$INTEROP_WORK"/ceph.*/*.log
echo "FAIL Ceph does not start"
exit 1

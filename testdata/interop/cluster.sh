# A Ceph cluster on loopback, with Debian's packages; sourced. One monitor, some object stores, and the object gateway.

key=CEPHKEY0123456789AB secret=cephsecret0123456789cephsecret0123456789
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# stop kills all of it: nothing in it is to be kept, and asked to end a store first waits for a monitor that is gone.
stop() {
  local pid
  for pid in "$INTEROP_WORK"/ceph.*/*.pid; do
    if [ -f "$pid" ]; then
      kill -KILL "$(cat "$pid")" 2>/dev/null || true
      rm -f "$pid"
    fi
  done
}

# kill_store ID, start_store ID: of the cluster in $cluster. What was kept in memory is gone then, what was kept on the disk is not.
kill_store() { kill -KILL "$(cat "$cluster/osd.$1.pid")" && rm "$cluster/osd.$1.pid"; }
start_store() { ceph-osd -i "$1" -c "$cluster/ceph.conf" >>"$cluster/started" 2>&1; }

# start_stores DIR STORES makes and starts them, side by side.
#
# A store that starts tells the monitor where it stands and of which class it is before it knows the cluster: where that takes a
# moment, on a loaded machine, it is refused as "wrong fsid" and ends. So the one is told here, and the other by nobody.
start_stores() {
  local c=$1/ceph.conf id osd pid pids=()
  for id in $(seq 0 $(($2 - 1))); do
    mkdir -p "$1/osd.$id" && osd=$(cat /proc/sys/kernel/random/uuid) &&
      timeout 60 ceph -c "$c" osd new "$osd" &&
      timeout 60 ceph -c "$c" osd crush add "osd.$id" 1 root=default host=here || return
    (ceph-osd -i "$id" --mkfs --osd-uuid "$osd" -c "$c" && ceph-osd -i "$id" -c "$c") &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || return; done
}

# start DIR PORT [STORES [KIND]]: with three or more each object is kept by three, and the death of one is survived. KIND is
# memstore, which forgets, or bluestore, which keeps all in a file of its directory.
start() {
  local d=$1 c=$1/ceph.conf stores=${3:-1} kind=${4:-memstore} mon
  mon=$(port)
  mkdir -p "$d/mon"
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
osd pool default size = $((stores < 3 ? 1 : 3))
osd pool default min size = $((stores < 3 ? 1 : 2))
osd pool default pg num = 8
osd pool default pgp num = 8
osd crush chooseleaf type = 0
osd heartbeat grace = 5
mon osd min down reporters = 1
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 0
setuser match path =
[mon.a]
mon data = $d/mon
[osd]
osd data = $d/\$name
osd objectstore = $kind
osd crush update on start = false
osd class update on start = false
memstore device bytes = 1073741824
bluestore block size = 4294967296
osd memory target = 939524096
osd max object name len = 4096
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$2
rgw dns name = localhost
C
  monmaptool --create --clobber --fsid "$(awk '/^fsid/ {print $3}' "$c")" --addv a "[v1:127.0.0.1:$mon]" "$d/monmap" &&
    ceph-mon --mkfs -i a --monmap "$d/monmap" -c "$c" &&
    ceph-mon -i a -c "$c" &&
    start_stores "$d" "$stores" &&
    timeout 120 radosgw-admin -c "$c" user create --uid sammy --display-name Sammy --access-key "$key" --secret-key "$secret" &&
    timeout 120 radosgw -n client.rgw -c "$c" &&
    curl -s -f -o /dev/null --retry 100 --retry-delay 1 --retry-max-time 120 --retry-connrefused "http://127.0.0.1:$2/"
}

# start_somehow [STORES [KIND]] starts one at $port, tried three times: somebody may have taken a port meanwhile.
start_somehow() {
  local try
  for try in 1 2 3; do
    port=$(port)
    if start "$INTEROP_WORK/ceph.$try" "$port" "${1:-1}" "${2:-memstore}" >"$INTEROP_WORK/started" 2>&1; then
      cluster=$INTEROP_WORK/ceph.$try
      return
    fi
    stop
  done
  cat "$INTEROP_WORK/started"
  echo "FAIL Ceph does not start"
  exit 1
}

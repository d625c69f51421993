#!/usr/bin/env bash
# bench.sh BINARY: the clients that are installed, each with the same work, one after the other in every row.
#   N=10000          files of 4 KiB, and objects moved and deleted
#   MANY=100000      objects of the long rows, of 64 bytes
#   LISTED=1000000   objects of the listing, and moved and deleted by us alone
#   LARGE=2048       MiB of the one large file
#   SLOW=10          s3cmd and aws get one SLOWth of what is many
#   CLIENTS="spaces rclone mc s3cmd aws"
#   ROWS="upload move download delete large-up large-down move-many delete-many list all"   those before delete want upload
#   ENDPOINT=URL     another server than `spaces serve`, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: what is many is
#                    uploaded there, so that LISTED should be small
#   TMPDIR           where 6 × LARGE of room is
# For each client: seconds, seconds of the processor, MiB of memory at the most, and how many objects where it got fewer.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(readlink -f "$1")
n=${N:-10000} many=${MANY:-100000} listed=${LISTED:-1000000} large=${LARGE:-2048} slow=${SLOW:-10}
work=$(mktemp -d) server=
trap 'stop; rm -rf "$work"' EXIT
stop() { if [ -n "$server" ]; then kill "$server" 2>/dev/null || :; wait "$server" 2>/dev/null || :; server=; fi; }
case " ${CLIENTS:-mc} " in *" mc "*)
  export PATH=$PATH:$work/bin
  command -v mc >/dev/null || GOBIN=$work/bin go install github.com/minio/mc@v0.0.0-20250313080218-cf909e1063a9 >/dev/null 2>&1 || : ;;
esac
clients=()
for c in ${CLIENTS:-spaces rclone mc s3cmd aws}; do
  if [ "$c" = spaces ] || command -v "$c" >/dev/null; then clients+=("$c"); else echo "$c is not installed" >&2; fi
done
unset AWS_CA_BUNDLE AWS_PROFILE # rclone cannot
fill=$work/fill
if [ -z "${ENDPOINT:-}" ]; then
  go build -o "$fill" ./testdata/interop/fill
  export AWS_ACCESS_KEY_ID=SPBENCHBENCHBENCH001 AWS_SECRET_ACCESS_KEY=bench-secret-bench-secret-bench-secret-01
  address=127.0.0.1:$((20000 + RANDOM % 20000)) url=
  url=http://$address
else
  url=$ENDPOINT address=${ENDPOINT#*://}
fi
export HOME=$work/home XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/xdg XDG_STATE_HOME=$work/state AWS_DEFAULT_REGION=us-east-1
mkdir -p "$HOME" "$XDG_CONFIG_HOME/spaces"
start() {
  [ -z "${ENDPOINT:-}" ] || return 0
  SPACES_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID SPACES_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY "$bin" serve --data "$work/data" --listen "$address" >>"$work/log" 2>&1 & server=$!
  for _ in $(seq 100); do curl -s "$url" >/dev/null && break; sleep 0.1; done
}

cat >"$work/s3cfg" <<S
[default]
access_key = $AWS_ACCESS_KEY_ID
secret_key = $AWS_SECRET_ACCESS_KEY
host_base = $address
host_bucket = $address
use_https = False
S
export RCLONE_CONFIG_B_TYPE=s3 RCLONE_CONFIG_B_PROVIDER=Other RCLONE_CONFIG_B_ENDPOINT=$url RCLONE_CONFIG_B_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID RCLONE_CONFIG_B_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY
export MC_HOST_b=http://$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY@$address
export work url bin
sp() { local c=$1; shift; "$bin" "$c" --endpoint "$url" --path-style "$@"; }
rc() { rclone -q --transfers 16 --checkers 16 "$@"; }
m() { mc --quiet "$@"; }
s3() { s3cmd -q -c "$work/s3cfg" "$@"; }
aw() { aws --endpoint-url "$url" s3 "$@"; }
export -f sp rc m s3 aw

# do_it CLIENT WHAT FROM TO does it: sides are b:SPACE/FOLDER or a local path. There is no quoting: paths have no blanks.
do_it() {
  local from=$3 to=${4:-} s3from=${3/#b:/s3://} s3to=${4:-}; s3to=${s3to/#b:/s3://}
  case $1:$2 in
    spaces:make) sp mb "$s3from" ;;
    spaces:copy) sp cp -qr "$s3from"/ "$s3to"/ ;;
    spaces:move) sp mv -qr "$s3from"/ "$s3to"/ ;;
    spaces:list) sp ls -r "$s3from" ;;
    spaces:delete) sp rm -qry "$s3from"/ ;;
    spaces:one) sp cp -q "$s3from" "$s3to" ;;
    rclone:make) rc mkdir "$from" ;;
    rclone:copy) rc copy "$from" "$to" ;;
    rclone:move) rc moveto "$from" "$to" ;;
    rclone:list) rc lsf -R --files-only --fast-list "$from" ;;
    rclone:delete) rc delete "$from" ;;
    rclone:one) rc copyto "$from" "$to" ;;
    mc:make) m mb "${from/#b:/b/}" ;;
    mc:copy) m cp -r "${from/#b:/b/}"/ "${to/#b:/b/}"/ ;;
    mc:move) m mv -r "${from/#b:/b/}"/ "${to/#b:/b/}"/ ;;
    mc:list) m ls -r "${from/#b:/b/}" ;;
    mc:delete) m rm -r --force "${from/#b:/b/}"/ ;;
    mc:one) m cp "${from/#b:/b/}" "${to/#b:/b/}" ;;
    s3cmd:make) s3 mb "$s3from" ;;
    s3cmd:copy) case $from in b:*) s3 get -r "$s3from"/ "$s3to"/ ;; *) s3 put -r "$s3from"/ "$s3to"/ ;; esac ;;
    s3cmd:move) s3 mv -r "$s3from"/ "$s3to"/ ;;
    s3cmd:list) s3 ls -r "$s3from" ;;
    s3cmd:delete) s3 del -rf "$s3from"/ ;;
    s3cmd:one) case $from in b:*) s3 get "$s3from" "$s3to" ;; *) s3 put "$s3from" "$s3to" ;; esac ;;
    aws:make) aw mb "$s3from" ;;
    aws:copy) aw cp --recursive --only-show-errors "$s3from"/ "$s3to"/ ;;
    aws:move) aw mv --recursive --only-show-errors "$s3from"/ "$s3to"/ ;;
    aws:list) aw ls --recursive "$s3from" ;;
    aws:delete) aw rm --recursive --only-show-errors "$s3from"/ ;;
    aws:one) aw cp --only-show-errors "$s3from" "$s3to" ;;
  esac
}
export -f do_it
is_slow() { [ "$1" = s3cmd ] || [ "$1" = aws ]; }

wanted() { case " ${ROWS:-upload move download delete large-up large-down move-many delete-many list all} " in *" $1 "*) ;; *) return 1 ;; esac }
row() { printf '%-24s' "$1"; }
# cell CLIENT WHAT FROM [TO [NOTE]]
cell() {
  if /usr/bin/time -o "$work/time" -f '%e %U %S %M' bash -c "do_it $1 $2 $3 ${4:-}" >"$work/out" 2>"$work/err"; then
    awk -v note="${5:-}" '{printf "%34s", sprintf("%.1f s, CPU %.1f, %d MiB%s", $1, $2+$3, $4/1024, note)}' <(tail -1 "$work/time")
  else
    printf '%34s' failed; tail -5 "$work/err" >&2
  fi
}
none() { printf '%34s' -; }

mkdir -p "$work/files"/d{00..99}
head -c $((n * 4096)) /dev/urandom | split -b 4096 -a 6 -d - "$work/f."
for f in "$work"/f.*; do d=$((10#${f##*.} % 100)); echo "$f $work/files/d$(printf %02d $d)/"; done | xargs -n 2 mv
mkdir "$work/few"; for d in "$work/files"/d*; do d=${d##*/}; if ((10#${d#d} % slow == 0)); then cp -rl "$work/files/$d" "$work/few/"; fi; done
few=$(find "$work/few" -type f | wc -l)
head -c $((large << 20)) /dev/urandom >"$work/large"

start
for c in "${clients[@]}"; do do_it "$c" make "b:bench-$c" >/dev/null; done
sp mb s3://million >/dev/null
if [ -z "${ENDPOINT:-}" ]; then
  stop
  args=(million/k/ 0)
  if wanted list || wanted all; then args=(million/k/ "$listed"); fi
  if wanted move-many || wanted delete-many; then
    for c in "${clients[@]}"; do is_slow "$c" || args+=("bench-$c/many/" "$many"); done
  fi
  "$fill" "$work/data" "${args[@]}" 2>/dev/null
  start
else
  # tree N TO uploads N files at least, of a tree of links to those that there are.
  tree() { mkdir -p "$work/tree"; for ((i = 0; i < $1; i += n)); do cp -rl "$work/files" "$work/tree/$((i / n))"; done; sp cp -qr "$work/tree/" "$2"; rm -rf "$work/tree"; }
  if wanted list; then tree "$listed" s3://million/k/; fi
  if wanted move-many || wanted delete-many; then for c in "${clients[@]}"; do is_slow "$c" || tree "$many" "s3://bench-$c/many/"; done; fi
fi

row "$url"; printf '%34s' "${clients[@]}"; echo
# each WHAT FROM TO makes a row of all clients; NAME stands for the client, and FILES for what it uploads.
each() {
  local c note files from to
  for c in "${clients[@]}"; do
    note='' files=$work/files
    if is_slow "$c"; then note=" ($few)" files=$work/few; fi
    from=${2//NAME/$c} to=${3//NAME/$c}
    rm -rf "$work/down"; mkdir "$work/down"; sync -f "$work" # nobody waits for what another has left to be written
    cell "$c" "$1" "${from//FILES/$files}" "$to" "$([ "$1" = one ] || echo "$note")"
  done
  echo
}
# quick_ones is each without the slow ones.
quick_ones() {
  local c
  for c in "${clients[@]}"; do if is_slow "$c"; then none; else cell "$c" "$1" "${2//NAME/$c}" "${3//NAME/$c}"; fi; done
  echo
}
at=files gone=many
if wanted upload; then row "upload $n"; each copy FILES b:bench-NAME/files; fi
if wanted move; then row "move $n"; each move b:bench-NAME/files b:bench-NAME/moved; at=moved; fi
if wanted download; then row "download $n"; each copy "b:bench-NAME/$at" "$work/down"; fi
if wanted delete; then row "delete $n"; each delete "b:bench-NAME/$at" ''; fi
if wanted large-up; then row "upload $large MiB"; each one "$work/large" b:bench-NAME/large; fi
if wanted large-down; then row "download $large MiB"; each one b:bench-NAME/large "$work/down/large"; fi
rm -rf "$work/down" "$work/large"
if wanted move-many; then row "move $many"; quick_ones move b:bench-NAME/many b:bench-NAME/gone; gone=gone; fi
if wanted delete-many; then row "delete $many"; quick_ones delete "b:bench-NAME/$gone" ''; fi
if wanted list; then
  row "list $listed"
  for c in "${clients[@]}"; do
    if is_slow "$c"; then cell "$c" list b:million/k/00 '' " (/10)"; else cell "$c" list b:million ''; fi
  done
  echo
fi
if wanted all; then
  row "move $listed"; cell spaces move b:million/k b:million/l; echo
  row "delete $listed"; cell spaces delete b:million/l; echo
fi
if [ -n "$server" ] && [ -r "/proc/$server/status" ]; then echo "the server had at the most $(awk '/VmHWM/ {print int($2 / 1024)}' "/proc/$server/status") MiB"; fi

#!/usr/bin/env bash
# bench.sh BINARY: the clients that are installed against `spaces serve`, each with the same work, one after the other.
#   N=10000        files of 4 KiB
#   LARGE=2048     MiB of the one large file
#   CLIENTS="spaces rclone s3cmd aws"
# A row is what was done; for each client seconds, seconds of CPU, and MiB of memory at the most.
set -euo pipefail
bin=$(readlink -f "$1")
n=${N:-10000} large=${LARGE:-2048}
clients=()
for c in ${CLIENTS:-spaces rclone s3cmd aws}; do
  if [ "$c" = spaces ] || command -v "$c" >/dev/null; then clients+=("$c"); else echo "$c is not installed" >&2; fi
done
work=$(mktemp -d); trap 'kill $server 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
export HOME=$work/home XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/xdg XDG_STATE_HOME=$work/state
mkdir -p "$HOME" "$work/files" "$XDG_CONFIG_HOME/spaces"
unset AWS_CA_BUNDLE # rclone cannot
export AWS_ACCESS_KEY_ID=SPBENCHBENCHBENCH001 AWS_SECRET_ACCESS_KEY=bench-secret-bench-secret-bench-secret-01 AWS_DEFAULT_REGION=us-east-1
port=$((20000 + RANDOM % 20000)) url=http://127.0.0.1
url=$url:$port
SPACES_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID SPACES_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY "$bin" serve --data "$work/data" --listen "127.0.0.1:$port" >"$work/log" 2>&1 & server=$!
for _ in $(seq 100); do curl -s "$url" >/dev/null && break; sleep 0.1; done
mkdir -p "$work/files"/d{0..99}
head -c $((n * 4096)) /dev/urandom | split -b 4096 -a 6 -d - "$work/f."
for f in "$work"/f.*; do mv "$f" "$work/files/d$((10#${f##*.} % 100))/"; done
head -c $((large << 20)) /dev/urandom >"$work/large"
cat >"$work/s3cfg" <<S
[default]
access_key = $AWS_ACCESS_KEY_ID
secret_key = $AWS_SECRET_ACCESS_KEY
host_base = 127.0.0.1:$port
host_bucket = 127.0.0.1:$port
use_https = False
S
export RCLONE_CONFIG_B_TYPE=s3 RCLONE_CONFIG_B_PROVIDER=Other RCLONE_CONFIG_B_ENDPOINT=$url RCLONE_CONFIG_B_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID RCLONE_CONFIG_B_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY
rc() { rclone -q --transfers 16 --checkers 16 "$@"; }
export -f rc
s3() { s3cmd -q -c "$work/s3cfg" "$@"; }
aw() { aws --endpoint-url "$url" s3 "$@" --only-show-errors; }
export -f s3 aw; export work url

# command CLIENT WORK prints the command line.
command_of() {
  local b=bench-$1
  case $1:$2 in
    spaces:make) echo "$bin mb --endpoint $url --path-style s3://$b" ;;
    spaces:upload) echo "$bin cp -qr --endpoint $url --path-style $work/files s3://$b/" ;;
    spaces:list) echo "$bin ls -r --endpoint $url --path-style s3://$b" ;;
    spaces:move) echo "$bin mv -qr --endpoint $url --path-style s3://$b/files/ s3://$b/moved/" ;;
    spaces:download) echo "$bin cp -qr --endpoint $url --path-style s3://$b/moved/ $work/down-spaces" ;;
    spaces:delete) echo "$bin rm -qry --endpoint $url --path-style s3://$b/moved/" ;;
    spaces:large-up) echo "$bin cp -q --endpoint $url --path-style $work/large s3://$b/large" ;;
    spaces:large-down) echo "$bin cp -q --endpoint $url --path-style s3://$b/large $work/large-spaces" ;;
    rclone:make) echo "rc mkdir b:$b" ;;
    rclone:upload) echo "rc copy $work/files b:$b/files" ;;
    rclone:list) echo "rc lsf -R --files-only --fast-list b:$b" ;;
    rclone:move) echo "rc moveto b:$b/files b:$b/moved" ;;
    rclone:download) echo "rc copy b:$b/moved $work/down-rclone" ;;
    rclone:delete) echo "rc delete b:$b/moved" ;;
    rclone:large-up) echo "rc copyto $work/large b:$b/large" ;;
    rclone:large-down) echo "rc copyto b:$b/large $work/large-rclone" ;;
    s3cmd:make) echo "s3 mb s3://$b" ;;
    s3cmd:upload) echo "s3 put -r $work/files s3://$b/" ;;
    s3cmd:list) echo "s3 ls -r s3://$b" ;;
    s3cmd:move) echo "s3 mv -r s3://$b/files/ s3://$b/moved/" ;;
    s3cmd:download) echo "s3 get -r s3://$b/moved/ $work/down-s3cmd/" ;;
    s3cmd:delete) echo "s3 del -rf s3://$b/moved/" ;;
    s3cmd:large-up) echo "s3 put $work/large s3://$b/large" ;;
    s3cmd:large-down) echo "s3 get s3://$b/large $work/large-s3cmd" ;;
    aws:make) echo "aws --endpoint-url $url s3 mb s3://$b" ;;
    aws:upload) echo "aw cp --recursive $work/files s3://$b/files/" ;;
    aws:list) echo "aws --endpoint-url $url s3 ls --recursive s3://$b" ;;
    aws:move) echo "aw mv --recursive s3://$b/files/ s3://$b/moved/" ;;
    aws:download) echo "aw cp --recursive s3://$b/moved/ $work/down-aws/" ;;
    aws:delete) echo "aw rm --recursive s3://$b/moved/" ;;
    aws:large-up) echo "aw cp $work/large s3://$b/large" ;;
    aws:large-down) echo "aw cp s3://$b/large $work/large-aws" ;;
  esac
}

printf '%-12s' work; printf '%28s' "${clients[@]}"; echo
for c in "${clients[@]}"; do mkdir -p "$work/down-$c"; bash -c "$(command_of "$c" make)" >/dev/null; done
for w in upload list move download delete large-up large-down; do
  printf '%-12s' "$w"
  for c in "${clients[@]}"; do
    if /usr/bin/time -o "$work/time" -f '%e %U %S %M' bash -c "$(command_of "$c" "$w")" >"$work/out" 2>"$work/err"; then
      awk '{printf "%28s", sprintf("%.1f s, CPU %.1f, %d MiB", $1, $2+$3, $4/1024)}' "$work/time"
    else
      printf '%28s' failed; cat "$work/err" >&2
    fi
  done
  echo
done

#!/usr/bin/env bash
# The way of the README from a fresh Debian machine to storage with backups: its commands, line by line, on this machine, which is
# as it was afterwards. They are in the code block below the line `<!-- fresh … -->`.
#
#   fresh.sh [README]
#
# The CA that gives the certificate is one for tests, on this machine. What the README leaves to the reader is put in:
# s3.example.com is this machine, KEY and SECRET are what `keys create` has said.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
readme=$(realpath "${1:-$here/../../README.md}")
. "$here/box.sh"
for command in ssh-keygen scp go; do command -v "$command" >/dev/null || die "$command is missing (apt-get install openssh-client)"; done

box_package "$tmp/first"
clean_environment
mkdir "$tmp/work"
cp "$deb" "$tmp/work"
cd "$tmp/work"
export INTEROP_WORK=$tmp/work
. "$here/lib.sh"

awk '/^<!-- fresh/ { on = 1; next } on && /^```/ { if (within) exit; within = 1; next } on && within' "$readme" >commands
[ -s commands ] || die "$readme has no commands below <!-- fresh … -->"
# The world outside: a CA that everybody trusts, the service included, and the DNS.
go build -C "$top" -o "$tmp/ca" ./testdata/interop/ca
mkfifo ca.in
"$tmp/ca" "$tmp/roots.pem" <ca.in >ca.url 2>ca.log &
exec 9>ca.in
for _ in $(seq 100); do [ ! -s ca.url ] || break; sleep 0.1; done
[ -s ca.url ] || { cat ca.log >&2; die "the CA does not start"; }
sed -i "s,--tls acme,& --acme-directory $(cat ca.url)," commands
export SSL_CERT_FILE=$tmp/roots.pem
trust() {
  install -m 0644 "$tmp/roots.pem" /etc/spaces/roots.pem
  grep -q '^SSL_CERT_FILE=' /etc/spaces/serve.env || echo SSL_CERT_FILE=/etc/spaces/roots.pem >>/etc/spaces/serve.env
}

# The reader's machine.
echo '127.0.0.1 s3.example.com' >>/etc/hosts
mkdir -p "$HOME/.ssh" "$HOME/photos/2026"
chmod 700 "$HOME/.ssh"
ssh-keygen -q -t ed25519 -N '' -C me@laptop -f "$HOME/.ssh/id_ed25519"
for i in 1 2 3; do head -c $((i * 100000)) large >"$HOME/photos/2026/$i.jpg"; done
for command in ssh scp sftp; do # OpenSSH looks for its files in the home of the user and not in $HOME
  printf '#!/bin/sh\nexec %s -F none -i %q -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile=%q -o StrictHostKeyChecking=accept-new "$@"\n' \
    "$(command -v "$command")" "$HOME/.ssh/id_ed25519" "$tmp/known" >"$tmp/bin/$command.new"
  chmod +x "$tmp/bin/$command.new"
done
for command in ssh scp sftp; do mv "$tmp/bin/$command.new" "$tmp/bin/$command"; done
PATH=$tmp/bin:$PATH

key=KEY secret=SECRET
while IFS= read -r line; do
  case $line in '' | '#'*) continue ;; esac
  command=$line
  command=${command//=KEY/=$key}
  command=${command//=SECRET/=$secret}
  [[ $line != systemctl* ]] || trust
  # In this shell: what one line exports the next ones have.
  if eval "$command" >.said 2>.out </dev/null; then ok "$line"; else cat .out >&2; fail "$line: $(why)"; fi
  case $line in
    *'keys create'*)
      key=$(sed -n 's/^access key *//p' .said) secret=$(sed -n 's/^secret key *//p' .said) ;;
  esac
done <commands

# What the reader has then.
does "the objects are there by https" spaces cp -r s3://photos/ back/ --endpoint https://s3.example.com
same_tree "as they were" "$HOME/photos" back/photos
does "s3cmd finds them as well" s3cmd ls -r s3://photos --ca-certs "$SSL_CERT_FILE" --host s3.example.com --host-bucket s3.example.com --access_key "$key" --secret_key "$secret"
prints "everything in the data is the user's" "" find /var/lib/spaces -not -user spaces
latest=$(find /var/backups/spaces -mindepth 1 -maxdepth 1 | sort | tail -n 1)
systemctl stop spaces
does "the backup is whole" runuser -u spaces -- spaces fsck --data "$latest"
mv /var/lib/spaces "$tmp/lost"
does "the data are lost, and restored from it" bash -c "spaces restore '$latest' --data /var/lib/spaces && chown -R spaces:spaces /var/lib/spaces"
does "the service starts" systemctl start spaces
does "and has the objects" spaces cp -r s3://photos/ again/ --endpoint https://s3.example.com
same_tree "as they were then" "$HOME/photos" again/photos
finish && echo "fresh: all passed"

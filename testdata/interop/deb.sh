#!/usr/bin/env bash
# The packages: made, looked into, and the .deb taken through its life on this machine. The service runs by the unit's own
# command line, as its user and with its rights. Afterwards the machine is as it was.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/box.sh"

box_package "$tmp/first"
first=$deb version=$(dpkg-deb -f "$deb" Version)
rpm=$(echo "${deb%/*}"/*.rpm)
box_package "$tmp/second" "$version.1"
second=$deb

clean_environment
mkdir "$tmp/work"
cd "$tmp/work"
export INTEROP_WORK=$tmp/work
. "$here/lib.sh"

# What is in them.
dpkg-deb -R "$first" deb
mv deb/DEBIAN control
prints "the configuration is the owner's" /etc/spaces/serve.env cat control/conffiles
prints "everything belongs to root" root/root bash -c "dpkg-deb -c '$first' | awk '{ print \$2 }' | sort -u"
prints "nobody else may write to it" "" find deb -perm /022 -not -type l
does "the checksums are those of the files" bash -c 'cd deb && md5sum --quiet -c ../control/md5sums'
for script in control/p*; do does "$(basename "$script") is a script" sh -n "$script"; done
prints "a page for each command, without a time in it" "" bash -c 'for f in deb/usr/share/man/man1/*.gz; do [ "$(xxd -s 4 -l 4 -p "$f" 2>/dev/null || od -An -tx1 -j4 -N4 "$f" | tr -d " ")" = 00000000 ] || echo "$f"; done'
for page in spaces spaces-serve spaces-keys-authorize; do does "man page $page" test -s "deb/usr/share/man/man1/$page.1.gz"; done
if command -v bash >/dev/null; then does "completion for bash" bash -n deb/usr/share/bash-completion/completions/spaces; fi
if command -v zsh >/dev/null; then does "completion for zsh" zsh -n deb/usr/share/zsh/vendor-completions/_spaces; fi
if command -v fish >/dev/null; then does "completion for fish" fish --no-execute deb/usr/share/fish/vendor_completions.d/spaces.fish; fi

command -v rpm2cpio >/dev/null && command -v cpio >/dev/null || die "rpm2cpio or cpio is missing (apt-get install rpm cpio)"
mkdir rpm
does "the .rpm unpacks" bash -c "cd rpm && rpm2cpio '$rpm' | cpio -idm --no-absolute-filenames --quiet 2>/dev/null"
mkdir -p rpm/usr/share/doc/spaces # where the two kinds of systems have the same things
mv rpm/usr/share/licenses/spaces/LICENSE rpm/usr/share/doc/spaces/copyright
mv rpm/usr/share/zsh/site-functions rpm/usr/share/zsh/vendor-completions
rmdir rpm/usr/share/licenses/spaces rpm/usr/share/licenses
same_tree "and has what the .deb has" deb rpm
prints "its configuration is the owner's, too" /etc/spaces/serve.env rpm -qpc "$rpm"
prints "its version" "${version}" rpm -qp --qf '%{VERSION}' "$rpm"
for script in postinstall preremove postremove; do
  does "it has the same $script" bash -c 'rpm -qp --scripts "$1" | grep -qF "$(sed -n 2p "$2")"' - "$rpm" "$top/cmd/spaces/package/$script.sh"
done

# Installed.
does "install" dpkg -i "$first"
prints "the user logs in nowhere" /usr/sbin/nologin bash -c 'getent passwd spaces | cut -d: -f7'
prints "the data are the user's alone" "700 spaces spaces" stat -c '%a %U %G' /var/lib/spaces
prints "the configuration is root's, for the service to read" "750 root spaces" stat -c '%a %U %G' /etc/spaces
prints "and what is in it" "640 root spaces" stat -c '%a %U %G' /etc/spaces/serve.env
shows "the version" "^spaces version v${version//+/\\+}\b" spaces version
[ ! -d "$top/.git" ] || shows "and the commit" ", commit $(git -C "$top" rev-parse --short=12 HEAD) of " spaces version
unit=/usr/lib/systemd/system/spaces.service
same "the unit is that of the program" <(spaces files "$tmp/files" && cat "$tmp/files/systemd/spaces.service") "$unit"
if command -v systemd-analyze >/dev/null; then
  prints "systemd finds nothing wrong with the unit" "" bash -c "systemd-analyze verify --man=no '$unit' 2>&1 | grep -F spaces.service || true"
  does "and little that it could do harm by" systemd-analyze security --offline=yes --threshold=20 "$unit"
else
  echo "no systemd-analyze here, so the unit is NOT looked at by it"
fi

# As it is.
does "the service starts as it comes" systemctl start spaces
status "on loopback" 403 http://127.0.0.1:9077/
does "it stops" systemctl stop spaces

# With TLS on a port below 1024, SSH, and a key of its own.
port=$(low_port) ssh=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
options="--listen 127.0.0.1:$port --tls self-signed --domain s3.example.com --ssh 127.0.0.1:$ssh --encryption-key /etc/spaces/encryption.key"
sed -i "s|^SPACES_OPTIONS=.*|SPACES_OPTIONS=\"$options\"|" /etc/spaces/serve.env
(umask 027 && head -c 32 /dev/urandom | base64 >/etc/spaces/encryption.key && chown spaces /etc/spaces/encryption.key && chmod 600 /etc/spaces/encryption.key)
does "the service starts" systemctl start spaces
pid=$(pgrep -n -u spaces -x spaces || echo none)
if [ "$pid" != none ]; then
  prints "as its user, with one right and no way to another" "CapBnd:0000000000000400 CapEff:0000000000000400 NoNewPrivs:1" \
    bash -c "grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/$pid/status | tr -d '\t' | sort | xargs"
fi
prints "no secret is in the journal" 0 bash -c "journalctl -u spaces | grep -Ec 'secret key|admin token' || true"
shows "the certificate's fingerprint is" 'fingerprint SHA-256 [0-9A-F:]{95}' journalctl -u spaces

spaces keys create me --grant fullaccess --data /var/lib/spaces >key 2>&1 || true
key=$(sed -n 's/^access key *//p' key) secret=$(sed -n 's/^secret key *//p' key)
prints "what root does makes nothing that the service may not touch" "" find /var/lib/spaces -not -user spaces
s3() { s3cmd --no-check-hostname --ca-certs /var/lib/spaces/tls-cert.pem --host "127.0.0.1:$port" --host-bucket "127.0.0.1:$port" --access_key "$key" --secret_key "$secret" --no-progress "$@"; }
does "s3cmd makes a Space" s3 mb s3://boxes
does "s3cmd puts 64 MiB" s3 put large s3://boxes/large
does "s3cmd gets them" s3 get s3://boxes/large large.back
same "the same" large large.back
export AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret SSL_CERT_FILE=/var/lib/spaces/tls-cert.pem
there() { spaces "$@" --endpoint "https://127.0.0.1:$port" --path-style; }
does "spaces puts an object" there cp small s3://boxes/small
prints "and gets it" "$(cat small)" there cat s3://boxes/small
if command -v sftp >/dev/null; then
  ssh-keygen -q -t ed25519 -N '' -f mine -C box
  does "authorize a key of SSH" spaces keys authorize root mine.pub --data /var/lib/spaces
  does "get it by sftp" sftp -P "$ssh" -i mine -F none -o BatchMode=yes -o UserKnownHostsFile="$PWD/known" -o StrictHostKeyChecking=accept-new -o LogLevel=ERROR box@127.0.0.1:/boxes/small by-sftp
  same "the same, too" small by-sftp
  printf 'put small /boxes/put\n' >put
  does "put one" sftp -b put -P "$ssh" -i mine -F none -o UserKnownHostsFile="$PWD/known" -o LogLevel=ERROR box@127.0.0.1
fi

does "back up, through the service" spaces backup /var/backups/spaces/first --data /var/lib/spaces
does "the backup is whole" runuser -u spaces -- spaces fsck --data /var/backups/spaces/first

# Another version over it.
does "upgrade" dpkg -i "$second"
shows "the version is the other" "^spaces version v${version//+/\\+}\.1\b" spaces version
shows "the owner's options are kept" "^SPACES_OPTIONS=\"$options\"" cat /etc/spaces/serve.env
does "the old one serves until it is started again" there stat s3://boxes/small
does "start again" systemctl restart spaces
prints "the objects are there" "$(cat small)" there cat s3://boxes/small

# Options that are wrong.
cp -p /etc/spaces/serve.env good
echo 'SPACES_OPTIONS="--listen :1 --nonsense"' >/etc/spaces/serve.env
refuses "who starts it sees that the options are wrong" systemctl restart spaces
shows "and the journal says how" 'nonsense' journalctl -u spaces
cp -p good /etc/spaces/serve.env

refuses "root alone makes nothing in the data" spaces keys create other --data /var/lib/spaces
does "but has the service's user do it" runuser -u spaces -- spaces keys create other --data /var/lib/spaces
prints "everything is still the user's" "" find /var/lib/spaces -not -user spaces

# Removed, there again, and purged.
does "remove" dpkg -r spaces
refuses "the program is gone" test -e /usr/bin/spaces
shows "the options are not" "^SPACES_OPTIONS=\"$options\"" cat /etc/spaces/serve.env
does "install again" dpkg -i "$first"
does "start" systemctl start spaces
does "the objects are there still" there cp s3://boxes/large large.again
same "as they were" large large.again
systemctl stop spaces
shows "purge, which says that the data stay" 'data of spaces stay in /var/lib/spaces' dpkg --purge spaces
refuses "the options are gone" test -e /etc/spaces/serve.env
does "the key that the objects are encrypted with is not" test -s /etc/spaces/encryption.key
prints "nor are the data" "700 spaces spaces" stat -c '%a %U %G' /var/lib/spaces
does "nor their files" test -s /var/lib/spaces/credentials.toml
finish && echo "deb: all passed"

# Installs the package on this machine for a check, and takes back all of it at the end; sourced, by root on Debian.
# Sets tmp, arch and, by box_package, deb.

die() { echo "${0##*/}: $*" >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || die "must be root: a package is installed"
for command in dpkg apt-get setpriv python3 curl s3cmd; do command -v "$command" >/dev/null || die "$command is missing"; done
for path in /etc/spaces /var/lib/spaces /var/backups/spaces /usr/bin/spaces; do [ ! -e "$path" ] || die "$path is here: this is no machine to try a package on"; done
! getent passwd spaces >/dev/null || die "there is a user spaces already"

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
arch=$(dpkg --print-architecture)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/spaces-box.XXXXXX")
chmod 755 "$tmp" # the service and apt's own user come by
export SYSTEMCTL_STATE=$tmp/systemctl
mkdir -p "$tmp/bin" "$SYSTEMCTL_STATE"
if [ ! -d /run/systemd/system ]; then
  ln -s "$top/testdata/interop/systemctl.py" "$tmp/bin/systemctl"
  ln -s "$top/testdata/interop/systemctl.py" "$tmp/bin/journalctl"
  PATH=$tmp/bin:$PATH
fi
cp -p /etc/hosts "$tmp/hosts"

box_cleanup() {
  trap - EXIT INT TERM
  systemctl stop spaces 2>/dev/null || true
  ! dpkg -s spaces >/dev/null 2>&1 || dpkg --purge spaces >/dev/null 2>&1 || true
  rm -rf /var/lib/spaces /var/backups/spaces /etc/spaces
  userdel spaces 2>/dev/null || true
  ! getent group spaces >/dev/null || groupdel spaces
  cmp -s "$tmp/hosts" /etc/hosts || cat "$tmp/hosts" >/etc/hosts # often a mount: it cannot be replaced
  rm -rf "$tmp"
}
trap box_cleanup EXIT
trap 'exit 130' INT TERM

# box_package DIR [VERSION]: makes the packages, and puts them there. BOX_PACKAGES names a directory of those made before.
box_package() {
  if [ -n "${BOX_PACKAGES:-}" ]; then
    deb=$(echo "$BOX_PACKAGES/${1##*/}"/*.deb)
    [ ! -e "$deb" ] || return 0
    set -- "$BOX_PACKAGES/${1##*/}" "${@:2}"
  fi
  make -C "$top" --no-print-directory package ARCHES="$arch" ${2:+VERSION="$2" PACKAGERS=deb} >"$tmp/make.log" 2>&1 || { cat "$tmp/make.log" >&2; die "no package was made"; }
  mkdir -p "$1"
  mv "$top"/bin/package/spaces* "$1"
  deb=$(echo "$1"/*.deb)
}

# One of the ports that only some may listen on.
low_port() {
  python3 - <<'P'
import socket
for port in range(1023, 600, -1):
    try:
        socket.create_server(("", port)).close()
        print(port)
        break
    except OSError:
        pass
P
}

# clean_environment takes away the user's own configuration.
clean_environment() {
  local name
  for name in $(compgen -e); do
    case $name in AWS_* | S3CMD* | SPACES_* | XDG_* | *_proxy | *_PROXY) unset "$name" ;; esac
  done
  export HOME=$tmp/home LC_ALL=C.UTF-8 NO_PROXY='*' AWS_EC2_METADATA_DISABLED=true
  mkdir -p "$HOME"
}

#!/bin/sh
# After installing or upgrading. $1 is configure, and $2 the version before (Debian); or how many there are now (RPM).
set -e

case $1 in
  configure) [ -z "$2" ] && first=yes || first= ;;
  1) first=yes ;;
  [2-9]*) first= ;;
  *) exit 0 ;; # an upgrade was given up
esac

getent group spaces >/dev/null || groupadd --system spaces
getent passwd spaces >/dev/null ||
  useradd --system --gid spaces --home-dir /var/lib/spaces --no-create-home --shell /usr/sbin/nologin --comment 'spaces object storage' spaces

if [ "$first" ]; then
  # The data and their backups are no files of the package: no version ever removes them.
  for dir in /var/lib/spaces /var/backups/spaces; do [ -d "$dir" ] || install -d -m 0700 -o spaces -g spaces "$dir"; done
  # What the owner changes about these later stays.
  chgrp spaces /etc/spaces /etc/spaces/serve.env
fi

# act has systemctl do something with the service, where the administrator lets packages do that.
act() {
  if command -v deb-systemd-invoke >/dev/null; then deb-systemd-invoke "$1" spaces.service; else systemctl "$1" spaces.service; fi
}

command -v systemctl >/dev/null || exit 0
[ -z "$first" ] || systemctl preset spaces.service >/dev/null 2>&1 || true
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
  if [ "$1" = configure ] || [ "$first" ] && systemctl is-enabled --quiet spaces.service; then
    act restart || true # also what was removed, and is here again
  else
    act try-restart || true
  fi
fi

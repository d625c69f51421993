#!/bin/sh
# After removing, purging or upgrading. $1 is remove, purge or something else (Debian), or how many are left (RPM).
set -e

case $1 in
  remove | purge | 0) ;;
  *) exit 0 ;;
esac
[ "$1" != purge ] || rm -f /etc/systemd/system/multi-user.target.wants/spaces.service
if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
if [ -d /var/lib/spaces ] && [ "$1" != remove ]; then
  echo "The data of spaces stay in /var/lib/spaces, and belong to the user spaces. Backups are in /var/backups/spaces. To lose them: rm -r /var/lib/spaces /var/backups/spaces && userdel spaces"
  if [ -d /etc/spaces ]; then echo "What you put into /etc/spaces stays as well: a key of encryption there is needed to read the data."; fi
fi

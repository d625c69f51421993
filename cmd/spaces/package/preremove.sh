#!/bin/sh
# Before removing or upgrading. $1 is remove or upgrade (Debian), or how many there will be (RPM).
set -e

case $1 in
  remove | 0) ;;
  *) exit 0 ;; # the old version serves until the new one is there
esac
if [ -d /run/systemd/system ]; then systemctl stop spaces.service || true; fi
# Debian asks what was enabled to be so again when the package comes back: that goes when it is purged.
if [ "$1" = 0 ] && command -v systemctl >/dev/null; then systemctl disable spaces.service >/dev/null 2>&1 || true; fi

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// printBackupUnits prints a service that makes the backup as it was called, and a timer that starts it. The service runs
// as the one that serve --systemd prints: it has to read what that writes.
func printBackupUnits(w io.Writer, cmd *cobra.Command, o options, b backupOptions, to string) error {
	if b.list {
		return misused(errors.New("--systemd is for backups and checks"))
	}
	service, err := backupService(cmd, o, to)
	if err != nil {
		return err
	}
	timer := fmt.Sprintf(`[Unit]
Description=regular backup of spaces object storage

[Timer]
OnCalendar=%s
RandomizedDelaySec=15min
Persistent=yes

[Install]
WantedBy=timers.target
`, strings.ReplaceAll(b.calendar, "\n", " "))
	switch b.systemd {
	case "service":
		_, err = io.WriteString(w, service)
	case "timer":
		_, err = io.WriteString(w, timer)
	default:
		_, err = fmt.Fprintf(w, "# /etc/systemd/system/spaces-backup.service\n%s\n# /etc/systemd/system/spaces-backup.timer\n%s", service, timer)
	}
	return err
}

func backupService(cmd *cobra.Command, o options, to string) (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find the program: %w", err)
	}
	args := []string{unitWord(exe), "backup", unitWord(to)}
	place := "DynamicUser=yes\nUser=spaces\nStateDirectory=spaces\nStateDirectoryMode=0700\n"
	if o.data == "" {
		args = append(args, "--data", "%S/spaces")
	} else {
		dir, err := filepath.Abs(o.data)
		if err != nil {
			return "", err
		}
		args = append(args, "--data", unitWord(dir))
		place = "User=spaces\nGroup=spaces\nReadWritePaths=" + unitWord(dir) + "\n"
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		value := f.Value.String()
		switch f.Name {
		case "systemd", "on-calendar", "data", "quiet":
			return
		case "key-file", "config":
			if abs, e := filepath.Abs(value); e == nil {
				value = abs
			} else {
				err = e
			}
		}
		args = append(args, unitWord("--"+f.Name+"="+value))
	})
	return fmt.Sprintf(`[Unit]
Description=backup of spaces object storage
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=%s --quiet
# AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the place, where no profile has them
EnvironmentFile=-/etc/spaces/backup.env
Environment=XDG_CONFIG_HOME=/etc HOME=/
Nice=10
IOSchedulingClass=idle
%sCapabilityBoundingSet=
%s`, strings.Join(args, " "), place, unitHardening), err
}

package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// unitHardening takes from the service all that it has no use for (systemd.exec(5)).
const unitHardening = `UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
`

// printUnit prints a unit that runs serve as it was called. Without --data the data are in /var/lib/spaces, under a
// user that systemd makes for it; with it they belong to a user named spaces, whom somebody has to make.
func printUnit(w io.Writer, cmd *cobra.Command, o options) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program: %w", err)
	}
	args := []string{unitWord(exe), "serve"}
	place := "DynamicUser=yes\nStateDirectory=spaces\nStateDirectoryMode=0700\n"
	if o.data == "" {
		args = append(args, "--data", "%S/spaces")
	} else {
		dir, err := filepath.Abs(o.data)
		if err != nil {
			return err
		}
		args = append(args, "--data", unitWord(dir))
		place = "User=spaces\nGroup=spaces\nReadWritePaths=" + unitWord(dir) + "\n"
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch values, is := f.Value.(pflag.SliceValue); {
		case f.Name == "systemd" || f.Name == "data":
		case is:
			for _, v := range values.GetSlice() {
				args = append(args, unitWord("--"+f.Name+"="+v))
			}
		default:
			args = append(args, unitWord("--"+f.Name+"="+f.Value.String()))
		}
	})
	capabilities := "CapabilityBoundingSet=\n"
	if slices.ContainsFunc([]string{"listen", "http-redirect", "ssh"}, func(flag string) bool {
		addr, _ := cmd.Flags().GetString(flag)
		return lowPort(addr)
	}) {
		capabilities = "AmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n"
	}
	_, err = fmt.Fprintf(w, `[Unit]
Description=spaces object storage
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart=%s
Restart=on-failure
RestartSec=2
TimeoutStopSec=45
LimitNOFILE=65536
%s%s%s
[Install]
WantedBy=multi-user.target
`, strings.Join(args, " "), place, capabilities, unitHardening)
	return err
}

// unitWord quotes a word of a unit where that is needed, and what begins with a percent sign there.
func unitWord(s string) string {
	s = strings.ReplaceAll(s, "%", "%%")
	if strings.ContainsAny(s, " \t\n\"'\\;$") {
		return strings.ReplaceAll(strconv.Quote(s), "$", "$$")
	}
	return s
}

func lowPort(listen string) bool {
	_, port, _ := net.SplitHostPort(listen)
	n, err := strconv.Atoi(port)
	return err == nil && n > 0 && n < 1024
}

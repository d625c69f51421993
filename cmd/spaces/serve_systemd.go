package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
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
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
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

// unit is a service of systemd that runs serve.
type unit struct {
	command  []string // quoted
	place    string   // lines: who it runs as, and where it may write
	settings string   // file of its environment, or ""
	ports    bool     // below 1024
}

// printPackagedUnit prints the unit of packages: the program is in /usr/bin, and what serve is called with in a file that
// the owner of the machine edits.
func printPackagedUnit(w io.Writer) error {
	return unit{
		command:  []string{"/usr/bin/spaces", "serve", "--data", "/var/lib/spaces", "$SPACES_OPTIONS"},
		place:    "User=spaces\nGroup=spaces\nStateDirectory=spaces\nStateDirectoryMode=0700\nReadWritePaths=-/var/backups/spaces\n",
		settings: "/etc/spaces/serve.env",
		ports:    true,
	}.print(w)
}

// printUnit prints a unit that runs serve as it was called. Without --data the data are in /var/lib/spaces, under a
// user that systemd makes for it; with it they belong to a user named spaces, whom somebody has to make.
func printUnit(w io.Writer, cmd *cobra.Command, o options) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program: %w", err)
	}
	u := unit{command: []string{unitWord(exe), "serve"}}
	if o.data == "" {
		u.command = append(u.command, "--data", "%S/spaces")
		u.place = "DynamicUser=yes\nStateDirectory=spaces\nStateDirectoryMode=0700\n"
	} else {
		dir, err := filepath.Abs(o.data)
		if err != nil {
			return err
		}
		u.command = append(u.command, "--data", unitWord(dir))
		u.place = "User=spaces\nGroup=spaces\nReadWritePaths=" + unitWord(dir) + "\n"
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		u.ports = u.ports || lowPort(f.Value.String()) // whichever flag it is
		switch values, is := f.Value.(pflag.SliceValue); {
		case f.Name == "systemd" || f.Name == "data":
		case is:
			for _, v := range values.GetSlice() {
				u.command = append(u.command, unitWord("--"+f.Name+"="+v))
			}
		default:
			u.command = append(u.command, unitWord("--"+f.Name+"="+f.Value.String()))
		}
	})
	return u.print(w)
}

func (u unit) print(w io.Writer) error {
	settings := ""
	if u.settings != "" {
		settings = "EnvironmentFile=-" + u.settings + "\n"
	}
	capabilities := "CapabilityBoundingSet=\n"
	if u.ports {
		capabilities = "AmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n"
	}
	_, err := fmt.Fprintf(w, `[Unit]
Description=spaces object storage
Documentation=man:spaces-serve(1)
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
%sExecStart=%s
Restart=on-failure
RestartSec=2
TimeoutStopSec=45
LimitNOFILE=65536
%s%s%s
[Install]
WantedBy=multi-user.target
`, settings, strings.Join(u.command, " "), u.place, capabilities, unitHardening)
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

// lowPort tells whether a value is an address whose port needs a capability.
func lowPort(listen string) bool {
	_, port, _ := net.SplitHostPort(listen)
	n, err := strconv.Atoi(port)
	return err == nil && n > 0 && n < 1024
}

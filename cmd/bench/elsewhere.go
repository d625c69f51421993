package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Clients are tried on other servers as well, where ON= names those: what this program's own server does for its client is
// not there. Ceph's gateway is the one behind DigitalOcean Spaces.

// elsewhereWork is what clients do there.
func elsewhereWork(z size) []struct{ kind, name, unit string } {
	n, mid := fmt.Sprintf("%s files", figure(float64(z.files))), fmt.Sprintf("%d × 5 MiB", z.mid)
	return []struct{ kind, name, unit string }{
		{"up", "upload of " + n, "/s"}, {"move", "move of " + n, "/s"}, {"down", "download of " + n, "/s"}, {"delete", "delete of " + n, "/s"},
		{"sync", "sync of " + n + ", nothing to do", "/s"}, {"midup", "upload of " + mid, "MB/s"}, {"middown", "download of " + mid, "MB/s"},
		{"largeup", "upload of " + mib(z.large/2), "MB/s"}, {"largedown", "download of " + mib(z.large/2), "MB/s"},
	}
}

// cephScript starts a cluster in the directory $1, with its gateway at port $2, and ends it when it is interrupted.
const cephScript = `set -u; . testdata/interop/cluster.sh; INTEROP_WORK=$1 key=$3 secret=$4; trap stop EXIT; trap 'exit 0' INT TERM
start "$1/ceph.1" "$2" || exit 1; while :; do sleep 1; done`

// serveCeph needs Debian's packages: see testdata/interop/cluster.sh.
func serveCeph(string) serving {
	return func(ctx context.Context, address, dir string) *exec.Cmd {
		_, port, _ := strings.Cut(address, ":")
		return exec.CommandContext(ctx, "bash", "-c", cephScript, "ceph", dir, port, accessKey, secretKey)
	}
}

// settleElsewhere starts the servers that ON names, unless they run, and makes a house of each.
func (b *bencher) settleElsewhere(ctx context.Context) error {
	for _, name := range b.on {
		if name != this && b.servers[name] == nil {
			if _, err := exec.LookPath("radosgw"); name != "ceph" || err != nil {
				b.notes = append(b.notes, "no clients are tried on "+name+", which is not here")
				continue
			}
			s, err := start(ctx, filepath.Join(b.work, name), serveCeph(""))
			if err != nil {
				return err
			}
			b.servers[name] = s
		}
		h := b.house
		if name != this {
			dir := filepath.Join(b.work, "clients-"+name)
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return err
			}
			h = &house{server: b.servers[name], dir: dir, z: b.z, clients: clientsOn(b.servers[name].host, dir)}
			if err := b.settle(ctx, h); err != nil {
				return err
			}
		}
		if err := h.mids(); err != nil {
			return err
		}
		b.elsewhere = append(b.elsewhere, b.elsewhereRows(name, h)...)
	}
	return nil
}

// mids writes the files of 5 MiB: less than any client sends in parts unasked.
func (h *house) mids() error {
	dir := filepath.Join(h.dir, "mid")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for i := range h.z.mid {
		if err := os.WriteFile(filepath.Join(dir, numbered(i)), slices.Repeat(content(i, 1<<20), 5), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// elsewhereRows are the rows of a house, without the clients, which are not all known yet.
func (b *bencher) elsewhereRows(name string, h *house) (rows []row) {
	for _, k := range elsewhereWork(b.z) {
		rows = append(rows, row{name: "on " + name + ": " + k.name, unit: k.unit,
			ready: func(ctx context.Context, side string) (func() (sample, error), error) {
				return h.ready(ctx, side, k.kind)
			}})
	}
	return rows
}

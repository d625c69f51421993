package local

import (
	"context"
	"fmt"
	"os"
	"time"
)

const (
	// ahead is what a file may be ahead of the clock: disks of the network have clocks of their own.
	ahead = time.Minute
	// built is a time that is over.
	built = 1_790_000_000 // 2026-09-21
)

// clock says whether the clock can be right. Signatures are good for 15 minutes around it, and retention and lifecycle
// go by it.
func (p *patient) clock(context.Context) finding {
	const set = "Set the clock, and have a time server keep it: timedatectl set-ntp true."
	now := p.Now()
	if now.Unix() < built {
		return wrong(set, "The clock is wrong: it shows %s.", now.UTC().Format(time.DateOnly))
	}
	if what, at := p.latest(); at.Sub(now) > ahead {
		return wrong(set, "The clock is wrong, or was: %s is of %s, and it shows %s.", what, at.UTC().Format(time.DateTime), now.UTC().Format(time.DateTime))
	}
	switch synced, err := p.synced(); {
	case err != nil:
		return fine("Nothing speaks against the clock. Whether a time server keeps it cannot be told here.")
	case !synced:
		return worry("Have a time server keep it: timedatectl set-ntp true. Clients whose clock is 15 minutes off are refused.", "No time server keeps the clock.")
	}
	return fine("A time server keeps the clock.")
}

// latest is what has the latest time in the directory.
func (p *patient) latest() (what string, at time.Time) {
	take := func(name string, t time.Time) {
		if t.After(at) {
			what, at = name, t
		}
	}
	names, _ := os.ReadDir(p.Path)
	for _, n := range names {
		if info, err := n.Info(); err == nil {
			take(fmt.Sprintf("the file %q", n.Name()), info.ModTime())
		}
	}
	u, _ := p.Upkeep()
	take("the last scrub", u.Scrub.At)
	take("the last backup", u.Backup.At)
	take("the start of the server", p.serving.At)
	return what, at
}

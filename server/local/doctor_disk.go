package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// space says how much room is left. Below what the engine keeps for deletes, writes are refused.
func (p *patient) space(context.Context) finding {
	free, total, reserve, err := p.usage(p.Path)
	const more = "Delete what is not needed and let the trash go, or give the disk more room."
	switch {
	case err != nil || total <= 0:
		return unknown("", "How full the disk is cannot be told: %v.", errors.Join(err))
	case free < reserve:
		return wrong(more, "The disk is full: %s of %s are free. Only deletes go on.", bytesText(free), bytesText(total))
	case free < total/20 || free < 4*reserve:
		return worry(more, "The disk is nearly full: %s of %s are free. Below %s only deletes go on.", bytesText(free), bytesText(total), bytesText(reserve))
	}
	return fine("%s of %s are free.", bytesText(free), bytesText(total))
}

// slowSync is when small files are slower to write than people think of as at once: every answer to a write waits for it.
const slowSync = 100 * time.Millisecond

// disk says how long a write takes to be durable.
func (p *patient) disk(context.Context) finding {
	took, err := p.flush(p.Path)
	shown := took.Round(10 * time.Microsecond)
	switch {
	case err != nil && errors.Is(err, os.ErrPermission) && p.own == nil:
		return unknown("Run this as the user that the server runs as, or as root.", "How fast the disk is cannot be told: this user may not write there.")
	case err != nil:
		return wrong("Look at the disk and at the log of the kernel.", "A file could not be written durably: %v.", err)
	case took >= slowSync:
		return worry("Look what else keeps the disk busy; put the data on an SSD.", "The disk takes %v to make a write durable. Every upload waits for that.", shown)
	}
	return fine("A write is durable after %v.", shown)
}

// syncTime measures how long it takes until 4 KiB are on the disk: the middle of five.
func syncTime(dir string) (time.Duration, error) {
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	var took []time.Duration
	block := make([]byte, 4<<10)
	for range 5 {
		began := time.Now()
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[2], nil
}

// bytesText is a number of bytes as people read it, in powers of ten.
func bytesText(n int64) string {
	if n < 1000 {
		return count(int(n), "byte")
	}
	v, unit := float64(n), 0
	for ; v >= 999.5 && unit < 6; unit++ {
		v /= 1000
	}
	digits := 0
	if v < 9.95 {
		digits = 1
	}
	return fmt.Sprintf("%.*f %cB", digits, v, "BkMGTPE"[unit])
}

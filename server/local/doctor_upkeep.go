package local

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// oldBackup is when a backup is too old to be one: a weekly one has failed.
const oldBackup = 8 * 24 * time.Hour

func (p *patient) backup(context.Context) finding {
	u, _ := p.Upkeep()
	b := u.Backup
	const make = "Make one regularly: spaces backup, to another disk or an S3 endpoint, from a timer."
	now := p.Now()
	switch {
	case b.At.IsZero():
		return worry(make, "There was never a backup.")
	case b.At.After(now.Add(ahead)):
		return worry(make, "The last backup is of a time that has not come: by which clock it was made is not known.")
	case now.Sub(b.At) > oldBackup:
		return worry(make, "The last backup is %s old. It went to %s.", age(now, b.At), b.To)
	case filepath.IsAbs(b.To) && sameDisk(b.To, p.Path):
		return worry("Copy it elsewhere as well, or make one to an S3 endpoint.",
			"The last backup is %s old, and on the same disk as the data: it does not help when that fails. It went to %s.", age(now, b.At), b.To)
	}
	return fine("The last backup is %s old. It went to %s.", age(now, b.At), b.To)
}

func (p *patient) scrub(context.Context) finding {
	u, err := p.Upkeep()
	s, now := u.Scrub, p.Now()
	every := time.Duration(p.serving.Scrub) * 24 * time.Hour
	switch {
	case s.Found > 0:
		return wrong("Restore what is damaged from a backup, or write it anew; then run spaces scrub. All else can be read: look at the disk, and copy the data while they can be read.",
			"The last scrub, %s ago, found %s: %s", age(now, s.At), count(s.Found, "place")+" of damage", firstOf(s.Findings))
	case u.part.Note.Found > 0 && u.part.Next != nil:
		return wrong("Look at the disk, and copy the data while they can be read. spaces scrub reads all at once and lists all.",
			"The scrub that is under way found %s so far: %s", count(u.part.Note.Found, "place")+" of damage", firstOf(u.part.Note.Findings))
	case s.At.IsZero() && err != nil:
		return unknown("Run spaces scrub.", "When the last scrub was cannot be told: %v.", err)
	case s.At.IsZero() && every > 0:
		return fine("Nothing was scrubbed yet: the server does it by itself, %s.", underWay(u.part))
	case s.At.IsZero():
		return worry("Run spaces scrub now and then, or let the server do it: --scrub-days.", "What is stored was never compared with its checksums.")
	case now.Sub(s.At) > max(2*every, 2*ScrubEvery):
		return worry("Run spaces scrub.", "The last scrub was %s ago%s.", age(now, s.At), map[bool]string{true: ": " + underWay(u.part)}[u.part.Next != nil])
	}
	return fine("The last scrub, %s ago, compared %s of %s with their checksums and found nothing wrong.", age(now, s.At), bodiesText(s.Bodies), bytesText(s.Bytes))
}

func bodiesText(n int64) string {
	if n == 1 {
		return "1 body"
	}
	return strconv.FormatInt(n, 10) + " bodies"
}

// underWay says how far a scrub has come.
func underWay(s scrubPart) string {
	if s.Next == nil {
		return "some minutes after its start"
	}
	return "and has read " + bytesText(s.Note.Bytes) + " so far"
}

func firstOf(findings []string) string {
	if len(findings) == 0 {
		return "which is not known."
	}
	return strings.TrimSuffix(findings[0], ".") + "."
}

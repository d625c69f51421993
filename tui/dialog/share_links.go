package dialog

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"spaces/store"
	"spaces/tui/kit"
)

// MostShared is how many files are shared at once: each is asked who may read it, and a clipboard that comes by the
// terminal takes some ten thousand bytes for sure.
const MostShared = 100

// link is what is shared of one file.
type link struct {
	ref    store.Ref
	folder bool // it gives an archive
	signed store.Link
	plain  string // the URL that works by itself; "" where it is not known to
	form   bool   // it is had by sending a form
	asks   bool   // with a password
}

// file is the key that the link's file is named by.
func (l link) file() string {
	if l.folder {
		return store.ArchiveName(l.ref)
	}
	return l.ref.Key
}

func (l link) url() string {
	if l.plain != "" {
		return l.plain
	}
	return l.signed.URL
}

// signAll makes a link for each file, to one version of it where that is not "". No request is sent for it, but reading credentials may take a moment.
func signAll(ctx context.Context, s *store.Store, refs []store.Ref, version string, life time.Duration) ([]store.Link, error) {
	links := make([]store.Link, len(refs))
	for i, ref := range refs {
		l, err := s.ShareVersion(ctx, ref, version, life)
		if err != nil {
			return nil, err
		}
		links[i] = l
	}
	return links, nil
}

// openTo is what is known of who may read some files.
type openTo struct {
	plain []string // the URL of each that is public, "" of the others
	count int      // how many there are
	cdn   bool     // their URLs are those of the CDN
	err   error    // the first that came: of some it is not known
}

func askPublic(ctx context.Context, s *store.Store, refs []store.Ref) openTo {
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(askedAtOnce)
	found := openTo{plain: make([]string, len(refs))}
	cdn := s.EdgeOf(ctx, refs[0].Space) // all are of one
	found.cdn = cdn.On()
	for i, ref := range refs {
		g.Go(func() error {
			defer store.Caught(ctx)
			access, err := s.Access(ctx, ref)
			mu.Lock()
			defer mu.Unlock()
			if err == nil && access == store.PublicRead {
				found.plain[i] = s.PublicURL(ref)
				if cdn.On() {
					found.plain[i] = cdn.URL(ref.Key)
				}
				found.count++
			}
			return err
		})
	}
	found.err = g.Wait()
	return found
}

// firstEnd is when the first of the signed links that are used ends; zero: none does.
func firstEnd(links []link) (first store.Link) {
	for _, l := range links {
		if end := l.signed.Expires; l.plain == "" && !end.IsZero() && (first.Expires.IsZero() || end.Before(first.Expires)) {
			first = l.signed
		}
	}
	return first
}

// Again makes links as the last time, for files of s: their text, what that is in short, and when the first of them
// expires, the zero time when none does. It sends requests, and notes the links in the ledger, unless that is nil.
func Again(ctx context.Context, s *store.Store, refs []store.Ref, how kit.Shared, ledger store.Ledger, now time.Time) (text, what string, end time.Time, err error) {
	life, err := lifeOf(how.Life, now)
	if err != nil {
		return "", "", end, fmt.Errorf("sharing as the last time, until %s: %w", how.Life, err)
	}
	signed, err := signAll(ctx, s, refs, "", life)
	if err != nil {
		return "", "", end, err
	}
	found := askPublic(ctx, s, refs)
	if ctx.Err() != nil {
		return "", "", end, ctx.Err()
	}
	links := make([]link, len(refs))
	for i, ref := range refs {
		links[i] = link{ref: ref, signed: signed[i], plain: found.plain[i]}
	}
	if ledger != nil {
		if err := ledger.NoteShared(sharedNotes(s, links, "", now)...); err != nil {
			return "", "", end, fmt.Errorf("note the links: %w", err)
		}
	}
	text = form(how.Form).text(links)
	what = shown(text)
	if len(links) > 1 {
		what = kit.Plural(len(links), "link")
	}
	return text, what, firstEnd(links).Expires, nil
}

// NotAgain is why nothing can be shared as the last time, or "".
func NotAgain(c *kit.Context) string {
	if c.Shared == nil {
		return "Nothing was shared yet: Quick Share asks how."
	}
	return ""
}

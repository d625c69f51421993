package job

import (
	"context"
	"unicode/utf8"

	"spaces/store"
)

// landed tells of work that is done again what cannot have arrived before, by a listing of where it goes: steps come in
// about the order of their keys, so that a page answers for a thousand of them. What may have arrived is looked at by
// itself.
type landed struct {
	turn   chan struct{} // holds one while somebody has what follows
	recent [2]window     // the latest first: some steps are late
}

// window is what a page told: everything behind after, up to last.
type window struct {
	space, after, last string // last is "" where there is no more
	keys               map[string]bool
}

func (w *window) covers(space, key string) bool {
	return w.keys != nil && w.space == space && key > w.after && (w.last == "" || key <= w.last)
}

// mayHaveArrived is false when there was nothing at a destination after the work was taken up again.
func (j *job) mayHaveArrived(ctx context.Context, to store.Ref) bool {
	after, ok := before(to.Key)
	if !ok {
		return true
	}
	l := &j.landed
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return true
	}
	for i := range l.recent {
		if l.recent[i].covers(to.Space, to.Key) {
			return l.recent[i].keys[to.Key]
		}
	}
	var page store.Page
	err := j.try(ctx, func(ctx context.Context) (err error) {
		page, err = j.plan.to.List(ctx, store.ListRequest{Space: to.Space, Prefix: j.plan.spec.Dest.Key, After: after})
		return err
	})
	if err != nil {
		return true
	}
	w := window{space: to.Space, after: after, keys: make(map[string]bool, len(page.Entries))}
	for _, e := range page.Entries {
		w.keys[e.Key] = true
		if page.More {
			w.last = e.Key
		}
	}
	if page.More && len(page.Entries) == 0 {
		return true
	}
	l.recent[1], l.recent[0] = l.recent[0], w
	return w.keys[to.Key]
}

// before is a text just before a key in the order of keys, for a listing to begin with it; ok is false where there is no
// good one.
func before(key string) (after string, ok bool) {
	n := len(key) - 1
	if n < 0 || key[n] <= ' ' || key[n] >= utf8.RuneSelf {
		return "", false
	}
	return key[:n] + string(key[n]-1) + string(utf8.MaxRune), true
}

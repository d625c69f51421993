package listing

import (
	"context"
	"errors"

	"spaces/store"
)

// mostHeld of what Each finds may wait for its turn: about 8 MB with names of 50 bytes. While more does, only what is next
// is listed.
const mostHeld = 30_000

// Each lists everything whose keys begin with base and prefix, by several listings at once, and visits the objects that
// match, whose names are below base, in the order of keys, some at a time. Memory does not grow with how many there are.
// match is called for one object at a time; an error of visit ends it. Where an endpoint shows too late that it has another
// order than that of keys, that is an error: some would be visited twice.
func Each(ctx context.Context, list Lister, space, base, prefix string, match func(name string, e *store.Entry) bool, visit func([]store.Entry) error) error {
	a := newAhead(space, base+prefix, &Found{base: base, match: match, most: mostHeld})
	visited := false
	for after := ""; ; {
		g, err := a.page(ctx, list, after)
		switch {
		case err != nil:
			return err
		case g.again && visited:
			return errors.New("the endpoint lists in another order than that of keys")
		case len(g.Entries) > 0:
			visited = true
			if err := visit(g.Entries); err != nil {
				return err
			}
		}
		if !g.More {
			return nil
		}
		after = g.Next
	}
}

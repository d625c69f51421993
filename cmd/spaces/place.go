package main

import (
	"context"
	"fmt"
	"strings"

	"spaces/store"
)

// findPlace reads the place that the command line names: as people type it, or a URL that the panel copied. What ends in
// no slash may be a file or a folder, which the endpoint is asked; sure also asks for what is a folder by its slash.
func findPlace(ctx context.Context, s *store.Store, text string, sure bool) (store.Place, error) {
	p, err := store.ParsePlace(text, store.Place{})
	if err != nil && strings.Contains(text, "://") {
		p, err = placeOfURL(ctx, s, text, err)
	}
	if err != nil {
		return p, err
	}
	p.Conn = s.Conn()
	if p.Key == "" && !sure {
		return p, nil
	}
	return s.Locate(ctx, p)
}

// placeOfURL reads a URL of the endpoint; that of the store of this machine is known once it has answered.
func placeOfURL(ctx context.Context, s *store.Store, text string, wrong error) (store.Place, error) {
	if p, ok := s.PlaceOf(text); ok {
		return p, nil
	}
	if _, err := s.Spaces(ctx); err != nil {
		return store.Place{}, err
	}
	if p, ok := s.PlaceOf(text); ok {
		return p, nil
	}
	return store.Place{}, fmt.Errorf("%s: %w", text, wrong)
}

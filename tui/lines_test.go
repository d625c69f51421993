package tui

import (
	"slices"
	"testing"
)

func TestAReaderHearsWhatTheLettersOfThePaletteFind(t *testing.T) {
	was := []string{"▸ us", "▸ Quick Share… s", "Usage g u", "2 of 63"}
	now := []string{"▸ usa", "▸ Usage g u", "Quick Share… s", "2 of 63"}
	if told, want := changed(was, now), now[:2]; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

func TestAReaderHearsOfALongListOnlyWhereTheCursorIs(t *testing.T) {
	was := []string{"▌ a", "b", "c"}
	now := []string{"b", "c", "▌ d"}
	if told, want := changed(was, now), []string{"▌ d"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

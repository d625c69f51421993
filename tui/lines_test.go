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

func TestAReaderHearsWhatIsWrongBelowAField(t *testing.T) {
	was := []string{"▸ Name a", "It is made in nyc3.", "Create Cancel"}
	now := []string{"▸ Name a?", "A name has letters,", "digits and hyphens.", "It is made in nyc3.", "Create Cancel", "b"}
	if told, want := changed(was, now), now[:3]; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	was = []string{"▸ us", "▸ Usage g u", "Quick Share… s"}
	now = []string{"▸ usx", "No command and no place matches."}
	if told := changed(was, now); !slices.Equal(told, now) {
		t.Errorf("told %q, want %q", told, now)
	}
}

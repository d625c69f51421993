package tui_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// open is the panel as it is, over a real store.
func open(t *testing.T, s *store.Store, start store.Place) (*kittest.Screen, tea.Model) {
	t.Helper()
	jobs := job.New(job.Options{Conns: store.ConnsOf(s)})
	t.Cleanup(func() { jobs.Close(context.Background()) })
	var model *tui.Model
	screen := kittest.Run(t, func(now func() time.Time) tea.Model {
		model = tui.New(tui.Config{Store: s, Jobs: jobs, Now: now, Local: t.TempDir(), Start: start})
		return model
	}, kittest.Jobs(jobs))
	return screen, model
}

func TestASpaceIsCreatedWalkedAndLeft(t *testing.T) {
	f := storetest.New(t)
	s, _ := open(t, f.Store, store.Place{})
	s.Want("no Spaces")
	s.Press("g", "n")
	s.Type("media")
	s.Press("enter")
	s.Want("▸ media")
	s.Press("a")
	s.Type("photos")
	s.Press("enter")
	s.Want("photos/")
	s.Press("enter")
	s.Want("media / photos/")
	s.Press("h", "~")
	s.WantNot("▸ media /")
	s.Want("media")
	s.Press("q", "q", "q", "q", "q")
	if !s.Ended() {
		t.Errorf("the program goes on:\n%s", s.Text())
	}
}

func TestEveryDialogOpensOnEveryScreenSize(t *testing.T) {
	f := storetest.New(t)
	put(t, f.Store, "a.txt", "b.txt", "folder/c.txt")
	for _, size := range []kit.Size{{W: 20, H: 6}, {W: 40, H: 12}, {W: 80, H: 24}, {W: 200, H: 60}} {
		s, _ := open(t, f.Store, store.Place{Space: "media"})
		s.Resize(size.W, size.H)
		for _, press := range [][]string{{":"}, {"?"}, {">"}, {"w"}, {"g", "p"}, {"g", "n"}, {"d"}, {"m"}, {"u"}, {"s"}, {"="}, {"W"}, {"r"}, {"a"}, {"i"}} {
			s.Press(press...) // the screen checks itself
			s.Press("esc", "esc")
		}
	}
}

func put(t *testing.T, s *store.Store, keys ...string) {
	t.Helper()
	if err := s.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if _, err := s.Put(t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{}); err != nil {
			t.Fatalf("put %q: %v", key, err)
		}
	}
}

func TestHostileKeysStayHarmlessOnEveryScreen(t *testing.T) {
	f := storetest.New(t)
	hostile := []string{"\x1b]0;owned\a.txt", "\x1b[2Jx", "a\rb", "a\nb", "\u202egpj.exe", "\u009b31m", "tab\there", "zero\u200bwidth", "\x1b]52;c;eA==", "\x1b_G\x1b\\", "e\u0301", "\U000e0041tag"}
	put(t, f.Store, hostile...)
	s, model := open(t, f.Store, store.Place{Space: "media"})
	for range hostile {
		for _, press := range [][]string{{"space", "d"}, {"s"}, {">"}, {"m"}, {"="}, {"r"}, {"i"}, {"W"}} {
			s.Press(press...) // the screen checks itself
			s.Press("esc", "esc", "esc")
			if title := model.View().WindowTitle; strings.ContainsFunc(title, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }) {
				t.Errorf("title %q", title)
			}
		}
		s.Press("j")
	}
	lines := slices.DeleteFunc(strings.Split(s.Text(), "\n"), func(l string) bool { return !strings.Contains(l, " 1 B ") })
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, "│▌ ")
	}
	slices.Sort(lines)
	if n := len(slices.Compact(lines)); n != len(hostile) {
		t.Errorf("of %d names only %d look different:\n%s", len(hostile), n, s.Text())
	}
}

func TestThePaletteLeadsToASpaceByAFewLettersOfItsName(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media-prod")
	f.Space(t, "backups")
	s, _ := open(t, f.Store, store.Place{})
	s.Press(":")
	s.Type("mdprd")
	s.Want("Go to media-prod/")
	s.Press("enter")
	s.Want("▸ media-prod")
}

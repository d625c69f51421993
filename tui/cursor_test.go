package tui_test

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit"
)

func TestTheRealCursorStandsWhereOneTypes(t *testing.T) {
	f := storetest.New(t)
	put(t, f.Store, "a.txt", "日本語.txt")
	s, model := open(t, f.Store, store.Place{Space: "media"})
	at := func(what, before string) {
		t.Helper()
		v := model.View()
		if v.Cursor == nil {
			t.Fatalf("%s: no cursor", what)
		}
		line := strings.Split(s.Text(), "\n")[v.Cursor.Y]
		if i := strings.Index(line, before); i < 0 || kit.Width(line[:i+len(before)]) != v.Cursor.X {
			t.Errorf("%s: the cursor is at %d of %q, not behind %q", what, v.Cursor.X, line, before)
		}
		if strings.Contains(v.Content, "\x1b[28m") {
			t.Errorf("%s: the mark is on the screen", what)
		}
	}
	if model.View().Cursor != nil {
		t.Error("there is a cursor where nothing is typed")
	}
	s.Press("/")
	s.Type("日本")
	at("a filter", "日本")
	s.Press("enter", "r")
	at("a new name", "日本語")
	s.Press("esc", "esc", "g", "n")
	s.Type("my-space")
	at("a dialog", "my-space")
	s.Press("left", "left")
	at("in the midst", "my-spa")
	s.Press("esc", ":")
	s.Type("re")
	at("the palette", "re")
	s.Press("esc")
	if model.View().Cursor != nil {
		t.Error("the cursor stays")
	}
}

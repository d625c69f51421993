package tui_test

import (
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

func TestMirrorScreens(t *testing.T) {
	for name, options := range map[string][]kittest.Option{
		"80x24": nil, "120x40": {kittest.Size(120, 40)}, "40x12": {kittest.Size(40, 12)},
	} {
		t.Run(name, func(t *testing.T) {
			x := compared(t, options...)
			x.Press("g", "Y")
			x.golden(t)
		})
	}
	t.Run("deleting", func(t *testing.T) {
		x := compared(t)
		x.Press("g", "Y", "up", "right")
		x.golden(t)
	})
	t.Run("versions", func(t *testing.T) {
		x := compared(t)
		versioned(t, x)
		x.Press("g", "Y")
		x.golden(t)
	})
	t.Run("an error", func(t *testing.T) {
		x := compared(t)
		x.work.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "list-type"), Fault: storetest.Answer(403, "AccessDenied")})
		x.Press("g", "Y")
		x.golden(t)
	})
}

func versioned(t *testing.T, x *twin) {
	t.Helper()
	if err := x.here.Store.SetVersioning(t.Context(), "media", store.Versioned); err != nil {
		t.Fatal(err)
	}
	if err := x.work.Store.SetVersioning(t.Context(), "archive", store.Versioned); err != nil {
		t.Fatal(err)
	}
}

func TestTheOtherPaneBecomesAsThisOneIs(t *testing.T) {
	x := compared(t)
	before := storetest.Keys(t, x.work.Store, "archive", "d/")
	x.Press("g", "Y", "enter")
	if got := storetest.Keys(t, x.work.Store, "archive", "d/"); len(got) != len(before) {
		t.Fatalf("without a yes there are %q", got)
	}
	x.Press("g", "Y", "y")
	x.Settle()
	x.Want("Mirrored c/ to work ▸ archive/d/")
	if got := storetest.Keys(t, x.work.Store, "archive", "d/"); len(got) != 7 {
		t.Errorf("there are %q", got)
	}
	x.Press("g", "Y", "up", "right")
	x.Want("Delete 1 file", "Mirror and delete 1")
	x.Press("y")
	x.Settle()
	if got, want := storetest.Keys(t, x.work.Store, "archive", "d/"), storetest.Keys(t, x.here.Store, "media", "c/"); len(got) != len(want) {
		t.Errorf("there are %q, want %q", got, want)
	}
	x.Press("g", "Y")
	x.Want("Nothing differs.")
	x.Press("y")
	x.Press("w")
	x.Want("1 deleted that only the destination had")
}

func TestOnlyFoldersThatAreApartAreMirrored(t *testing.T) {
	x := newTwin(t)
	x.Press("ctrl+o", "g", "Y")
	x.Want("Both panes show the same folder")
	x.Press("~", "g", "Y")
	x.Want("Folders are mirrored: both panes have to show one.")
}

func TestTheMenuOfAPaneMirrors(t *testing.T) {
	x := compared(t)
	x.Press(">")
	x.Want("Mirror to the other pane…")
	x.Press("g", "Y")
	x.Want("Mirror – c")
}

func TestMirrorTakesEverySize(t *testing.T) {
	x := compared(t)
	versioned(t, x)
	x.Press("g", "Y")
	for _, size := range []kit.Size{{W: 20, H: 6}, {W: 10, H: 3}, {W: 200, H: 60}, {W: 60, H: 12}, {W: 300, H: 80}} {
		x.Resize(size.W, size.H) // the screen checks itself
		x.Press("tab", "right", "left")
	}
}

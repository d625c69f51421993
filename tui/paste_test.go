package tui_test

import (
	"slices"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

func (x *twin) want(t *testing.T, f *storetest.Fixture, space, prefix string, want ...string) {
	t.Helper()
	x.Settle()
	if got := storetest.Keys(t, f.Store, space, prefix); !slices.Equal(got, want) {
		t.Errorf("%s/%s holds %q, want %q", space, prefix, got, want)
	}
}

func TestCopyAndMoveGoToTheOtherPaneByEnter(t *testing.T) {
	x := newTwin(t)
	x.dual()
	x.Press("tab", "j", "enter", "tab") // the right pane is at archive/2024/
	x.Press("G", "Y")
	x.Want("Copy to folder – media", "work ▸ archive/2024/", "[ Copy here (y) ]")
	x.golden(t)
	x.Press("enter")
	x.want(t, x.work, "archive", "2024/", "2024/IMG_0041.jpg", "2024/zebra.txt")
	x.Want("Copied zebra.txt to")
	x.Press("f6", "enter")
	x.Want("One name exists there already")
	x.Press("esc", "esc")
	x.Press("k", "f6", "enter")
	x.want(t, x.work, "archive", "2024/", "2024/IMG_0041.jpg", "2024/notes.txt", "2024/zebra.txt")
	x.WantNot("▌  notes.txt")
}

func TestTheOtherPaneIsTheDestinationFromEveryMenu(t *testing.T) {
	for name, press := range map[string][]string{"key": {"m"}, "more": {">", "m"}} {
		t.Run(name, func(t *testing.T) {
			x := newTwin(t)
			x.dual()
			x.Press("G")
			x.Press(press...)
			x.Want("work ▸ archive/")
			x.Press("enter")
			x.want(t, x.work, "archive", "", "2023/old.txt", "2024/IMG_0041.jpg", "notes.txt", "zebra.txt")
		})
	}
}

func TestWithTwoPanesOfOneFolderADestinationIsWalkedTo(t *testing.T) {
	x := newTwin(t)
	x.Press("ctrl+o", "G", "m")
	x.Want("It is in this folder already", "▸ images/")
}

func TestAnIndexInTheOtherPaneOffersItsSpaces(t *testing.T) {
	x := newTwin(t)
	x.dual()
	x.Press("tab", "~", "tab", "G", "m")
	x.Want("work ▸ all Spaces", "▸ archive")
	x.Press("enter", "y")
	x.want(t, x.work, "archive", "", "2023/old.txt", "2024/IMG_0041.jpg", "notes.txt", "zebra.txt")
}

func TestWhatIsCopiedIsPastedElsewhere(t *testing.T) {
	x := newTwin(t)
	x.Press("enter", "space", "space", "y") // images/: 2024/ and index.html
	x.Want("1 folder, 1 file to paste")
	x.WantNot("selected")
	x.goTo("work:archive/")
	x.Want("1 folder, 1 file to paste", "p paste")
	x.Press("p")
	x.Want("work ▸ archive/", "[ Copy here (y) ]")
	x.Press("enter")
	x.Want("One name exists there already", "2024/IMG_0041.jpg")
	x.Press("enter")
	x.want(t, x.work, "archive", "", "2023/old.txt", "2024/IMG_0041.jpg", "2024/IMG_0042.jpg", "index.html", "notes.txt")
	x.Want("to paste") // once more elsewhere
	x.Press("esc")
	x.Want("Nothing is to be pasted any more")
	x.Press("p")
	x.Want("Nothing was copied or cut")
}

func TestWhatIsCutIsMovedOnce(t *testing.T) {
	x := newTwin(t, kittest.Size(120, 40))
	x.Press("G", "x")
	x.Want("1 file to paste (cut)")
	x.Press("p")
	x.Want("Move to folder", "It is in this folder already")
	x.Press("esc")
	x.goTo("work:archive/2023/")
	x.Press("p", "enter")
	x.want(t, x.work, "archive", "2023/", "2023/old.txt", "2023/zebra.txt")
	x.WantNot("to paste")
	x.want(t, x.here, "media", "z")
}

func TestTheBoardHoldsWhatWasTakenLast(t *testing.T) {
	x := newTwin(t)
	x.Press("G", "y", "g", "g", "x")
	x.Want("1 folder to paste (cut)")
	x.Press("/")
	x.Type("no")
	x.Press("esc")
	x.Want("1 folder to paste (cut)") // escape was for the filter
	x.Press("esc")
	x.WantNot("to paste")
	if _, err := x.here.Store.Head(t.Context(), store.Ref{Space: "media", Key: "zebra.txt"}); err != nil {
		t.Error(err)
	}
}

func TestACopyIsPastedBesideItself(t *testing.T) {
	x := newTwin(t)
	x.Press("G", "y", "p", "enter")
	x.want(t, x.here, "media", "z", "zebra (1).txt", "zebra.txt")
}

package tui_test

import (
	"fmt"
	"testing"
	"time"

	"spaces/store/storetest"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// compared is a twin whose panes show folders that differ in every way.
func compared(t *testing.T, options ...kittest.Option) *twin {
	t.Helper()
	x := newTwin(t, options...)
	for key, body := range map[string]string{"only here.txt": "1", "same.txt": "1", "content.txt": "left", "size.txt": "a", "deep/er/both.txt": "1", "deep/er/left \x1b[31m.txt": "1"} {
		storetest.Put(t, x.here.Store, "media", "c/"+key, body)
	}
	for key, body := range map[string]string{"only there.txt": "1", "same.txt": "1", "content.txt": "rite", "size.txt": "another", "deep/er/both.txt": "1"} {
		storetest.Put(t, x.work.Store, "archive", "d/"+key, body)
	}
	x.Press("ctrl+o", "tab")
	x.goTo("work:archive/d/")
	x.Press("tab")
	x.goTo("media/c/")
	return x
}

func TestCompareScreens(t *testing.T) {
	for name, options := range map[string][]kittest.Option{
		"80x24": nil, "120x40": {kittest.Size(120, 40)}, "40x12": {kittest.Size(40, 12)},
	} {
		t.Run(name, func(t *testing.T) {
			x := compared(t, options...)
			x.Press("C", "space")
			x.golden(t)
		})
	}
	t.Run("the same", func(t *testing.T) {
		x := newTwin(t)
		storetest.Put(t, x.here.Store, "media", "e/a", "1")
		storetest.Put(t, x.work.Store, "archive", "e/a", "1")
		x.Press("ctrl+o", "tab")
		x.goTo("work:archive/e/")
		x.Press("tab")
		x.goTo("media/e/")
		x.Press("C")
		x.golden(t)
	})
	t.Run("an error", func(t *testing.T) {
		x := compared(t)
		x.work.Faults.Add(storetest.Rule{Fault: storetest.Answer(403, "AccessDenied")})
		x.Press("C")
		x.Want("AccessDenied", "goes on")
		x.work.Faults.Clear()
		x.Press("R")
		x.Want("only here.txt")
	})
	t.Run("under way", func(t *testing.T) {
		x := compared(t)
		x.Hold()
		x.Press("C")
		x.Want("Comparing…", "Esc stops")
		x.Press("esc")
		x.Want("It was stopped")
		x.Release()
		x.Press("R")
		x.Want("only here.txt")
	})
}

func TestCompareShowsEachKindByItself(t *testing.T) {
	x := compared(t, kittest.Size(120, 40))
	x.Press("C")
	x.Want("Differences 5", "Only left 2", "Only right 1", "Both, differ 2", "Same 2", "checksum", "size")
	x.WantNot("same.txt")
	x.Press("]")
	x.Want("only here.txt", "deep/er/left")
	x.WantNot("only there.txt", "content.txt")
	x.Press("]")
	x.Want("only there.txt")
	x.Press("[", "[", "[")
	x.Want("same.txt", "deep/er/both.txt", "same content")
	x.Press("esc")
	x.Want("▸ media/c/", "work ▸ archive/d/", "Tab other pane")
}

func TestWhatIsMissingIsCopiedInEitherDirection(t *testing.T) {
	x := compared(t)
	x.Press("C", "]", "ctrl+a", "Y")
	x.Want("2 files", "work ▸ archive/d/", "[ Copy here (y) ]")
	x.Press("enter")
	x.want(t, x.work, "archive", "d/deep/", "d/deep/er/both.txt", "d/deep/er/left \x1b[31m.txt")
	x.Want("Only left 0", "Same 4")
	x.Press("]", "Y")
	x.Want("There is no such file on the left")
	x.Press("tab", "Y")
	x.Want("this machine ▸ media/c/")
	x.Press("enter")
	x.want(t, x.here, "media", "c/only", "c/only here.txt", "c/only there.txt")
	x.Want("Only right 0", "Same 5")
	x.Press("h")
	x.Want("▸ media/c/", "only there.txt")
}

func TestWhatDiffersIsCopiedOverAfterAQuestion(t *testing.T) {
	x := compared(t, kittest.Size(120, 40))
	x.Press("C", "[", "[", "ctrl+a", "Y", "enter")
	x.Want("2 names exist there already")
	x.ClickOn("Overwrite")
	x.Press("enter")
	x.Settle()
	x.Want("Both, differ 0", "Same 4")
	if got := storetest.Read(t, x.work.Store, "archive", "d/content.txt"); got != "left" {
		t.Errorf("content.txt holds %q", got)
	}
}

func TestComparedFilesAreShownInBothPanes(t *testing.T) {
	x := compared(t, kittest.Size(120, 40))
	x.Press("C", "[", "enter")
	x.Want("media/c/deep/er/", "archive/d/deep/er/", "▌  both.txt")
	x.Press("C", "g", "p")
	x.Type("media/")
	x.Press("enter")
	x.Want("this machine ▸ media/ ", "archive/d/deep/er/")
}

func TestOnlyFoldersThatAreApartAreCompared(t *testing.T) {
	x := newTwin(t)
	x.Press("ctrl+o", "C")
	x.Want("Both panes show the same folder")
	x.Press("enter", "C")
	x.Want("One of the folders lies in the other")
	x.Press("~", "C")
	x.Want("both panes have to show one")
}

func TestWhatJobsDoMeanwhileIsTold(t *testing.T) {
	x := compared(t)
	x.Press("C")
	spec := func(key string) { x.jobs.Start(x.jobs.Plan(deletion("c/" + key))) }
	spec("only here.txt")
	spec("content.txt")
	x.Settle()
	x.Want("Differences 4", "Only left 1", "Only right 2")
	x.jobs.Start(x.jobs.Plan(deletionOfFolder("c/deep/")))
	x.Settle()
	x.Advance(time.Minute)
	x.Want("R compares again")
	x.Press("R")
	x.Want("Only left 0")
}

func TestCompareTakesEverySize(t *testing.T) {
	x := compared(t)
	x.Press("C")
	for _, size := range []kit.Size{{W: 20, H: 6}, {W: 10, H: 3}, {W: 200, H: 60}, {W: 60, H: 12}, {W: 300, H: 80}} {
		x.Resize(size.W, size.H) // the screen checks itself
		x.Press("]", "j")
	}
}

func TestManyNamesAreComparedPageByPage(t *testing.T) {
	x := newTwin(t)
	for i := range 2100 {
		storetest.Put(t, x.here.Store, "media", fmt.Sprintf("many/%05d", i), "1")
	}
	x.Press("ctrl+o", "tab")
	x.goTo("work:archive/")
	x.Press("tab")
	x.goTo("media/many/")
	x.Press("C")
	x.Want("Only left 2,100", "Only right 3")
}

func TestBothPanesAreMarkedByWhatAComparisonFound(t *testing.T) {
	x := compared(t, kittest.Size(120, 24))
	x.WantNot("≠")
	x.Press("C", "esc")
	x.Want("2 only here (+), 1 only there, 2 differ (≠)")
	x.golden(t)
	x.Press("tab")
	x.Want("1 only here (+), 2 only there, 2 differ (≠)")
	x.Press("tab", "enter") // into deep/
	x.Want("1 only here (+)")
	x.Press("h")
	storetest.Put(t, x.here.Store, "media", "c/size.txt", "a third") // by somebody else
	x.Press("R")
	x.WantNot("≠")
}

func TestMarksGoWhenTheyAreNotTrueAnyMore(t *testing.T) {
	x := compared(t, kittest.Size(120, 24))
	x.Press("C", "esc")
	x.Want("2 only here (+)", "2 differ (≠)")
	x.Press("G", "d", "y") // size.txt
	x.Settle()
	x.Advance(time.Minute)
	x.Want("2 only here (+), 2 only there, 1 differ (≠)")
	x.Press("g", "g", "d", "y") // the folder: nobody tells which files that were
	x.Settle()
	x.Advance(time.Minute)
	x.WantNot("only here (+)")
	x.WantNot("≠")
}

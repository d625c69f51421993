package dialog_test

import (
	"testing"
	"time"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// keeping is a screen on a Space with versions: d/a has two, d/b is deleted.
func keeping(t *testing.T, options ...kittest.Option) (*kittest.Screen, *storetest.Fixture) {
	t.Helper()
	s, f := start(t, options...)
	f.Space(t, "media")
	if err := f.Engine.SetVersioning("media", storage.Enabled); err != nil {
		t.Fatal(err)
	}
	put(t, f, "media", "d/a", 1, store.Private)
	put(t, f, "media", "d/a", 2, store.Private)
	put(t, f, "media", "d/b", 3, store.Private)
	if err := f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "d/b"}); err != nil {
		t.Fatal(err)
	}
	return s, f
}

func versionsOf(t *testing.T, f *storetest.Fixture, key string) []store.Version {
	t.Helper()
	list, more, err := f.Store.VersionsOf(t.Context(), store.Ref{Space: "media", Key: key}, 100)
	if err != nil || more {
		t.Fatal(err, more)
	}
	return list
}

func TestAPurgeOfAFolderSaysWhatGoesAndAsks(t *testing.T) {
	s, f := keeping(t)
	s.Open(dialog.NewPurge(s.Context, "media", []job.Source{folder("media", "d/")}, "", nil))
	s.Want("3 objects", "2 older versions and 1 delete marker", "What is current stays. That cannot be undone.")
	requireGolden(t, s.Text())
	s.Press("enter")
	closed(t, s)
	if n := len(versionsOf(t, f, "d/a")); n != 2 {
		t.Fatalf("%d versions are left without being asked", n)
	}
	s.Open(dialog.NewPurge(s.Context, "media", []job.Source{folder("media", "d/")}, "", nil))
	s.Press("y")
	closed(t, s)
	if a, b := len(versionsOf(t, f, "d/a")), len(versionsOf(t, f, "d/b")); a != 1 || b != 0 {
		t.Errorf("%d and %d versions are left", a, b)
	}
}

func TestRemovingTheCurrentVersionSaysWhatComesBack(t *testing.T) {
	s, f := keeping(t)
	v := versionsOf(t, f, "d/a")[0]
	s.Open(dialog.NewPurge(s.Context, "media", []job.Source{{Ref: store.Ref{Space: "media", Key: "d/a"}, Version: v.ID}}, "d/",
		map[dialog.VersionRow]bool{{Key: "d/a", ID: v.ID}: true}))
	s.Want("What is current is among them")
	s.WantNot("older version")
}

func TestARestoreThatHasNothingToDoSaysSo(t *testing.T) {
	s, f := keeping(t)
	put(t, f, "media", "e/x", 1, store.Private)
	s.Open(dialog.NewRestore(s.Context, "media", []job.Source{folder("media", "e/")}, "e/", time.Time{}))
	s.Want("Nothing there is deleted.")
	s.Press("y")
	closed(t, s)
	if jobs := s.Context.Jobs.Snapshot(); len(jobs) > 0 {
		t.Errorf("%+v", jobs)
	}
}

func TestARestoreWhoseCountFailsSaysWhy(t *testing.T) {
	s, f := keeping(t)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "versions"), Fault: storetest.Answer(403, "AccessDenied")})
	s.Open(dialog.NewRestore(s.Context, "media", nil, "d/", time.Time{}))
	s.Want("access denied")
}

func TestATimeIsReadAsPeopleTypeIt(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	now := time.Date(2026, 11, 22, 14, 5, 6, 0, zone)
	for text, want := range map[string]string{
		"2h": "2026-11-22 12:05:06", "90 min": "2026-11-22 12:35:06", "3d": "2026-11-19 14:05:06", "1 week ago": "2026-11-15 14:05:06",
		"yesterday": "2026-11-21 14:05:06", "Today": "2026-11-22 00:00:00", "now": "2026-11-22 14:05:06",
		"13:00": "2026-11-22 13:00:00", "23:59": "2026-11-21 23:59:00", "2026-11-03": "2026-11-03 00:00:00",
		"2026-11-03 14:05": "2026-11-03 14:05:00", " 2026-11-03T14:05 ": "2026-11-03 14:05:00", "2026-11-03T14:05:00Z": "2026-11-03 15:05:00",
		"3 Nov 2026": "2026-11-03 00:00:00",
		"":           "", "soon": "", "2h30": "", "2027-01-01": "", "-2h": "", "9999999d": "", "25:00": "",
	} {
		got, err := dialog.ParseTime(text, now)
		if text := got.In(zone).Format(time.DateTime); err == nil && text != want || (err != nil) != (want == "") {
			t.Errorf("%q is %s, %v; want %q", text, got, err, want)
		}
	}
}

func TestAsOfScreen(t *testing.T) {
	s, _ := keeping(t)
	s.Open(dialog.NewAsOf(s.Context, store.Place{Space: "media"}))
	requireGolden(t, s.Text())
	s.Press("enter")
	s.Want("Write 2h, 3d, yesterday", "2026-11-03 14:05")
	s.Type("yesterday")
	s.Want("Saturday, 21 November 2026, 14:05:00 UTC")
	s.Press("enter")
	if p := placeOf(s); p.Tab != store.AsOf(kittest.Start.AddDate(0, 0, -1)) {
		t.Errorf("%+v", p)
	}
}

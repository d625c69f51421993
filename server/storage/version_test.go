package storage

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func withVersions(t testing.TB) *fixture {
	f := setUp(t)
	f.must(f.SetVersioning("s", Enabled))
	return f
}

// chain writes down the versions of a key, the newest first: bodies, "-" for markers.
func (f *fixture) chain(key string) string {
	f.t.Helper()
	rows, err := versionsOf(f.ctx, f.Engine, "s", key)
	f.must(err)
	var names []string
	for i, v := range rows {
		if v.Latest != (i == 0) {
			f.t.Errorf("%q: row %d says latest %v", key, i, v.Latest)
		}
		if v.Marker {
			names = append(names, "-")
			continue
		}
		body, err := readVersion(f.ctx, f.Engine, "s", key, v.Version)
		f.must(err)
		names = append(names, body)
	}
	return strings.Join(names, " ")
}

func (f *fixture) wantChain(key, want string) {
	f.t.Helper()
	if got := f.chain(key); got != want {
		f.t.Errorf("%q has %q, want %q", key, got, want)
	}
}

func TestVersionsOrderByWritesAndNotByTheClock(t *testing.T) {
	fs := vfs.NewMem()
	o := small(fs)
	hour := 0
	o.Now = func() time.Time { hour--; return start.Add(time.Duration(hour) * time.Hour) } // backwards
	f := &fixture{t, openAt(t, fs, o), t.Context()}
	f.must(f.CreateSpace(Space{Name: "s", Versioning: Enabled}))
	for _, body := range []string{"1", "2", "3"} {
		f.put("k", body)
	}
	f.wantChain("k", "3 2 1")
	if f.read("s", "k") != "3" {
		t.Error("the newest is not current")
	}
}

func TestCountersCountCurrentObjectsAndAllBytes(t *testing.T) {
	f := withVersions(t)
	f.put("k", "12345")
	two := f.put("k", long("x"))
	f.put("l", "1")
	_, err := f.Delete(f.ctx, "s", "l", nil)
	f.must(err)
	if s, _ := f.Space("s"); s.Objects != 1 || s.Bytes != 106 {
		t.Errorf("%d objects, %d bytes", s.Objects, s.Bytes)
	}
	_, err = f.DeleteVersion(f.ctx, "s", "k", two.VersionID(), false, nil)
	f.must(err)
	if s, _ := f.Space("s"); s.Objects != 1 || s.Bytes != 6 || f.read("s", "k") != "12345" {
		t.Errorf("%d objects, %d bytes", s.Objects, s.Bytes)
	}
}

func TestAVersionedSpaceIsEmptyOnlyWithoutVersionsAndMarkers(t *testing.T) {
	f := withVersions(t)
	o := f.put("k", long("x"))
	d, err := f.Delete(f.ctx, "s", "k", nil)
	f.must(err)
	for _, id := range []string{o.VersionID(), d.Version} {
		if err := f.DeleteSpace("s"); !errors.Is(err, ErrNotEmpty) {
			t.Error(err)
		}
		_, err := f.DeleteVersion(f.ctx, "s", "k", id, false, nil)
		f.must(err)
	}
	f.nothingLeft()
	f.must(f.DeleteSpace("s"))
}

func TestVersioningNeverGoesBack(t *testing.T) {
	f := setUp(t)
	f.must(f.SetVersioning("s", Unversioned))
	f.must(f.SetVersioning("s", Suspended))
	for _, v := range []Versioning{Unversioned, "enabled"} {
		if err := f.SetVersioning("s", v); !errors.Is(err, ErrVersioning) {
			t.Errorf("%q: %v", v, err)
		}
	}
	if err := f.CreateSpace(Space{Name: "t", Versioning: "x"}); !errors.Is(err, ErrVersioning) {
		t.Error(err)
	}
}

func TestAMarkerIsNoObject(t *testing.T) {
	f := withVersions(t)
	f.put("k", "body")
	d, err := f.Delete(f.ctx, "s", "k", nil)
	f.must(err)
	var m *MarkerError
	if _, err := f.Head("s", "k"); !errors.Is(err, ErrNoKey) || !errors.As(err, &m) || m.Version != d.Version {
		t.Error(err)
	}
	if _, _, err := f.GetVersion(f.ctx, "s", "k", d.Version); !errors.Is(err, ErrMarker) || errors.Is(err, ErrNoKey) {
		t.Error(err)
	}
	_, copied := f.Copy(f.ctx, "s", "k", "s", "l", CopyOptions{})
	_, moved := f.Rename(f.ctx, "s", "k", "l", nil, nil)
	_, changed := f.UpdateAttrs(f.ctx, "s", "k", func(*Object) error { return nil })
	for i, err := range []error{copied, moved, changed} {
		if !errors.Is(err, ErrNoKey) || !errors.As(err, &m) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if _, err := f.Head("s", "never"); !errors.Is(err, ErrNoKey) || errors.As(err, &m) && m.Key == "never" {
		t.Error(err)
	}
	if _, err := f.HeadVersion("s", "k", "0000000000000fff"); !errors.Is(err, ErrNoVersion) {
		t.Error(err)
	}
	if _, err := f.DeleteVersion(f.ctx, "s", "k", "null", false, nil); !errors.Is(err, ErrNoVersion) {
		t.Error(err)
	}
}

func TestALockedVersionStays(t *testing.T) {
	f := withVersions(t)
	for name, c := range map[string]struct {
		lock           Lock
		kept, bypassed bool
	}{
		"compliance": {Lock{Mode: Compliance, Until: start.Add(time.Hour)}, true, false},
		"governance": {Lock{Mode: Governance, Until: start.Add(time.Hour)}, true, true},
		"hold":       {Lock{Mode: Governance, Until: start.Add(-time.Hour), Hold: true}, true, false},
		"over":       {Lock{Mode: Compliance, Until: start}, false, true},
	} {
		o, err := f.Put(f.ctx, "s", name, f.stage("x"), Attrs{Lock: c.lock}, Checksum{}, nil)
		f.must(err)
		f.put(name, "y") // another version may be made
		if got, err := f.HeadVersion("s", name, o.VersionID()); err != nil || got.Lock != c.lock {
			t.Errorf("%s: %+v, %v", name, got.Lock, err)
		}
		_, err = f.DeleteVersion(f.ctx, "s", name, o.VersionID(), false, nil)
		if errors.Is(err, ErrLocked) != c.kept {
			t.Errorf("%s: %v", name, err)
		}
		_, err = f.DeleteVersion(f.ctx, "s", name, o.VersionID(), true, nil)
		if c.kept && errors.Is(err, ErrLocked) == c.bypassed {
			t.Errorf("%s, bypassed: %v", name, err)
		}
	}
}

func TestAnUploadCarriesItsLockToItsObjectAndACopyLeavesIt(t *testing.T) {
	f := withVersions(t)
	lock := Lock{Mode: Compliance, Until: start.Add(time.Hour), Hold: true}
	u, err := f.CreateUpload(f.ctx, "s", "k", Attrs{Lock: lock}, "", "")
	f.must(err)
	p := f.part(u, 1, "x")
	o, err := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{p}, nil, nil)
	f.must(err)
	again, err := f.Complete(f.ctx, "s", "k", u.ID, []CompletePart{p}, nil, nil) // the answer that is remembered
	f.must(err)
	if got, err := f.Head("s", "k"); err != nil || got.Lock != lock || again.Lock != lock || again.VersionID() != o.VersionID() {
		t.Errorf("%+v %+v, %v", got, again, err)
	}
	if c, err := f.Copy(f.ctx, "s", "k", "s", "l", CopyOptions{}); err != nil || c.Lock != (Lock{}) {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestALockedNullVersionIsNotOverwritten(t *testing.T) {
	f := setUp(t)
	f.put("k", "x")
	_, err := f.UpdateVersion(f.ctx, "s", "k", NullVersion, func(o *Object) error { o.Lock.Hold = true; return nil })
	f.must(err)
	for _, v := range []Versioning{Unversioned, Suspended} {
		f.must(f.SetVersioning("s", v))
		s := f.stage(long("y"))
		_, put := f.Put(f.ctx, "s", "k", s, Attrs{}, Checksum{}, nil)
		s.Discard()
		_, del := f.Delete(f.ctx, "s", "k", nil)
		_, ren := f.Rename(f.ctx, "s", "k", "l", nil, nil)
		for i, err := range []error{put, del, ren} {
			if !errors.Is(err, ErrLocked) {
				t.Errorf("%q %d: %v", v, i, err)
			}
		}
	}
	f.wantChain("k", "x")
	f.wantChain("l", "")
}

func TestAPageOfVersionsGoesOnWhereAVanishedOneWas(t *testing.T) {
	f := withVersions(t)
	var ids []string
	for i := range 4 {
		o := f.put("k", fmt.Sprint(i))
		ids = append(ids, o.VersionID())
	}
	f.put("l", "l")
	_, err := f.DeleteBatch(f.ctx, "s", []Doomed{{Key: "k", Version: ids[3]}, {Key: "k", Version: ids[2]}})
	f.must(err)
	rows, more, err := f.ListVersions(f.ctx, "s", VersionsQuery{AfterKey: "k", AfterVersion: ids[2], Max: 10})
	f.must(err)
	var got []string
	for _, v := range rows {
		got = append(got, fmt.Sprint(v.Version, v.Latest))
	}
	rest, err := f.Head("s", "l")
	f.must(err)
	if want := []string{ids[1] + "true", ids[0] + "false", rest.VersionID() + "true"}; !slices.Equal(got, want) || more {
		t.Errorf("%v %v, want %v", got, more, want)
	}
}

// A reader of one version finds it while it goes from current to older and back.
func TestAVersionIsFoundWhileItMoves(t *testing.T) {
	f := withVersions(t)
	o := f.put("k", long("kept"))
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		defer close(done)
		for range 100 {
			d, err := f.Delete(f.ctx, "s", "k", nil)
			f.must(err)
			_, err = f.DeleteVersion(f.ctx, "s", "k", d.Version, false, nil)
			f.must(err)
		}
	})
	for range 2 {
		wg.Go(func() {
			for {
				if body, err := readVersion(f.ctx, f.Engine, "s", "k", o.VersionID()); err != nil || body != long("kept") {
					t.Errorf("%.20q %v", body, err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	wg.Wait()
	f.wantChain("k", long("kept"))
}

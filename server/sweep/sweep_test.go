package sweep_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/storage"
	"spaces/server/sweep"
)

// yard is an engine with clocks that tests set, and a Sweeper on it.
type yard struct {
	testing.TB
	ctx    context.Context
	fs     vfs.FS
	engine *storage.Engine
	now    time.Time
	ran    time.Duration // by the clock that nobody can set
	*sweep.Sweeper
}

func newYard(t testing.TB, rules string) *yard {
	t.Helper()
	y := &yard{TB: t, ctx: t.Context(), fs: vfs.NewMem(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), ran: 77 * time.Hour}
	y.start()
	t.Cleanup(func() { y.engine.Close() })
	sp := storage.Space{Name: "s"}
	if rules != "" {
		sp.Config = map[string][]byte{"lifecycle": []byte("<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>")}
	}
	y.must(y.engine.CreateSpace(sp))
	return y
}

// start opens the engine, and has a new Sweeper.
func (y *yard) start() {
	y.Helper()
	var err error
	y.engine, err = storage.Open("data", storage.Options{FS: y.fs, Now: func() time.Time { return y.now }, Ran: func() time.Duration { return y.ran }})
	y.must(err)
	y.Sweeper = sweep.New(y.engine, func() time.Time { return y.now }, nil)
}

func (y *yard) restart() {
	y.Helper()
	y.must(y.engine.Close())
	y.start()
}

func (y *yard) must(err error) {
	y.Helper()
	if err != nil {
		y.Fatal(err)
	}
}

func (y *yard) put(key, body string, tags ...string) {
	y.Helper()
	staged, err := y.engine.Stage(y.ctx, strings.NewReader(body), storage.StageOptions{Size: int64(len(body))})
	y.must(err)
	defer staged.Discard()
	a := storage.Attrs{}
	for _, t := range tags {
		k, v, _ := strings.Cut(t, "=")
		a.Tags = map[string]string{k: v}
	}
	_, err = y.engine.Put(y.ctx, "s", key, staged, a, storage.Checksum{}, nil)
	y.must(err)
}

// pass moves the clock on as a server that runs sees it: hour by hour, looking
// at the clock and sweeping each time.
func (y *yard) pass(d time.Duration) (done sweep.Swept) {
	y.Helper()
	for end := y.now.Add(d); ; y.goOn(time.Hour) {
		if y.now.After(end) {
			y.goOn(end.Sub(y.now))
			return done
		}
		one, err := y.Sweep(y.ctx)
		y.must(err)
		done.Objects += one.Objects
		done.Uploads += one.Uploads
	}
}

// goOn lets time go by on both clocks; whoever moves now alone sets the clock.
func (y *yard) goOn(d time.Duration) {
	y.now, y.ran = y.now.Add(d), y.ran+d
}

func (y *yard) keys() string {
	y.Helper()
	rows, _, err := y.engine.List(y.ctx, "s", storage.ListQuery{Max: 1000})
	y.must(err)
	var all []string
	for _, r := range rows {
		all = append(all, r.Key)
	}
	return strings.Join(all, " ")
}

const day = 24 * time.Hour

func ruleFor(filter, action string) string {
	return "<Rule><ID>r</ID><Status>Enabled</Status><Filter>" + filter + "</Filter>" + action + "</Rule>"
}

func TestSweepDeletesWhatIsDueAndNothingElse(t *testing.T) {
	hostile := []string{"tmp/a", "tmp/../x", "tmp//", "tmp/\x01\x7f", "tmp/é", "tmp/%2e"}
	kept := []string{"tmp", "tmp.", "Tmp/a", "a/tmp/a", "/tmp/a", "tmq/"}
	y := newYard(t, ruleFor("<Prefix>tmp/</Prefix>", "<Expiration><Days>2</Days></Expiration>"))
	for _, key := range slices.Concat(hostile, kept) {
		y.put(key, "x")
	}
	y.pass(2*day + 11*time.Hour) // two days are over, midnight is not
	if n := len(strings.Fields(y.keys())); n != 12 {
		t.Fatal("deleted too early:", y.keys())
	}
	if done := y.pass(2 * time.Hour); done.Objects != len(hostile) {
		t.Error(done)
	}
	slices.Sort(kept)
	if y.keys() != strings.Join(kept, " ") {
		t.Error(y.keys())
	}
}

func TestSweepFollowsTagsSizesDatesAndDisabledRules(t *testing.T) {
	tag := "<Tag><Key>keep</Key><Value>no</Value></Tag>"
	days := "<Expiration><Days>1</Days></Expiration>"
	for _, c := range []struct{ rule, left string }{
		{ruleFor(tag, days), "big other plain"},
		{ruleFor("<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan>", days), "other plain tagged"},
		{ruleFor("<And><Prefix>t</Prefix>"+tag+"</And>", days), "big other plain"},
		{ruleFor("", "<Expiration><Date>2026-03-03T00:00:00Z</Date></Expiration>"), ""},
		{ruleFor("", "<Expiration><Date>2026-04-03T00:00:00Z</Date></Expiration>"), "big other plain tagged"},
		{strings.Replace(ruleFor("", days), "Enabled", "Disabled", 1), "big other plain tagged"},
		{"", "big other plain tagged"},
	} {
		y := newYard(t, c.rule)
		y.put("tagged", "x", "keep=no")
		y.put("other", "x", "keep=yes")
		y.put("big", strings.Repeat("x", 11))
		y.put("plain", "x")
		y.pass(3 * day)
		if y.keys() != c.left {
			t.Errorf("%s: %q left, want %q", c.rule, y.keys(), c.left)
		}
	}
}

// look has the Sweeper look at the clocks once.
func (y *yard) look() int {
	y.Helper()
	done, err := y.Sweep(y.ctx)
	y.must(err)
	return done.Objects
}

// TestClockThatIsSetDeletesNothing has every look at the clock an hour after the
// last; what the clock shows besides is what it was set by. The Space was swept
// before.
func TestClockThatIsSetDeletesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		set  []time.Duration
		want int // how many looks it takes
	}{
		"not set":                                {[]time.Duration{0, 0, 0}, 0},
		"on while it runs":                       {[]time.Duration{0, 0, 400 * day, 0}, 4},
		"on, by less than a day":                 {[]time.Duration{0, 0, 35 * time.Hour, 23 * time.Hour, 0}, 5},
		"on before the start":                    {[]time.Duration{400 * day, 0}, 2},
		"on before the start, corrected soon":    {[]time.Duration{400 * day, -400 * day, 0, 0}, 0},
		"on and back":                            {[]time.Duration{0, 400 * day, -400 * day, 0, 0}, 0},
		"back and on, with objects from between": {[]time.Duration{0, -400 * day, 400 * day, 0}, 0},
		"on twice":                               {[]time.Duration{0, 400 * day, 100 * day, 0}, 4},
		"the night through, asleep":              {[]time.Duration{0, 12 * time.Hour, 0, 12 * time.Hour, 0, 12 * time.Hour, 0, 12 * time.Hour, 0}, 7},
	} {
		y := newYard(t, ruleFor("", "<Expiration><Days>1</Days></Expiration>"))
		y.put("a", "x")
		y.pass(time.Hour)
		y.restart()
		looks := 0
		for i, by := range c.set {
			y.goOn(time.Hour)
			y.now = y.now.Add(by)
			if y.look() > 0 {
				looks = i + 1
			}
		}
		if looks != c.want {
			t.Errorf("%s: deleted at look %d, want %d", name, looks, c.want)
		}
	}
}

// TestTwoLooksInARowAreNoSecondLook: after a sweep that took long the next
// tick comes at once.
func TestTwoLooksInARowAreNoSecondLook(t *testing.T) {
	y := newYard(t, ruleFor("", "<Expiration><Days>1</Days></Expiration>"))
	y.put("a", "x")
	y.pass(time.Hour)
	y.goOn(time.Hour)
	y.now = y.now.Add(40 * day)
	if n := y.look() + y.look(); n != 0 {
		t.Error("deleted by a clock that was looked at twice in a row")
	}
	if y.goOn(time.Hour); y.look() != 1 {
		t.Error("not deleted by a clock that goes on evenly")
	}
}

// TestClocksOfTheSystemAreToldApart has times with a monotonic reading, which
// the difference of two is made of.
func TestClocksOfTheSystemAreToldApart(t *testing.T) {
	y := newYard(t, ruleFor("", "<Expiration><Days>1</Days></Expiration>"))
	y.now = time.Now()
	y.put("a", "x")
	y.look()
	y.now, y.ran = y.now.Add(20*time.Hour), y.ran+time.Hour
	if y.look(); y.keys() != "a" {
		t.Error("deleted by a clock that was set")
	}
	y.now, y.ran = y.now.Add(40*day), y.ran+time.Hour
	if y.look(); y.keys() != "a" {
		t.Error("deleted by a clock that was set")
	}
}

func TestUploadsOutliveAClockThatIsSet(t *testing.T) {
	y := newYard(t, "")
	_, err := y.engine.CreateUpload(y.ctx, "s", "a", storage.Attrs{}, "", "")
	y.must(err)
	y.pass(time.Hour)
	y.now = y.now.Add(40 * day)
	y.look()
	y.now = y.now.Add(-40 * day)
	if done := y.pass(2 * day); done.Uploads != 0 {
		t.Error("an upload is gone that is hours old")
	}
}

func TestSpaceIsSweptOnceADay(t *testing.T) {
	y := newYard(t, ruleFor("", "<Expiration><Date>2020-01-01T00:00:00Z</Date></Expiration>"))
	y.put("a", "x")
	y.pass(time.Hour)
	if y.keys() != "" {
		t.Fatal("not swept")
	}
	y.put("b", "x")
	y.pass(8 * time.Hour)
	// Neither does a new process sweep again.
	y.Sweeper = sweep.New(y.engine, func() time.Time { return y.now }, nil)
	y.pass(30 * time.Minute)
	y.goOn(30 * time.Minute)
	if y.pass(0); y.keys() != "b" {
		t.Error("swept twice in a day")
	}
	if y.pass(4 * time.Hour); y.keys() != "" {
		t.Error("not swept on the next day", y.now)
	}
}

func TestStaleUploadsAreAborted(t *testing.T) {
	for _, c := range []struct {
		rule string
		days int
	}{
		{"", 30},
		{ruleFor("<Prefix>tmp/</Prefix>", "<AbortIncompleteMultipartUpload><DaysAfterInitiation>3</DaysAfterInitiation></AbortIncompleteMultipartUpload>"), 4},
		{ruleFor("<Prefix>other/</Prefix>", "<AbortIncompleteMultipartUpload><DaysAfterInitiation>3</DaysAfterInitiation></AbortIncompleteMultipartUpload>"), 30},
	} {
		y := newYard(t, c.rule)
		_, err := y.engine.CreateUpload(y.ctx, "s", "tmp/a", storage.Attrs{}, "", "")
		y.must(err)
		count := func() int {
			list, _, _, err := y.engine.Uploads("s", storage.UploadsQuery{Max: 10})
			y.must(err)
			return len(list)
		}
		y.pass(time.Duration(c.days-1) * day)
		if count() != 1 {
			t.Errorf("%q: aborted before %d days", c.rule, c.days)
		}
		if done := y.pass(2 * day); count() != 0 || done.Uploads != 1 {
			t.Errorf("%q: not aborted after %d days", c.rule, c.days)
		}
	}
}

func TestPlanListsWhatASweepWouldDoAndChangesNothing(t *testing.T) {
	y := newYard(t, ruleFor("<Prefix>t</Prefix>", "<Expiration><Days>1</Days></Expiration>"))
	for i := range 2100 {
		y.put(fmt.Sprintf("t%04d", i), "x")
	}
	y.put("u", "x")
	_, err := y.engine.CreateUpload(y.ctx, "s", "t", storage.Attrs{}, "", "")
	y.must(err)
	y.goOn(40 * day)
	before, _ := y.engine.Space("s")
	var keys []string
	uploads := 0
	y.must(y.Plan(y.ctx, "s", func(d sweep.Due) error {
		if d.Upload != "" {
			uploads++
		} else if keys = append(keys, d.Key); d.Rule != "r" || d.Size != 1 {
			t.Error(d)
		}
		return nil
	}))
	if len(keys) != 2100 || !slices.IsSorted(keys) || uploads != 1 {
		t.Error(len(keys), uploads)
	}
	if after, _ := y.engine.Space("s"); after.Objects != before.Objects {
		t.Error("a plan deleted")
	}
	if done := y.pass(time.Hour); done.Objects != 2100 || done.Uploads != 1 || y.keys() != "u" {
		t.Error(done, y.keys())
	}
}

// TestSweepLeavesWhatChangedSinceItWasJudged writes under the sweep, between
// its judgement and its commit.
func TestSweepLeavesWhatChangedSinceItWasJudged(t *testing.T) {
	y := newYard(t, ruleFor("", "<Expiration><Days>1</Days></Expiration>"))
	for _, key := range []string{"gone", "overwritten", "tagged"} {
		y.put(key, "x")
	}
	y.goOn(3 * day)
	var list []sweep.Due
	y.must(y.Plan(y.ctx, "s", func(d sweep.Due) error { list = append(list, d); return nil }))
	y.put("overwritten", "new")
	_, err := y.engine.UpdateAttrs(y.ctx, "s", "tagged", func(o *storage.Object) error {
		o.Tags = map[string]string{"keep": "me"}
		return nil
	})
	y.must(err)
	if _, err := y.Remove(y.ctx, "s", list); err != nil {
		t.Fatal(err)
	}
	if y.keys() != "overwritten tagged" {
		t.Error(y.keys())
	}
}

func TestSweepOfVersions(t *testing.T) {
	y := newYard(t, ruleFor("", "<Expiration><Days>1</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays><NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration>"))
	y.must(y.engine.SetVersioning("s", storage.Enabled))
	for i := range 4 {
		y.put("a", strings.Repeat("x", i+1))
	}
	versions := func() string {
		rows, _, err := y.engine.ListVersions(y.ctx, "s", storage.VersionsQuery{Max: 100})
		y.must(err)
		var all []string
		for _, r := range rows {
			all = append(all, fmt.Sprintf("%s%d%v", r.Key, r.Size, r.Marker))
		}
		return strings.Join(all, " ")
	}
	if y.pass(day); versions() != "a4false a3false a2false a1false" {
		t.Error(versions())
	}
	if y.pass(day); versions() != "a0true a4false a3false a2false a1false" {
		t.Error("the current version is to go behind a marker:", versions())
	}
	if y.pass(2 * day); versions() != "a0true a4false" {
		t.Error("one noncurrent version is to be kept:", versions())
	}
	if y.pass(10 * day); versions() != "a0true a4false" {
		t.Error("one noncurrent version is to be kept for good:", versions())
	}
}

// TestSweepDeletesInsideTheModelOnly compares with rules that are as plain as
// can be: a prefix and an age each.
func TestSweepDeletesInsideTheModelOnly(t *testing.T) {
	rules := []struct {
		prefix string
		days   int
	}{{"a/", 3}, {"a/b/", 1}, {"c", 5}}
	doc := ""
	for i, r := range rules {
		doc += strings.Replace(ruleFor("<Prefix>"+r.prefix+"</Prefix>", fmt.Sprintf("<Expiration><Days>%d</Days></Expiration>", r.days)), "<ID>r<", fmt.Sprintf("<ID>r%d<", i), 1)
	}
	y := newYard(t, doc)
	model := map[string]time.Time{}
	for i := range 12 {
		for _, p := range []string{"a/", "a/b/", "a", "b/", "c/", "cc"} {
			key := fmt.Sprintf("%s%d", p, i%5)
			y.put(key, "x")
			model[key] = y.now
		}
		y.pass(13 * time.Hour)
		y.pass(0)
		for key, made := range model {
			for _, r := range rules {
				due := made.Truncate(day).Add(time.Duration(r.days+1) * day)
				if strings.HasPrefix(key, r.prefix) && !y.now.Truncate(day).Before(due) {
					delete(model, key)
				}
			}
		}
		// Both are of today only when a sweep of today has been.
		if y.now.Hour() < 2 {
			continue
		}
		if want := strings.Join(slices.Sorted(maps.Keys(model)), " "); y.keys() != want {
			t.Fatalf("at %v:\n%s, want\n%s", y.now, y.keys(), want)
		}
	}
}

func TestSweepFollowsRulesForPrefixesWithControlCharacters(t *testing.T) {
	y := newYard(t, ruleFor("<Prefix>a\x01b/</Prefix>", "<Expiration><Days>2</Days></Expiration>")+strings.Replace(ruleFor("<Prefix>&#x1b;/</Prefix>", "<Expiration><Days>2</Days></Expiration>"), "<ID>r<", "<ID>s<", 1))
	for _, key := range []string{"a\x01b/x", "\x1b/x", "a\x01b", "a\x02b/x", "a\ufffdb/x", "ab/x", "\ufffd/x"} {
		y.put(key, "x")
	}
	if done := y.pass(4 * day); done.Objects != 2 || y.keys() != "a\x01b a\x02b/x ab/x a\ufffdb/x \ufffd/x" {
		t.Errorf("%d expired, %q stay", done.Objects, y.keys())
	}
}

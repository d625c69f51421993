package lifecycle

import (
	"reflect"
	"testing"
	"time"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func parsed(t *testing.T, all ...string) *Configuration {
	t.Helper()
	c, err := Parse(rules(all...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The example of the S3 User Guide: created 1/15/2014 10:30 UTC, expires
// after 3 days on 1/19/2014 00:00 UTC.
func TestDaysAreRoundedUpToTheNextMidnight(t *testing.T) {
	c := parsed(t, rule("<ID>r</ID><Expiration><Days>3</Days></Expiration>"))
	for made, due := range map[string]string{
		"2014-01-15T10:30:00Z":      "2014-01-19T00:00:00Z",
		"2014-01-15T00:00:00Z":      "2014-01-19T00:00:00Z",
		"2014-01-15T23:59:59Z":      "2014-01-19T00:00:00Z",
		"2014-01-15T23:30:00-02:00": "2014-01-20T00:00:00Z",
		"2024-02-27T12:00:00Z":      "2024-03-02T00:00:00Z",
		"2026-12-30T12:00:00Z":      "2027-01-03T00:00:00Z",
	} {
		v := []Version{{Seq: 1, Modified: at(made)}}
		if got := c.Evaluate("a", v, Unversioned, at(due).Add(-time.Nanosecond)); got.Current != Keep {
			t.Errorf("made %s: expired before %s", made, due)
		}
		if got := c.Evaluate("a", v, Unversioned, at(due)); got.Current != DeleteCurrent || got.Rule != "r" {
			t.Errorf("made %s: not expired at %s", made, due)
		}
	}
}

func TestEvaluate(t *testing.T) {
	now := at("2026-11-22T12:00:00Z")
	old, fresh := now.AddDate(0, 0, -40), now.Add(-time.Hour)
	days := "<Expiration><Days>30</Days></Expiration>"
	marker := "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"
	noncurrent := "<NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays></NoncurrentVersionExpiration>"
	keep2 := "<NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration>"
	tag := "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>"
	large := "<Filter><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan></Filter>"
	stack := func(v ...Version) []Version {
		for i := range v {
			v[i].Seq = uint64(100 - i)
		}
		return v
	}
	past := func() Version { return Version{Modified: old, Noncurrent: old} }
	for name, c := range map[string]struct {
		rules    []string
		versions []Version
		state    Versioning
		want     Action
		deleted  []uint64
	}{
		"no versions":                       {[]string{rule(days)}, nil, Enabled, Keep, nil},
		"expired, unversioned":              {[]string{rule(days)}, stack(Version{Modified: old}), Unversioned, DeleteCurrent, nil},
		"expired, enabled":                  {[]string{rule(days)}, stack(Version{Modified: old}), Enabled, AddMarker, nil},
		"expired, suspended":                {[]string{rule(days)}, stack(Version{Modified: old}), Suspended, AddMarker, nil},
		"not yet":                           {[]string{rule(days)}, stack(Version{Modified: fresh}), Unversioned, Keep, nil},
		"disabled":                          {[]string{"<Rule><Filter/><Status>Disabled</Status>" + days + "</Rule>"}, stack(Version{Modified: old}), Unversioned, Keep, nil},
		"another prefix":                    {[]string{rule("<Prefix>logs/</Prefix>" + days)}, stack(Version{Modified: old}), Unversioned, Keep, nil},
		"its prefix":                        {[]string{rule("<Prefix>ke</Prefix>" + days)}, stack(Version{Modified: old}), Unversioned, DeleteCurrent, nil},
		"its tag":                           {[]string{rule(tag + days)}, stack(Version{Modified: old, Tags: map[string]string{"k": "v", "l": "w"}}), Unversioned, DeleteCurrent, nil},
		"another tag value":                 {[]string{rule(tag + days)}, stack(Version{Modified: old, Tags: map[string]string{"k": "V"}}), Unversioned, Keep, nil},
		"no tag, empty value wanted":        {[]string{rule("<Filter><Tag><Key>k</Key></Tag></Filter>" + days)}, stack(Version{Modified: old}), Unversioned, Keep, nil},
		"as large as":                       {[]string{rule(large + days)}, stack(Version{Modified: old, Size: 9}), Unversioned, Keep, nil},
		"larger than":                       {[]string{rule(large + days)}, stack(Version{Modified: old, Size: 10}), Unversioned, DeleteCurrent, nil},
		"as small as":                       {[]string{rule("<Filter><ObjectSizeLessThan>9</ObjectSizeLessThan></Filter>" + days)}, stack(Version{Modified: old, Size: 9}), Unversioned, Keep, nil},
		"a date passed":                     {[]string{rule("<Expiration><Date>2026-11-22</Date></Expiration>")}, stack(Version{Modified: fresh}), Unversioned, DeleteCurrent, nil},
		"a date to come":                    {[]string{rule("<Expiration><Date>2026-11-23</Date></Expiration>")}, stack(Version{Modified: old}), Unversioned, Keep, nil},
		"locked":                            {[]string{rule(days)}, stack(Version{Modified: old, Locked: true}), Unversioned, Keep, nil},
		"locked, enabled":                   {[]string{rule(days)}, stack(Version{Modified: old, Locked: true}), Enabled, AddMarker, nil},
		"a marker on versions":              {[]string{rule(days), rule(marker)}, stack(Version{Marker: true, Modified: old}, past()), Enabled, Keep, nil},
		"a lone marker":                     {[]string{rule(marker)}, stack(Version{Marker: true, Modified: fresh}), Enabled, DeleteMarker, nil},
		"a lone marker, told not to":        {[]string{rule("<Expiration><ExpiredObjectDeleteMarker>false</ExpiredObjectDeleteMarker></Expiration>")}, stack(Version{Marker: true, Modified: old}), Enabled, Keep, nil},
		"a lone marker, by days":            {[]string{rule(days)}, stack(Version{Marker: true, Modified: old}), Enabled, DeleteMarker, nil},
		"a lone marker, too young":          {[]string{rule(days)}, stack(Version{Marker: true, Modified: fresh}), Enabled, Keep, nil},
		"a lone marker, rule by tag":        {[]string{rule(tag + days)}, stack(Version{Marker: true, Modified: old, Tags: map[string]string{"k": "v"}}), Enabled, Keep, nil},
		"a lone marker, rule by size":       {[]string{rule("<Filter><ObjectSizeLessThan>9</ObjectSizeLessThan></Filter>" + days)}, stack(Version{Marker: true, Modified: old}), Enabled, Keep, nil},
		"a marker rule leaves objects":      {[]string{rule(marker)}, stack(Version{Modified: old}), Enabled, Keep, nil},
		"noncurrent":                        {[]string{rule(noncurrent)}, stack(Version{Modified: old}, past()), Enabled, Keep, []uint64{99}},
		"noncurrent by when it became so":   {[]string{rule(noncurrent)}, stack(Version{}, Version{Modified: old, Noncurrent: fresh}), Enabled, Keep, nil},
		"noncurrent since nobody knows":     {[]string{rule(noncurrent)}, stack(Version{}, Version{Modified: old}), Enabled, Keep, nil},
		"noncurrent and locked":             {[]string{rule(noncurrent)}, stack(Version{}, Version{Noncurrent: old, Locked: true}), Enabled, Keep, nil},
		"the current one is not noncurrent": {[]string{rule(noncurrent)}, stack(Version{Modified: old, Noncurrent: old}), Enabled, Keep, nil},
		"marker and noncurrent":             {[]string{rule(noncurrent), rule(marker)}, stack(Version{Marker: true, Modified: old}, past()), Enabled, Keep, []uint64{99}},
		"both current and noncurrent":       {[]string{rule(days + noncurrent)}, stack(Version{Modified: old}, past()), Enabled, AddMarker, []uint64{99}},
		"two are retained":                  {[]string{rule(keep2)}, stack(Version{}, past(), past(), past(), past()), Enabled, Keep, []uint64{97, 96}},
		"markers retain nothing":            {[]string{rule(keep2)}, stack(Version{}, past(), Version{Marker: true, Noncurrent: old}, past(), past()), Enabled, Keep, []uint64{96}},
		"retained by one, not the other":    {[]string{rule(keep2), rule(noncurrent)}, stack(Version{}, past()), Enabled, Keep, []uint64{99}},
		"retained, but too young beyond":    {[]string{rule(keep2)}, stack(Version{}, past(), past(), Version{Noncurrent: fresh}), Enabled, Keep, nil},
		"clocks that disagree with order":   {[]string{rule(keep2)}, stack(Version{Modified: old}, Version{Noncurrent: fresh}, past(), past(), Version{Noncurrent: now.Add(time.Hour)}), Enabled, Keep, []uint64{97}},
	} {
		t.Run(name, func(t *testing.T) {
			got := parsed(t, c.rules...).Evaluate("key", c.versions, c.state, now)
			var deleted []uint64
			for _, d := range got.Delete {
				deleted = append(deleted, d.Seq)
			}
			if got.Current != c.want || !reflect.DeepEqual(deleted, c.deleted) {
				t.Errorf("got %v and %v, want %v and %v", got.Current, deleted, c.want, c.deleted)
			}
		})
	}
}

func TestTheEarliestRuleActs(t *testing.T) {
	c := parsed(t, rule("<ID>late</ID><Expiration><Days>365</Days></Expiration>"), rule("<ID>a b/ü</ID><Prefix>logs/</Prefix><Expiration><Days>10</Days></Expiration>"),
		rule("<ID>same</ID><Expiration><Days>10</Days></Expiration><Prefix>logs/</Prefix>"),
		rule("<ID>date</ID><Prefix>logs/</Prefix><Expiration><Date>2030-01-01</Date></Expiration>"))
	v := Version{Modified: at("2012-12-12T10:00:00Z")}
	got, ok := c.ExpirationHeader("logs/a", v)
	if want := `expiry-date="Sun, 23 Dec 2012 00:00:00 GMT", rule-id="a%20b%2F%C3%BC"`; !ok || got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, _ := c.ExpirationHeader("other", v); got != `expiry-date="Fri, 13 Dec 2013 00:00:00 GMT", rule-id="late"` {
		t.Errorf("got %s", got)
	}
	if got, ok := c.ExpirationHeader("logs/a", Version{Marker: true}); ok {
		t.Errorf("a delete marker has %s", got)
	}
}

func TestUploadsAreAborted(t *testing.T) {
	abort := func(id, prefix, days string) string {
		return rule("<ID>" + id + "</ID><Prefix>" + prefix + "</Prefix><AbortIncompleteMultipartUpload><DaysAfterInitiation>" + days + "</DaysAfterInitiation></AbortIncompleteMultipartUpload>")
	}
	c := parsed(t, abort("seven", "a/", "7"), abort("two", "a/b", "2"), rule(expire))
	begun := at("2026-11-01T10:00:00Z")
	for _, try := range []struct{ key, now, rule string }{
		{"a/x", "2026-11-08T23:59:59Z", ""},
		{"a/x", "2026-11-09T00:00:00Z", "seven"},
		{"a/b", "2026-11-03T23:59:59Z", ""},
		{"a/b", "2026-11-04T00:00:00Z", "two"},
		{"b", "2036-11-04T00:00:00Z", ""},
	} {
		if got, ok := c.Abort(try.key, begun, at(try.now)); got != try.rule || ok != (try.rule != "") {
			t.Errorf("%s at %s: %q, %v", try.key, try.now, got, ok)
		}
	}
}

func TestSafeNoticesAJumpOfTheClock(t *testing.T) {
	last := Look{at("2026-11-22T12:00:00Z"), 7 * time.Hour}
	const h = time.Hour
	for _, c := range []struct {
		wall, ran time.Duration
		want      bool
	}{
		{0, 0, true}, {h, h, true}, {24 * h, 24 * h, true}, {2 * h, h, true}, {0, h, true},
		{24*h + 1, 24*h + 1, false}, {-1, 0, false}, {-h, h, false}, {1000 * h, 1000 * h, false}, // not looked at, or set back
		{40 * 24 * h, h, false}, {20 * h, h, false}, {2*h + 1, h, false}, {h, 3 * h, false}, // set, or asleep
	} {
		if Safe(last, Look{last.Wall.Add(c.wall), last.Ran + c.ran}) != c.want {
			t.Errorf("the clock went on by %v in %v: %v", c.wall, c.ran, !c.want)
		}
	}
	if Safe(Look{}, last) {
		t.Error("safe without a last time")
	}
}

// TestSafeTellsTheClocksApart has times as time.Now gives them: their difference
// is that of the monotonic clock.
func TestSafeTellsTheClocksApart(t *testing.T) {
	now := time.Now()
	if Safe(Look{now, 0}, Look{now.Add(20 * time.Hour), time.Minute}) {
		t.Error("a jump of the wall clock was not seen")
	}
}

func TestLooksInARowAreOne(t *testing.T) {
	last := Look{at("2026-11-22T12:00:00Z"), time.Hour}
	soon, later := last, last
	soon.Ran, later.Ran = last.Ran+time.Second, last.Ran+time.Minute
	if !TooSoon(last, soon) || TooSoon(last, later) || TooSoon(Look{}, last) {
		t.Error("a look counts that is no other, or the other way round")
	}
}

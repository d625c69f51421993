package storetest

import (
	"errors"
	"slices"
	"testing"

	"spaces/store"
)

// settings skips what an endpoint says it has not; any other error fails.
func settings[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if errors.Is(err, store.Unsupported) {
			t.Skip("the endpoint has no such setting: ", err)
		}
		return must[T](t)(v, err)
	}
}

func testCORS(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	c := settings[store.CORS](t)(s.CORS(ctx, space))
	if len(c.Rules) != 0 {
		t.Fatalf("a new Space has %+v", c)
	}
	stale := c
	c.Rules = []store.CORSRule{
		{ID: "app", Origins: []string{"https://app.example.com", "https://*.example.org"}, Methods: []string{"GET", "PUT"},
			Headers: []string{"x-amz-*", "content-type"}, Exposed: []string{"ETag"}, MaxAge: 600},
		{Origins: []string{"*"}, Methods: []string{"GET"}, MaxAge: store.NoMaxAge},
	}
	check(t, s.SetCORS(ctx, space, c))
	got := must[store.CORS](t)(s.CORS(ctx, space))
	if len(got.Rules) != 2 {
		t.Fatalf("there are %+v", got.Rules)
	}
	first := got.Rules[0]
	slices.Sort(first.Headers)
	if first.ID != "app" || first.MaxAge != 600 || !slices.Equal(first.Headers, []string{"content-type", "x-amz-*"}) || !slices.Equal(first.Exposed, []string{"ETag"}) {
		t.Errorf("the first rule is %+v", first)
	}
	stale.Rules = c.Rules[:1]
	wantKind(t, "setting rules over those of somebody else", s.SetCORS(ctx, space, stale), store.Precondition)
	slices.Reverse(got.Rules)
	check(t, s.SetCORS(ctx, space, got))
	if got = must[store.CORS](t)(s.CORS(ctx, space)); got.Rules[0].Origins[0] != "*" {
		t.Errorf("the order is %+v", got.Rules)
	}
	got.Rules = nil
	check(t, s.SetCORS(ctx, space, got))
	if got = must[store.CORS](t)(s.CORS(ctx, space)); len(got.Rules) != 0 {
		t.Errorf("removed, there are %+v", got.Rules)
	}
	_, err := s.CORS(ctx, "no-"+space)
	wantKind(t, "rules of a missing Space", err, store.NoSpace)
}

func testLifecycle(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	l := settings[store.Lifecycle](t)(s.Lifecycle(ctx, space))
	l.Rules = []store.LifecycleRule{
		{ID: "logs", Enabled: true, Prefix: "logs/", ExpireDays: 30, AbortDays: 7},
		{ID: "old", Prefix: "", NoncurrentDays: 90},
	}
	check(t, s.SetLifecycle(ctx, space, l))
	got := must[store.Lifecycle](t)(s.Lifecycle(ctx, space))
	if len(got.Rules) != 2 {
		t.Fatalf("there are %+v", got.Rules)
	}
	i := slices.IndexFunc(got.Rules, func(r store.LifecycleRule) bool { return r.ID == "logs" })
	if r := got.Rules[i]; !r.Enabled || r.Prefix != "logs/" || r.ExpireDays != 30 || r.AbortDays != 7 || r.NoncurrentDays != 0 {
		t.Errorf("the rule is %+v", r)
	}
	if r := got.Rules[1-i]; r.Enabled || r.NoncurrentDays != 90 {
		t.Errorf("the other rule is %+v", r)
	}
	got.Rules[i].ExpireDays = 31
	check(t, s.SetLifecycle(ctx, space, got))
	wantKind(t, "setting rules over those of somebody else", s.SetLifecycle(ctx, space, l), store.Precondition)
	got = must[store.Lifecycle](t)(s.Lifecycle(ctx, space))
	got.Rules = nil
	check(t, s.SetLifecycle(ctx, space, got))
	if got = must[store.Lifecycle](t)(s.Lifecycle(ctx, space)); len(got.Rules) != 0 {
		t.Errorf("removed, there are %+v", got.Rules)
	}
}

func testVersioning(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	if v := settings[store.Versioning](t)(s.Versioning(ctx, space)); v != store.Unversioned {
		t.Errorf("a new Space is %q", v)
	}
	for _, want := range []store.Versioning{store.Versioned, store.Suspended, store.Versioned} {
		check(t, s.SetVersioning(ctx, space, want))
		if v := must[store.Versioning](t)(s.Versioning(ctx, space)); v != want {
			t.Errorf("set to %s, it is %q", want, v)
		}
	}
	if l := settings[store.ObjectLock](t)(s.ObjectLock(ctx, space)); l != (store.ObjectLock{}) {
		t.Errorf("a new Space has %+v", l)
	}
}

func testPolicy(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	p := settings[store.Policy](t)(s.Policy(ctx, space))
	if p.Text != "" {
		t.Errorf("a new Space has the policy %q", p.Text)
	}
	stale := p
	p.Text = `{"Version":"2012-10-17","Statement":[{"Sid":"open","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + space + `/public/*"}]}`
	check(t, s.SetPolicy(ctx, space, p))
	got := must[store.Policy](t)(s.Policy(ctx, space))
	list := must[[]store.Statement](t)(store.ReadPolicy(got.Text))
	if _, read := list[0].Opens(space); len(list) != 1 || !read {
		t.Errorf("the policy is %+v", list)
	}
	stale.Text = p.Text
	wantKind(t, "setting a policy over that of somebody else", s.SetPolicy(ctx, space, stale), store.Precondition)
	got.Text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"nonsense"}]}`
	if err := s.SetPolicy(ctx, space, got); err == nil {
		t.Error("nonsense was taken")
	}
	got = must[store.Policy](t)(s.Policy(ctx, space))
	got.Text = ""
	check(t, s.SetPolicy(ctx, space, got))
	if got = must[store.Policy](t)(s.Policy(ctx, space)); got.Text != "" {
		t.Errorf("removed, it is %q", got.Text)
	}
}

func testEncryption(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	e := settings[store.Encryption](t)(s.Encryption(ctx, space))
	e.Algorithm = "AES256"
	if err := s.SetEncryption(ctx, space, e); err != nil {
		t.Skip("the endpoint cannot encrypt: ", err)
	}
	if e = must[store.Encryption](t)(s.Encryption(ctx, space)); e.Algorithm != "AES256" {
		t.Errorf("it is %+v", e)
	}
	e.Algorithm = ""
	check(t, s.SetEncryption(ctx, space, e))
}

func testLogging(t *testing.T, s *store.Store) {
	ctx, space, logs := t.Context(), newSpace(t, s), newSpace(t, s)
	l := settings[store.Logging](t)(s.Logging(ctx, space))
	if l.Target != "" {
		t.Errorf("a new Space logs to %q", l.Target)
	}
	l.Target, l.Prefix = logs, "access/"
	if err := s.SetLogging(ctx, space, l); errors.Is(err, store.Unsupported) {
		t.Skip("the endpoint has no logs: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	if l = must[store.Logging](t)(s.Logging(ctx, space)); l.Target != logs || l.Prefix != "access/" {
		t.Errorf("it logs to %+v", l)
	}
	l.Target = ""
	check(t, s.SetLogging(ctx, space, l))
	if l = must[store.Logging](t)(s.Logging(ctx, space)); l.Target != "" {
		t.Errorf("turned off, it logs to %+v", l)
	}
}

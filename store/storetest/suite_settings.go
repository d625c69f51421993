package storetest

import (
	"slices"
	"time"

	"spaces/store"
)

func testCORS(t *target) {
	ctx, space := t.Context(), t.newSpace()
	c := must[store.CORS](t)(t.Store.CORS(ctx, space))
	if len(c.Rules) != 0 {
		t.Fatalf("a new Space has %+v", c)
	}
	stale := c
	c.Rules = []store.CORSRule{
		{ID: "app", Origins: []string{"https://app.example.com", "https://*.example.org"}, Methods: []string{"GET", "PUT"},
			Headers: []string{"x-amz-*", "content-type"}, Exposed: []string{"ETag"}, MaxAge: 600},
		{Origins: []string{"*"}, Methods: []string{"GET"}, MaxAge: store.NoMaxAge},
	}
	check(t, t.Store.SetCORS(ctx, space, c))
	got := must[store.CORS](t)(t.Store.CORS(ctx, space))
	if len(got.Rules) != 2 {
		t.Fatalf("there are %+v", got.Rules)
	}
	first := got.Rules[0]
	slices.Sort(first.Headers)
	if first.ID != "app" || first.MaxAge != 600 || !slices.Equal(first.Headers, []string{"content-type", "x-amz-*"}) || !slices.Equal(first.Exposed, []string{"ETag"}) {
		t.Errorf("the first rule is %+v", first)
	}
	stale.Rules = c.Rules[:1]
	wantKind(t, "setting rules over those of somebody else", t.Store.SetCORS(ctx, space, stale), store.Precondition)
	slices.Reverse(got.Rules)
	check(t, t.Store.SetCORS(ctx, space, got))
	if got = must[store.CORS](t)(t.Store.CORS(ctx, space)); got.Rules[0].Origins[0] != "*" {
		t.Errorf("the order is %+v", got.Rules)
	}
	got.Rules = nil
	check(t, t.Store.SetCORS(ctx, space, got))
	if got = must[store.CORS](t)(t.Store.CORS(ctx, space)); len(got.Rules) != 0 {
		t.Errorf("removed, there are %+v", got.Rules)
	}
	_, err := t.Store.CORS(ctx, "no-"+space)
	wantKind(t, "rules of a missing Space", err, store.NoSpace)
}

func testLifecycle(t *target) {
	ctx, space := t.Context(), t.newSpace()
	l := must[store.Lifecycle](t)(t.Store.Lifecycle(ctx, space))
	l.Rules = []store.LifecycleRule{
		{ID: "logs", Enabled: true, Prefix: "logs/", ExpireDays: 30, AbortDays: 7},
		{ID: "old", Prefix: "", NoncurrentDays: 90},
	}
	check(t, t.Store.SetLifecycle(ctx, space, l))
	got := must[store.Lifecycle](t)(t.Store.Lifecycle(ctx, space))
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
	check(t, t.Store.SetLifecycle(ctx, space, got))
	wantKind(t, "setting rules over those of somebody else", t.Store.SetLifecycle(ctx, space, l), store.Precondition)
	got = must[store.Lifecycle](t)(t.Store.Lifecycle(ctx, space))
	got.Rules = nil
	check(t, t.Store.SetLifecycle(ctx, space, got))
	if got = must[store.Lifecycle](t)(t.Store.Lifecycle(ctx, space)); len(got.Rules) != 0 {
		t.Errorf("removed, there are %+v", got.Rules)
	}
}

func testVersioning(t *target) {
	ctx, space := t.Context(), t.newSpace()
	if v := must[store.Versioning](t)(t.Store.Versioning(ctx, space)); v != store.Unversioned {
		t.Errorf("a new Space is %q", v)
	}
	for _, want := range []store.Versioning{store.Versioned, store.Suspended, store.Versioned} {
		check(t, t.Store.SetVersioning(ctx, space, want))
		if v := must[store.Versioning](t)(t.Store.Versioning(ctx, space)); v != want {
			t.Errorf("set to %s, it is %q", want, v)
		}
	}
	if l := must[store.ObjectLock](t)(t.Store.ObjectLock(ctx, space)); l != (store.ObjectLock{}) {
		t.Errorf("a new Space has %+v", l)
	}
}

// An older version keeps the time that it was written at.
func testVersionTimes(t *target) {
	ctx, space := t.Context(), t.newSpace()
	check(t, t.Store.SetVersioning(ctx, space, store.Versioned))
	modified := func(key string) time.Time {
		Put(t, t.Store, space, key, "content")
		return must[store.Info](t)(t.Store.Head(ctx, store.Ref{Space: space, Key: key})).Modified.Truncate(time.Second)
	}
	was := modified("a")
	for !modified("clock").After(was) { // endpoints tell of whole seconds
	}
	modified("a")
	list, _, err := t.Store.VersionsOf(ctx, store.Ref{Space: space, Key: "a"}, 10)
	check(t, err)
	if len(list) != 2 || !list[1].Modified.Truncate(time.Second).Equal(was) {
		t.Errorf("written at %s, the older version is one of %+v", was, list)
	}
}

func testPolicy(t *target) {
	ctx, space := t.Context(), t.newSpace()
	p := must[store.Policy](t)(t.Store.Policy(ctx, space))
	if p.Text != "" {
		t.Errorf("a new Space has the policy %q", p.Text)
	}
	stale := p
	p.Text = `{"Version":"2012-10-17","Statement":[{"Sid":"open","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + space + `/public/*"}]}`
	check(t, t.Store.SetPolicy(ctx, space, p))
	got := must[store.Policy](t)(t.Store.Policy(ctx, space))
	list := must[[]store.Statement](t)(store.ReadPolicy(got.Text))
	if _, read := list[0].Opens(space); len(list) != 1 || !read {
		t.Errorf("the policy is %+v", list)
	}
	stale.Text = p.Text
	wantKind(t, "setting a policy over that of somebody else", t.Store.SetPolicy(ctx, space, stale), store.Precondition)
	got.Text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"nonsense"}]}`
	if err := t.Store.SetPolicy(ctx, space, got); err == nil {
		t.Error("nonsense was taken")
	}
	got = must[store.Policy](t)(t.Store.Policy(ctx, space))
	got.Text = ""
	check(t, t.Store.SetPolicy(ctx, space, got))
	if got = must[store.Policy](t)(t.Store.Policy(ctx, space)); got.Text != "" {
		t.Errorf("removed, it is %q", got.Text)
	}
}

func testEncryption(t *target) {
	ctx, space := t.Context(), t.newSpace()
	e := must[store.Encryption](t)(t.Store.Encryption(ctx, space))
	e.Algorithm = "AES256"
	check(t, t.Store.SetEncryption(ctx, space, e))
	if e = must[store.Encryption](t)(t.Store.Encryption(ctx, space)); e.Algorithm != "AES256" {
		t.Errorf("it is %+v", e)
	}
	e.Algorithm = ""
	check(t, t.Store.SetEncryption(ctx, space, e))
}

func testLogging(t *target) {
	ctx, space, logs := t.Context(), t.newSpace(), t.newSpace()
	l := must[store.Logging](t)(t.Store.Logging(ctx, space))
	if l.Target != "" {
		t.Errorf("a new Space logs to %q", l.Target)
	}
	l.Target, l.Prefix = logs, "access/"
	check(t, t.Store.SetLogging(ctx, space, l))
	if l = must[store.Logging](t)(t.Store.Logging(ctx, space)); l.Target != logs || l.Prefix != "access/" {
		t.Errorf("it logs to %+v", l)
	}
	l.Target = ""
	check(t, t.Store.SetLogging(ctx, space, l))
	if l = must[store.Logging](t)(t.Store.Logging(ctx, space)); l.Target != "" {
		t.Errorf("turned off, it logs to %+v", l)
	}
}

func testKeysOfAccess(t *target) {
	ctx := t.Context()
	before := must[[]store.Key](t)(t.Store.Keys(ctx))
	made := must[store.Key](t)(t.Store.CreateKey(ctx, "suite", []store.Grant{{Permission: store.KeyFullAccess}}))
	if made.ID == "" || made.Secret == "" {
		t.Errorf("a new key is %+v", made)
	}
	check(t, t.Store.DeleteKey(ctx, made.ID))
	if after := must[[]store.Key](t)(t.Store.Keys(ctx)); len(after) != len(before) {
		t.Errorf("there are %d keys, before there were %d", len(after), len(before))
	}
}

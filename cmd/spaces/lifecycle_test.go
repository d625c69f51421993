package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spaces/server/local"
	"spaces/server/storage"
	"spaces/store"
)

const expireTemp = "<LifecycleConfiguration><Rule><ID>old\u202eé</ID><Status>Enabled</Status><Filter><Prefix>tmp/</Prefix></Filter><Expiration><Date>2020-01-01T00:00:00Z</Date></Expiration></Rule></LifecycleConfiguration>"

// fillDue makes a data directory with what a rule wants to go, and what not.
func (h home) fillDue(t *testing.T, objects int) {
	t.Helper()
	e, err := storage.Open(h.data(), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.CreateSpace(storage.Space{Name: "media", Owner: "spaces", Config: map[string][]byte{"lifecycle": []byte(expireTemp)}}); err != nil {
		t.Fatal(err)
	}
	if err := e.CreateSpace(storage.Space{Name: "other", Owner: "spaces"}); err != nil {
		t.Fatal(err)
	}
	for i := range objects {
		for _, ref := range []store.Ref{{Space: "media", Key: fmt.Sprintf("tmp/%04d\x07", i)}, {Space: "media", Key: fmt.Sprint("kept", i)}, {Space: "other", Key: fmt.Sprint("tmp/", i)}} {
			body, err := e.Stage(t.Context(), strings.NewReader("hello"), storage.StageOptions{Size: 5})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Put(t.Context(), ref.Space, ref.Key, body, storage.Attrs{}, storage.Checksum{}, nil); err != nil {
				t.Fatal(err)
			}
			body.Discard()
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestThePlanIsTheSameWithAndWithoutARunningServer(t *testing.T) {
	h := newHome(t)
	h.fillDue(t, local.PlanPage+20)
	look := func(args ...string) (string, string) {
		t.Helper()
		out, errs, err := h.run(t, append([]string{"lifecycle", "plan"}, args...)...)
		if err != nil {
			t.Fatal(errs, err)
		}
		return out, errs
	}
	check := func() {
		t.Helper()
		all, sum := look()
		lines := strings.Split(strings.TrimSuffix(all, "\n"), "\n")
		if len(lines) != local.PlanPage+20 || lines[0] != "delete\tmedia/tmp/0000\\x07\t-\told\\u202eé\t5" {
			t.Errorf("%d %q", len(lines), lines[0])
		}
		if want := fmt.Sprintf("%d objects, versions and markers of %d bytes and 0 uploads are due\n", local.PlanPage+20, 5*(local.PlanPage+20)); sum != want {
			t.Errorf("%q, want %q", sum, want)
		}
		if one, _ := look("media"); one != all {
			t.Error("the plan of the Space differs from that of all")
		}
		if none, sum := look("other"); none != "" || !strings.HasPrefix(sum, "0 objects") {
			t.Errorf("%q %q", none, sum)
		}
		if out, errs, err := h.run(t, "lifecycle", "plan", "missing"); err == nil || out != "" || !strings.Contains(errs, "missing") {
			t.Errorf("%q %q %v", out, errs, err)
		}
	}
	check()
	h.start(t)
	check()
}

func TestThePlanNamesVersionsAndUploads(t *testing.T) {
	h := newHome(t)
	e, err := storage.Open(h.data(), storage.Options{Now: func() time.Time { return time.Now().AddDate(0, 0, -40) }})
	if err != nil {
		t.Fatal(err)
	}
	rules := "<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(e.CreateSpace(storage.Space{Name: "media", Owner: "spaces", Config: map[string][]byte{"lifecycle": []byte(rules)}}))
	must(e.SetVersioning("media", storage.Enabled))
	var old string
	for i := range 2 {
		body, err := e.Stage(t.Context(), strings.NewReader("hello"), storage.StageOptions{Size: 5})
		must(err)
		o, err := e.Put(t.Context(), "media", "a", body, storage.Attrs{}, storage.Checksum{}, nil)
		must(err)
		if i == 0 {
			old = o.VersionID()
		}
	}
	gone, err := e.Delete(t.Context(), "media", "marked", nil)
	must(err)
	u, err := e.CreateUpload(t.Context(), "media", "big", storage.Attrs{}, "", "")
	must(err)
	must(e.Close())
	out, errs, err := h.run(t, "lifecycle", "plan")
	if err != nil {
		t.Fatal(errs)
	}
	for _, want := range []string{"hide\tmedia/a\t-\t", "delete-version\tmedia/a\t" + old + "\t", "delete-marker\tmedia/marked\t" + gone.Version + "\t", "abort-upload\tmedia/big\t" + u.ID + "\t-\t0"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if n := strings.Count(out, "\n"); n != 4 {
		t.Error(n)
	}
}

func TestPlansAreNotMadeOfNothing(t *testing.T) {
	h := newHome(t)
	if _, errs, err := h.run(t, "lifecycle", "plan"); err == nil || errs == "" {
		t.Error("a plan of no directory")
	}
	if files, _ := filepath.Glob(filepath.Join(h.dir, "*")); len(files) != 0 {
		t.Error(files)
	}
	if _, errs, err := h.run(t, "lifecycle", "plan", "a", "b"); err == nil || errs == "" {
		t.Error("two Spaces were taken")
	}
	if out, _, err := h.run(t, "lifecycle", "plan", "--help"); err != nil || !strings.Contains(out, "abort-upload") {
		t.Error(out, err)
	}
}

func TestAPlanNeedsTheToken(t *testing.T) {
	h := newHome(t)
	h.fillDue(t, 1)
	h.start(t)
	for auth, want := range map[string]int{"": 401, "Bearer x": 401} {
		if status, text := h.askControl(t, "/lifecycle", auth, "{}"); status != want || strings.Contains(text, "tmp") {
			t.Error(auth, status, text)
		}
	}
	token, err := local.Dir{Path: h.data()}.AdminToken()
	if err != nil {
		t.Fatal(err)
	}
	if status, text := h.askControl(t, "/lifecycle", "Bearer "+token.Text, `{"space":"media"}`); status != 200 || !strings.Contains(text, "tmp/0000") {
		t.Error(status, text)
	}
}

// askControl posts to the control listener of the process that owns the data directory.
func (h home) askControl(t *testing.T, path, auth, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest("POST", "http://"+h.owner(t).Control+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", auth)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestThePanelIsToldWhatIsDue(t *testing.T) {
	h := newHome(t)
	h.fillDue(t, 3)
	cs := newConnections(process{getenv: func(string) string { return "" }, now: time.Now}, options{data: h.data()}, config{})
	defer func() {
		if err := cs.close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	s, err := cs.Get("")
	if err != nil {
		t.Fatal(err)
	}
	var due []store.Due
	_, err = s.Due(t.Context(), "media", func(page []store.Due) error {
		due = append(due, page...)
		return nil
	})
	if err != nil || len(due) != 3 || due[0] != (store.Due{Key: "tmp/0000\x07", Action: "delete", Rule: "old\u202eé", Size: 5}) {
		t.Errorf("due are %+v, %v", due, err)
	}
	if page, err := s.List(t.Context(), store.ListRequest{Space: "media"}); err != nil || len(page.Entries) != 6 {
		t.Errorf("looking left %+v, %v", page, err)
	}
}

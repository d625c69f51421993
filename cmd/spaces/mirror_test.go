package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// mirrors is a home whose profiles "here" and "there" are servers, with a Space "media" on the first.
func mirrors(t *testing.T) (h home, here, there *store.Store) {
	t.Helper()
	h = newHome(t)
	text := ""
	var stores []*store.Store
	for _, name := range []string{"here", "there"} {
		s := newHome(t).serve(t, program(t), "127.0.0.1:0")
		text += fmt.Sprintf("[profiles.%s]\nendpoint = %q\naddressing = \"path\"\ncredentials = \"keys\"\naccess_key_id = %q\nsecret_access_key = %q\n", name, "http://"+s.addr, testKey, testSecret)
		stores = append(stores, s.open(t))
	}
	h.write(t, text)
	if err := stores[0].CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	return h, stores[0], stores[1]
}

// mirror runs the command and gives its status.
func (h home) mirror(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	stdout, stderr, err := h.run(t, append([]string{"mirror"}, args...)...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		status = exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	return stdout, stderr, status
}

func wantText(t *testing.T, what, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%s lacks %q:\n%s", what, w, text)
		}
	}
}

func TestMirrorFromTheCommandLine(t *testing.T) {
	h, here, there := mirrors(t)
	for _, key := range []string{"a", "b/c", "b/\x1b[31m"} {
		storetest.Put(t, here, "media", key, "content")
	}
	_, errs, status := h.mirror(t, "here:media", "there:media")
	if wantText(t, "the error", errs, "at the destination", "--create"); status != 1 {
		t.Errorf("without a Space the status is %d", status)
	}
	var out string
	out, errs, status = h.mirror(t, "here:media", "there:media", "--create")
	if wantText(t, "the sum", out, "3 new, 0 changed, 0 the same, 0 only there", "3 objects of 21 B written, 0 deleted, 0 failed"); status != 0 || errs != "" {
		t.Errorf("the status is %d: %s", status, errs)
	}
	storetest.Put(t, here, "media", "a", "other")
	storetest.Put(t, there, "media", "extra", "x")
	out, _, status = h.mirror(t, "here:media", "there:media", "--delete", "--dry-run")
	if wantText(t, "the plan", out, "replace\ta\t5\tsize\n", "delete\textra\t1\t\n", "1 object of 5 B would be written, 1 deleted"); status != 0 {
		t.Errorf("the status is %d", status)
	}
	if keys := storetest.Keys(t, there, "media", ""); !slices.Contains(keys, "extra") {
		t.Error("looking deleted something")
	}
	out, _, status = h.mirror(t, "here:media", "there:media", "--delete", "--json")
	var sum mirrorSum
	if err := json.Unmarshal([]byte(out), &sum); err != nil || status != 0 || sum.Changed != 1 || sum.Written != 1 || sum.Deleted != 1 || sum.Same != 2 {
		t.Errorf("%v, status %d: %s", err, status, out)
	}
	if got, want := storetest.Keys(t, there, "media", ""), storetest.Keys(t, here, "media", ""); !slices.Equal(got, want) {
		t.Errorf("there are %q, want %q", got, want)
	}
	if _, errs, status = h.mirror(t, "here:media/b", ":copies/of b", "--create", "--dry-run"); status != 1 || !strings.Contains(errs, "not there yet") {
		t.Errorf("looking at what is to be created ends with %d: %s", status, errs)
	}
	out, _, status = h.mirror(t, "--profile", "here", "s3://media/b", ":copies/of b", "--create")
	if wantText(t, "the sum", out, "2 new"); status != 0 {
		t.Errorf("to the store of this machine the status is %d", status)
	}
}

func TestMirrorListsWhatFailed(t *testing.T) {
	h, here, there := mirrors(t)
	for _, key := range []string{"a", "b\x1b[31m"} {
		storetest.Put(t, here, "media", key, "content")
	}
	if err := there.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::media/b*"}]}`
	if err := there.SetPolicy(t.Context(), "media", store.Policy{Text: policy}); err != nil {
		t.Fatal(err)
	}
	out, errs, status := h.mirror(t, "here:media", "there:media", "--delete")
	if status != 1 {
		t.Errorf("the status is %d", status)
	}
	wantText(t, "the list", errs, `failed: b\x1b[31m: `, "AccessDenied", "1 thing failed")
	wantText(t, "the sum", out, "1 object of 7 B written, 0 deleted, 1 failed")
}

func TestMirrorCalledWronglyEndsWithTwo(t *testing.T) {
	h, _, _ := mirrors(t)
	for _, args := range [][]string{
		{"here:media"}, {"here:media", "there:media", "x"}, {"here:media", "there:media", "--wrong"}, {"here:media", "nobody:media"},
		{"here:media", "/tmp/x"}, {"./x", "there:media"}, {"here:media", "x"}, {"here:", "there:media"}, {"here:media", "s3://"},
	} {
		if _, errs, status := h.mirror(t, args...); status != 2 || errs == "" {
			t.Errorf("%q ends with %d: %s", args, status, errs)
		}
	}
}

func TestAKilledMirrorGoesOnWhenItIsRunAgain(t *testing.T) {
	h, here, there := mirrors(t)
	for i := range 300 {
		storetest.Put(t, here, "media", fmt.Sprintf("%03d", i), strings.Repeat("x", 20000))
	}
	if err := there.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	cmd := h.command(program(t), "mirror", "here:media", "there:media")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for len(storetest.Keys(t, there, "media", "")) < 50 {
	}
	cmd.Process.Kill()
	cmd.Wait()
	out, errs, status := h.mirror(t, "here:media", "there:media", "--json")
	var sum mirrorSum
	if err := json.Unmarshal([]byte(out), &sum); err != nil || status != 0 || sum.Same < 50 || sum.Same+sum.Written != 300 {
		t.Errorf("%v, status %d: %s%s", err, status, out, errs)
	}
	if got, want := storetest.Keys(t, there, "media", ""), storetest.Keys(t, here, "media", ""); !slices.Equal(got, want) {
		t.Errorf("there are %d keys, want %d", len(got), len(want))
	}
}

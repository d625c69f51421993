package store_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestAReadOnlyConnectionSendsNothingThatChangesAnything(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "a.txt", "first")
	up, err := f.Store.CreateUpload(t.Context(), store.Ref{Space: "media", Key: "big"}, store.Props{})
	if err != nil {
		t.Fatal(err)
	}
	s := f.Open(t, func(c *store.Config) { c.ReadOnly = "It is marked read-only." })
	ctx, a, b := t.Context(), store.Ref{Space: "media", Key: "a.txt"}, store.Ref{Space: "media", Key: "b.txt"}
	body := bytes.NewReader([]byte("x"))
	f.Faults.Clear()
	for name, change := range map[string]func() error{
		"CreateSpace":    func() error { return s.CreateSpace(ctx, "other", store.CreateOptions{}) },
		"DeleteSpace":    func() error { return s.DeleteSpace(ctx, "media") },
		"Put":            func() error { _, err := s.Put(ctx, b, body, 1, store.Props{}, store.PutOptions{}); return err },
		"Copy":           func() error { _, err := s.Copy(ctx, a, b, store.CopyOptions{}); return err },
		"Rename":         func() error { return s.Rename(ctx, a, b) },
		"RenameIf":       func() error { return s.RenameIf(ctx, a, b, store.RenameOptions{IfNoneMatch: true}) },
		"Delete":         func() error { return s.Delete(ctx, a) },
		"SetAccess":      func() error { return s.SetAccess(ctx, a, store.PublicRead) },
		"list publicly":  func() error { return s.SetAccess(ctx, store.Ref{Space: "media"}, store.PublicRead) },
		"SetTags":        func() error { return s.SetTags(ctx, a, map[string]string{"a": "b"}) },
		"CreateUpload":   func() error { _, err := s.CreateUpload(ctx, b, store.Props{}); return err },
		"UploadPart":     func() error { _, err := s.UploadPart(ctx, up, 1, body, 0, 1); return err },
		"UploadPartCopy": func() error { _, err := s.UploadPartCopy(ctx, up, 1, a, 0, 1, ""); return err },
		"CompleteUpload": func() error {
			_, err := s.CompleteUpload(ctx, up, []store.Part{{Number: 1, ETag: "x"}}, store.PutOptions{})
			return err
		},
		"AbortUpload": func() error { return s.AbortUpload(ctx, up) },
		"DeleteMany": func() error {
			failed, err := s.DeleteMany(ctx, "media", []string{"a.txt"})
			return errors.Join(err, failed["a.txt"])
		},
		"DeleteVersions": func() error {
			failed, err := s.DeleteVersions(ctx, "media", []store.Version{{Key: "a.txt", ID: "null"}})
			return errors.Join(append(failed, err)...)
		},
	} {
		if err := change(); !errors.Is(err, store.Denied) || !strings.Contains(err.Error(), "read-only") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, sent := range f.Faults.Requests() {
		if !strings.HasPrefix(sent, "GET ") && !strings.HasPrefix(sent, "HEAD ") {
			t.Errorf("sent %q", sent)
		}
	}
	if got := storetest.Read(t, s, "media", "a.txt"); got != "first" {
		t.Errorf("it reads %q", got)
	}
	if spaces, err := s.Spaces(ctx); err != nil || len(spaces) != 1 {
		t.Errorf("Spaces: %v, %v", spaces, err)
	}
}

func TestSpacesThatTheConfigurationNamesAreNotAskedFor(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	f.Space(t, "other")
	s := f.Open(t, func(c *store.Config) { c.Spaces, c.Region = []string{"media", "backups", "media"}, "nyc3" })
	f.Faults.Clear()
	spaces, err := s.Spaces(t.Context())
	if err != nil || len(spaces) != 2 || spaces[0].Name != "backups" || spaces[1].Name != "media" || spaces[1].Region != "nyc3" {
		t.Errorf("%+v, %v", spaces, err)
	}
	if sent := f.Faults.Requests(); len(sent) > 0 {
		t.Errorf("it was asked: %v", sent)
	}
	if all, err := s.ListSpaces(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("asked all the same: %v, %v", all, err)
	}
}

func TestASecretIsFetchedWhenItIsFirstNeededAndOnce(t *testing.T) {
	f := storetest.New(t)
	asked := 0
	s := f.Open(t, func(c *store.Config) {
		c.SecretKey = ""
		c.Secret = func() (string, error) { asked++; return storetest.SecretKey, nil }
	})
	if asked > 0 {
		t.Error("it was fetched at the start")
	}
	for range 3 {
		if _, err := s.Spaces(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 1 {
		t.Errorf("it was fetched %d times", asked)
	}
	locked := f.Open(t, func(c *store.Config) {
		c.SecretKey, c.Secret = "", func() (string, error) { return "", errors.New("the keyring is locked") }
	})
	if _, err := locked.Spaces(t.Context()); !errors.Is(err, store.BadCredentials) || !strings.Contains(err.Error(), "locked") {
		t.Error(err)
	}
}

func TestTheKindOfAnEndpointIsInItsName(t *testing.T) {
	for endpoint, want := range map[string][2]string{
		"https://nyc3.digitaloceanspaces.com":       {store.OceanKind, "nyc3"},
		"syd1.digitaloceanspaces.com":               {store.OceanKind, "syd1"},
		"http://nyc3.digitaloceanspaces.com":        {store.OtherKind, "nyc3"},
		"https://media.nyc3.digitaloceanspaces.com": {store.OtherKind, "nyc3"},
		"https://s3.eu-west-1.amazonaws.com":        {store.AWSKind, "eu-west-1"},
		"https://S3.eu-west-3.wasabisys.com":        {"Wasabi", "eu-west-3"},
		"https://hel1.your-objectstorage.com":       {"Hetzner", "hel1"},
		"https://x.r2.cloudflarestorage.com":        {store.OtherKind, "auto"},
		"http://127.0.0.1:9000":                     {store.OtherKind, ""},
		"":                                          {store.OtherKind, ""}, "::": {store.OtherKind, ""},
	} {
		if kind, region := store.KindOfEndpoint(endpoint); kind != want[0] || region != want[1] {
			t.Errorf("%s is %s, %q", endpoint, kind, region)
		}
	}
}

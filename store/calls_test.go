package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"

	"spaces/store"
	"spaces/store/storetest"
)

// noted is a fixture whose server is opened by Conns, which remember the requests.
func noted(t *testing.T, options ...storetest.Option) (*storetest.Fixture, *store.Store, *store.Calls) {
	t.Helper()
	var config store.Config
	f := storetest.New(t, append(options, storetest.Config(func(c *store.Config) { config = *c }))...)
	f.Space(t, "media")
	conns := store.NewConns(func(store.Conn) (store.Config, error) { return config, nil })
	t.Cleanup(conns.Close)
	s, err := conns.Get("test")
	if err != nil {
		t.Fatal(err)
	}
	return f, s, conns.Calls()
}

func TestEachRequestIsRememberedAsItWasSent(t *testing.T) {
	f, s, calls := noted(t, storetest.Listener())
	ref := store.Ref{Space: "media", Key: "it's \x01 a/b"}
	if _, err := s.Put(t.Context(), ref, strings.NewReader("hello"), 5, store.Props{CacheControl: "no-store", Meta: map[string]string{"who": "sammy"}}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Head(t.Context(), store.Ref{Space: "media", Key: "nothing"}); !errors.Is(err, store.NotFound) {
		t.Fatal(err)
	}
	all := calls.All()
	if len(all) != 2 {
		t.Fatalf("%d requests: %+v", len(all), all)
	}
	head, put := all[0], all[1]
	if put.Op != "PutObject" || put.Method != "PUT" || put.Status != 200 || put.Conn != "test" || put.Body != 5 || put.ID == "" || put.Attempt != "" {
		t.Errorf("the PUT is %+v", put)
	}
	if head.Op != "HeadObject" || head.Status != 404 || head.URL != f.URL+"/media/nothing" {
		t.Errorf("the HEAD is %+v", head)
	}
	text := fmt.Sprintf("%+v %s", all, put.Curl()+head.Curl())
	for _, secret := range []string{storetest.SecretKey, "Signature", "Credential"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is in %s", secret, text)
		}
	}
}

func TestRetriesAreRememberedOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // there is a pause before the second
		f, s, calls := noted(t)
		f.Faults.Add(storetest.Rule{Match: storetest.Is("GET"), Times: 1, Fault: storetest.Answer(http.StatusServiceUnavailable, "SlowDown")})
		if _, err := s.List(t.Context(), store.ListRequest{Space: "media"}); err != nil {
			t.Fatal(err)
		}
		all := calls.All()
		if len(all) < 2 || all[0].Status != 200 || !strings.HasPrefix(all[0].Attempt, "2 of ") || all[1].Status != 503 {
			t.Errorf("%+v", all)
		}
	})
}

func TestTheCurlLineDoesTheSame(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("there is no curl here")
	}
	_, s, calls := noted(t, storetest.Listener())
	ref := store.Ref{Space: "media", Key: "a b/it's +100%.txt"}
	if _, err := s.Put(t.Context(), ref, strings.NewReader("hello"), 5, store.Props{ContentType: "text/plain", Meta: map[string]string{"who": "it's me"}}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	put := calls.All()[0]
	if err := s.Delete(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/BODY", []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "sh", "-c", strings.Replace(put.Curl(), "curl", curl+" --silent --show-error", 1))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+storetest.AccessKey, "AWS_SECRET_ACCESS_KEY="+storetest.SecretKey)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), " 200 ") {
		t.Fatalf("%s\n%v: %s", put.Curl(), err, out)
	}
	info, err := s.Head(t.Context(), ref)
	if err != nil || info.Size != 5 || info.ContentType != "text/plain" || info.Meta["who"] != "it's me" {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestOnlyTheLastRequestsAreRemembered(t *testing.T) {
	_, s, calls := noted(t)
	for i := range 520 {
		if _, err := s.Head(t.Context(), store.Ref{Space: "media", Key: fmt.Sprint(i)}); !errors.Is(err, store.NotFound) {
			t.Fatal(err)
		}
	}
	all := calls.All()
	if len(all) != 500 || !strings.HasSuffix(all[0].URL, "/519") || !strings.HasSuffix(all[499].URL, "/20") {
		t.Errorf("%d, from %s to %s", len(all), all[0].URL, all[len(all)-1].URL)
	}
}

package job_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spaces/server/chance"
	"spaces/store/job"
	"spaces/store/storetest"
)

// Whatever a server sends in a pack, the files that are whole in the end hold what it keeps, and there is none outside.
func TestAPackThatMeansHarmBecomesNoFile(t *testing.T) {
	r, f := chance.Rand(t), storetest.New(t)
	f.Space(t, "media")
	content := map[string]string{}
	var keys []string
	for i, key := range append([]string{"empty", "sub/a b", "sub/é", "x"}, numberedKeys("f", 8)...) {
		keys, content[key] = append(keys, key), strings.Repeat(fmt.Sprint("content of ", key, "\n"), 40*i)
		storetest.Put(t, f.Store, "media", key, content[key])
	}
	slices.Sort(keys)
	members := storetest.Members(keys, content)
	answers := 0
	var text []byte
	hostile := storetest.Rule{Match: isPackDown, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		answers++
		resp, err := storetest.Page("application/x-tar", "")(next, r)
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		return resp, err
	}}
	m := manager(t, job.Options{Workers: 1}, f.Store)
	rounds, bad := chance.Rounds(60, 6000), 0
	for n := range rounds {
		text = storetest.NearlyPack(r, members)
		if n == 0 {
			text = storetest.Pack(members) // which is what it looks like
		}
		f.Faults.Clear()
		f.Faults.Add(hostile)
		root := t.TempDir()
		dir := filepath.Join(root, "here")
		check(t, os.Mkdir(dir, 0o700))
		status := await(t, m, m.Start(m.Plan(downloadOf(f, dir))), ended)
		var wrong []string
		got := files(t, dir)
		for _, key := range keys {
			if was, is := got[key]; !is && status.FailedCount == 0 || is && was != content[key] {
				wrong = append(wrong, fmt.Sprintf("%s holds %.40q", key, was))
			}
			delete(got, key)
		}
		for name := range got {
			wrong = append(wrong, name+" is there as well")
		}
		if beside, err := os.ReadDir(root); err != nil || len(beside) != 1 {
			wrong = append(wrong, fmt.Sprint("something is beside the destination: ", beside, err))
		}
		if _, single := gets(f); n == 0 && single > 0 {
			t.Fatalf("what is right was not taken: %d came by themselves", single)
		}
		for _, w := range wrong {
			bad++
			t.Errorf("download %d: %s; %v\n%.2000q", n, w, status.Failed, text)
		}
	}
	if answers < rounds {
		t.Errorf("%d packs were asked for in %d downloads", answers, rounds)
	}
	chance.Figure(t, rounds, "downloads in packs that are nearly right", bad)
}

package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// facts is all that a household tells who asks it, by what was asked.
type facts map[string]reply

// hear asks for everything that there is. Of what is asked the listings of a whole household decide.
func hear(h *household, questions []string) facts {
	all := facts{}
	for _, q := range questions {
		all[q] = h.ask("GET", q, nil)
	}
	return all
}

// questions are what a household can be asked: every listing, document, version, and part.
func questions(t testing.TB, h *household) (list []string) {
	t.Helper()
	list = []string{"/", "/?destroyed", "/v2/spaces/keys?per_page=200", "/v2/spaces/ssh_keys", "/v2/spaces/links"}
	documents := []string{"", "list-type=2", "list-type=2&delimiter=/", "versions", "uploads", "versioning", "cors", "lifecycle", "tagging", "website", "policy", "encryption", "acl", "object-lock"}
	for _, space := range between(h.must(t, "GET", "/", "").body, "Name") {
		for _, d := range documents {
			list = append(list, "/"+space+"?"+d)
		}
		versions := h.must(t, "GET", "/"+space+"?versions", "").body
		keys, ids := between(versions, "Key"), between(versions, "VersionId")
		for i, key := range keys {
			at := "/" + space + "/" + strings.ReplaceAll(key, " ", "%20")
			list = append(list, at, at+"?versionId="+ids[i])
			if i < 8 {
				list = append(list, at+"?acl", at+"?tagging")
			}
		}
		uploads := h.must(t, "GET", "/"+space+"?uploads", "").body
		for i, key := range between(uploads, "Key") {
			list = append(list, "/"+space+"/"+key+"?uploadId="+between(uploads, "UploadId")[i])
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// between are the texts of all elements of a name.
func between(text []byte, name string) (all []string) {
	for rest := string(text); ; {
		_, after, found := strings.Cut(rest, "<"+name+">")
		if !found {
			return all
		}
		value, more, _ := strings.Cut(after, "</"+name+">")
		all, rest = append(all, value), more
	}
}

// passing are the headers that no two answers share.
var passing = []string{"Date", "X-Amz-Request-Id", "X-Amz-Id-2", "Server", "Connection"}

// same compares two answers to one question.
func (r reply) same(o reply) bool {
	if r.status != o.status || r.err != nil || o.err != nil {
		return false
	}
	for name := range r.head {
		if !slices.Contains(passing, name) && !slices.Equal(r.head[name], o.head[name]) && r.status < 300 {
			return false
		}
	}
	return r.status >= 300 || bytes.Equal(r.body, o.body)
}

// refused is an answer that nobody takes for that there is nothing.
func (r reply) refused() bool { return r.err != nil || r.status >= 500 }

// belongings are what there is in the directory besides the store, as who comes to the box knows it.
func belongings(h *household) map[string]string {
	all := map[string]string{"root key": h.root.ID + " " + h.root.Secret, "admin token": h.token}
	if key, err := h.dir.HostKey(); err == nil {
		all["host key"] = ssh.FingerprintSHA256(key.PublicKey())
	}
	if c, err := h.dir.SelfSigned("127.0.0.1:0", nil); err == nil {
		all["certificate"] = c.Status()[0].Fingerprint
	}
	all["backup id"], _ = h.dir.BackupID()
	for name := range all {
		all[name] = base64.StdEncoding.EncodeToString([]byte(all[name]))
	}
	return all
}

// judge compares what is told with what there was. told says that something was said of damage.
func judge(was, is facts, told bool) (wrong []string, refused int) {
	for q, want := range was {
		got := is[q]
		switch {
		case got.same(want):
		case got.refused():
			refused++
		case got.status == 403 || got.status == 401:
			refused++ // somebody's secret is another
		case want.status < 300 && got.status < 300 && !told:
			wrong = append(wrong, fmt.Sprintf("%s: %d bytes of %d, and nobody said a word", q, len(got.body), len(want.body)))
		case want.status < 300 && got.status < 300 && strings.Count(q, "/") > 1 && !strings.Contains(q, "/v2/") && !strings.Contains(q, "uploadId="):
			wrong = append(wrong, fmt.Sprintf("%s: an object is another than it was\n%v\n%v", q, want.head, got.head))
		case !told:
			wrong = append(wrong, fmt.Sprintf("%s: %d, was %d, and nobody said a word", q, got.status, want.status))
		}
	}
	return wrong, refused
}

// clone makes a copy of a data directory. What never changes is linked, and must be copied before it is damaged.
func clone(t testing.TB, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(p string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(from, p)
		at := filepath.Join(to, rel)
		switch {
		case err != nil:
			return err
		case e.IsDir():
			return os.MkdirAll(at, 0o700)
		case !e.Type().IsRegular() || rel == "ballast" || rel == "lock" || rel == "owner":
			return nil
		case strings.HasPrefix(rel, "blobs/") || strings.HasSuffix(rel, ".sst") || strings.HasSuffix(rel, ".blob"):
			return os.Link(p, at)
		}
		text, err := os.ReadFile(p)
		return errors.Join(err, os.WriteFile(at, text, 0o600))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// inside lists the files of a data directory, with slashes.
func inside(t testing.TB, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			rel, _ := filepath.Rel(dir, p)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

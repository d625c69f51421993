package server_test

import (
	"strings"
	"testing"
)

// Ceph's clients, and many others, send an entity tag as they keep it: bare.
func TestEntityTagsAreTakenWithOrWithoutQuotes(t *testing.T) {
	f := withSpace(t)
	for name, quoted := range map[string]func(string) string{
		"quoted": func(tag string) string { return `"` + tag + `"` },
		"bare":   func(tag string) string { return tag },
		"spaced": func(tag string) string { return ` "` + tag + `" ` },
	} {
		tag := strings.Trim(f.want(200, "PUT", "/media/a", name).Header.Get("Etag"), `"`)
		same, other := quoted(tag), quoted(strings.Repeat("0", 32))
		for _, x := range []struct {
			method, at, body string
			headers          []string // the last is the condition's
		}{
			{"PUT", "/media/a", name, []string{"If-Match"}},
			{"PUT", "/media/a", "", []string{"X-Amz-Copy-Source", "/media/a", "X-Amz-Metadata-Directive", "REPLACE", "If-Match"}},
			{"PUT", "/media/b", "", []string{"X-Amz-Copy-Source", "/media/a", "X-Amz-Copy-Source-If-Match"}},
			{"PUT", "/media/b?renameObject", "", []string{"X-Amz-Rename-Source", "a", "X-Amz-Rename-Source-If-Match"}},
			{"PUT", "/media/a?renameObject", "", []string{"X-Amz-Rename-Source", "b", "X-Amz-Rename-Source-If-Match"}},
			{"GET", "/media/a", "", []string{"If-Match"}},
			{"DELETE", "/media/a", "", []string{"If-Match"}},
		} {
			f.refuse(412, "PreconditionFailed", x.method, x.at, x.body, append(x.headers, other)...)
			if a := f.do(x.method, x.at, x.body, append(x.headers, same)...); a.StatusCode >= 300 {
				t.Error(name, x.method, x.at, x.headers, a.StatusCode, a.body)
			}
		}
		f.want(200, "PUT", "/media/a", name)
		id := f.begin("/media/a")
		done := completeDoc(f.part("/media/a", id, 1, name))
		f.refuse(412, "PreconditionFailed", "POST", "/media/a?uploadId="+id, done, "If-Match", other)
		made := f.want(200, "POST", "/media/a?uploadId="+id, done, "If-Match", same)
		same = quoted(strings.Trim(first(made.body, "ETag"), `"`))
		doc := "<Delete><Object><Key>a</Key><ETag>" + strings.ReplaceAll(same, `"`, "&quot;") + "</ETag></Object></Delete>"
		if a := f.want(200, "POST", "/media?delete", doc); len(between(a.body, "Deleted")) != 1 {
			t.Error(name, a.body)
		}
	}
}

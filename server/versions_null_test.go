package server_test

import (
	"slices"
	"testing"
)

// A page of versions may end at the null version of a key, of which another may
// be written, or which may go, before the next page is asked for: what stays is
// listed once all the same.
func TestTheNextPageOfVersionsGoesOnWhereTheNullVersionWas(t *testing.T) {
	for name, change := range map[string]func(*fixture){
		"another null version": func(f *fixture) { f.want(200, "PUT", "/media/a", "null again") },
		"no null version":      func(f *fixture) { f.want(204, "DELETE", "/media/a?versionId=null", "") },
		"a null marker":        func(f *fixture) { f.want(204, "DELETE", "/media/a", "") },
	} {
		f := withVersions(t)
		older := f.putVersion("/media/a", "older")
		f.want(200, "PUT", "/media?versioning", versioningOff)
		f.want(200, "PUT", "/media/a", "null")
		f.want(200, "PUT", "/media?versioning", versioningOn)
		newer := f.putVersion("/media/a", "newer")
		f.want(200, "PUT", "/media?versioning", versioningOff)
		one := f.want(200, "GET", "/media?versions&max-keys=2", "")
		change(f)
		two := f.want(200, "GET", "/media?versions&max-keys=2&key-marker=a&version-id-marker="+first(one.body, "NextVersionIdMarker"), "")
		if got := between(one.body, "VersionId"); !slices.Equal(got, []string{newer, "null"}) {
			t.Errorf("%s: the first page has %q", name, got)
		}
		if got := between(two.body, "VersionId"); !slices.Equal(got, []string{older}) {
			t.Errorf("%s: the second page has %q, want %q", name, got, older)
		}
	}
}

package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/store/storetest"
)

// keepVersions switches versioning on.
func (p *point) keepVersions() {
	p.t.Helper()
	_, err := p.s3.PutBucketVersioning(p.t.Context(), &s3.PutBucketVersioningInput{Bucket: &p.space,
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}})
	if err != nil {
		p.t.Fatal(err)
	}
}

// write makes an object, and gives the date of it that the endpoint tells.
func (p *point) write(key, content string) time.Time {
	p.t.Helper()
	put, err := p.s3.PutObject(p.t.Context(), &s3.PutObjectInput{Bucket: &p.space, Key: &key, Body: strings.NewReader(content), ContentType: aws.String("text/plain")})
	if err != nil {
		p.t.Fatal(err)
	}
	o, err := p.s3.HeadObject(p.t.Context(), &s3.HeadObjectInput{Bucket: &p.space, Key: &key, VersionId: put.VersionId})
	if err != nil {
		p.t.Fatal(err)
	}
	return *o.LastModified
}

func (p *point) drop(key string) {
	p.t.Helper()
	if _, err := p.s3.DeleteObject(p.t.Context(), &s3.DeleteObjectInput{Bucket: &p.space, Key: &key}); err != nil {
		p.t.Fatal(err)
	}
}

// past is how many versions and delete markers there are below a prefix, those that are current among them.
func (p *point) past(prefix string) (versions, markers int) {
	p.t.Helper()
	list, err := p.s3.ListObjectVersions(p.t.Context(), &s3.ListObjectVersionsInput{Bucket: &p.space, Prefix: &prefix})
	if err != nil {
		p.t.Fatal(err)
	}
	return len(list.Versions), len(list.DeleteMarkers)
}

func TestPointVersionsAreRestoredAndPurged(t *testing.T) {
	p := newPoint(t)
	p.keepVersions()
	p.write("a.txt", "first")
	p.write("a.txt", "second one")
	p.write("gone.txt", "it was here")
	p.drop("gone.txt")
	p.open(p.space + "/")
	p.see("a.txt")
	p.press(".")
	p.see("Files with older versions", "▌  a.txt", "└ a.txt", "deleted")
	p.press("j")
	p.see("▌    └ a.txt")
	p.press("enter")
	p.see("Version ", "5 B", "first")
	p.press("esc")
	p.see("▌    └ a.txt")
	p.press("s")
	p.see("Quick Share", "versionId=")
	p.press("c")
	p.until("a link to the version", func(string) bool { return strings.Contains(p.clipboard(), "versionId=") })
	if status, body := p.ask("GET", p.clipboard(), nil); status != 200 || body != "first" {
		t.Errorf("the link to the older version answers %d %q", status, body)
	}
	p.leave("Quick Share")
	p.press("U")
	p.see("Restore – "+p.space, "counted, complete")
	p.press("y")
	p.gone("Restore – ")
	p.done("Restore")
	if text := p.content(p.space, "a.txt"); text != "first" {
		t.Errorf("a.txt holds %q", text)
	}
	p.see("5 rows", "older")
}

func TestPointAFolderIsRestoredAsItWas(t *testing.T) {
	p := newPoint(t, storetest.VersionTimes)
	p.keepVersions()
	was := p.write("d/a.txt", "as it was")
	p.write("d/b.txt", "b")
	last := was
	for !last.After(was.Add(time.Second)) { // endpoints tell of whole seconds
		last = p.write("clock", "")
	}
	p.write("d/a.txt", "changed")
	p.drop("d/b.txt")
	p.write("d/new.txt", "new")
	p.open(p.space + "/d/")
	p.see("new.txt")
	p.press("t")
	p.see("Time", "How long ago")
	p.press(was.Add(time.Second).UTC().Format(time.RFC3339), "enter")
	p.see("Files as of", "changed since", "deleted since")
	p.press("ctrl+a")
	p.see("2 selected")
	p.press("U")
	p.see("Restore – "+p.space, "2 objects")
	p.press("y")
	p.gone("Restore – ")
	p.done("Restore")
	for key, want := range map[string]string{"d/a.txt": "as it was", "d/b.txt": "b", "d/new.txt": "new"} {
		if text := p.content(p.space, key); text != want {
			t.Errorf("%s holds %q, want %q", key, text, want)
		}
	}
}

func TestPointUsageCountsAndPurgesOlderVersions(t *testing.T) {
	p := newPoint(t)
	p.keepVersions()
	for _, content := range []string{"1", "22", "333"} {
		p.write("logs/2026/app.log", content)
		p.write("docs/a.txt", content)
	}
	p.write("gone/b.txt", "b")
	p.drop("gone/b.txt")
	p.open(p.space + "/")
	p.see("▌▸ docs/")
	p.press("g", "u")
	p.see("2 objects, 6 B", "counted at", "older versions not counted")
	p.press(".")
	p.see("5 older versions, 7 B and 1 delete marker", "logs/", "gone/")
	p.press("o", "n")
	p.see("▌▸ docs/") // the first by name
	p.walk("j", "▌▸ logs/")
	p.press("d")
	p.see("Remove for good – "+p.space, "2 older versions", "What is current stays")
	p.press("y")
	p.gone("Remove for good – ")
	p.done("Purge")
	if versions, markers := p.past("logs/"); versions != 1 || markers != 0 {
		t.Errorf("%d versions and %d markers of logs/ are left", versions, markers)
	}
	if versions, _ := p.past("docs/"); versions != 3 {
		t.Errorf("%d versions of docs/ are left", versions)
	}
	if text := p.content(p.space, "logs/2026/app.log"); text != "333" {
		t.Errorf("it holds %q", text)
	}
	p.press("R")
	p.see("3 older versions, 4 B and 1 delete marker")
}

func TestPointUsageShowsFoldersAndDeletesThem(t *testing.T) {
	p := newPoint(t)
	p.put("big/one", "big/sub/two", "small/three", "top")
	p.open(p.space + "/")
	p.see("▌▸ big/")
	p.press("g", "u")
	p.see("4 objects, 32 B", "counted at", "▌▸ big/", "small/")
	p.press("enter")
	p.see("2 objects, 18 B", "sub/")
	p.press("h")
	p.see("▌▸ big/")
	p.press("d")
	p.see("2 objects", "counted, complete")
	p.press("y")
	p.done("Delete")
	p.holds(p.space, "small/three", "top")
	p.see("2 objects, 14 B")
	p.press("]")
	p.see("▌  small/three", "top")
}

func TestPointFindShowsFilesThatCanBeActedOn(t *testing.T) {
	p := newPoint(t)
	p.put("a/sunset.jpg", "a/deep/Sunset 2.jpg", "b/sunrise.jpg", "b/sunset.txt", "notes.txt")
	p.open(p.space + "/")
	p.see("▌▸ a/")
	p.press("F", "sunset *.jpg", "enter")
	p.see("2 found in 5 of 5", "a/sunset.jpg", "a/deep/Sunset 2.jpg")
	p.press("ctrl+a")
	p.see("2 files (")
	p.press("d")
	p.see("2 files", "counted, complete")
	p.press("y")
	p.done("Delete")
	p.holds(p.space, "b/sunrise.jpg", "b/sunset.txt", "notes.txt")
	p.press("F", "ctrl+e", "ctrl+u", "size>10B sun", "enter")
	p.see("2 found in 3 of 3", "b/sunrise.jpg", "b/sunset.txt")
}

func TestPointCompareMarksBothPanesAndCopiesOver(t *testing.T) {
	p := newPoint(t)
	p.put("same", "differs", "only left", "deep/left")
	left := p.space
	right := p.newName()
	p.create(right)
	for key, content := range map[string]string{"same": "same", "differs": "otherwise", "only right": "r"} {
		if _, err := p.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &right, Key: &key, Body: strings.NewReader(content)}); err != nil {
			t.Fatal(err)
		}
	}
	p.open(left + "/")
	p.see("only left")
	p.press("ctrl+o")
	p.until("two panes", func(s string) bool { return strings.Count(s, "only left") == 2 })
	p.press("tab", "g", "p")
	p.see("Go to")
	p.press("ctrl+e", "ctrl+u", right+"/", "enter")
	p.see("only right", "only left")
	p.press("tab", "C")
	p.see("Differences 4", "Only left 2", "Only right 1", "Both, differ 1")
	p.leave("Differences 4")
	p.see("2 only here (+), 1 only there, 1 differ (≠)", "+", "≠")
	p.press("C", "]")
	p.see("Only left 2", "deep/left")
	p.press("ctrl+a", "Y")
	p.see("2 files", "Copy here")
	p.press("enter")
	p.see("Only left 0", "Same 3")
	p.holds(right, "deep/left", "differs", "only left", "only right", "same")
	p.holds(left, "deep/left", "differs", "only left", "same")
}

func TestPointBookmarksLeadBack(t *testing.T) {
	p := newPoint(t)
	p.put("far/away/file.txt", "top.txt")
	p.open(p.space + "/far/away/")
	p.see("file.txt")
	p.press("b")
	p.see("Bookmarked as away")
	p.press("~")
	p.see("Name ▲", p.space)
	p.press("'")
	p.see("Bookmarks", "▸ away")
	p.press("enter")
	p.see("far/away/", "▌  file.txt")
	p.put("far/away/new.txt")
	p.press("R")
	p.see("new.txt")
	if got := p.keys(p.space); !slices.Contains(got, "far/away/new.txt") {
		t.Errorf("%q", got)
	}
}

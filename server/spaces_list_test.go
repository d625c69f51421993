package server_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"spaces/server/keyring"
)

// pagesOf walks through a list of Spaces as a key sees it, and calls after
// with the number of each page but the last.
func pagesOf(f *fixture, key keyring.Key, query string, after func(page int)) (names []string) {
	f.Helper()
	token := ""
	for page := 1; ; page++ {
		at := "/?" + query
		if token != "" {
			at += "&continuation-token=" + url.QueryEscape(token)
		}
		a := f.send(signWith(f.request("GET", at, ""), key.ID, key.Secret))
		if a.StatusCode != 200 {
			f.Fatal(a.StatusCode, a.body)
		}
		names = append(names, namesIn(a.body)...)
		if token = first(a.body, "ContinuationToken"); token == "" {
			return names
		}
		if page > 1000 {
			f.Fatal("the pages have no end")
		}
		after(page)
	}
}

func namesIn(body string) []string { return between(body, "Name") }

func TestPagesOfSpacesStayRightWhileSpacesComeAndGo(t *testing.T) {
	f := newFixture(t, withRing)
	key := f.newKey("all", fullAccess(""))
	for i := range 10 {
		f.want(200, "PUT", fmt.Sprintf("/keep-%d", i), "")
		f.want(200, "PUT", fmt.Sprintf("/keep-%d-gone", i), "")
	}
	seen := pagesOf(f, key, "max-buckets=3&prefix=keep", func(page int) {
		if page > 3 {
			return
		}
		f.want(204, "DELETE", fmt.Sprintf("/keep-%d-gone", page), "")   // in or before the page
		f.want(204, "DELETE", fmt.Sprintf("/keep-%d-gone", 9-page), "") // after it
		f.want(200, "PUT", fmt.Sprintf("/keep-%d-new", page-1), "")
	})
	counts := map[string]int{}
	for i, name := range seen {
		counts[name]++
		if i > 0 && seen[i-1] >= name {
			t.Error("out of order:", seen)
		}
	}
	for i := range 10 {
		if n := counts[fmt.Sprintf("keep-%d", i)]; n != 1 {
			t.Errorf("keep-%d is listed %d times", i, n)
		}
	}
}

func TestALimitedKeyPagesThroughItsOwnSpacesOnly(t *testing.T) {
	f := newFixture(t, withRing)
	for i := range 12 {
		f.want(200, "PUT", fmt.Sprintf("/space-%02d", i), "")
	}
	key := f.newKey("some", readOnly("space-02"), readOnly("space-05"), readOnly("space-06"), readOnly("space-11"), readOnly("missing"))
	for max, want := range map[int]int{1: 4, 2: 2, 3: 2, 4: 1, 10000: 1} {
		pages := 1
		names := pagesOf(f, key, fmt.Sprintf("max-buckets=%d", max), func(int) { pages++ })
		if got := strings.Join(names, " "); got != "space-02 space-05 space-06 space-11" || pages != want {
			t.Errorf("by %d: %s on %d pages", max, got, pages)
		}
	}
	if got := pagesOf(f, key, "prefix=space-0&max-buckets=2", func(int) {}); strings.Join(got, " ") != "space-02 space-05 space-06" {
		t.Error(got)
	}
}

func TestListOfSpacesByRegion(t *testing.T) {
	f := newFixture(t)
	f.want(200, "PUT", "/far", location("fra1"))
	f.want(200, "PUT", "/near", "")
	for region, want := range map[string]string{"fra1": "far", "us-east-1": "near", "nyc3": "", "": "far near"} {
		a := f.want(200, "GET", "/?bucket-region="+region, "")
		if got := strings.Join(namesIn(a.body), " "); got != want {
			t.Errorf("%s: %s", region, got)
		}
	}
	if a := f.want(200, "GET", "/?prefix=f%26", ""); first(a.body, "Prefix") != "f&" || len(namesIn(a.body)) != 0 {
		t.Error(a.body)
	}
	for _, max := range []string{"0", "-3", "10001", "2000000", "99999999999999999999", "two", "1.0"} {
		a := f.refuse(400, "InvalidArgument", "GET", "/?max-buckets="+max, "")
		if first(a.body, "Message") != "Argument max-buckets must be an integer between 1 and 10000." || first(a.body, "ArgumentName") != "max-buckets" {
			t.Error(a.body)
		}
	}
	for _, max := range []string{"", "1", "10000"} {
		f.want(200, "GET", "/?max-buckets="+max, "")
	}
}

func configuration(inside string) string {
	return "<CreateBucketConfiguration>" + inside + "</CreateBucketConfiguration>"
}

func newTags(tags ...string) string {
	var b strings.Builder
	for i := 0; i < len(tags); i += 2 {
		b.WriteString("<Tag><Key>" + tags[i] + "</Key><Value>" + tags[i+1] + "</Value></Tag>")
	}
	return "<Tags>" + b.String() + "</Tags>"
}

func TestASpaceIsMadeWithTags(t *testing.T) {
	f := newFixture(t)
	a := f.want(200, "PUT", "/media", configuration("<LocationConstraint>fra1</LocationConstraint>"+newTags("team", "é", "stage", "")))
	if a.Header.Get("X-Amz-Bucket-Arn") != "arn:aws:s3:::media" {
		t.Error(a.Header)
	}
	if a := f.want(200, "HEAD", "/media", ""); a.Header.Get("X-Amz-Bucket-Arn") != "arn:aws:s3:::media" || a.Header.Get("X-Amz-Bucket-Region") != "fra1" || a.Header.Get("X-Amz-Access-Point-Alias") != "false" {
		t.Error(a.Header)
	}
	a = f.want(200, "GET", "/media?tagging", "")
	if strings.Join(between(a.body, "Key"), " ") != "team stage" || strings.Join(between(a.body, "Value"), " ") != "é " {
		t.Error(a.body)
	}
	f.want(204, "PUT", "/media?tagging", a.body)
	f.want(200, "PUT", "/plain", configuration("<Tags></Tags>"))
	f.refuse(404, "NoSuchTagSet", "GET", "/plain?tagging", "")
	var many []string
	for i := range 51 {
		many = append(many, fmt.Sprint("k", i), "v")
	}
	for _, c := range []struct {
		status    int
		code, doc string
	}{
		{400, "InvalidTag", newTags("a!", "b")}, {400, "InvalidTag", newTags("a", "b;c")}, {400, "InvalidTag", newTags("aws:a", "b")},
		{400, "InvalidTag", newTags(strings.Repeat("k", 129), "")}, {400, "InvalidTag", newTags("a", strings.Repeat("v", 257))},
		{400, "InvalidTag", newTags("a", "1", "a", "2")}, {400, "BadRequest", newTags(many...)},
		{400, "MalformedXML", newTags("a", "1") + newTags("b", "2")}, {400, "MalformedXML", "<Tags>text</Tags>"}, {400, "MalformedXML", "<Tags><Tag><Name>a</Name></Tag></Tags>"},
		{501, "NotImplemented", "<Bucket><Type>Directory</Type></Bucket>" + newTags("a", "b")}, {400, "MalformedXML", "<LocationConstraint>fra1</LocationConstraint><LocationConstraint/>"},
	} {
		f.refuse(c.status, c.code, "PUT", "/other", configuration(c.doc))
	}
	f.refuse(404, "NoSuchBucket", "HEAD", "/other", "")
}

func TestASpaceWithOldVersionsSaysWhyItStays(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media?versioning", documents["PutBucketVersioning"])
	f.want(200, "PUT", "/media/a", "x")
	f.want(204, "DELETE", "/media/a", "")
	if a := f.refuse(409, "BucketNotEmpty", "DELETE", "/media", ""); !strings.Contains(a.body, "delete all versions") {
		t.Error(a.body)
	}
}

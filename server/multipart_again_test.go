package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// partsDoc names parts: "1 etag", "2 etag".
func partsDoc(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		number, etag, _ := strings.Cut(p, " ")
		fmt.Fprintf(&b, "<Part><PartNumber>%s</PartNumber><ETag>%s</ETag></Part>", number, etag)
	}
	return "<CompleteMultipartUpload>" + b.String() + "</CompleteMultipartUpload>"
}

func TestACompletedUploadKnowsItsListOnly(t *testing.T) {
	f := withSpace(t)
	id := f.begin("/media/a")
	at := "/media/a?uploadId=" + id
	two, seven := f.part("/media/a", id, 2, once5MiB()), f.part("/media/a", id, 7, "tail")
	done := f.want(200, "POST", at, partsDoc("2 "+two, "7 "+seven))
	for _, other := range []string{
		partsDoc(`2 "0123"`), partsDoc("2 " + two), partsDoc("7 " + seven), partsDoc("1 "+two, "2 "+seven), partsDoc("2 "+two, "8 "+seven),
		partsDoc("2 "+two, "7 "+seven, "9 "+seven), partsDoc("2 "+seven, "7 "+two), partsDoc("7 "+seven, "2 "+two),
	} {
		f.refuse(404, "NoSuchUpload", "POST", at, other)
	}
	for _, same := range []string{partsDoc("2 "+two, "7 "+seven), partsDoc("2 "+strings.Trim(two, `"`), "7 "+seven), partsDoc(`2 "x"`, "2 "+two, "7 "+seven)} {
		if again := f.want(200, "POST", at, same); again.body != done.body || again.Header.Get("X-Amz-Version-Id") != done.Header.Get("X-Amz-Version-Id") {
			t.Error(again.body)
		}
	}
	f.want(200, "PUT", "/media/a", "later")
	f.want(200, "POST", at, partsDoc("2 "+two, "7 "+seven))
	if a := f.want(200, "GET", "/media/a", ""); a.body != "later" {
		t.Error("a Complete that was sent again undid a later write")
	}
}

func TestACompletedUploadIsForgottenWithItsObject(t *testing.T) {
	for _, versioned := range []bool{false, true} {
		f := withSpace(t)
		if versioned {
			f.want(200, "PUT", "/media?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
		}
		id := f.begin("/media/a")
		doc := completeDoc(f.part("/media/a", id, 1, "hello"))
		f.want(200, "POST", "/media/a?uploadId="+id, doc)
		f.want(200, "POST", "/media/a?uploadId="+id, doc)
		f.want(204, "DELETE", "/media/a", "")
		f.refuse(404, "NoSuchUpload", "POST", "/media/a?uploadId="+id, doc)
		f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
	}
}

func TestAPartNamedTwiceIsTheOneNamedLast(t *testing.T) {
	f := withSpace(t)
	id := f.begin("/media/a")
	at := "/media/a?uploadId=" + id
	f.part("/media/a", id, 1, "before")
	one := f.part("/media/a", id, 1, once5MiB())
	two := f.part("/media/a", id, 2, "tail")
	f.refuse(400, "InvalidPart", "POST", at, partsDoc("1 "+one, `1 "0123"`, "2 "+two))
	f.refuse(400, "InvalidPartOrder", "POST", at, partsDoc("1 "+one, "2 "+two, "1 "+one))
	f.refuse(400, "InvalidPartOrder", "POST", at, partsDoc("2 "+two, "2 "+two, "1 "+one))
	f.want(200, "POST", at, partsDoc(`1 "0123"`, "1 "+one, "2 "+two, "2 "+two))
	if a := f.want(200, "GET", "/media/a", ""); a.body != once5MiB()+"tail" {
		t.Error(len(a.body))
	}
}

// TestCompletesThatWereOvertakenAreConflicts has what was recorded on Amazon:
// what is done before and after the upload begins, and the answer then.
func TestCompletesThatWereOvertakenAreConflicts(t *testing.T) {
	const old, other, match, none = "old", "other", "If-Match", "If-None-Match"
	for name, c := range map[string]struct {
		before, between []string // bodies that are written; "": it is deleted
		header, value   string   // a body stands for its ETag
		status          int
		code            string
	}{
		"none, nothing there":                    {nil, nil, none, "*", 200, ""},
		"none, there before":                     {[]string{old}, nil, none, "*", 412, "PreconditionFailed"},
		"none, written since":                    {nil, []string{old}, none, "*", 412, "PreconditionFailed"},
		"none, deleted since":                    {[]string{old}, []string{""}, none, "*", 409, "ConditionalRequestConflict"},
		"none, deleted before":                   {[]string{old, ""}, nil, none, "*", 200, ""},
		"the same, there before":                 {[]string{old}, nil, match, old, 200, ""},
		"another, there before":                  {[]string{old}, nil, match, other, 412, "PreconditionFailed"},
		"the former, written since":              {[]string{old}, []string{other}, match, old, 412, "PreconditionFailed"},
		"the newer, written since":               {[]string{old}, []string{other}, match, other, 409, "ConditionalRequestConflict"},
		"the same, written since":                {[]string{old}, []string{old}, match, old, 409, "ConditionalRequestConflict"},
		"the same, deleted since":                {[]string{old}, []string{""}, match, old, 404, "NoSuchKey"},
		"the same, deleted and written since":    {[]string{old}, []string{"", old}, match, old, 409, "ConditionalRequestConflict"},
		"no condition, written since":            {[]string{old}, []string{other}, "X-Amz-Meta-A", "b", 200, ""},
		"no condition, deleted since":            {[]string{old}, []string{""}, "X-Amz-Meta-A", "b", 200, ""},
		"the same, its permissions were changed": {[]string{old}, []string{"acl"}, match, old, 200, ""},
	} {
		for _, versioning := range []string{"", "Enabled", "Suspended"} {
			f := withSpace(t)
			if versioning != "" {
				f.want(200, "PUT", "/media?versioning", "<VersioningConfiguration><Status>"+versioning+"</Status></VersioningConfiguration>")
			}
			etags := map[string]string{other: `"0123"`}
			write := func(bodies []string) {
				for _, body := range bodies {
					switch body {
					case "":
						f.want(204, "DELETE", "/media/a", "")
					case "acl":
						f.want(200, "PUT", "/media/a?acl", "", "X-Amz-Acl", "public-read")
					default:
						etags[body] = f.want(200, "PUT", "/media/a", body).Header.Get("Etag")
					}
				}
			}
			write(c.before)
			id := f.begin("/media/a")
			doc := completeDoc(f.part("/media/a", id, 1, "new"))
			write(c.between)
			value := c.value
			if etag, ok := etags[value]; ok {
				value = etag
			}
			a := f.do("POST", "/media/a?uploadId="+id, doc, c.header, value)
			if a.StatusCode != c.status || a.code() != c.code {
				t.Errorf("%s, %q: %d %s, want %d %s", name, versioning, a.StatusCode, a.code(), c.status, c.code)
			}
			if c.status == 412 && first(a.body, "Message") != "At least one of the pre-conditions you specified did not hold" {
				t.Error(a.body)
			}
			if c.status == 409 && (first(a.body, "Condition") != c.header || first(a.body, "Key") != "a") {
				t.Error(a.body)
			}
			if c.status != 200 { // it can still be had without the condition
				f.want(200, "POST", "/media/a?uploadId="+id, doc)
			}
		}
	}
}

// TestOneOfManyConditionalWritesWins: what a condition is about is looked at in
// the same moment in which it is written.
func TestOneOfManyConditionalWritesWins(t *testing.T) {
	f := withSpace(t)
	const writers = 8
	uploads := make([][2]string, writers)
	for i := range uploads {
		id := f.begin("/media/a")
		uploads[i] = [2]string{"/media/a?uploadId=" + id, completeDoc(f.part("/media/a", id, 1, fmt.Sprint("upload ", i)))}
	}
	race := func(writes []*http.Request) (won int) {
		t.Helper()
		answers := make([]answer, len(writes))
		var all sync.WaitGroup
		for i, r := range writes {
			all.Go(func() { answers[i] = f.send(sign(r)) })
		}
		all.Wait()
		for _, a := range answers {
			if a.StatusCode == 200 {
				won++
			} else if a.StatusCode != 412 && a.StatusCode != 409 {
				t.Error(a.StatusCode, a.body)
			}
		}
		return won
	}
	var writes []*http.Request
	for i, u := range uploads {
		writes = append(writes, f.request("POST", u[0], u[1], "If-None-Match", "*"), f.request("PUT", "/media/a", fmt.Sprint("put ", i), "If-None-Match", "*"))
	}
	if won := race(writes); won != 1 {
		t.Error(won, "of those that write if there is nothing have written")
	}
	etag, writes := f.want(200, "HEAD", "/media/a", "").Header.Get("Etag"), nil
	for i := range writers {
		id := f.begin("/media/a")
		writes = append(writes, f.request("POST", "/media/a?uploadId="+id, completeDoc(f.part("/media/a", id, 1, fmt.Sprint("next ", i))), "If-Match", etag),
			f.request("PUT", "/media/a", fmt.Sprint("next put ", i), "If-Match", etag))
	}
	if won := race(writes); won != 1 {
		t.Error(won, "of those that replace one object have written")
	}
}

package server_test

import (
	"slices"
	"strings"
	"testing"

	"spaces/server"
)

func TestNoRequestBelongsToTwoRows(t *testing.T) {
	rows := server.Rows()
	conditions := func(r server.Row) int {
		n := len(r.Query)
		for _, header := range []string{r.Header, r.Source} {
			if header != "" {
				n++
			}
		}
		return n
	}
	names := map[string]bool{}
	for i, a := range rows {
		if names[a.Name] {
			t.Errorf("%s is twice in the table", a.Name)
		}
		names[a.Name] = true
		if a.Action == "" {
			t.Errorf("%s needs no permission", a.Name)
		}
		for _, b := range rows[:i] {
			if a.Method != b.Method || a.Object != b.Object || a.Space != b.Space {
				continue
			}
			both := a.Need | b.Need
			if both&^(a.Allow&b.Allow) == 0 && conditions(a) == conditions(b) {
				t.Errorf("%s and %s are ambiguous", a.Name, b.Name)
			}
		}
	}
}

// TestEverySubresourceIsAnOperationOfItsOwnOrRefused sends each name that S3
// knows with each method: where no row takes it, the plain operation must not run.
func TestEverySubresourceIsAnOperationOfItsOwnOrRefused(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "hello")
	taken := func(method, name string, object bool) bool {
		return slices.ContainsFunc(server.Rows(), func(r server.Row) bool {
			return r.Method == method && r.Object == object && r.Space != object && (slices.Contains(r.Query, name) || slices.Contains(r.Takes, name))
		})
	}
	before := f.dump()
	for _, name := range append(server.Subresources(), "%61cl&versions", "torrent&x-id=GetObject") {
		for _, method := range []string{"GET", "HEAD", "PUT", "POST", "DELETE"} {
			if !taken(method, name, false) {
				f.refuse(501, "NotImplemented", method, "/media?"+name, "")
				f.refuse(501, "NotImplemented", method, "/media?"+name+"=x&prefix=a", "")
			}
			if !taken(method, name, true) && method == "GET" && (name == "uploads" || name == "versions") {
				f.refuse(400, "InvalidRequest", method, "/media/a?"+name, "")
			} else if !taken(method, name, true) && name != "%61cl&versions" {
				f.refuse(501, "NotImplemented", method, "/media/a?"+name, "")
				f.refuse(501, "NotImplemented", method, "/media/new?"+name+"=1", "")
			}
		}
	}
	if f.dump() != before {
		t.Error("something changed")
	}
}

func TestSubresourcesOfS3AreKnown(t *testing.T) {
	for _, name := range strings.Fields(`accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle location logging
		metadataTable metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment restore retention select
		session tagging torrent uploads uploadId partNumber versionId versioning versions website renameObject list-type`) {
		if !slices.Contains(server.Subresources(), name) {
			t.Errorf("%s is not known", name)
		}
	}
}

func TestUnknownMethodsAndParameters(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "hello")
	before := f.dump()
	for _, at := range []string{"/", "/media", "/media/a", "/media?acl", "/media/a?uploads"} {
		for _, method := range []string{"PATCH", "TRACE", "PROPFIND", "COPY"} {
			f.refuse(405, "MethodNotAllowed", method, at, "")
		}
	}
	for _, method := range []string{"PUT", "DELETE", "POST", "HEAD", "OPTIONS"} {
		f.refuse(405, "MethodNotAllowed", method, "/", "")
	}
	f.refuse(405, "MethodNotAllowed", "POST", "/media/a", "")
	f.refuse(412, "PreconditionFailed", "POST", "/media", "")
	if f.dump() != before {
		t.Error("something changed")
	}
	f.want(200, "GET", "/media/a?x-id=GetObject&whatever=1&&", "")
}

func TestPreflightFindsCORSOff(t *testing.T) {
	f := withSpace(t)
	f.refused(f.anonymous("OPTIONS", "/media/a", "", "Origin", "https://example.com", "Access-Control-Request-Method", "GET"), 403, "AccessForbidden")
	f.refused(f.anonymous("OPTIONS", "/media", ""), 400, "BadRequest")
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Acl", "public-read")
	if a := f.anonymous("GET", "/media/a", "", "Origin", "https://example.com"); a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error(a.Header)
	}
}

func TestErrorCodesHaveAStatusOfAnError(t *testing.T) {
	for code, status := range server.Codes() {
		if status < 400 || status > 599 {
			t.Errorf("%s: %d", code, status)
		}
	}
}

func TestErrorDocumentNamesTheRequest(t *testing.T) {
	f := withSpace(t)
	a := f.refuse(404, "NoSuchKey", "GET", "/media/a%01b%3C", "")
	if first(a.body, "Resource") != "/media/a%01b%3C" || first(a.body, "RequestId") != a.Header.Get("X-Amz-Request-Id") || first(a.body, "HostId") != a.Header.Get("X-Amz-Id-2") {
		t.Error(a.body)
	}
	if a.Header.Get("Content-Type") != "application/xml" {
		t.Error(a.Header)
	}
	h := f.refuse(404, "", "HEAD", "/media/a", "")
	if h.body != "" {
		t.Error(h.body)
	}
	seen := map[string]bool{}
	for n := range uint64(1000) {
		seen[server.RequestID(n)] = true
	}
	if len(seen) != 1000 {
		t.Error("request ids repeat")
	}
}

// TestWhatIsAskedOfASpaceThatIsNotThereIsRefused sends every row that reads or
// removes something of a Space to one that does not exist, and to one of
// another owner.
func TestWhatIsAskedOfASpaceThatIsNotThereIsRefused(t *testing.T) {
	f := withSpace(t)
	before := f.dump()
	for _, r := range server.Rows() {
		if !r.Space || r.Method != "GET" && r.Method != "DELETE" {
			continue
		}
		query := ""
		if len(r.Query) > 0 {
			query = "?" + strings.Join(r.Query, "&")
		}
		f.refuse(404, "NoSuchBucket", r.Method, "/nothere"+query, "")
		f.refuse(403, "AccessDenied", r.Method, "/media"+query, "", "X-Amz-Expected-Bucket-Owner", "somebody else")
	}
	if f.dump() != before {
		t.Error("something changed")
	}
}

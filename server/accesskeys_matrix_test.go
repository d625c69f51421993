package server_test

import (
	"slices"
	"strings"
	"testing"

	"spaces/server"
	"spaces/server/keyring"
)

// levelOf says what permission a row needs, from the name of its action alone:
// reading and listing objects is read, writing them is readwrite, and what is
// about access control or about a Space itself is fullaccess.
func levelOf(action string) int {
	name := strings.TrimPrefix(action, "s3:")
	starts := func(prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
	}
	switch {
	case strings.HasSuffix(name, "Acl"), strings.HasSuffix(name, "Policy"):
		return 3
	case starts("GetObject", "ListBucket", "ListMultipart"), name == "GetBucketLocation", name == "GetBucketVersioning":
		return 1
	case name == "PutObject", starts("DeleteObject", "AbortMultipart"), starts("Put") && strings.HasSuffix(name, "Tagging") && starts("PutObject"):
		return 2
	}
	return 3
}

// keyCases are grants, and the level that each gives in the Space of the
// matrix and in one that is about to be created.
var keyCases = []struct {
	name            string
	grants          []keyring.Grant
	matrix, created int
}{
	{"no grant", nil, 0, 0},
	{"other Space", []keyring.Grant{fullAccess("other")}, 0, 0},
	{"read", []keyring.Grant{readOnly("matrix")}, 1, 0},
	{"readwrite", []keyring.Grant{readWrite("matrix"), readOnly("other")}, 2, 0},
	{"fullaccess", []keyring.Grant{fullAccess("matrix")}, 3, 0},
	{"read of all", []keyring.Grant{readOnly("")}, 1, 1},
	{"readwrite of all", []keyring.Grant{readWrite(""), readOnly("matrix")}, 2, 2},
	{"fullaccess to all", []keyring.Grant{fullAccess("")}, 3, 3},
	{"fullaccess to what is created", []keyring.Grant{fullAccess("created")}, 0, 3},
}

func TestAKeyDoesExactlyWhatItsGrantsSay(t *testing.T) {
	for _, row := range server.Rows() {
		if strings.HasPrefix(row.Name, "Preflight") {
			continue // everybody may ask what browsers ask
		}
		t.Run(row.Name, func(t *testing.T) {
			t.Parallel()
			b := newBed(t, withRing)
			b.want(200, "PUT", "/other", "")
			before := b.dump()
			for _, c := range keyCases {
				k := b.newKey(c.name, c.grants...)
				req := signWith(b.rowRequest(row), k.ID, k.Secret)
				has, needs := c.matrix, levelOf(row.Action)
				switch row.Name {
				case "ListBuckets":
					needs = 0
				case "CreateBucket":
					has = c.created
				case "ListDestroyedBuckets", "UndestroyBucket", "EndDestroyedBucket": // of names that may be others' now
					has = 0
					for _, g := range c.grants {
						if g.Bucket == "" && g.Permission == keyring.FullAccess {
							has = 3
						}
					}
				}
				a := b.send(req)
				denied := a.StatusCode == 403 && (a.code() == "AccessDenied" || row.Method == "HEAD")
				if denied != (has < needs) {
					t.Errorf("%s: %d %s, has %d and needs %d\n%s", c.name, a.StatusCode, a.code(), has, needs, a.body)
				}
				if row.Name == "ListBuckets" && strings.Contains(a.body, "<Name>matrix</Name>") != (has > 0) {
					t.Errorf("%s sees %s", c.name, a.body)
				}
				if changed := b.dump() != before; changed && denied {
					t.Fatalf("%s was denied and changed something", c.name)
				} else if changed {
					b = newBed(t, withRing)
					b.want(200, "PUT", "/other", "")
					before = b.dump()
				}
			}
		})
	}
}

func TestSourcesOfCopiesNeedRead(t *testing.T) {
	f := newFixture(t, withRing, uncounted)
	for _, at := range []string{"/from", "/into"} {
		f.want(200, "PUT", at+"space", "")
	}
	f.want(200, "PUT", "/fromspace/key", "hello")
	upload := f.begin("/intospace/parts")
	writer := f.newKey("writer", readWrite("intospace"))
	both := f.newKey("both", readWrite("intospace"), readOnly("fromspace"))
	reader := f.newKey("reader", readOnly("intospace"), readOnly("fromspace"))
	for _, target := range []string{"/intospace/copy", "/intospace/parts?partNumber=1&uploadId=" + upload} {
		for _, source := range []string{"/fromspace/key", "/fromspace/missing"} {
			f.refused(f.as(writer, "PUT", target, "", "X-Amz-Copy-Source", source), 403, "AccessDenied")
		}
		f.refused(f.as(reader, "PUT", target, "", "X-Amz-Copy-Source", "/fromspace/key"), 403, "AccessDenied")
		f.refused(f.as(both, "PUT", target, "", "X-Amz-Copy-Source", "/fromspace/missing"), 404, "NoSuchKey")
		if a := f.as(both, "PUT", target, "", "X-Amz-Copy-Source", "/fromspace/key"); a.StatusCode != 200 {
			t.Error(target, a.StatusCode, a.body)
		}
	}
	f.refused(f.as(reader, "PUT", "/intospace/new?renameObject", "", "X-Amz-Rename-Source", "copy"), 403, "AccessDenied")
	if a := f.as(writer, "PUT", "/intospace/new?renameObject", "", "X-Amz-Rename-Source", "copy"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
}

func TestAKeyOpensNothingToOthersWithoutFullAccess(t *testing.T) {
	f := newFixture(t, withRing, uncounted)
	f.want(200, "PUT", "/media", "")
	writer, owner := f.newKey("writer", readWrite("media")), f.newKey("owner", fullAccess("media"))
	f.refused(f.as(writer, "PUT", "/media/a", "x", "X-Amz-Acl", "public-read"), 403, "AccessDenied")
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
	if a := f.as(writer, "PUT", "/media/a", "x", "X-Amz-Acl", "private"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.as(owner, "PUT", "/media/a", "x", "X-Amz-Acl", "public-read"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
}

func TestAChangedGrantCountsAtTheNextRequest(t *testing.T) {
	f := newFixture(t, withRing, uncounted)
	f.want(200, "PUT", "/media", "")
	k := f.newKey("changing", readOnly("media"))
	f.refused(f.as(k, "PUT", "/media/a", "x"), 403, "AccessDenied")
	f.api("PUT", "/v2/spaces/keys/"+k.ID, `{"name":"changing","grants":[{"bucket":"media","permission":"readwrite"}]}`)
	if a := f.as(k, "PUT", "/media/a", "x"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	f.api("PUT", "/v2/spaces/keys/"+k.ID, `{"name":"changing","grants":[]}`)
	f.refused(f.as(k, "GET", "/media/a", ""), 403, "AccessDenied")
}

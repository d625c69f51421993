package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"spaces/server/chance"
)

// TestASourceThatIsDeletedMeanwhileIsOneThatWas: who copies a version is told what it
// was when the copy was made, also where a delete comes between the look at the source and
// the copy. Where versions are suspended the null one turns into a marker and back.
func TestASourceThatIsDeletedMeanwhileIsOneThatWas(t *testing.T) {
	seed, f := chance.Seed(t), newFixture(t)
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media?versioning", versioningOff)
	f.want(200, "PUT", "/media/a", "here")
	upload := first(f.want(200, "POST", "/media/parts?uploads", "").body, "UploadId")
	many := chance.Rounds(200, 5_000)
	together(seed, 4, func(i int, _ *rand.Rand) {
		for range many {
			var req *http.Request
			switch i {
			case 0:
				req = f.request("PUT", "/media/a", "here")
			case 1:
				req = f.request("DELETE", "/media/a", "")
			case 2:
				req = f.request("PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a?versionId=null")
			default:
				req = f.request("PUT", "/media/parts?partNumber=1&uploadId="+upload, "", "X-Amz-Copy-Source", "/media/a?versionId=null")
			}
			a, err := f.trySend(sign(req))
			switch code := first(a.body, "Code"); {
			case err != nil:
				t.Error(err)
			case i < 2 && a.StatusCode >= 300, i >= 2 && a.StatusCode != 200 && code != "InvalidRequest":
				t.Errorf("client %d: %d %s", i, a.StatusCode, a.body)
			}
		}
	})
}

// TestWhatAKeyMayNotReadIsNotCopiedWhileItChanges: a key copies from a Space that is not its own what everybody
// may read, while that turns into what it may not, and back. The decision is about the object that is copied.
func TestWhatAKeyMayNotReadIsNotCopiedWhileItChanges(t *testing.T) {
	seed, f := chance.Seed(t), newFixture(t, withRing)
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/others", "")
	key := f.newKey("limited", readWrite("media"))
	upload := first(f.want(200, "POST", "/media/parts?uploads", "").body, "UploadId")
	var copies, parts int
	together(seed, 3, func(i int, _ *rand.Rand) {
		for range chance.Rounds(200, 5_000) {
			switch i {
			case 0:
				f.want(200, "PUT", "/others/a", "secret")
				f.want(200, "PUT", "/others/a", "public", "X-Amz-Acl", "public-read")
			case 1:
				if f.as(key, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/others/a").StatusCode == 200 {
					copies++
					if text := f.want(200, "GET", "/media/b", "").body; text != "public" {
						t.Errorf("a key copied what it may not read: %q", text)
					}
				}
			default:
				a := f.as(key, "PUT", "/media/parts?partNumber=1&uploadId="+upload, "", "X-Amz-Copy-Source", "/others/a")
				if a.StatusCode == 200 {
					parts++
					if strings.Trim(first(a.body, "ETag"), `"`) != etagOf("public") {
						t.Errorf("a key took a part of what it may not read: %s", a.body)
					}
				}
			}
		}
	})
	if copies == 0 || parts == 0 {
		t.Errorf("%d copies and %d parts were made: it tried nothing", copies, parts)
	}
}

// TestWhatIsHeldByATagStaysWhileItComes: nobody may delete, move away or tag anew what is tagged hold=yes. One who
// is at it when the held object replaces another does not get at the held one.
func TestWhatIsHeldByATagStaysWhileItComes(t *testing.T) {
	seed, f := chance.Seed(t), newFixture(t, withRing)
	f.want(200, "PUT", "/media", "")
	key := f.newKey("limited", readWrite("media"))
	f.setPolicy(statement("Deny", "DeleteObject PutObjectTagging", "media/*", `{"StringEquals":{"s3:ExistingObjectTag/hold":"yes"}}`))
	const doomed = "<Delete><Object><Key>a</Key></Object></Delete>"
	others := []func() answer{
		func() answer { return f.as(key, "DELETE", "/media/a", "") },
		func() answer { return f.as(key, "POST", "/media?delete", doomed) },
		func() answer { return f.as(key, "PUT", "/media/b", "", "X-Amz-Rename-Source", "/media/a") },
		func() answer {
			return f.as(key, "PUT", "/media/a?tagging", `<Tagging><TagSet><Tag><Key>hold</Key><Value>no</Value></Tag></TagSet></Tagging>`)
		},
	}
	var done [4]int
	together(seed, 1+len(others), func(i int, _ *rand.Rand) {
		for n := range chance.Rounds(200, 5_000) {
			if i > 0 {
				if a := others[i-1](); a.StatusCode < 300 && !strings.Contains(a.body, "<Error>") {
					done[i-1]++
				} else if a.StatusCode != 403 && a.StatusCode != 404 && a.StatusCode < 300 != strings.Contains(a.body, "AccessDenied") {
					t.Errorf("%d %s", a.StatusCode, a.body)
				}
				continue
			}
			body := fmt.Sprint("held ", n)
			f.want(200, "PUT", "/media/a", "free")
			f.want(200, "PUT", "/media/a", body, "X-Amz-Tagging", "hold=yes")
			if a := f.do("GET", "/media/a", ""); a.body != body {
				t.Errorf("of the object that is held there is %d %s", a.StatusCode, a.body)
			} else if tags := f.want(200, "GET", "/media/a?tagging", "").body; first(tags, "Value") != "yes" {
				t.Errorf("it is not held any more: %s", tags)
			}
		}
	})
	for i, n := range done {
		if n == 0 {
			t.Errorf("way %d was never allowed: it tried nothing", i)
		}
	}
}

package server_test

import (
	"math/rand/v2"
	"net/http"
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

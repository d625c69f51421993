package server_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
)

// Who sent all of a part and was killed before the answer does not send it again.
func TestAPartThatArrivedIsKeptAlsoWhenItsClientIsGone(t *testing.T) {
	const parts = 20
	body := strings.Repeat("0123456789abcdef", 20<<10)
	synctest.Test(t, func(t *testing.T) {
		f := withSpace(t)
		id := f.begin("/media/big")
		for n := 1; n <= parts; n++ {
			var request bytes.Buffer
			if err := sign(f.request("PUT", fmt.Sprintf("/media/big?partNumber=%d&uploadId=%s", n, id), body)).Write(&request); err != nil {
				t.Fatal(err)
			}
			c := f.dial()
			if _, err := c.Write(request.Bytes()); err != nil {
				t.Fatal(err)
			}
			c.Close()
		}
		synctest.Wait()
		there := strings.Count(f.want(200, "GET", "/media/big?uploadId="+id, "").body, "<PartNumber>")
		if there != parts {
			t.Errorf("%d of %d parts are there", there, parts)
		}
	})
}

package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Documents under way share a budget. One who announces much and does not send
// it holds up nobody: it is cut off for the first who needs room.
func TestWhoHoldsMemoryAndWaitsGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withSpace(t)
		upload := f.begin("/media/a")
		etag := f.part("/media/a", upload, 1, "part")
		var readers []*bufio.Reader
		stall := func() {
			var c net.Conn = f.dial()
			io.WriteString(c, f.head("POST", "/media/a?uploadId="+upload, 4<<20, "X-Amz-Meta-N", fmt.Sprint(len(readers)))+
				"<CompleteMultipartUpload>"+strings.Repeat(" ", 200_000))
			readers = append(readers, bufio.NewReader(c))
			synctest.Wait()
		}
		for range 8 {
			stall()
		}
		time.Sleep(time.Second)
		stall()
		stall()
		doc := strings.Replace(completeDoc(etag), "<Part>", strings.Repeat(" ", 1<<20)+"<Part>", 1)
		if took := elapsed(func() { f.want(200, "POST", "/media/a?uploadId="+upload, doc) }); took != 0 {
			t.Error("it waited", took)
		}
		for i, r := range readers[:3] { // 8 had room
			if res, err := http.ReadResponse(r, nil); err != nil || res.StatusCode != 400 {
				t.Errorf("upload %d: %v %v", i, res, err)
			}
		}
	})
}

package server_test

import (
	"mime"
	"testing"
)

// Values of user metadata come back so that mail software would carry them,
// and mean what they meant.
func TestMetadataBeyondASCIIComesBackInRFC2047(t *testing.T) {
	f := withSpace(t)
	for _, x := range []struct{ sent, answered, meant string }{
		{"plain, =ASCII?=", "plain, =ASCII?=", "plain, =ASCII?="},
		{"Hello World\u00e9", "=?UTF-8?q?Hello_World=C3=A9?=", "Hello World\u00e9"},
		{"日本語", "=?UTF-8?b?5pel5pys6Kqe?=", "日本語"},
		{"caf\xe9 noir", "=?UTF-8?q?caf=C3=A9_noir?=", "caf\u00e9 noir"},
		{"=?UTF-8?Q?caf=C3=A9?=", "=?UTF-8?Q?caf=C3=A9?=", "caf\u00e9"},
	} {
		f.want(200, "PUT", "/media/a", "body", "X-Amz-Meta-Name", x.sent)
		f.want(200, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a")
		for _, at := range []string{"/media/a", "/media/b"} {
			got := f.want(200, "HEAD", at, "").Header.Get("X-Amz-Meta-Name")
			if got != x.answered {
				t.Errorf("%s: %q came back as %q, want %q", at, x.sent, got, x.answered)
			}
			if meant, err := new(mime.WordDecoder).DecodeHeader(got); err != nil || meant != x.meant {
				t.Errorf("%q means %q, %v", got, meant, err)
			}
		}
	}
}

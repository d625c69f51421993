package store

import (
	"io"
	"net/http"

	"github.com/aws/smithy-go/middleware"
)

// mostRefusal and mostAnswer are how long a refusal, and the document of another answer, may be, in bytes: the SDK reads both
// into memory whatever comes. An object comes as it is read, and has no such end.
const mostRefusal = 1 << 20

func mostAnswer() int64 { return 2 * mostScanned }

// bounded ends answers that have no end.
func bounded(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := do(r)
		if err != nil {
			return resp, err
		}
		if resp.StatusCode/100 != 2 {
			resp.Body = &rest{&ending{resp.Body, mostRefusal}, resp.Body}
			return resp, nil
		}
		switch middleware.GetOperationName(r.Context()) {
		case "GetObject", getMany, getArchive:
		default:
			resp.Body = &rest{&ending{resp.Body, mostAnswer()}, resp.Body}
		}
		return resp, nil
	}
}

// ending fails where there is more to read than that many bytes.
type ending struct {
	r    io.Reader
	left int64
}

func (a *ending) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, &stranger{"an answer without end"}
	}
	n, err := a.r.Read(p[:min(int64(len(p)), a.left)])
	a.left -= int64(n)
	return n, err
}

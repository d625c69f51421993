package server

import (
	"io"
	"math"
	"mime/multipart"
)

// parcels are the parts of a form with any number of files. What is not of a file, and would be kept in memory, is bounded.
type parcels struct {
	*multipart.Reader
	fence *fence
	last  *multipart.Part
}

func newParcels(body io.Reader, boundary string) *parcels {
	f := &fence{body, maxFormFraming}
	return &parcels{Reader: multipart.NewReader(f, boundary), fence: f}
}

// next gives the next part; what was not read of the last one is read away.
func (p *parcels) next() (part *multipart.Part, err error) {
	if p.last != nil {
		if _, err := io.Copy(io.Discard, p.last); err != nil {
			return nil, err
		}
	}
	p.fence.left = maxFormFraming
	p.last, err = p.NextRawPart()
	p.fence.left = math.MaxInt64
	return p.last, err
}

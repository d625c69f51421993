package preview

import (
	"context"
	"mime"
	"slices"
	"strings"
)

const (
	headBytes    = 64 << 10  // that are asked for at once
	pictureBytes = 256 << 10 // of what seems to be a picture
)

// Fetch reads so many bytes of the object from an offset: fewer only at its end. The bytes are not changed afterwards.
type Fetch func(ctx context.Context, offset, length int64) ([]byte, error)

// Load reads what a preview needs: the beginning, and of archives a bounded number of other places. The error is that of
// the first request that failed.
func Load(ctx context.Context, f Facts, fetch Fetch) (*Doc, error) {
	if f.Size <= 0 {
		return New(f, nil), nil
	}
	n := int64(headBytes)
	switch {
	case seemsPicture(f):
		n = pictureBytes
	case slices.Contains(zips, extension(f.Name)) && f.Size > headBytes:
		n = 4 // only to see that it is one
	}
	head, err := fetch(ctx, 0, min(n, f.Size))
	if err != nil {
		return nil, err
	}
	head = head[:min(int64(len(head)), n)]
	switch {
	case isZip(head):
		return zipDoc(ctx, f, head, fetch)
	case n < headBytes:
		f.Name = "" // it is not what its name says
		return Load(ctx, f, fetch)
	case isTar(head):
		r := &ranged{ctx: ctx, fetch: fetch, size: f.Size, buf: head, left: tarRequests}
		return tarDoc(r), ctx.Err()
	}
	return New(f, head), ctx.Err()
}

// zips are the extensions of files that are ZIPs.
var zips = []string{"zip", "jar", "war", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "apk", "whl", "cbz", "kmz"}

// seemsPicture says so by type and name, which is all there is before the bytes.
func seemsPicture(f Facts) bool {
	kind, _, _ := mime.ParseMediaType(f.Type)
	return strings.HasPrefix(kind, "image/") && kind != "image/svg+xml" ||
		slices.Contains([]string{"png", "jpg", "jpeg", "gif", "webp"}, extension(f.Name))
}

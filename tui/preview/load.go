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
	if seemsPicture(f) {
		n = pictureBytes
	}
	head, err := fetch(ctx, 0, min(n, f.Size))
	if err != nil {
		return nil, err
	}
	return New(f, head[:min(int64(len(head)), n)]), ctx.Err()
}

// seemsPicture says so by type and name, which is all there is before the bytes.
func seemsPicture(f Facts) bool {
	kind, _, _ := mime.ParseMediaType(f.Type)
	return strings.HasPrefix(kind, "image/") && kind != "image/svg+xml" ||
		slices.Contains([]string{"png", "jpg", "jpeg", "gif", "webp"}, extension(f.Name))
}

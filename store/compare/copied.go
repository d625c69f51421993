package compare

import (
	"time"

	"spaces/store"
)

// nearly is how well two clocks can be told apart by the Date of answers, which is of whole seconds.
const nearly = 2 * time.Second

// Ahead is how far the clock of the left endpoint is ahead of the right one's, by what their answers told; 0 where that may
// be none.
func Ahead(left, right *store.Store) time.Duration {
	if d := left.Ahead() - right.Ahead(); d < -nearly || d > nearly {
		return d
	}
	return 0
}

// Copied judges by listings alone whether a file on the right is a whole copy of the one on the left, and says by what.
//
//   - Files of different sizes are not.
//   - Equal ETags are of equal content. It is a copy unless the left file was written again later: an object that gets other
//     headers keeps its ETag.
//   - Two ETags that are MD5s and differ are of different content, unless objects are sealed.
//   - Of others, those of uploads in other parts and of sealed objects, nothing can be told of the content. It is a copy when
//     it was written later than the left file was. In the same second nobody knows, and it is not.
//
// ahead is how far the clock of the left side is ahead.
func Copied(left, right File, ahead time.Duration, sealed bool) (bool, Reason) {
	written := left.unix - int64(ahead/time.Second)
	switch {
	case left.Size != right.Size:
		return false, Size
	case left.etag != "" && left.etag == right.etag:
		if written > right.unix {
			return false, Date
		}
		return true, Checksum
	case isMD5(left.etag) && isMD5(right.etag) && !sealed:
		return false, Checksum
	}
	return written < right.unix, Date
}

// Copied is Copied of a row that both sides have, after it was judged.
func (r *Row) Copied(ahead time.Duration) (bool, Reason) {
	return Copied(r.Files[Left], r.Files[Right], ahead, r.Reason == Date)
}

// ETag is without quotes.
func (f *File) ETag() string { return f.etag }

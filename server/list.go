package server

import (
	"net/http"
	"strconv"
	"strings"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// maxKeys is the longest page of a listing (ListObjectsV2).
const maxKeys = 1000

// intParam reads a number of the query: fallback when it is not there or
// empty, InvalidArgument below low or when it is none, high when above.
func (c *call) intParam(name string, fallback, low, high int) (int, error) {
	v := c.query.get(name)
	if v == "" {
		return fallback, nil
	}
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil {
		return 0, errInvalidArgument(name, v, "Provided "+name+" not an integer or within integer range")
	}
	if n < int64(low) {
		if name == "max-keys" {
			name = "maxKeys" // as S3 has it
		}
		return 0, errInvalidArgument(name, v, "Argument "+name+" must be an integer between "+strconv.Itoa(low)+" and 2147483647")
	}
	return min(int(n), high), nil
}

// listing is what both versions of ListObjects share.
type listing struct {
	c         *call
	q         storage.ListQuery
	encode    bool // encoding-type=url
	owner     bool // with the owner of each object
	entries   []storage.Listed
	truncated bool
}

// encoding reads encoding-type.
func (c *call) encoding() (bool, error) {
	switch v, ok := c.query.Lookup("encoding-type"); {
	case !ok:
		return false, nil
	case strings.EqualFold(v, "url"):
		return true, nil
	default:
		return false, errInvalidArgument("encoding-type", v, "Invalid Encoding Method specified in Request")
	}
}

func (c *call) newListing() (l *listing, err error) {
	l = &listing{c: c, q: storage.ListQuery{Hide: c.hidden(), Prefix: c.query.get("prefix"), Delimiter: c.query.get("delimiter")}}
	if l.q.Max, err = c.intParam("max-keys", maxKeys, 0, maxKeys); err != nil {
		return nil, err
	}
	if l.encode, err = c.encoding(); err != nil {
		return nil, err
	}
	return l, checkOptionalAttributes(c.in.Header)
}

// checkOptionalAttributes reads which further elements the rows shall have.
// There is one, RestoreStatus, and only archived objects have it: none here.
func checkOptionalAttributes(h http.Header) error {
	for name := range strings.SplitSeq(strings.Join(h["X-Amz-Optional-Object-Attributes"], ","), ",") {
		if name = strings.TrimSpace(name); name != "" && name != "RestoreStatus" {
			return errInvalidArgument("x-amz-optional-object-attributes", name, "Invalid attribute name specified.")
		}
	}
	return nil
}

func (l *listing) run() (err error) {
	if l.q.Max == 0 {
		return nil
	}
	return l.c.seat.holdPage(l.c.ctx, l.find, func() { l.entries = nil })
}

// find looks for the rows, and says how large their page becomes, in bytes.
func (l *listing) find() (size int64, err error) {
	l.entries, l.truncated, err = l.c.s.engine.List(l.c.ctx, l.c.target.space, l.q)
	for i := range l.entries {
		size += rowOf(l.entries[i].Key)
	}
	return size, err
}

// after sets where the page begins.
func (l *listing) after(marker string) {
	l.q.After = rowAt(l.q.Prefix, l.q.Delimiter, marker)
}

// rowAt is the row of a listing that a marker is at: the common prefix that it
// is in, or itself. What is in a common prefix is no row, and the page goes on
// after the common prefix.
func rowAt(prefix, delimiter, marker string) string {
	rest, below := strings.CutPrefix(marker, prefix)
	if i := strings.Index(rest, delimiter); below && delimiter != "" && i >= 0 {
		return marker[:len(prefix)+i+len(delimiter)]
	}
	return marker
}

// last is where the next page continues.
func (l *listing) last() string {
	if len(l.entries) == 0 {
		return ""
	}
	return l.entries[len(l.entries)-1].Key
}

func (c *call) listObjects() error {
	l, err := c.newListing()
	if err != nil {
		return err
	}
	l.owner = true
	marker := c.query.get("marker")
	l.after(marker)
	if err := l.run(); err != nil {
		return err
	}
	x := c.newPage("ListBucketResult")
	x.Text("Name", c.target.space)
	x.Name("Prefix", l.q.Prefix, l.encode)
	x.Name("Marker", marker, l.encode)
	if l.truncated && l.q.Delimiter != "" {
		x.Name("NextMarker", l.last(), l.encode)
	}
	l.tail(x)
	x.Close("ListBucketResult")
	return c.out.document(http.StatusOK, x)
}

func (c *call) listObjectsV2() error {
	if v := c.query.get("list-type"); v != "2" {
		return errInvalidArgument("list-type", v, "Invalid List Type specified in Request")
	}
	l, err := c.newListing()
	if err != nil {
		return err
	}
	l.owner = c.query.get("fetch-owner") == "true"
	startAfter := c.query.get("start-after")
	l.after(startAfter)
	token, continued := c.query.Lookup("continuation-token")
	if continued {
		if l.q.After, err = decodeToken(token); err != nil {
			return err
		}
	}
	if err := l.run(); err != nil {
		return err
	}
	x := c.newPage("ListBucketResult")
	x.Text("Name", c.target.space)
	x.Name("Prefix", l.q.Prefix, l.encode)
	if continued {
		x.Text("ContinuationToken", token)
	}
	if l.truncated {
		x.Text("NextContinuationToken", encodeToken(l.last()))
	}
	if startAfter != "" { // beside a token too ("If StartAfter was sent with the request, it is included")
		x.Name("StartAfter", startAfter, l.encode)
	}
	x.Int("KeyCount", int64(len(l.entries)))
	l.tail(x)
	x.Close("ListBucketResult")
	return c.out.document(http.StatusOK, x)
}

// tail writes what both versions end with.
func (l *listing) tail(x *s3xml.Writer) {
	x.Int("MaxKeys", int64(l.q.Max))
	if l.q.Delimiter != "" {
		x.Name("Delimiter", l.q.Delimiter, l.encode)
	}
	if l.encode {
		x.Text("EncodingType", "url")
	}
	x.Bool("IsTruncated", l.truncated)
	for i := range l.entries {
		if e := &l.entries[i]; !e.Prefix {
			l.contents(x, e)
		}
	}
	for i := range l.entries {
		if e := &l.entries[i]; e.Prefix {
			writeCommonPrefix(x, e.Key, l.encode)
		}
	}
}

func writeCommonPrefix(x *s3xml.Writer, prefix string, encode bool) {
	x.Raw("<CommonPrefixes>")
	x.Name("Prefix", prefix, encode)
	x.Raw("</CommonPrefixes>")
}

func (l *listing) contents(x *s3xml.Writer, e *storage.Listed) {
	x.Raw("<Contents>")
	x.Name("Key", e.Key, l.encode)
	x.Time("LastModified", e.Modified)
	x.ETag(e.ETag)
	writeSumKind(x, e.Sum)
	x.Int("Size", e.Size)
	if l.owner {
		writeOwner(x, "Owner", l.c.s.owner)
	}
	if e.Class == "" {
		x.Raw("<StorageClass>STANDARD</StorageClass></Contents>")
		return
	}
	x.Text("StorageClass", e.Class)
	x.Raw("</Contents>")
}

// usualSum is the checksum that S3 gives objects whose writer chose none.
const usualSum = "<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>"

// writeSumKind writes of what kind the checksum of an object is: most are usual.
func writeSumKind(x *s3xml.Writer, sum storage.Checksum) {
	switch {
	case sum.Algorithm == "CRC64NVME" && sum.Type == fullObject:
		x.Raw(usualSum)
	case sum.Algorithm != "":
		x.Text("ChecksumAlgorithm", sum.Algorithm)
		x.Text("ChecksumType", sum.Type)
	}
}

package server

import (
	"net/http"
	"strings"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

const (
	hObjectAttributes = "X-Amz-Object-Attributes"
	hMaxParts         = "X-Amz-Max-Parts"
	hPartMarker       = "X-Amz-Part-Number-Marker"
)

// attributeNames are what GetObjectAttributes can be asked for.
var attributeNames = map[string]bool{"ETag": true, "Checksum": true, "ObjectParts": true, "StorageClass": true, "ObjectSize": true}

// readAttributeNames reads which attributes are wanted. Header lines may be
// repeated, and hold several names each.
func readAttributeNames(h http.Header) (map[string]bool, error) {
	wanted := map[string]bool{}
	for name := range strings.SplitSeq(strings.Join(h[hObjectAttributes], ","), ",") {
		switch name = strings.TrimSpace(name); {
		case name == "":
		case !attributeNames[name]:
			return nil, errInvalidArgument("x-amz-object-attributes", name, "Invalid attribute name specified.")
		default:
			wanted[name] = true
		}
	}
	if len(wanted) == 0 {
		return nil, refusef("InvalidRequest", "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty")
	}
	return wanted, nil
}

// checkAttributes refuses bad headers before the object is looked up.
func (c *call) checkAttributes() error {
	if _, err := readAttributeNames(c.in.Header); err != nil {
		return err
	}
	_, err := c.readPartsPage()
	return err
}

func (c *call) getObjectAttributes() error {
	wanted, err := readAttributeNames(c.in.Header)
	if err != nil {
		return err
	}
	page, err := c.readPartsPage()
	if err != nil {
		return err
	}
	o := &c.object
	if err := c.unlock(o, nil, &ownKey); err != nil {
		return err
	}
	x := s3xml.NewDocument("GetObjectAttributesResponse")
	if wanted["ETag"] {
		x.Text("ETag", o.ETag) // the one place where S3 gives it without quotes
	}
	if wanted["Checksum"] && o.Checksum.Value != "" {
		sum := o.Checksum
		sum.Value, _, _ = strings.Cut(sum.Value, "-") // of a COMPOSITE one S3 leaves out here how many parts there are
		x.Open("Checksum")
		writeChecksum(x, sum, true)
		x.Close("Checksum")
	}
	if wanted["ObjectParts"] && o.Parts != nil {
		page.write(x, o)
	}
	if wanted["StorageClass"] {
		x.Text("StorageClass", className(o.Class))
	}
	if wanted["ObjectSize"] {
		x.Int("ObjectSize", o.Size)
	}
	x.Close("GetObjectAttributesResponse")
	c.out.set("Last-Modified", httpTime(o.Modified))
	c.out.setVersion(&c.space, o)
	return c.out.document(http.StatusOK, x)
}

// attributeParts is a page of the parts of an object.
type attributeParts struct{ after, max int }

func (c *call) readPartsPage() (p attributeParts, err error) {
	if p.after, err = intHeader(c.in.Header, hPartMarker, 0, 0, maxParts); err != nil {
		return p, err
	}
	p.max, err = intHeader(c.in.Header, hMaxParts, partsPage, 0, partsPage)
	return p, err
}

// intHeader is intParam for a header.
func intHeader(h http.Header, name string, fallback, low, high int) (int, error) {
	v := h.Get(name)
	if v == "" {
		return fallback, nil
	}
	n, ok := parseOffset(v)
	if !ok || n < int64(low) || n > 1<<31-1 {
		return 0, errInvalidArgument(strings.ToLower(name), v, "Argument "+strings.ToLower(name)+" must be an integer between 0 and 2147483647")
	}
	return int(min(n, int64(high))), nil
}

// write lists the parts only of objects with a checksum (GetObjectAttributes,
// "Part"); of others it counts them.
func (p attributeParts) write(x *s3xml.Writer, o *storage.Object) {
	x.Open("ObjectParts")
	x.Int("PartsCount", int64(len(o.Parts)))
	if o.Checksum.Value != "" {
		end := min(len(o.Parts), p.after+p.max)
		x.Int("PartNumberMarker", int64(p.after))
		x.Int("NextPartNumberMarker", int64(max(p.after, end)))
		x.Int("MaxParts", int64(p.max))
		x.Bool("IsTruncated", end < len(o.Parts))
		for n := p.after; n < end; n++ {
			x.Open("Part")
			x.Int("PartNumber", int64(n+1))
			x.Int("Size", o.Parts[n])
			writeChecksum(x, partSum(o, n+1), false)
			x.Close("Part")
		}
	}
	x.Close("ObjectParts")
}

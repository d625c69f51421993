package server

import (
	"net/http"
	"strconv"
	"strings"

	"spaces/server/s3xml"
)

const maxBuckets = 10_000 // a page of ListBuckets

// maxBuckets reads max-buckets; more than a page is refused, and not cut as in
// the lists of objects (ListBuckets).
func (c *call) maxBuckets() (int, error) {
	v := c.query.get("max-buckets")
	if v == "" {
		return maxBuckets, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > maxBuckets {
		return 0, errInvalidArgument("max-buckets", v, "Argument max-buckets must be an integer between 1 and 10000.")
	}
	return n, nil
}

// listSpaces answers the Spaces that the caller may see, by name. A page goes
// on after the name in its token, so that Spaces that come and go between two
// pages move no other into or out of them.
func (c *call) listSpaces() error {
	c.tellFindings()
	prefix, region := c.query.get("prefix"), c.query.get("bucket-region")
	limit, err := c.maxBuckets()
	if err != nil {
		return err
	}
	after := ""
	if token, ok := c.query.Lookup("continuation-token"); ok && token != "" {
		if after, err = decodeToken(token); err != nil {
			return err
		}
	}
	spaces, err := c.s.engine.Spaces()
	if err != nil {
		return err
	}
	x := s3xml.NewDocument("ListAllMyBucketsResult")
	writeOwner(x, "Owner", c.s.owner)
	x.Open("Buckets")
	count, last, more := 0, "", false
	for i := range spaces {
		sp := &spaces[i]
		if !strings.HasPrefix(sp.Name, prefix) || sp.Name <= after || region != "" && c.s.regionOf(sp) != region || !c.sees(sp.Name) {
			continue
		}
		if more = count == limit; more {
			break
		}
		x.Open("Bucket")
		x.Text("Name", sp.Name)
		x.Time("CreationDate", sp.Created)
		x.Text("BucketRegion", c.s.regionOf(sp))
		x.Close("Bucket")
		count, last = count+1, sp.Name
	}
	x.Close("Buckets")
	if prefix != "" {
		x.Text("Prefix", s3xml.Printable(prefix))
	}
	if more {
		x.Text("ContinuationToken", encodeToken(last))
	}
	x.Close("ListAllMyBucketsResult")
	return c.out.document(http.StatusOK, x)
}

// writeOwner writes an Owner, Initiator or Grantee.
func writeOwner(x *s3xml.Writer, name, owner string) {
	x.Open(name)
	x.Text("ID", owner)
	x.Text("DisplayName", owner)
	x.Close(name)
}

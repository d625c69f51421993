package server

import (
	"errors"
	"net/http"
	"strings"

	"spaces/server/policy"
	"spaces/server/s3xml"
	"spaces/server/storage"
)

// regionUnset is the region that S3 answers as an empty LocationConstraint.
const regionUnset = "us-east-1"

func (s *Server) regionOf(sp *storage.Space) string {
	switch {
	case sp.Region != "":
		return sp.Region
	case s.region != "":
		return s.region
	}
	return regionUnset
}

func (c *call) createSpace() error {
	name := c.target.space
	if !storage.ValidSpaceName(name) {
		return refuse("InvalidBucketName").with("BucketName", s3xml.Printable(name))
	}
	sp := storage.Space{Name: name, Owner: c.s.owner, Created: c.s.now().UTC()}
	var err error
	if sp.ACL, err = c.headerACL(space); err != nil {
		return err
	}
	if err = headerOwnership(c.in.Header, &sp); err != nil {
		return err
	}
	if err = headerLock(c.in.Header, &sp); err != nil {
		return err
	}
	if err = c.readNewSpace(&sp); err != nil {
		return err
	}
	if err := c.s.engine.CreateSpace(sp); err != nil {
		return missingSpace(err, name)
	}
	c.out.set("Location", "/"+name)
	c.out.set(hBucketARN, policy.BucketARN(name))
	return c.out.empty(http.StatusOK)
}

// readNewSpace reads CreateBucketConfiguration: the region and the tags of the
// Space. Where it names no region, that of the server counts.
func (c *call) readNewSpace(sp *storage.Space) error {
	if sp.Region = c.s.region; sp.Region == "" {
		sp.Region = regionUnset
	}
	if len(c.document) == 0 {
		return nil
	}
	doc, err := c.readDocument("CreateBucketConfiguration")
	if err != nil {
		return err
	}
	asked := ""
	parts, ok := doc.Once("LocationConstraint", "Tags", "Location", "Bucket")
	if at := parts["LocationConstraint"]; !ok || at != nil && !at.Leaf(&asked) {
		return refuse("MalformedXML")
	}
	if parts["Location"] != nil || parts["Bucket"] != nil {
		return errNotImplemented("A Space of the kind of a directory bucket")
	}
	if tags := parts["Tags"]; tags != nil {
		if err := setNewTags(sp, tags); err != nil {
			return err
		}
	}
	switch {
	case asked == "EU":
		sp.Region = "eu-west-1"
	case len(asked) > 32 || strings.Trim(asked, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return refuse("InvalidLocationConstraint").with("LocationConstraint", s3xml.Printable(asked))
	case asked != "":
		sp.Region = asked
	}
	return nil
}

// tellRegion says where a Space is in every answer to a HEAD of it and to a
// listing of its objects, refusals included: SDKs and tools find the region so,
// mostly without credentials or with the wrong signature (HeadBucket, "Response
// elements"; GetBucketRegion of the SDKs). Who asks what is not theirs learns
// no more from it than from NoSuchBucket.
func (c *call) tellRegion() {
	if !c.asksRegion() {
		return
	}
	sp := &c.space
	if sp.Name == "" { // refused before it was loaded
		found, err := c.s.engine.Space(c.target.space)
		if err != nil {
			return
		}
		sp = &found
	}
	c.out.set(hBucketRegion, c.s.regionOf(sp))
}

// asksRegion says whether the request is one whose answers S3 gives the region
// in.
func (c *call) asksRegion() bool {
	if c.target.space == "" || c.target.site || c.target.scope() != space {
		return false
	}
	switch c.in.Method {
	case http.MethodHead:
		return true
	case http.MethodGet:
		return c.query.mask&^subresourceBits["list-type"] == 0
	}
	return false
}

// headSpace carries the two headers of Ceph that say how much is in a Space.
func (c *call) headSpace() error {
	c.out.set(hBucketARN, policy.BucketARN(c.space.Name))
	c.out.set("X-Amz-Access-Point-Alias", "false")
	c.out.set("X-RGW-Object-Count", formatInt(c.space.Objects))
	c.out.set("X-RGW-Bytes-Used", formatInt(c.space.Bytes))
	return c.out.empty(http.StatusOK)
}

func (c *call) deleteSpace() error {
	err := c.s.engine.DeleteSpace(c.target.space)
	if errors.Is(err, storage.ErrNotEmpty) && c.space.Versioning != storage.Unversioned {
		return refusef("BucketNotEmpty", "The bucket you tried to delete is not empty. You must delete all versions in the bucket.").with("BucketName", c.target.space)
	}
	if err != nil {
		return missingSpace(err, c.target.space)
	}
	c.s.documents.forget(c.target.space)
	return c.out.empty(http.StatusNoContent)
}

func (c *call) spaceLocation() error {
	x := s3xml.NewDocument("LocationConstraint")
	if region := c.s.regionOf(&c.space); region != regionUnset {
		x.Escaped(region)
	}
	x.Close("LocationConstraint")
	return c.out.document(http.StatusOK, x)
}

func (c *call) requestPayment() error {
	x := s3xml.NewDocument("RequestPaymentConfiguration")
	x.Text("Payer", "BucketOwner")
	x.Close("RequestPaymentConfiguration")
	return c.out.document(http.StatusOK, x)
}

// answerEmpty answers a document without content.
func answerEmpty(root string) func(*call) error {
	return func(c *call) error {
		x := s3xml.NewDocument(root)
		x.Close(root)
		return c.out.document(http.StatusOK, x)
	}
}

// answerMissing answers that nothing is configured.
func answerMissing(code string) func(*call) error {
	return func(c *call) error { return refuse(code).with("BucketName", c.target.space) }
}

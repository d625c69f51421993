package server

import (
	"spaces/server/s3xml"
	"spaces/server/storage"
)

// spaceEncryption is what a Space asks for (PutBucketEncryption).
type spaceEncryption struct {
	byDefault   bool // new objects are encrypted with a key of the server's
	noCustomers bool // keys of customers are refused
}

// encryptionOf is asked for every write.
func (s *Server) encryptionOf(sp *storage.Space) spaceEncryption {
	return parsedXML(s, sp, docEncryption, readSpaceEncryption)
}

// encryptionRule is the one rule of a ServerSideEncryptionConfiguration.
type encryptionRule struct {
	algorithm, kms string
	named          bool // there is an ApplyServerSideEncryptionByDefault
	bucketKey      bool
	blocked        []string
}

func readEncryptionRule(doc *s3xml.Element) (r encryptionRule, ok bool) {
	rules := 0
	err := doc.Each(func(e *s3xml.Element) bool {
		rules++
		return e.Name == "Rule" && e.Each(r.read) == nil
	})
	return r, err == nil && rules == 1 && (r.named || r.blocked != nil)
}

func (r *encryptionRule) read(e *s3xml.Element) bool {
	switch e.Name {
	case "BucketKeyEnabled":
		return boolean(e, &r.bucketKey)
	case "ApplyServerSideEncryptionByDefault":
		r.named = true
		return e.Each(func(f *s3xml.Element) bool {
			return f.Name == "SSEAlgorithm" && f.Leaf(&r.algorithm) || f.Name == "KMSMasterKeyID" && f.Leaf(&r.kms)
		}) == nil
	case "BlockedEncryptionTypes":
		r.blocked = []string{}
		return e.Each(func(f *s3xml.Element) bool {
			kind := ""
			ok := f.Name == "EncryptionType" && f.Leaf(&kind) && (kind == "NONE" || kind == "SSE-C")
			r.blocked = append(r.blocked, kind)
			return ok
		}) == nil
	}
	return false
}

// readSpaceEncryption checks a configuration: keys can only be the server's own.
func readSpaceEncryption(doc *s3xml.Element) (s spaceEncryption, err error) {
	r, ok := readEncryptionRule(doc)
	switch {
	case !ok:
		return s, refuse("MalformedXML")
	case r.algorithm == "aws:kms" || r.algorithm == "aws:kms:dsse":
		return s, errNotImplemented("Encryption with keys of KMS")
	case r.named && r.algorithm != "AES256":
		return s, refuse("MalformedXML")
	case r.kms != "":
		return s, errInvalidArgument("ApplyServerSideEncryptionByDefault", r.kms, "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse")
	}
	s.byDefault = r.named
	for _, kind := range r.blocked {
		s.noCustomers = s.noCustomers || kind == "SSE-C"
	}
	return s, nil
}

// putEncryption makes sure that there is a key before a Space promises that
// what is written to it is encrypted.
func (c *call) putEncryption() error {
	doc, err := c.readDocument("ServerSideEncryptionConfiguration")
	if err != nil {
		return err
	}
	asked, err := readSpaceEncryption(doc)
	if err != nil {
		return err
	}
	if asked.byDefault {
		if _, err := c.s.encryptByServer(); err != nil {
			return err
		}
	}
	if err := c.setDocument(docEncryption, doc.Document()); err != nil {
		return err
	}
	return c.out.empty(200)
}

// getEncryption answers what was set; a server that encrypts everything says
// so of every Space, as S3 does.
func (c *call) getEncryption() error {
	raw := c.space.Config[docEncryption]
	if len(raw) == 0 && !c.s.masters.always() {
		return refuse("ServerSideEncryptionConfigurationNotFoundError").with("BucketName", c.target.space)
	}
	r := encryptionRule{named: true, algorithm: "AES256"}
	if len(raw) > 0 {
		doc, err := s3xml.Parse(string(raw))
		if err != nil {
			return err
		}
		r, _ = readEncryptionRule(doc)
	}
	x := s3xml.NewDocument("ServerSideEncryptionConfiguration")
	x.Open("Rule")
	if r.named {
		x.Open("ApplyServerSideEncryptionByDefault")
		x.Text("SSEAlgorithm", r.algorithm)
		x.Close("ApplyServerSideEncryptionByDefault")
	}
	x.Bool("BucketKeyEnabled", r.bucketKey)
	if r.blocked != nil {
		x.Open("BlockedEncryptionTypes")
		for _, kind := range r.blocked {
			x.Text("EncryptionType", kind)
		}
		x.Close("BlockedEncryptionTypes")
	}
	x.Close("Rule")
	x.Close("ServerSideEncryptionConfiguration")
	return c.out.document(200, x)
}

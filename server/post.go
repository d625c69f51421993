package server

import (
	"io"
	"net/http"
	"net/url"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// formOperations is the upload by an HTML form (PostObject).
func formOperations() []operation {
	return []operation{
		{name: "PostObject", method: "POST", scope: space, action: "s3:PutObject", body: stream, form: true, locks: true, encrypts: true, run: (*call).postObject},
	}
}

// openForm reads a form as far as its file, before it is asked who may do
// what: the fields say who uploads, and what the object is.
func (c *call) openForm() (err error) {
	if !c.op.form {
		return nil
	}
	f, err := readForm(c.in.Header.Get("Content-Type"), c.stream)
	if err != nil {
		return err
	}
	c.form = f
	if claim := f.signature(); claim.Claims() {
		if !c.who.Anonymous {
			return refusef("InvalidArgument", "Only one auth mechanism allowed; a form with a policy is not signed once more.")
		}
		if c.who, err = c.s.verifier.VerifyForm(&claim); err != nil {
			return err
		}
		policy, err := parseFormPolicy(claim.Policy)
		if err != nil {
			return err
		}
		if err := policy.check(f, c.target.space, c.s.now()); err != nil {
			return err
		}
		f.min, f.max = policy.min, policy.max
	} else {
		f.max = maxPut
	}
	return c.describeForm()
}

// describeForm makes key and headers of the fields, for the steps that follow.
func (c *call) describeForm() (err error) {
	c.target.key = c.form.get("key")
	if c.target.key == "" {
		return errInvalidArgument("key", "", "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.")
	}
	if err := validKey(c.target.key); err != nil {
		return err
	}
	c.in.Header = c.form.headers(c.in.Header)
	if c.form.has("tagging") {
		c.document = c.form.get("tagging")
		c.form.tags, err = c.readTagging()
		if c.document = ""; err != nil {
			return err
		}
	}
	return c.checkHeaders()
}

func (c *call) postObject() error {
	attrs, err := c.readAttrs()
	if err != nil {
		return err
	}
	if err := c.needLockDigest(attrs.Lock, "Put Object"); err != nil {
		return err
	}
	o, err := c.storeObject(attrs, c.stageFile)
	if err != nil {
		return err
	}
	return c.answerForm(o.ETag)
}

// stageFile reads the file into the engine, and the form to its end.
func (c *call) stageFile() (received, error) {
	k, err := c.readClaim()
	if err != nil {
		return received{}, err
	}
	sums := k.sums(nil)
	o := c.sealed(storage.StageOptions{Size: -1, Max: maxPut, Hashes: sums.hashes()})
	body, err := c.s.engine.Stage(c.ctx, newFileReader(c.form.file, min(c.form.max, maxPut)), o)
	if err != nil {
		return received{}, err
	}
	err = k.check(body.MD5[:], sums.given.sum(), nil)
	if err == nil && body.Size < c.form.min {
		err = refuse("EntityTooSmall").with("ProposedSize", formatInt(body.Size)).with("MinSizeAllowed", formatInt(c.form.min))
	}
	if err == nil {
		err = c.endForm()
	}
	if err != nil {
		body.Discard()
		return received{}, err
	}
	return received{body, sums.given.checksum(), sums.kept.checksum()}, nil
}

// endForm makes sure that the form ended as it should, and that its body is
// what was signed, where its hash was.
func (c *call) endForm() error {
	if err := c.form.finish(); err != nil {
		return err
	}
	n, err := io.Copy(io.Discard, io.LimitReader(c.stream, unwantedLimit+1))
	if err == nil && n > unwantedLimit {
		err = refuse("MalformedPOSTRequest")
	}
	if err == nil {
		c.bodyRead()
	}
	return err
}

// fileReader reads the file of a form and refuses one that is longer than it
// may be. Its errors are those of the form.
type fileReader struct {
	r         io.Reader
	max, left int64
}

func newFileReader(r io.Reader, max int64) *fileReader { return &fileReader{r, max, max} }

func (l *fileReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return n, l.tooLarge()
	}
	if err != nil && err != io.EOF {
		err = formError(err)
	}
	return n, err
}

// tooLarge says how large the file is, where it is not much larger than it may be.
func (l *fileReader) tooLarge() error {
	e := refuse("EntityTooLarge")
	if n, _ := io.Copy(io.Discard, io.LimitReader(l.r, unwantedLimit)); n < unwantedLimit {
		e.with("ProposedSize", formatInt(l.max-l.left+n))
	}
	return e.with("MaxSizeAllowed", formatInt(l.max))
}

// answerForm answers as the form wishes: a redirect, or a status that must be
// 200, 201 or 204 and is the last of them when it is not.
func (c *call) answerForm(etag string) error {
	f := c.form
	location := c.addressOf(c.target.key)
	c.out.set("Etag", `"`+etag+`"`)
	c.out.set("Location", location)
	to := f.get("success_action_redirect")
	if to == "" {
		to = f.get("redirect")
	}
	if u := redirectTo(to, c.target.space, c.target.key, etag); u != "" {
		c.out.set("Location", u)
		return c.out.empty(http.StatusSeeOther)
	}
	switch f.get("success_action_status") {
	case "200":
		return c.out.empty(http.StatusOK)
	case "201":
		x := s3xml.NewWriter()
		x.Declare()
		x.Open("PostResponse")
		x.Text("Location", location)
		x.Text("Bucket", c.target.space)
		x.Text("Key", c.target.key)
		x.ETag(etag)
		x.Close("PostResponse")
		return c.out.document(http.StatusCreated, x)
	}
	return c.out.empty(http.StatusNoContent)
}

// redirectTo adds what was stored to the URL that a form wants to go to, "" for
// one that cannot be understood, which S3 ignores.
func redirectTo(to, space, key, etag string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += "bucket=" + url.QueryEscape(space) + "&key=" + url.QueryEscape(key) + "&etag=" + url.QueryEscape(`"`+etag+`"`)
	return u.String()
}

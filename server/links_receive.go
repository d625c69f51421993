package server

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"spaces/server/links"
	"spaces/server/storage"
)

// errTypeRefused is the code of a file of a type that a link does not take.
const errTypeRefused = "UnsupportedMediaType"

// receive shows the page by which files are sent, and takes them: one as the body of a PUT to the name below the link, any
// number in a form.
func (c *call) receive(l *links.Link) error {
	switch c.in.Method {
	case http.MethodGet, http.MethodHead:
		return c.showLink(http.StatusOK, c.receiving(l))
	case http.MethodPut:
		return c.receiveOne(l)
	case http.MethodPost:
		return c.receiveForm(l)
	}
	return refuse("MethodNotAllowed")
}

// receiving is the page. Nothing on it tells what is in the folder, or which that is.
func (c *call) receiving(l *links.Link) *linkPage {
	m := l.Limits
	r := &receivePage{Accept: strings.Join(m.Types, ","), Most: mostOf(m), Left: -1}
	r.Limits = append(r.Limits, "Each file up to "+sizeText(r.Most))
	if m.Files > 0 {
		r.Left = max(0, m.Files-l.Count-l.Begun)
		one := "files"
		if r.Left == 1 {
			one = "file"
		}
		r.Limits = append(r.Limits, formatInt(int64(r.Left))+" "+one+" more")
	}
	if len(m.Types) > 0 {
		r.Limits = append(r.Limits, "Only "+strings.Join(m.Types, ", "))
	}
	if !l.Until.IsZero() {
		r.Limits = append(r.Limits, "Until "+l.Until.UTC().Format("2 January 2006, 15:04")+" UTC")
	}
	return &linkPage{Title: "Send files", Text: "Whoever gave you this link gets them. Nobody else who has it sees them.", Receive: r}
}

func mostOf(m *links.Limits) int64 {
	if m.Size > 0 && m.Size < maxPut {
		return m.Size
	}
	return maxPut
}

// receiveOne takes the body of a PUT.
func (c *call) receiveOne(l *links.Link) error {
	if c.link.name == "" {
		return refusef("InvalidRequest", "Put the name of the file behind the link: curl -T FILE LINK/ does so.")
	}
	if err := c.openFolder(); err != nil {
		return err
	}
	if err := c.openUpload(); err != nil {
		return err
	}
	body, err := c.who.Body(&c.in)
	if err != nil {
		return err
	}
	told, err := c.receiveFile(l, c.link.name, c.in.Header.Get("Content-Type"), body, c.in.Length)
	if err != nil {
		return err
	}
	c.bodyRead()
	return c.showLink(http.StatusOK, &linkPage{Title: "Received.", Came: []string{told}})
}

// openFolder finds the Space that files go to, as PutObject does.
func (c *call) openFolder() (err error) {
	if c.op, err = operations.route(object, http.MethodPut, 0, http.Header{}); err != nil {
		return err
	}
	return c.loadTarget()
}

// openUpload has the body read as others are, and end when the link does.
func (c *call) openUpload() error {
	if c.in.Length == 0 {
		c.sayContinue()
	}
	if c.in.Body != nil {
		c.in.Body = &endingBody{c.in.Body, c.link.held.Ended()}
	}
	return nil
}

// endingBody fails when a link is taken back.
type endingBody struct {
	io.ReadCloser
	ended <-chan struct{}
}

func (b *endingBody) Read(p []byte) (int, error) {
	select {
	case <-b.ended:
		return 0, links.ErrNone
	default:
		return b.ReadCloser.Read(p)
	}
}

// receiveForm takes the files of a form. Each is whole or not at all, whatever becomes of those after it.
func (c *call) receiveForm(l *links.Link) error {
	kind, params, err := mime.ParseMediaType(c.in.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return refusef("InvalidRequest", "Send the files as multipart/form-data, or each by PUT.")
	}
	if err := c.openFolder(); err != nil {
		return err
	}
	if err := c.openUpload(); err != nil {
		return err
	}
	p, status, files := c.receiving(l), http.StatusOK, newParcels(c.in.Body, params["boundary"])
	for n := 0; ; n++ {
		part, err := files.next()
		if err == io.EOF {
			break
		} else if err != nil || n > maxFormFields {
			return refuse("MalformedPOSTRequest").because(err)
		}
		if !hasFileName(part) || part.FileName() == "" {
			continue
		}
		told, err := c.receiveFile(l, part.FileName(), part.Header.Get("Content-Type"), part, -1)
		if err == nil {
			p.Came = append(p.Came, told)
			continue
		}
		var read *fileError
		if errors.As(err, &read) || c.ctx.Err() != nil {
			return err // what comes after is not to be had
		}
		r, e := c.refusalOfLink(err)
		c.trace.refused(e.Code, err)
		status = r.status
		p.Not = append(p.Not, strings.TrimSpace(links.CleanName(part.FileName())+": "+r.title+" "+r.text))
	}
	if len(p.Came)+len(p.Not) == 0 {
		p.Not = []string{"No file was chosen."}
		status = http.StatusBadRequest
	}
	if c.link.text {
		p.Receive = nil
	} else {
		after := c.link.held.Link()
		p.Receive = c.receiving(&after).Receive
	}
	return c.showLink(status, p)
}

// fileError is of a file whose bytes did not come.
type fileError struct{ err error }

func (e *fileError) Error() string { return "read the file: " + e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// sentFile tells errors of a sender from those of the store.
type sentFile struct{ r io.Reader }

func (s sentFile) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		err = &fileError{err}
	}
	return n, err
}

// receiveFile takes one file of so many bytes, -1 where that is not known, and says what came. Its sender learns nothing
// of what else there is: not even under which name it is stored when there is one of its own.
func (c *call) receiveFile(l *links.Link, name, declared string, body io.Reader, size int64) (told string, err error) {
	most := mostOf(l.Limits)
	if size > most {
		return "", refuse("EntityTooLarge")
	}
	name = links.CleanName(name)
	in := bufio.NewReaderSize(sentFile{body}, links.SniffSize)
	head, err := in.Peek(links.SniffSize)
	if err != nil && err != io.EOF {
		return "", err
	}
	kind, sure := links.TypeOf(declared, head)
	if !l.Limits.Takes(name, kind, sure) {
		return "", &Error{Code: errTypeRefused, Status: http.StatusUnsupportedMediaType, Message: "Files of this type are not taken."}
	}
	done, err := c.link.held.Admit()
	if err != nil {
		return "", err
	}
	var came *links.Arrival
	defer func() { err = errors.Join(err, unlessGone(done(came))) }()
	o, err := c.storeReceived(l.Key, name, kind, in, size, most)
	if err != nil {
		return "", err
	}
	came = &links.Arrival{Name: strings.TrimPrefix(o.Key, l.Key), Size: o.Size, Type: kind, At: o.Modified}
	if from := c.client(); from.IsValid() {
		came.From = from.String()
	}
	return name + ": received, " + sizeText(o.Size) + ".", nil
}

// unlessGone forgets that a link was taken back meanwhile: what had come then has come.
func unlessGone(err error) error {
	if errors.Is(err, links.ErrNone) {
		return nil
	}
	return err
}

// storeReceived makes what comes an object of the folder, under a name that none has.
func (c *call) storeReceived(folder, name, kind string, in io.Reader, size, most int64) (o storage.Object, err error) {
	c.in.Header = http.Header{"Content-Type": {kind}}
	if err := c.nextKey(folder + name); err != nil {
		return o, err
	}
	attrs, err := c.readAttrs()
	if err == nil {
		err = c.readEncryption()
	}
	if err != nil {
		return o, err
	}
	k, err := c.readClaim()
	if err != nil {
		return o, err
	}
	sums := k.sums(nil)
	body, err := c.s.engine.Stage(c.ctx, in, c.sealed(storage.StageOptions{Size: size, Max: most, Hashes: sums.hashes()}))
	if err != nil {
		return o, err
	}
	defer body.Discard()
	select {
	case <-c.link.held.Ended():
		return o, links.ErrNone
	default:
	}
	for n := 1; ; n++ {
		if n > 1 {
			if err := c.nextKey(folder + links.Numbered(name, n)); err != nil {
				return o, err
			}
		}
		if _, err := c.s.engine.Head(c.target.space, c.target.key); err == nil {
			continue
		}
		o, err = c.s.engine.Put(c.ctx, c.target.space, c.target.key, body, attrs, sums.kept.checksum(), unlessThere)
		if !errors.Is(err, errThere) {
			return o, err
		}
	}
}

var errThere = errors.New("there is an object of that key")

// unlessThere keeps an object from being replaced.
func unlessThere(o *storage.Object) error {
	if o != nil {
		return errThere
	}
	return nil
}

// nextKey asks whether the maker of the link may put an object there.
func (c *call) nextKey(key string) error {
	if err := validKey(key); err != nil {
		return err
	}
	c.target.key, c.question = key, question{}
	return c.authorise()
}

// passwordOfParts reads a password that is sent as curl -F does.
func (c *call) passwordOfParts(boundary string) (string, error) {
	if boundary == "" {
		return "", refuse("MalformedPOSTRequest")
	}
	form := multipart.NewReader(io.LimitReader(c.in.Body, maxPasswordForm), boundary)
	for {
		part, err := form.NextRawPart()
		if err == io.EOF {
			return "", nil
		} else if err != nil {
			return "", refuse("MalformedPOSTRequest").because(err)
		}
		if part.FormName() != "password" {
			continue
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return "", refuse("MalformedPOSTRequest").because(err)
		}
		return strings.TrimRight(string(text), "\r\n"), nil
	}
}

package server

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strings"

	"spaces/server/archive"
	"spaces/server/links"
	"spaces/server/s3xml"
	"spaces/server/storage"
)

const headArchive = "HeadArchive"

// archiveOperations give the objects below a prefix as one archive: GET
// /SPACE?archive=zip&prefix=photos/, an extension of this server. Who asks needs
// s3:ListBucket, and s3:GetObject of every object.
func archiveOperations() []operation {
	query := []string{"archive"}
	return []operation{
		{name: "GetArchive", method: "GET", scope: space, query: query, action: "s3:ListBucket", early: (*call).checkArchive, run: (*call).sendArchive},
		{name: headArchive, method: "HEAD", scope: space, query: query, action: "s3:ListBucket", early: (*call).checkArchive, run: (*call).sendArchive},
		{name: "GetObjects", method: "POST", scope: space, query: query, action: "s3:GetObject", body: items, limit: deleteLimit, root: "GetObjects", item: (*call).readWanted, byKey: true, unsigned: anonymousAPI, early: (*call).checkObjects, run: (*call).sendObjects},
	}
}

// checkedAhead is how many objects are looked at before an archive is begun: what
// cannot be had among those is a refusal, and among those after them a connection
// that is cut. A look costs some 5 µs.
const checkedAhead = 10_000

// archiveKind is the kind of archive asked for, nil: there is none of that name.
func (c *call) archiveKind() *archive.Kind {
	name := c.query.get("archive")
	for i := range archive.Kinds {
		if archive.Kinds[i].Name == name {
			return &archive.Kinds[i]
		}
	}
	return nil
}

func (c *call) checkArchive() error {
	prefix := c.query.get("prefix")
	switch kind := c.archiveKind(); {
	case kind == nil:
		return errInvalidArgument("archive", s3xml.Printable(c.query.get("archive")), "The archive must be zip or tar.")
	case prefix != "" && !strings.HasSuffix(prefix, "/"):
		return errInvalidArgument("prefix", s3xml.Printable(prefix), "The prefix of an archive must be that of a folder, and end in a slash.")
	case givesKey(c.in.Header, &ownKey):
		return refusef("InvalidRequest", "An archive takes no customer's key: get the objects that are encrypted with one each by itself.")
	case kind.Name == "tar" && c.in.Proto == "HTTP/1.0":
		// There only the end of the connection tells that of the answer, and a tar that breaks off between two members looks whole.
		return refusef("InvalidRequest", "A tar needs HTTP/1.1: ask for a zip, whose end can be seen.")
	}
	return nil
}

// sendArchive answers GET and HEAD. An archive of which something is missing must
// not look whole: where anything fails after the answer has begun, the connection
// is cut. Ranges are not for what is made as it is sent.
func (c *call) sendArchive() error {
	if err := c.checkAhead(); err != nil {
		return err
	}
	kind := c.archiveKind()
	name := c.archiveName(kind)
	if c.link != nil {
		if l := c.link.held.Link(); l.Attachment != "" {
			name = links.CleanName(l.Attachment)
		}
		c.out.set("Content-Security-Policy", "sandbox; default-src 'none'")
		c.linkPrivacy()
	}
	c.out.set("Content-Type", kind.Type)
	c.out.set("Content-Disposition", disposition("attachment", name))
	c.out.set("Accept-Ranges", "none")
	if c.in.Method == http.MethodHead {
		c.out.begin(http.StatusOK)
		return nil
	}
	out := &bodyWriter{out: &c.out, status: http.StatusOK}
	err := c.packAll(kind, out)
	if err != nil && out.gone {
		panic(http.ErrAbortHandler) // the client went away: nothing to say
	}
	return err
}

// archiveName is what an archive is called that is saved: as its folder.
func (c *call) archiveName(kind *archive.Kind) string {
	name := strings.TrimSuffix(c.query.get("prefix"), "/")
	if name = name[strings.LastIndexByte(name, '/')+1:]; name == "" {
		name = c.target.space
	}
	return links.CleanName(name) + "." + kind.Name
}

// archiveBuffer is how much is sent at once, in bytes.
const archiveBuffer = 128 << 10

func (c *call) packAll(kind *archive.Kind, out io.Writer) error {
	buf := bufio.NewWriterSize(out, archiveBuffer)
	w := kind.New(buf)
	rows := c.newArchiveRows()
	for {
		row, err := rows.next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		name, err := rows.name(row)
		if err == nil && name != "" {
			err = c.packOne(w, row.Key, name)
		}
		if err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return buf.Flush()
}

// packOne puts the current version of an object into an archive. What was deleted
// since it was listed is not in it, as it is in no listing that goes on meanwhile.
func (c *call) packOne(w archive.Writer, key, name string) error {
	o, body, err := c.s.engine.GetVersion(c.ctx, c.target.space, key, "")
	if err != nil {
		if isAbsent(err) {
			return nil
		}
		return err
	}
	defer body.Close()
	if err := c.mayPack(&o); err != nil {
		return err
	}
	if err := c.unlock(&o, body, &ownKey); err != nil {
		return err
	}
	if o.Size > 0 && strings.HasSuffix(name, "/") {
		name = archive.Marker(strings.TrimPrefix(key, c.query.get("prefix")))
	}
	m := archive.Member{Name: name, Size: o.Size, Modified: o.Modified}
	m.Sum, m.Summed = sumOfZip(&o)
	return w.Add(m, body.Range(0, o.Size))
}

// mayPack decides on an object, as GetObject would.
func (c *call) mayPack(o *storage.Object) error {
	q := question{action: "s3:GetObject", space: &c.space, key: o.Key, object: o, looked: true}
	if !c.s.allows(c, &q) {
		return asError(c.denied(&q)).with("Key", s3xml.Printable(o.Key))
	}
	switch e := o.Encryption; {
	case e.Keeper == storage.ByCustomer:
		return refusef("InvalidRequest", "An object below the prefix is encrypted with a customer's key, which an archive cannot be made with: get it by itself.").with("Key", s3xml.Printable(o.Key))
	case e.Keeper == storage.ByServer && c.s.masters.named(e.Proof) == nil:
		return c.s.errKeyLost(e)
	}
	return nil
}

// checkAhead looks at the first objects before anything is answered.
func (c *call) checkAhead() error {
	rows := c.newArchiveRows()
	n := 0
	for ; n < checkedAhead; n++ {
		row, err := rows.next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		o, err := c.s.engine.Head(c.target.space, row.Key)
		if isAbsent(err) {
			continue
		}
		if err == nil {
			err = c.mayPack(&o)
		}
		if err != nil {
			return err
		}
	}
	if n == 0 && rows.q.Prefix != "" {
		return refusef("NoSuchKey", "There is nothing below the prefix.").with("Key", s3xml.Printable(rows.q.Prefix))
	}
	return nil
}

// errRaced is rare, and a second try is not so unlucky.
var errRaced = errors.New("an object came below the key of another while both were packed")

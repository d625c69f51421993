package server

import (
	"net/http"
	"time"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// docLock is the ObjectLockConfiguration of a Space. A Space that has one has
// Object Lock, for ever (user guide, "Enabling Object Lock").
const docLock = "objectLock"

// Headers of locks.
const (
	hLockEnabled = "X-Amz-Bucket-Object-Lock-Enabled"
	hLockMode    = "X-Amz-Object-Lock-Mode"
	hLockUntil   = "X-Amz-Object-Lock-Retain-Until-Date"
	hLockHold    = "X-Amz-Object-Lock-Legal-Hold"
)

// lockHeaders are those that a row that locks takes.
var lockHeaders = setOf(hLockMode, hLockUntil, hLockHold)

// lockOperations are about what keeps versions from being deleted.
func lockOperations() []operation {
	version := []string{"versionId"}
	get := func(name, subresource string, run func(*call) error) operation {
		return operation{name: "GetObject" + name, method: "GET", scope: object, query: []string{subresource}, takes: version,
			action: "s3:GetObject" + name, load: loadObject, run: run}
	}
	put := func(name, subresource string, run func(*call) error) operation {
		return operation{name: "PutObject" + name, method: "PUT", scope: object, query: []string{subresource}, takes: version,
			action: "s3:PutObject" + name, body: document, run: run}
	}
	configuration := []string{"object-lock"}
	return []operation{
		get("Retention", "retention", (*call).getRetention),
		put("Retention", "retention", (*call).putRetention),
		get("LegalHold", "legal-hold", (*call).getLegalHold),
		put("LegalHold", "legal-hold", (*call).putLegalHold),
		{name: "GetObjectLockConfiguration", method: "GET", scope: space, query: configuration,
			action: "s3:GetBucketObjectLockConfiguration", run: getDocument(docLock, "ObjectLockConfigurationNotFoundError")},
		{name: "PutObjectLockConfiguration", method: "PUT", scope: space, query: configuration,
			action: "s3:PutBucketObjectLockConfiguration", body: document, run: (*call).putLockConfiguration},
	}
}

// locks says whether the versions of a Space can be locked.
func locks(sp *storage.Space) bool { return len(sp.Config[docLock]) > 0 }

// needLocks refuses locks where there can be none.
func (c *call) needLocks(message string) error {
	if locks(&c.space) {
		return nil
	}
	return refusef("InvalidRequest", "%s", message)
}

// What S3 says of a Space without Object Lock, to who asks for the lock of a
// version and to who writes a version with one.
const (
	noLocks    = "Bucket is missing Object Lock Configuration"
	noNewLocks = "Bucket is missing ObjectLockConfiguration"
)

// readLock reads what the headers of a write say of the lock of the new
// version. Without a retention of its own it gets the one that the Space has
// for all (user guide, "Setting default retention").
func (c *call) readLock() (l storage.Lock, err error) {
	h := c.in.Header
	mode, until, hold := h.Get(hLockMode), h.Get(hLockUntil), h.Get(hLockHold)
	if mode == "" && until == "" && hold == "" {
		return c.defaultLock(), nil
	}
	if l, err = c.readLockHeaders(mode, until, hold); err != nil {
		return storage.Lock{}, err
	}
	if err := c.needLocks(noNewLocks); err != nil {
		return storage.Lock{}, err
	}
	if l.Mode == "" {
		own := l
		l = c.defaultLock()
		l.Hold = own.Hold
	}
	l.Released = hold == "OFF"
	return l, nil
}

// defaultLock is what the Space keeps every new version for.
func (c *call) defaultLock() storage.Lock {
	if !locks(&c.space) {
		return storage.Lock{}
	}
	return c.s.defaultRetention(&c.space).from(c.s.now())
}

// readLockHeaders checks what the headers of a write say before it is asked
// whether the Space can have locks at all.
func (c *call) readLockHeaders(mode, until, hold string) (l storage.Lock, err error) {
	const both = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied."
	switch {
	case c.who.Anonymous:
		return l, errInvalidArgument("Authorization", "", "Put Object requests with Object Lock parameters require AWS Signature Version 4")
	case hold != "" && hold != "ON" && hold != "OFF":
		return l, errInvalidArgument("x-amz-object-lock-legal-hold", hold, "Legal Hold must be either of 'ON' or 'OFF'")
	case mode != "" && until == "":
		return l, errInvalidArgument("x-amz-object-lock-retain-until-date", "", both)
	case mode == "" && until != "":
		return l, errInvalidArgument("x-amz-object-lock-mode", "", both)
	case mode != "" && !lockMode(mode):
		return l, errInvalidArgument("x-amz-object-lock-mode", mode, "Unknown wormMode directive.")
	}
	l.Hold = hold == "ON"
	if l.Mode = mode; mode != "" {
		l.Until, err = readUntil("x-amz-object-lock-retain-until-date", until, c.s.now())
	}
	return l, err
}

// needLockDigest refuses a body of a version that shall be kept, be it by the
// default of its Space, and may have been damaged on its way: Content-MD5 or a
// checksum is needed, in a header, a trailer or a field of a form (user guide,
// "Uploading objects to an Object Lock enabled bucket"). The hash in the
// signature does not count on Amazon. what is "Put Object" or "Put Part"; copies
// need none.
func (c *call) needLockDigest(l storage.Lock, what string) error {
	if l == (storage.Lock{}) {
		return nil
	}
	k, err := c.readClaim()
	if err != nil || k.md5 != nil || k.algorithm != nil {
		return err
	}
	return refusef("InvalidRequest", "Content-MD5 OR x-amz-checksum- HTTP header is required for %s requests with Object Lock parameters", what)
}

func lockMode(mode string) bool { return mode == storage.Governance || mode == storage.Compliance }

// lastRetention is when the last retention has to end: records hold no later
// time. S3 has no limit but that of defaults.
var lastRetention = time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)

// readUntil reads the end of a retention, to the millisecond, in which it is
// shown. name is the header or the element that it comes from.
func readUntil(name, text string, now time.Time) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return t, errInvalidArgument(name, text, "The retain until date must be provided in ISO 8601 format")
	case !t.After(now):
		return t, errInvalidArgument(name, text, "The retain until date must be in the future!")
	case t.After(lastRetention):
		return t, errInvalidArgument(name, text, "The retain until date is later than this server can keep")
	}
	return t.UTC().Truncate(time.Millisecond), nil
}

// setLock says how an object is locked, to those who may know (GetObject: the
// headers need s3:GetObjectRetention and s3:GetObjectLegalHold).
func (c *call) setLock(o *storage.Object) {
	if o.Lock == (storage.Lock{}) {
		return
	}
	q := c.question
	if q.action = "s3:GetObjectRetention"; o.Lock.Mode != "" && c.s.allows(c, &q) {
		c.out.set(hLockMode, o.Lock.Mode)
		c.out.set(hLockUntil, string(s3xml.AppendTime(nil, o.Lock.Until)))
	}
	hold := holdStatus(o.Lock)
	if q.action = "s3:GetObjectLegalHold"; hold != "" && c.s.allows(c, &q) {
		c.out.set(hLockHold, hold)
	}
}

// holdStatus is "" where there never was a hold: versions that had one tell that
// it is off, and others nothing (GetObject, x-amz-object-lock-legal-hold).
func holdStatus(l storage.Lock) string {
	switch {
	case l.Hold:
		return "ON"
	case l.Released:
		return "OFF"
	}
	return ""
}

func (c *call) getLegalHold() error {
	if err := c.needLocks(noLocks); err != nil {
		return err
	}
	status := holdStatus(c.object.Lock)
	if status == "" {
		return refuse("NoSuchObjectLockConfiguration")
	}
	c.out.setVersion(&c.space, &c.object)
	x := s3xml.NewDocument("LegalHold")
	x.Text("Status", status)
	x.Close("LegalHold")
	return c.out.document(http.StatusOK, x)
}

func (c *call) putLegalHold() error {
	doc, err := c.readDocument("LegalHold")
	if err != nil {
		return err
	}
	status := ""
	if err := doc.Each(func(e *s3xml.Element) bool { return e.Name == "Status" && e.Leaf(&status) }); err != nil {
		return err
	}
	if status != "ON" && status != "OFF" {
		return refuse("MalformedXML")
	}
	if err := c.needLocks(noLocks); err != nil {
		return err
	}
	err = c.updateObject(func(o *storage.Object) error {
		o.Lock.Hold, o.Lock.Released = status == "ON", status == "OFF"
		return nil
	})
	if err != nil {
		return err
	}
	return c.out.empty(http.StatusOK)
}

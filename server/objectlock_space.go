package server

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// retention is what a Space keeps every new version for; the zero value is
// nothing. Of days and years one is 0.
type retention struct {
	mode        string
	days, years int
}

// The longest default retentions of S3.
const (
	maxDefaultDays  = 36500
	maxDefaultYears = 100
)

// from gives the lock of a version made at a time.
func (r retention) from(made time.Time) storage.Lock {
	if r.mode == "" {
		return storage.Lock{}
	}
	return storage.Lock{Mode: r.mode, Until: made.UTC().AddDate(r.years, 0, r.days).Truncate(time.Millisecond)}
}

func (s *Server) defaultRetention(sp *storage.Space) retention {
	return parsedXML(s, sp, docLock, readLockConfiguration)
}

// putLockConfiguration turns Object Lock on in a Space whose versions are kept,
// and sets what new versions are kept for (PutObjectLockConfiguration).
func (c *call) putLockConfiguration() error {
	if c.document == "" {
		return refuse("MissingRequestBodyError")
	}
	doc, err := c.readDocument("ObjectLockConfiguration")
	if err != nil {
		return err
	}
	if _, err := readLockConfiguration(doc); err != nil {
		return err
	}
	raw := doc.Document()
	err = c.changeSpace(func(sp *storage.Space) error {
		if sp.Versioning != storage.Enabled {
			return refusef("InvalidBucketState", "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
		}
		setConfig(sp, docLock, raw)
		return nil
	})
	if err != nil {
		return err
	}
	return c.out.empty(http.StatusOK)
}

// readLockConfiguration reads an ObjectLockConfiguration; it has one rule or none.
func readLockConfiguration(doc *s3xml.Element) (r retention, err error) {
	enabled, rules := "", 0
	err = doc.Each(func(e *s3xml.Element) bool {
		if e.Name != "Rule" {
			return e.Name == "ObjectLockEnabled" && e.Leaf(&enabled)
		}
		rules++
		return rules == 1 && len(e.Children) == 1 && e.Children[0].Name == "DefaultRetention"
	})
	if err != nil || enabled != "Enabled" {
		return r, refuse("MalformedXML")
	}
	for i := range doc.Children {
		if e := &doc.Children[i]; e.Name == "Rule" {
			return readDefaultRetention(&e.Children[0])
		}
	}
	return r, nil
}

func readDefaultRetention(doc *s3xml.Element) (r retention, err error) {
	days, years, event := "", "", false
	err = doc.Each(func(e *s3xml.Element) bool {
		switch e.Name {
		case "DefaultEventHold":
			event = true
			return true
		case "Mode":
			return e.Leaf(&r.mode)
		case "Days":
			return e.Leaf(&days)
		case "Years":
			return e.Leaf(&years)
		}
		return false
	})
	if event {
		return retention{}, errNotImplemented("An event hold")
	}
	if err != nil || !lockMode(r.mode) || (days == "") == (years == "") {
		return retention{}, refuse("MalformedXML")
	}
	if days != "" {
		r.days, err = period("Days", days, maxDefaultDays)
	} else {
		r.years, err = period("Years", years, maxDefaultYears)
	}
	if err != nil {
		return retention{}, err
	}
	return r, nil
}

// period reads days or years.
func period(name, text string, limit int) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	switch {
	case err != nil:
		return 0, refuse("MalformedXML")
	case n < 1:
		return 0, errInvalidArgument(name, text, "Default retention period must be a positive integer value.")
	case n > limit:
		return 0, errInvalidArgument(name, text, "Default retention period too large.")
	}
	return n, nil
}

// headerLock turns Object Lock, and with it versioning, on in a new Space
// (CreateBucket).
func headerLock(h http.Header, sp *storage.Space) error {
	v := h.Get(hLockEnabled)
	switch {
	case v == "" || strings.EqualFold(v, "false"):
		return nil
	case !strings.EqualFold(v, "true"):
		return errInvalidArgument("x-amz-bucket-object-lock-enabled", v, "The value of x-amz-bucket-object-lock-enabled must be true or false")
	}
	sp.Versioning = storage.Enabled
	setConfig(sp, docLock, lockDocument())
	return nil
}

// lockDocument is the configuration of a Space that keeps nothing by itself.
func lockDocument() []byte {
	enabled := s3xml.Element{Name: "ObjectLockEnabled", Text: "Enabled"}
	return (&s3xml.Element{Name: "ObjectLockConfiguration", Children: []s3xml.Element{enabled}}).Document()
}

// setVersioning changes the versioning of the Space. What is locked must not
// lose its place to a null version: with Object Lock it stays enabled
// (PutBucketVersioning).
func (c *call) setVersioning(v storage.Versioning) error {
	return c.changeSpace(func(sp *storage.Space) error {
		if locks(sp) && v != storage.Enabled {
			return refusef("InvalidBucketState", "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.")
		}
		sp.Versioning = v
		return nil
	})
}

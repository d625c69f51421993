package server

import (
	"net/http"
	"time"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

func (c *call) getRetention() error {
	if err := c.needLocks(noLocks); err != nil {
		return err
	}
	l := c.object.Lock
	if l.Mode == "" {
		return refuse("NoSuchObjectLockConfiguration")
	}
	c.out.setVersion(&c.space, &c.object)
	x := s3xml.NewDocument("Retention")
	x.Text("Mode", l.Mode)
	x.Time("RetainUntilDate", l.Until)
	x.Close("Retention")
	return c.out.document(http.StatusOK, x)
}

// putRetention sets the retention of a version, or takes it away when the
// document is empty.
func (c *call) putRetention() error {
	now := c.s.now()
	mode, until, err := c.readRetention(now)
	if err != nil {
		return err
	}
	if err := c.needLocks(noLocks); err != nil {
		return err
	}
	bypass := c.bypass(c.target.key)
	err = c.updateObject(func(o *storage.Object) error {
		if !mayRetain(o.Lock, mode, until, c.s.engine.LockTime(), bypass) {
			return storage.ErrLocked
		}
		if mode != "" || o.Lock.Mode != "" { // else there is none to take away
			o.Lock.Mode, o.Lock.Until = mode, until
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.out.empty(http.StatusOK)
}

// mayRetain says whether a retention may take the place of another: one that
// has not ended can be made longer, and else only one for governance be
// changed, with the right to bypass it (user guide, "Retention modes").
func mayRetain(old storage.Lock, mode string, until, now time.Time, bypass bool) bool {
	old.Hold = false // it is not about the retention
	return !old.Keeps(now, bypass) || mode == old.Mode && !until.Before(old.Until)
}

// readRetention reads a Retention document.
func (c *call) readRetention(now time.Time) (mode string, until time.Time, err error) {
	doc, err := c.readDocument("Retention")
	if err != nil {
		return "", until, err
	}
	date, event := "", false
	err = doc.Each(func(e *s3xml.Element) bool {
		event = event || e.Name == "EventHold" || e.Name == "EventHoldDuration"
		return event || e.Name == "Mode" && e.Leaf(&mode) || e.Name == "RetainUntilDate" && e.Leaf(&date)
	})
	switch {
	case err != nil:
		return "", until, err
	case event:
		return "", until, errNotImplemented("An event hold")
	case len(doc.Children) == 0:
		return "", until, nil
	case !lockMode(mode) || date == "":
		return "", until, refuse("MalformedXML")
	}
	if _, err := time.Parse(time.RFC3339, date); err != nil {
		return "", until, refuse("MalformedXML")
	}
	until, err = readUntil("RetainUntilDate", date, now)
	return mode, until, err
}

package sigv4

import (
	"net/http"
	"strings"
	"time"

	"spaces/server/inbound"
)

// headerV4 verifies an Authorization header; rest is what follows the algorithm.
func (v *Verifier) headerV4(r *inbound.Request, s *scratch, rest string) (*Identity, error) {
	var c claimV4
	if err := c.parseHeader(rest); err != nil {
		return nil, err
	}
	stamp, err := c.dateOf(r.Header)
	if err != nil {
		return nil, err
	}
	if v.skewed(stamp) {
		return nil, v.errSkewed(c.date)
	}
	if c.day != c.date[:8] {
		if _, known := v.Secret(c.accessKey); !known { // S3 looks for the key first
			return nil, errUnknownKey(c.accessKey)
		}
		return nil, errHeaderMalformed(c.otherDay())
	}
	if err := noToken(r.Header); err != nil {
		return nil, err
	}
	id := &Identity{}
	var ok bool
	if c.payload, ok, err = single(r.Header, "X-Amz-Content-Sha256"); err != nil {
		return nil, err
	} else if !ok {
		return nil, bad("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
	}
	if err := id.payload(c.payload); err != nil {
		return nil, err
	}
	if err := v.check(r, s, &c, "", id); err != nil {
		return nil, err
	}
	return id, nil
}

// parseHeader reads "Credential=…, SignedHeaders=…, Signature=…", in any order, each once.
func (c *claimV4) parseHeader(rest string) error {
	var credential string
	if strings.Count(rest, ",") != 2 {
		return errHeaderMalformed("the authorization header requires three components: Credential, SignedHeaders, and Signature.")
	}
	for component := range strings.SplitSeq(rest, ",") {
		component = strings.Trim(component, " \t")
		name, value, _ := strings.Cut(component, "=")
		if name == "" || value == "" {
			return errHeaderMalformed("the authorization component " + quoted(component) + " is malformed.")
		}
		switch name {
		case "Credential":
			credential = value
		case "SignedHeaders":
			c.signed = value
		case "Signature":
			c.signature = value
		}
	}
	for _, component := range [...]struct{ name, value string }{{"Credential", credential}, {"SignedHeaders", c.signed}, {"Signature", c.signature}} {
		if component.value == "" { // and so another one is there twice, or is none of them
			return errHeaderMalformed("missing " + component.name + ".")
		}
	}
	if reason := c.credential(credential); reason != "" {
		return errHeaderMalformed(reason)
	}
	host, ok := signedList(c.signed)
	if !ok {
		return errHeaderMalformed("SignedHeaders must be lower-case names in order.")
	}
	if !host {
		return errUnsignedHeader("host")
	}
	return nil
}

// dateOf sets c.date from x-amz-date, or else from Date.
func (c *claimV4) dateOf(h http.Header) (time.Time, error) {
	date, ok, err := single(h, "X-Amz-Date")
	if err != nil {
		return time.Time{}, err
	}
	if ok {
		if t, ok := parseISO(date); ok {
			c.date = date
			return t, nil
		}
	} else if date, ok, err = single(h, "Date"); err != nil {
		return time.Time{}, err
	}
	t, known := parseDate(date)
	if !ok || !known {
		return time.Time{}, errNoDate()
	}
	c.date = t.UTC().Format(isoFormat)
	return t, nil
}

// parseISO reads the one form that x-amz-date and X-Amz-Date have in V4.
func parseISO(s string) (time.Time, bool) {
	t, err := time.Parse(isoFormat, s)
	return t, err == nil && len(s) == len(isoFormat) && sinceEpoch(t) // Parse alone lets fractions pass
}

// rfc1123UTC is how some clients write http.TimeFormat.
const rfc1123UTC = "Mon, 02 Jan 2006 15:04:05 UTC"

// parseDate reads the date formats that S3 takes in Date and x-amz-date.
func parseDate(s string) (time.Time, bool) {
	if t, ok := parseISO(s); ok {
		return t, true
	}
	for _, layout := range [...]string{http.TimeFormat, time.RFC1123Z, rfc1123UTC, time.RFC850, time.ANSIC} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, sinceEpoch(t)
		}
	}
	return time.Time{}, false
}

// sinceEpoch reports whether t is a date to S3, which knows none before 1970.
func sinceEpoch(t time.Time) bool { return t.Unix() >= 0 }

// single gives a header that may be there only once; name is in canonical form.
func single(h http.Header, name string) (value string, ok bool, err error) {
	switch v := h[name]; len(v) {
	case 0:
		return "", false, nil
	case 1:
		return strings.Trim(v[0], " \t"), true, nil
	}
	return "", false, errRepeated(name)
}

// noToken refuses temporary credentials: none are ever handed out.
func noToken(h http.Header) error {
	if len(h["X-Amz-Security-Token"]) > 0 {
		return errToken()
	}
	return nil
}

package server

import (
	"archive/tar"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// What PAX records say of a member, as minio-go writes them: headers that a PUT
// of it would have, and a version.
const (
	paxHeader  = "minio.metadata."
	paxVersion = "minio.versionId"
)

// memberName is the name of a member without the "./" and "/" that archivers put before
// names. Nothing else is cleaned: keys are opaque, and no paths.
func memberName(name string) string {
	for {
		rest := strings.TrimPrefix(strings.TrimPrefix(name, "/"), "./")
		if rest == name {
			return name
		}
		name = rest
	}
}

// keyOf gives the key of a member, "" for one that is passed by. A link or a device
// has no body to be stored: its error says so.
func (p *pack) keyOf(m *member) (key string, err error) {
	name := memberName(m.Name)
	switch m.Typeflag {
	case tar.TypeDir:
		if p.ignoreDirs || name == "" || name == "." {
			return "", nil
		}
		if !strings.HasSuffix(name, "/") {
			name += "/"
		}
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		if name == "" {
			err = refusef("InvalidArgument", "A member of the archive has no name.")
		}
	default:
		err = refusef("InvalidArgument", "It is a link or a device, and neither a file nor a directory.")
	}
	if key = p.prefix + name; err == nil {
		err = validKey(key)
	}
	return key, err
}

// mayStore decides on a member as on a PutObject of its key with the headers of the request.
func (p *pack) mayStore(key string) error {
	q := question{action: "s3:PutObject", space: &p.c.space, key: key}
	if !p.c.s.allows(p.c, &q) {
		return p.c.denied(&q)
	}
	return p.c.authoriseHeaders(&q)
}

// attrsOf gives what goes with a member: what the request says of all, and over it what
// its own records say.
func (p *pack) attrsOf(key string, m *member) (storage.Attrs, error) {
	a := p.base
	own, err := paxHeaders(m.PAXRecords)
	if err != nil || own == nil {
		return a, err
	}
	said, err := storedAttrs(own)
	if err != nil {
		return a, err
	}
	a.Headers, a.Meta = said.Headers, said.Meta
	if own.Get(hStorageClass) != "" {
		a.Class = said.Class
	}
	if own.Get(hTagging) == "" {
		return a, nil
	}
	if !p.c.s.allows(p.c, &question{action: "s3:PutObjectTagging", space: &p.c.space, key: key}) {
		return a, refuse("AccessDenied")
	}
	a.Tags, err = parseTags(own.Get(hTagging))
	return a, err
}

// paxHeaders are the headers in the records of a member; nil: there are none. What
// is there and cannot be kept is an error, as it is at a PUT.
func paxHeaders(records map[string]string) (h http.Header, err error) {
	if records[paxVersion] != "" {
		return nil, errNotImplemented("A version that the client names")
	}
	for name, value := range records {
		name, ok := strings.CutPrefix(name, paxHeader)
		if !ok {
			continue
		}
		canonical := http.CanonicalHeaderKey(name)
		switch _, twice := h[canonical]; {
		case twice, !httpguts.ValidHeaderFieldName(name), !httpguts.ValidHeaderFieldValue(value):
			return nil, errInvalidArgument(paxHeader+s3xml.Printable(name), value, "The header of a member is malformed.")
		case strings.HasPrefix(canonical, "X-Amz-") && !strings.HasPrefix(canonical, metaPrefix) &&
			canonical != hStorageClass && canonical != hTagging && canonical != hRedirect:
			return nil, errNotImplemented("The header " + canonical + " of a member")
		}
		if h == nil {
			h = http.Header{}
		}
		h[canonical] = []string{strings.TrimSpace(value)}
	}
	return h, nil
}

// plural is a number of things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

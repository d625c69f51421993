package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"

	"spaces/server/inbound"
	"spaces/server/s3xml"
)

// Row is what tests see of a row of the table.
type Row struct {
	Name, Method, Header, Value, Source, Action string
	Query, Takes                                []string
	Object, Space                               bool
	Document, Stream                            bool
	Need, Allow                                 uint64
}

// Rows lists the table.
func Rows() (rows []Row) {
	for _, group := range operations {
		for _, op := range group {
			rows = append(rows, Row{
				Name: op.name, Method: op.method, Header: op.header, Value: op.value, Source: op.source, Action: op.action, Query: op.query, Takes: op.takes,
				Object: op.scope == object, Space: op.scope == space, Document: op.body == document || op.body == items, Stream: op.body == stream,
				Need: op.need, Allow: op.allow,
			})
		}
	}
	return rows
}

// SiteRows lists the table of websites.
func SiteRows() (rows []Row) {
	for _, group := range siteOperations {
		for _, op := range group {
			rows = append(rows, Row{Name: op.name, Method: op.method, Object: true})
		}
	}
	return rows
}

// APIs lists the paths of the APIs beside S3.
func APIs() (paths []string) {
	for _, a := range apis {
		paths = append(paths, a.path)
	}
	return paths
}

// Subresources lists the names that the table has to know.
func Subresources() []string { return subresources }

// Codes lists the error codes.
func Codes() map[string]int {
	m := map[string]int{}
	for name, c := range codes {
		m[name] = c.status
	}
	return m
}

// The parsers, for tables and fuzzing.
var (
	ParseRange = func(h string, size int64) (off, n int64, partial, ok bool) {
		s, ok := parseRange(h, size)
		return s.off, s.n, s.partial, ok
	}
	ParseCopySource = func(h string) (space, key string, err error) {
		s, err := parseCopySource(h)
		return s.space, s.key, err
	}
	ParseRenameSource = func(h, space string) (key string, err error) {
		s, err := parseRenameSource(h, space)
		return s.key, err
	}
	EncodeToken = encodeToken
	DecodeToken = decodeToken
	ValidKey    = validKey
	ParseTags   = parseTags
	RequestID   = requestID
)

// ParseTarget reads a request target and host as the server does.
func (s *Server) ParseTarget(uri, host string) (space, key string, err error) {
	in, err := inbound.Read(&http.Request{RequestURI: uri, Host: host})
	if err != nil {
		return "", "", asError(err)
	}
	t := s.targetOf(in.Host)
	err = t.read(&in)
	return t.space, t.key, err
}

// Combine gives the checksum of two texts from theirs.
func Combine(name string, a, b uint64, n int64) uint64 { return algorithmNamed(name).combine(a, b, n) }

// Digest computes a checksum.
func Digest(name string, b []byte) []byte {
	h := algorithmNamed(name).new()
	h.Write(b)
	return h.Sum(nil)
}

// LinkPath is where links are opened.
const LinkPath = linkPath

// HeaderTimeout and BodyTimeout are the deadlines of connections.
const (
	HeaderTimeout = headerTimeout
	BodyTimeout   = bodyTimeout
)

// Handler is what ServeHTTP is for.
var _ http.Handler = (*Server)(nil)

// ReadDocuments reads an XML document as each of those that a Space has, and
// gives its stored form and which of them it is.
func ReadDocuments(doc string) (stored, kinds string, ok bool) {
	e, err := s3xml.Parse(doc)
	if err != nil {
		return "", "", false
	}
	c := &call{s: &Server{owner: "owner"}}
	if _, err := readCORS(e); err == nil {
		kinds += "cors "
	}
	if checkCORS(c, e) == nil {
		kinds += "new "
	}
	if checkWebsite(c, e) == nil {
		kinds += "website "
	}
	if list, err := c.readPolicyACL(e); err == nil {
		kinds += "acl" + string(list.stored()) + " "
	}
	if _, err := readTagSet(e, maxSpaceTags); err == nil {
		kinds += "tagging "
	}
	if _, err := readOwnership(e); err == nil {
		kinds += "ownership "
	}
	if _, err := readBlock(e); err == nil {
		kinds += "block "
	}
	if _, err := readSpaceEncryption(e); err == nil {
		kinds += "encryption "
	}
	if r, err := c.readLogging(e); err == nil && r != nil {
		kinds += "logging "
	}
	if list, ok, refused := c.readGrants(e); ok && refused == nil {
		kinds += "grants" + string(list.stored())
	}
	return string(e.Document()), kinds, true
}

// Client is the address that a request is taken to come from.
func (s *Server) Client(r *http.Request) string {
	return s.newCall(httptest.NewRecorder(), r).client().String()
}

// LoggedOperations gives how the log names every row of the table.
func LoggedOperations() map[string]string {
	names := map[string]string{}
	for _, group := range operations {
		for _, op := range group {
			names[op.name] = op.logged
		}
	}
	return names
}

// Answered is how many requests of an operation succeeded, and how many were
// refused.
func (m *Metrics) Answered(name string) (succeeded, refused uint64) {
	for op, counts := range m.byOp {
		if op.name == name {
			return counts.status[2].Load(), counts.status[4].Load() + counts.status[5].Load()
		}
	}
	return 0, 0
}

// Gate is the gate of a server.
type Gate struct{ g *gate }

// NewGate makes one with a number of places.
func NewGate(places int) Gate { return Gate{newGate(Limits{Requests: places})} }

// Enter, Leave and StepBack are those of the gate.
func (g Gate) Enter(ctx context.Context, a netip.Addr) bool {
	return g.g.enter(ctx, func() netip.Addr { return a })
}
func (g Gate) Leave()    { g.g.leave() }
func (g Gate) StepBack() { g.g.stepBack(&visitor{}) }

// Hasty gives a server no time to count what is due.
func Hasty(s *Server) { s.dueTime = 0 }

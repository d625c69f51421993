package server

import "spaces/server/accesslog"

// accessLine makes the line of a request that has ended. Neither the query nor
// the Authorization header is anywhere in it.
func (c *call) accessLine() accesslog.Line {
	t := &c.trace
	l := accesslog.Line{
		At: t.began, Took: t.took, ID: c.id, Method: c.in.Method, Space: c.target.space, Key: c.target.key,
		Client: c.client(), Status: t.status, In: t.received, Out: t.sent, Agent: c.in.Header.Get("User-Agent"), Code: t.code, Reason: t.reason(),
		TLS: c.secure(),
	}
	if c.op != nil {
		l.Operation, l.Kept = c.op.name, c.op.recorded && t.code == ""
	}
	if c.who != nil {
		l.AccessKey = c.who.AccessKey
	}
	if l.Space == "" {
		l.Path = c.in.RawPath
	}
	return l
}

// Beside gives a request id for what is answered beside the API, and what leaves the line of a refusal there in the access
// log: its ID is set.
func (s *Server) Beside() (id string, refused func(accesslog.Line)) {
	id = requestID(s.ids.Add(1))
	return id, func(l accesslog.Line) {
		if l.ID = id; s.access != nil {
			s.access.Record(l)
		}
	}
}

package server

import (
	"time"

	"spaces/server/accesslog"
	"spaces/server/storage"
	"spaces/server/sweep"
)

// sweptNames are what the log calls what a sweep does (user guide, "Lifecycle
// and logging").
var sweptNames = map[string]string{
	sweep.Delete: "S3.EXPIRE.OBJECT", sweep.Version: "S3.EXPIRE.OBJECT", sweep.Marker: "S3.EXPIRE.OBJECT",
	sweep.Hide: "S3.CREATE.DELETEMARKER", sweep.Abort: "S3.DELETE.UPLOAD",
}

// sweepRequester is who asks for what no client asked for.
const sweepRequester = "AmazonS3"

// LogSwept leaves a line of what a sweep did in the log of its Space, where that has one: see sweep.Sweeper.Tell.
func (s *Server) LogSwept(sp *storage.Space, d *sweep.Due, at time.Time) {
	if s.logs == nil || len(sp.Config[docLogging]) == 0 {
		return
	}
	l := accesslog.Record{
		At: at, Caller: sweepRequester, ID: requestID(s.ids.Add(1)), Operation: sweptNames[d.Action],
		Key: d.Key, Once: true, Version: d.Version, Host: s.hostID,
	}
	l.WithoutRequest()
	if d.Action == sweep.Delete || d.Action == sweep.Hide || d.Action == sweep.Version {
		l.Size = d.Size
	}
	s.addLog(sp, l)
}

package server

import (
	"spaces/server/accesslog"
	"spaces/server/storage"
)

// sweptNames are what the log calls what a sweep does (user guide, "Lifecycle
// and logging").
var sweptNames = map[string]string{
	DueDelete: "S3.EXPIRE.OBJECT", DueVersion: "S3.EXPIRE.OBJECT", DueMarker: "S3.EXPIRE.OBJECT",
	DueHide: "S3.CREATE.DELETEMARKER", DueAbort: "S3.DELETE.UPLOAD",
}

// sweepRequester is who asks for what no client asked for.
const sweepRequester = "AmazonS3"

// LogTo has what the sweeps do appear in the logs of the Spaces, which s
// delivers. It is called before Run.
func (w *Sweeper) LogTo(s *Server) { w.server = s }

// tell leaves a line of something that was done.
func (w *Sweeper) tell(sp *storage.Space, d *Due) {
	if w.server == nil || w.server.logs == nil || len(sp.Config[docLogging]) == 0 {
		return
	}
	s := w.server
	l := accesslog.Record{
		At: w.now(), Caller: sweepRequester, ID: requestID(s.ids.Add(1)), Operation: sweptNames[d.Action],
		Key: d.Key, Once: true, Version: d.Version, Host: s.hostID,
	}
	l.WithoutRequest()
	if d.Action == DueDelete || d.Action == DueHide || d.Action == DueVersion {
		l.Size = d.Size
	}
	s.addLog(sp, l)
}

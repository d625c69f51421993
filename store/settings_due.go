package store

import "context"

// Due is something that a lifecycle rule would delete now.
type Due struct {
	Key             string
	Action          string // delete, hide, delete-version, delete-marker, abort-upload
	Version, Upload string // "": none
	Rule            string // id; "": the default age of uploads
	Size            int64  // bytes
}

// TellsDue says whether Due can be asked: only the server of this machine tells.
func (s *Store) TellsDue() bool { return s.c.Due != nil }

// Due calls show with what the lifecycle rules of a Space would delete now, page by page; nothing is deleted. An error of
// show ends it. What show is given is good until it returns.
func (s *Store) Due(ctx context.Context, space string, show func([]Due) error) error {
	r := Ref{Space: space}
	if s.c.Due == nil {
		return &Error{Op: "plan the lifecycle of", Ref: r, Kind: Unsupported, Err: &cause{text: "only the server of this machine tells", err: Unsupported}}
	}
	return s.wrap("plan the lifecycle of", r, s.c.Due(ctx, space, show))
}

package server

import (
	"net/http"

	"spaces/server/inbound"
	"spaces/server/links"
	"spaces/server/storage"
)

// linkArchive is the kind of archive that links give: everybody can open one.
const linkArchive = "zip"

// archiveQuery is the query of a GetArchive for a folder.
func archiveQuery(folder, method string) query {
	q := inbound.Query{{Name: "archive", Value: linkArchive, Raw: "archive"}, {Name: "prefix", Value: folder, Raw: "prefix"}}
	return query{q, masked(method, q)}
}

// lookUpArchive makes the request one of GetArchive or HeadArchive for the folder of
// a link, up to the handler.
func (c *call) lookUpArchive(l *links.Link, method string) (err error) {
	c.target = target{space: l.Space}
	c.query = archiveQuery(l.Key, method)
	c.in.Query = c.query.Query
	if c.op, err = operations.route(space, method, c.query.mask, c.in.Header); err != nil {
		return err
	}
	return c.prepare()
}

// checkArchiveLink is checkLink for a folder: of single objects it is asked when the
// link is used, as they are then.
func (c *call) checkArchiveLink(q *linkRequest, sp *storage.Space) (err error) {
	inQuery, inTarget := c.query, c.target
	defer func() { c.op, c.query, c.target = nil, inQuery, inTarget }()
	c.target, c.query = target{space: q.Space}, archiveQuery(q.Key, http.MethodGet)
	if c.op, err = operations.route(space, http.MethodGet, c.query.mask, c.in.Header); err != nil {
		return err
	}
	if !c.s.allows(c, &question{action: c.op.action, space: sp}) {
		return errLinkDenied
	}
	found, _, err := c.s.engine.List(c.ctx, q.Space, storage.ListQuery{Prefix: q.Key, Max: 1})
	if err == nil && len(found) == 0 && q.Key != "" {
		return storage.ErrNoKey
	}
	return err
}

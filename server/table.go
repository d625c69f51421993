package server

import "net/http"

// table holds the rows by scope and method.
type table map[tableKey][]*operation

type tableKey struct {
	scope  scope
	method string
}

func prepare(groups ...[]operation) table {
	t := table{}
	for _, group := range groups {
		for i := range group {
			op := &group[i]
			op.need = maskOf(op.query)
			op.allow = op.need | maskOf(op.takes)
			op.logged = op.loggedName()
			if op.limit == 0 {
				op.limit = documentLimit
			}
			k := tableKey{op.scope, op.method}
			t[k] = append(t[k], op)
		}
	}
	return t
}

// route finds the row of a request, or says why there is none.
func (t table) route(sc scope, method string, mask uint64, h http.Header) (*operation, error) {
	var best *operation
	for _, op := range t[tableKey{sc, method}] {
		if mask&op.need != op.need || mask&^op.allow != 0 || !op.headed(h) {
			continue
		}
		if best == nil || op.conditions() > best.conditions() {
			best = op
		}
	}
	if best == nil {
		return nil, t.misrouted(sc, method, mask)
	}
	return best, nil
}

var knownMethods = map[string]bool{"GET": true, "HEAD": true, "PUT": true, "POST": true, "DELETE": true, "OPTIONS": true}

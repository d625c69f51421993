package server

import (
	"context"
	"net/http"
	"time"

	"spaces/server/sweep"
)

// duePath is where this server tells what the lifecycle of a Space would do now:
// an extension, for which neither S3 nor DigitalOcean's API has a request.
const duePath = "/v2/spaces/due"

// An answer is bounded: the first of each rule are in it, and of all together no
// more than fit in 8 MB, whatever keys become in JSON. Counting ends after
// dueTime, and says so.
const (
	dueOfRule = 100
	dueOfAll  = 1000
	dueTime   = 20 * time.Second
)

// dueCounts sum what is due. Bytes are those of objects and versions.
type dueCounts struct {
	Objects  int   `json:"objects"`
	Versions int   `json:"versions"`
	Markers  int   `json:"markers"`
	Uploads  int   `json:"uploads"`
	Bytes    int64 `json:"bytes"`
}

func (n *dueCounts) add(d *sweep.Due) {
	switch d.Action {
	case sweep.Abort:
		n.Uploads++
		return
	case sweep.Version:
		n.Versions++
	case sweep.Marker:
		n.Markers++
	default:
		n.Objects++
	}
	n.Bytes += d.Size
}

// dueThing is one of what is due.
type dueThing struct {
	Key     string `json:"key"`
	Action  string `json:"action"`
	Version string `json:"version,omitempty"`
	Upload  string `json:"upload,omitempty"`
	Rule    string `json:"rule,omitempty"`
	Size    int64  `json:"size"`
}

// dueOf are the sums of a rule, "" for the default age of uploads.
type dueOf struct {
	Rule string `json:"rule"`
	dueCounts
}

// dueAnswer is the answer, rules in the order in which something is due by them.
// It is not complete when the time ran out.
type dueAnswer struct {
	dueCounts
	Complete bool       `json:"complete"`
	Rules    []*dueOf   `json:"rules"`
	First    []dueThing `json:"first"`

	byRule map[string]*dueOf
}

func (a *dueAnswer) add(d *sweep.Due) {
	a.dueCounts.add(d)
	r := a.byRule[d.Rule]
	if r == nil {
		r = &dueOf{Rule: d.Rule}
		a.byRule[d.Rule], a.Rules = r, append(a.Rules, r)
	}
	if r.Objects+r.Versions+r.Markers+r.Uploads < dueOfRule && len(a.First) < dueOfAll {
		a.First = append(a.First, dueThing{d.Key, d.Action, d.Version, d.Upload, d.Rule, d.Size})
	}
	r.add(d)
}

// runDue answers what is due, and deletes nothing.
func (c *call) runDue(rest string) (int, any, error) {
	switch {
	case rest != "":
		return 0, nil, errNoKey
	case c.in.Method != http.MethodGet:
		return 0, nil, errKeyMethod(c.in.Method)
	}
	var space string
	for _, p := range c.in.Query {
		if p.Name == "space" {
			space = p.Value
		}
	}
	if space == "" {
		return 0, nil, badKeyRequest("space is missing.")
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.s.dueTime)
	defer cancel()
	a := &dueAnswer{Rules: []*dueOf{}, First: []dueThing{}, byRule: map[string]*dueOf{}}
	err := sweep.New(c.s.engine, c.s.now, nil).Plan(ctx, space, func(d sweep.Due) error {
		a.add(&d)
		return nil
	})
	switch {
	case c.ctx.Err() != nil:
		return 0, nil, c.ctx.Err() // nobody waits for the answer
	case err != nil && ctx.Err() != nil:
		return http.StatusOK, a, nil
	}
	a.Complete = err == nil
	return http.StatusOK, a, err
}

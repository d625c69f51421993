package server

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// doctorPath is where this server tells what is wrong with the box it runs on: an
// extension, for those who may do everything.
const doctorPath = "/v2/spaces/doctor"

// doctorTime bounds an answer. Each check has its own, shorter time.
const doctorTime = 30 * time.Second

// CheckState is how something was found.
type CheckState string

// States of a Check.
const (
	CheckOK      CheckState = "ok"
	CheckWarn    CheckState = "warn"    // it works, and will not for ever
	CheckWrong   CheckState = "wrong"   // something does not work, or data are in danger
	CheckUnknown CheckState = "unknown" // it could not be looked at
)

// Check is one thing about a box that was looked at. Texts may hold names from
// outside, which are hostile.
type Check struct {
	Name     string     `json:"name"` // one word, always the same
	State    CheckState `json:"state"`
	Sentence string     `json:"sentence"`
	Advice   string     `json:"advice,omitempty"` // what to do; "" when there is nothing to be done
}

// runDoctor answers with all checks.
func (c *call) runDoctor(rest string) (int, any, error) {
	switch {
	case rest != "":
		return 0, nil, errNoKey
	case c.in.Method != http.MethodGet:
		return 0, nil, errKeyMethod(c.in.Method)
	}
	ctx, cancel := context.WithTimeout(c.ctx, doctorTime)
	defer cancel()
	return http.StatusOK, map[string][]Check{"checks": c.s.checkup(ctx)}, nil
}

// findingsHeader says in an answer to the root key how much damage the last scrub
// found: whoever looks at all Spaces should not have to ask for it.
const findingsHeader = "X-Spaces-Findings"

func (c *call) tellFindings() {
	if c.s.found == nil || !c.root() {
		return
	}
	if n := c.s.found(); n > 0 {
		c.out.set(findingsHeader, strconv.Itoa(n))
	}
}

// ID names this process in the X-Amz-Id-2 of its answers.
func (s *Server) ID() string { return s.hostID }

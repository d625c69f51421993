package main

import (
	"context"
	"errors"
	"sync/atomic"

	"spaces/store"
	"spaces/store/job"
)

// session is what a command works with that goes to endpoints: the connections, and jobs that are noted where the panel
// and the next command find them if they are cut short.
type session struct {
	*connections
	jobs     *job.Manager
	requests atomic.Int64 // sent so far, on all connections

	outcome func(job.ID, job.Outcome) // told how objects end, as job.Options has it; to be set before a job is started. nil: nobody is
}

// withSession opens a session for do and ends it: jobs that still run are canceled, and clean up after themselves.
func withSession(ctx context.Context, p process, o options, do func(context.Context, *session) error) (err error) {
	boundGarbage(p, serveGarbage)
	raiseFloor(p, commandFloor)
	c, err := loadConfig(o.config)
	if err != nil {
		return err
	}
	s := &session{connections: newConnections(p, o, c)}
	s.Conns = store.NewConns(counted(s.config, &s.requests))
	s.Known = s.known
	ledger := openLedger(p, o)
	s.jobs = job.New(job.Options{Now: p.now, Ledger: ledger, Conns: s.Conns, Workers: o.workers, Outcome: func(id job.ID, x job.Outcome) {
		if s.outcome != nil {
			s.outcome(id, x)
		}
	}})
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		err = errors.Join(err, s.jobs.Close(ending), ledger.Close(), s.close(ending))
	}()
	return do(ctx, s)
}

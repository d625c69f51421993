package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"spaces/server"
	"spaces/server/keyring"
	"spaces/server/storage"
)

// A check-up looks at the box: the data directory and the disk below it, the clock, the server and what leads to it. The
// owner of the directory does it, since it knows most; while there is none the command that asks does, with what was
// noted of the last server. Nothing is changed, and nothing is waited for longer than checkTime.

// checkTime bounds each check; all go on at once.
const checkTime = 10 * time.Second

// finding is what a check comes to.
type finding struct {
	state            server.CheckState
	sentence, advice string
}

func fine(format string, args ...any) finding {
	return finding{server.CheckOK, fmt.Sprintf(format, args...), ""}
}

func worry(advice, format string, args ...any) finding {
	return finding{server.CheckWarn, fmt.Sprintf(format, args...), advice}
}

func wrong(advice, format string, args ...any) finding {
	return finding{server.CheckWrong, fmt.Sprintf(format, args...), advice}
}

func unknown(advice, format string, args ...any) finding {
	return finding{server.CheckUnknown, fmt.Sprintf(format, args...), advice}
}

// check is something to look at.
type check struct {
	name string
	look func(context.Context) finding
}

// patient is a box as checks see it. The functions are what the machine says.
type patient struct {
	Dir
	serving Serving
	root    RootKey // ID "": the one in the directory, if there is one
	env     bool    // root comes from the environment

	own  *Owned        // of a server in this process; nil: none
	keys *keyring.Ring // nil: they could not be read
	lock finding       // who has the directory

	usage   func(dir string) (free, total, reserve int64, err error)
	synced  func() (bool, error) // by the kernel, the clock with a time server
	flush   func(dir string) (time.Duration, error)
	resolve func(ctx context.Context, host string) ([]string, error)
	dial    func(ctx context.Context, network, addr string) (net.Conn, error)
}

func (d Dir) patient() *patient {
	var dialer net.Dialer
	return &patient{
		Dir: d, usage: storage.DiskUsage, synced: clockSynced, flush: syncTime,
		resolve: net.DefaultResolver.LookupHost, dial: dialer.DialContext,
	}
}

// files are the checks of what is on the disk.
func (p *patient) files() []check {
	return []check{
		{"directory", p.directory}, {"modes", p.modes}, {"owner", p.owner}, {"format", p.format},
		{"space", p.space}, {"disk", p.disk}, {"clock", p.clock},
	}
}

// upkeep are the checks of what is done regularly.
func (p *patient) upkeep() []check {
	return []check{{"backup", p.backup}, {"scrub", p.scrub}}
}

// examine does all checks at once, each in its time, and gives what they came to in their order.
func examine(ctx context.Context, checks []check) []server.Check {
	list := make([]server.Check, len(checks))
	var all sync.WaitGroup
	for i, c := range checks {
		all.Go(func() {
			f := within(ctx, c)
			list[i] = server.Check{Name: c.name, State: f.state, Sentence: f.sentence, Advice: f.advice}
		})
	}
	all.Wait()
	return list
}

// within waits for a check for its time: a disk or a network may stand still, and then that is the finding.
func within(ctx context.Context, c check) finding {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	found := make(chan finding, 1)
	go func() { found <- c.look(ctx) }()
	select {
	case f := <-found:
		return f
	case <-ctx.Done():
		return unknown("Look whether the disk or the network stands still.", "There was no answer in time.")
	}
}

// Checkup looks at the box of a running server.
func (o *Owned) Checkup(ctx context.Context) []server.Check {
	p := o.dir.patient()
	p.own, p.serving, p.root, p.env, p.keys = o, o.serving, o.root, o.root.File == "", o.ring
	p.lock = fine("%v has the directory and answers.", thisProcess(o.serving.Command, o.serving.Address, ""))
	checks := append([]check{{"server", func(context.Context) finding { return p.lock }}}, p.files()...)
	checks = append(checks, check{"writes", p.writes}, check{"ports", p.ports}, check{"certificate", p.certificate},
		check{"address", p.address}, check{"keys", p.accessKeys}, check{"encryption", p.encryption})
	return examine(ctx, append(checks, p.upkeep()...))
}

// Checkup looks at the box, through the owner of the directory while there is one. root is the key of the environment,
// if that has one.
func (d Dir) Checkup(ctx context.Context, root RootKey) []server.Check {
	p := d.patient()
	p.root, p.env = root, root.ID != ""
	if f := p.there(); f.state != server.CheckOK {
		return []server.Check{{Name: "directory", State: f.state, Sentence: f.sentence, Advice: f.advice}}
	}
	err := d.noted(servingFile, &p.serving)
	if err != nil {
		p.serving = Serving{}
	}
	var damage finding
	here := func() error {
		found, _, err := storage.FormatOf(d.Path)
		if err != nil || found == 0 { // said by the check of the format
			return nil
		}
		err = d.explain(storage.Look(d.Path, d.options(0), func(e *storage.Engine) error {
			p.keys, err = keyring.Open(e, d.Now)
			return err
		}))
		var taken *InUseError
		if errors.As(err, &taken) {
			return err
		}
		if err != nil {
			damage = wrong("", "The metadata cannot be read: %v", err)
		}
		return nil
	}
	var list []server.Check
	p.lock = p.nobody()
	there := func(o other) error {
		list, p.lock = d.asked(ctx, o)
		return nil
	}
	_ = d.hereOrThere(here, there)
	if list != nil {
		return p.mine(ctx, list)
	}
	checks := append([]check{{"server", func(context.Context) finding { return p.lock }}}, p.files()...)
	if damage.state != "" {
		checks = append(checks, check{"metadata", func(context.Context) finding { return damage }})
	}
	checks = append(checks, check{"certificate", p.certificateFile})
	if p.keys != nil {
		checks = append(checks, check{"keys", p.accessKeys})
	}
	return examine(ctx, append(checks, p.upkeep()...))
}

// asked has the owner of the directory look; without an answer it says why.
func (d Dir) asked(ctx context.Context, o other) ([]server.Check, finding) {
	ctx, cancel := context.WithTimeout(ctx, 3*checkTime)
	defer cancel()
	last, err := o.ask(ctx, "doctor", controlRequest{}, nil)
	switch {
	case err == nil:
		return last.Checks, finding{}
	case strings.Contains(err.Error(), "refused: 404"):
		return nil, worry("Start it again with this version.", "%v has the directory, and is too old to be asked.", o.Owner)
	case errors.Is(err, os.ErrPermission):
		return nil, unknown("Run this as the user that the server runs as, or as root.", "%v has the directory, and this user may not ask it.", o.Owner)
	}
	return nil, wrong("Look at its log for why (journalctl -u spaces), and start it again.", "%v has the directory and does not answer: %v.", o.Owner, err)
}

// mine does again what this process can see better than a server that is shut in: the kernel tells a service the state
// of the clock only where the unit allows it.
func (p *patient) mine(ctx context.Context, list []server.Check) []server.Check {
	for i, c := range list {
		if c.Name == "clock" && c.State == server.CheckOK {
			list[i] = examine(ctx, []check{{"clock", p.clock}})[0]
		}
	}
	return list
}

// nobody is what there is to say while nobody has the directory.
func (p *patient) nobody() finding {
	if p.serving.Address == "" {
		return fine("No server runs: the panel opens the directory itself.")
	}
	return wrong("Start it: systemctl start spaces, or spaces serve. Its log says why it ended: journalctl -u spaces.",
		"No server runs, and one did: %s, since %s at %s.", p.serving.Command, p.serving.At.UTC().Format(time.DateTime), p.serving.Address)
}

// Serving is how a directory is served, or was when it last was.
type Serving struct {
	Command string    `json:"command"`
	At      time.Time `json:"at"`      // when that began
	Address string    `json:"address"` // HOST:PORT of the first port
	Secure  bool      `json:"secure"`  // it speaks TLS
	Domains []string  `json:"domains,omitempty"`
	Proxied bool      `json:"proxied"` // there is a proxy before it
	Scrub   int       `json:"scrub"`   // days between regular scrubs; 0: none
}

const servingFile = ".last-serve.json"

// serves notes how this process serves. A panel is no server for others: nobody misses it when it ends.
func (o *Owned) serves(s Service) {
	v := &o.serving
	v.Command, v.At, v.Address, v.Secure = s.Command, o.dir.Now(), o.ports[0].Addr().String(), s.Secure
	if o.scrubs != nil {
		v.Scrub = max(int(o.scrubs.every/(24*time.Hour)), 1)
	}
	if s.Command != serveCommand {
		return
	}
	if err := o.dir.note(servingFile, *v); err != nil && o.dir.Log != nil {
		o.dir.Log.Warn("how the directory is served cannot be noted", "cause", err)
	}
}

// serveCommand is how servers for others call themselves in Service.Command.
const serveCommand = "spaces serve"

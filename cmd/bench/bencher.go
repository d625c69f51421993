package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// bencher is one run.
type bencher struct {
	z       size
	only    *regexp.Regexp
	peers   []string // that are asked; none: all
	on      []string // servers that clients are tried on besides
	old     record
	work    string // a directory that goes when the run ends
	began   time.Time
	now     built
	then    *built // the recorded program; nil when there is none
	servers map[string]*server
	absent  []string // servers that are not here
	house   *house

	elsewhere []row    // of clients on other servers
	others    []string // clients that are here
	lost      []string // and those that are not
	notes     []string
	results   []result
}

// prepare builds and starts what takes part. None of it counts as time of the run.
func (b *bencher) prepare(ctx context.Context) error {
	cache, err := cacheDir()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return err
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	var tests []bench
	for _, w := range panelWork {
		if b.only.MatchString(w.name) {
			tests = append(tests, w)
		}
	}
	fmt.Fprintln(os.Stderr, "building")
	if b.now, err = build(ctx, root, b.work, tests); err != nil {
		return err
	}
	commands := map[string]serving{this: serveSpaces(b.now.program)}
	if then, err := recordedBuild(ctx, root, cache, b.old.commit, tests); err == nil {
		b.then, commands[before] = &then, serveSpaces(then.program)
	} else {
		b.notes = append(b.notes, "no recorded program beside this one: "+err.Error())
	}
	for _, p := range peers {
		if !b.asked(p.name) && !slices.Contains(b.on, p.name) {
			continue
		}
		if program, err := p.find(ctx, cache); err == nil {
			commands[p.name] = p.serve(program)
		} else {
			b.absent, b.notes = append(b.absent, p.name), append(b.notes, err.Error())
		}
	}
	b.servers = map[string]*server{}
	for name, command := range commands {
		s, err := start(ctx, filepath.Join(b.work, name), command)
		switch {
		case err == nil:
			b.servers[name] = s
		case name == this:
			return err
		default:
			b.absent, b.notes = append(b.absent, name), append(b.notes, name+" does not run: "+err.Error())
		}
	}
	return b.furnish(ctx)
}

// furnish prepares the clients' side.
func (b *bencher) furnish(ctx context.Context) error {
	dir := filepath.Join(b.work, "clients")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"rclone", "s3cmd", "aws", "mc", "s5cmd"} {
		if !b.asked(name) {
			continue
		}
		if _, err := exec.LookPath(name); err == nil {
			b.others = append(b.others, name)
		} else {
			b.lost = append(b.lost, name)
		}
	}
	b.house = &house{server: b.servers[this], dir: dir, z: b.z, clients: clientsOn(b.servers[this].host, dir)}
	if err := b.settle(ctx, b.house); err != nil {
		return err
	}
	return b.settleElsewhere(ctx)
}

// settle has a house ready for its clients.
func (b *bencher) settle(ctx context.Context, h *house) error {
	own := h.clients[this]
	for name, program := range map[string]*built{this: &b.now, before: b.then} {
		if program != nil {
			own.program = program.program
			h.clients[name] = own
		}
	}
	if err := os.WriteFile(filepath.Join(h.dir, "none"), nil, 0o600); err != nil {
		return err
	}
	if err := h.once(ctx, func(c *conn) error {
		_, err := c.do(call{method: "PUT", space: clientSpace})
		return err
	}); err != nil {
		return err
	}
	return h.tree()
}

// rows are all rows that are wanted.
func (b *bencher) rows() (rows []row) {
	sides := []string{this}
	if b.then != nil {
		sides = append(sides, before)
	}
	beside := sides[:len(sides):len(sides)]
	for _, p := range peers {
		if b.servers[p.name] != nil {
			beside = append(beside, p.name)
		}
	}
	for _, w := range serverWork(b.z) {
		rows = append(rows, row{name: w.name, unit: w.unit, sides: beside, absent: b.absent,
			ready: func(ctx context.Context, side string) (func() (sample, error), error) {
				return w.ready(ctx, b.servers[side])
			}})
	}
	clients := append(sides[:len(sides):len(sides)], b.others...)
	for _, k := range clientWork(b.z) {
		rows = append(rows, row{name: k.name, unit: k.unit, sides: clients, absent: b.lost,
			ready: func(ctx context.Context, side string) (func() (sample, error), error) {
				return b.house.ready(ctx, side, k.kind)
			}})
	}
	for _, r := range b.elsewhere {
		r.sides, r.absent = clients, b.lost
		rows = append(rows, r)
	}
	for _, w := range panelWork {
		rows = append(rows, row{name: w.name, unit: w.unit, sides: sides, lessIsBetter: true, bytes: w.bytes,
			ready: func(ctx context.Context, side string) (func() (sample, error), error) {
				program := b.now
				if side == before {
					program = *b.then
				}
				return func() (sample, error) { return w.run(ctx, program) }, nil
			}})
	}
	wanted := rows[:0]
	for _, r := range rows {
		if b.only.MatchString(r.name) {
			wanted = append(wanted, r)
		}
	}
	return wanted
}

// measure prints the table row by row. What seems worse than it was is measured again, while there is time.
func (b *bencher) measure(ctx context.Context) error {
	b.began = time.Now()
	fmt.Println(head())
	for _, r := range b.rows() {
		res := result{row: r}
		if time.Since(b.began) < b.z.limit {
			res = r.run(ctx, b.z.rounds)
			if res.regressed(b.old.rows) != "" && time.Since(b.began) < b.z.limit*3/4 {
				res = r.run(ctx, 2*b.z.rounds)
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Println(res)
		b.results = append(b.results, res)
	}
	return nil
}

// asked tells whether a peer is to take part, if it is here.
func (b *bencher) asked(name string) bool {
	return len(b.peers) == 0 || slices.Contains(b.peers, name)
}

// end ends the servers.
func (b *bencher) end() {
	for _, s := range b.servers {
		s.end()
	}
}

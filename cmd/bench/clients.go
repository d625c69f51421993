package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// client is a command line of S3: the arguments that do something from one place to another. Places are SPACE/FOLDER or,
// when they begin with a slash, on this machine.
type client struct {
	program string
	env     []string
	args    map[string]string // by what is done: words, where FROM and TO stand for the two
}

// clientWork is the work of clients, by what it is called in args.
func clientWork(z size) []struct{ kind, name, unit string } {
	n, large := fmt.Sprintf("%s files", figure(float64(z.files))), mib(z.large/2)
	return []struct{ kind, name, unit string }{
		{"up", "upload of " + n, "/s"}, {"move", "move of " + n, "/s"}, {"down", "download of " + n, "/s"}, {"delete", "delete of " + n, "/s"},
		{"largeup", "upload of " + large, "MB/s"}, {"largedown", "download of " + large, "MB/s"}, {"list", fmt.Sprintf("listing of %s keys", figure(float64(z.keys))), "keys/s"},
	}
}

// clientsOn are all clients that could be here, for a server.
func clientsOn(host, dir string) map[string]client {
	url, empty := "http://"+host, filepath.Join(dir, "none")
	keys := []string{"AWS_ACCESS_KEY_ID=" + accessKey, "AWS_SECRET_ACCESS_KEY=" + secretKey, "AWS_DEFAULT_REGION=" + region, "AWS_REGION=" + region,
		"AWS_CONFIG_FILE=" + empty, "AWS_SHARED_CREDENTIALS_FILE=" + empty, "AWS_EC2_METADATA_DISABLED=true"}
	s3cmd := "--access_key=" + accessKey + " --secret_key=" + secretKey + " --host=" + host + " --host-bucket=" + host + " --no-ssl --no-check-md5 -c " + empty + " "
	aws, on := "--endpoint-url "+url+" s3 ", " --endpoint "+url+" --path-style "
	return map[string]client{
		this: {"", keys, map[string]string{"up": "cp" + on + "-qr FROM/ s3://TO/", "down": "cp" + on + "-qr s3://FROM/ TO/", "move": "mv" + on + "-qr s3://FROM/ s3://TO/",
			"delete": "rm" + on + "-qry s3://FROM/", "list": "ls" + on + "-r s3://FROM/", "largeup": "cp" + on + "-q FROM s3://TO", "largedown": "cp" + on + "-q s3://FROM TO",
			"sync": "sync" + on + "-q FROM s3://TO"}},
		"rclone": {"rclone", []string{"RCLONE_CONFIG=" + empty, "RCLONE_CONFIG_B_TYPE=s3", "RCLONE_CONFIG_B_PROVIDER=Other", "RCLONE_CONFIG_B_ENDPOINT=" + url,
			"RCLONE_CONFIG_B_ACCESS_KEY_ID=" + accessKey, "RCLONE_CONFIG_B_SECRET_ACCESS_KEY=" + secretKey, "RCLONE_TRANSFERS=16", "RCLONE_CHECKERS=16"},
			map[string]string{"up": "copy FROM b:TO", "down": "copy b:FROM TO", "move": "moveto b:FROM b:TO", "delete": "delete b:FROM",
				"list": "lsf -R --files-only --fast-list b:FROM", "largeup": "copyto FROM b:TO", "largedown": "copyto b:FROM TO", "sync": "sync FROM b:TO"}},
		"s3cmd": {"s3cmd", nil, map[string]string{"up": s3cmd + "-q put -r FROM/ s3://TO/", "down": s3cmd + "-q get -r s3://FROM/ TO/", "move": s3cmd + "-q mv -r s3://FROM/ s3://TO/",
			"delete": s3cmd + "-q del -rf s3://FROM/", "list": s3cmd + "ls -r s3://FROM/", "largeup": s3cmd + "-q put FROM s3://TO", "largedown": s3cmd + "-q get s3://FROM TO"}},
		"aws": {"aws", keys, map[string]string{"up": aws + "cp --recursive --only-show-errors FROM/ s3://TO/", "down": aws + "cp --recursive --only-show-errors s3://FROM/ TO/",
			"move": aws + "mv --recursive --only-show-errors s3://FROM/ s3://TO/", "delete": aws + "rm --recursive --only-show-errors s3://FROM/",
			"list": aws + "ls --recursive s3://FROM/", "largeup": aws + "cp --only-show-errors FROM s3://TO", "largedown": aws + "cp --only-show-errors s3://FROM TO"}},
		"mc": {"mc", []string{"MC_CONFIG_DIR=" + filepath.Join(dir, "mc"), "MC_HOST_b=http://" + accessKey + ":" + secretKey + "@" + host},
			map[string]string{"up": "--quiet cp -r FROM/ b/TO/", "down": "--quiet cp -r b/FROM/ TO/", "move": "--quiet mv -r b/FROM/ b/TO/", "delete": "--quiet rm -r --force b/FROM/",
				"list": "--quiet ls -r b/FROM/", "largeup": "--quiet cp FROM b/TO", "largedown": "--quiet cp b/FROM TO", "sync": "--quiet mirror FROM b/TO"}},
		"s5cmd": {"s5cmd", append([]string{"S3_ENDPOINT_URL=" + url}, keys...), map[string]string{"up": "cp FROM/ s3://TO/", "down": "cp s3://FROM/* TO/", "move": "mv s3://FROM/* s3://TO/",
			"delete": "rm s3://FROM/*", "list": "ls s3://FROM/*", "largeup": "cp FROM s3://TO", "largedown": "cp s3://FROM TO"}},
	}
}

// run does one kind of work, and tells how long it took from the start of the program to its end, and how much of the processor.
func (c client) run(ctx context.Context, dir, kind, from, to string) (took, used time.Duration, out []byte, err error) {
	words := strings.Fields(c.args[kind])
	for i, w := range words {
		words[i] = strings.NewReplacer("FROM", from, "TO", to).Replace(w)
	}
	cmd := exec.CommandContext(ctx, c.program, words...)
	cmd.Env, cmd.Dir, cmd.WaitDelay = append(apart(dir), c.env...), dir, time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	began := time.Now()
	if err = cmd.Run(); err != nil {
		err = fmt.Errorf("%s: %w %.500s", strings.Join(cmd.Args, " "), err, stderr.Bytes())
	}
	took = time.Since(began)
	if p := cmd.ProcessState; p != nil {
		used = p.UserTime() + p.SystemTime()
	}
	return took, used, stdout.Bytes(), err
}

// house is where clients do their work: a server, and a directory of this machine with files.
type house struct {
	*server
	dir     string
	z       size
	clients map[string]client
}

const clientSpace = "clients"

// tree writes the files that clients upload: 4 KiB each in 100 folders at the most, and a large one.
func (h *house) tree() error {
	for i := range h.z.files {
		dir := filepath.Join(h.dir, "files", fmt.Sprintf("d%02d", i%100))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, numbered(i)), content(i, small), 0o600); err != nil {
			return err
		}
	}
	f, err := os.Create(filepath.Join(h.dir, "large"))
	for n := int64(0); err == nil && n < h.z.large/2; n += 1 << 20 {
		_, err = f.Write(noise[:1<<20])
	}
	if f != nil {
		f.Close()
	}
	return err
}

// ready prepares one kind of work of a client; measuring it looks at what came of it, too.
func (h *house) ready(ctx context.Context, side, kind string) (func() (sample, error), error) {
	n, folder := h.z.files, fmt.Sprintf("%s%d", kind, h.next.Add(1))
	from, to := clientSpace+"/"+folder, clientSpace+"/"+folder+"to"
	units, down := float64(n), filepath.Join(h.dir, "down")
	var err error
	if err := os.RemoveAll(down); err != nil {
		return nil, err
	}
	if err := os.Mkdir(down, 0o700); err != nil {
		return nil, err
	}
	switch kind {
	case "up":
		from = filepath.Join(h.dir, "files")
	case "largeup":
		from, units = filepath.Join(h.dir, "large"), float64(h.z.large/2)/1e6
	case "largedown":
		from, to, units = clientSpace+"/large", filepath.Join(down, "large"), float64(h.z.large/2)/1e6
		err = h.fill(ctx, clientSpace, "large", 1, h.z.large/2, func(int) string { return "" })
	case "list":
		from, units = clientSpace+"/list", float64(h.z.keys)
		err = h.fill(ctx, clientSpace, "list/", h.z.keys, 64, numbered)
	case "sync":
		from = filepath.Join(h.dir, "files")
	case "midup":
		from, units = filepath.Join(h.dir, "mid"), float64(h.z.mid)*5*(1<<20)/1e6
	case "middown":
		from, to, units = clientSpace+"/mid", down, float64(h.z.mid)*5*(1<<20)/1e6
		err = h.fill(ctx, clientSpace, "mid/", h.z.mid, 5<<20, numbered)
	case "down":
		from, to = clientSpace+"/down", down
		err = h.fill(ctx, clientSpace, "down/", n, small, numbered)
	default:
		err = h.fill(ctx, clientSpace, folder+"/", n, small, numbered)
	}
	if err != nil {
		return nil, err
	}
	does := h.clients[side]
	switch kind {
	case "midup", "middown": // as many files of another size
		does.args = map[string]string{kind: does.args[strings.TrimPrefix(kind, "mid")]}
	case "sync": // what is there is what this client has written
		if _, _, _, err := does.run(ctx, h.dir, kind, from, to); err != nil {
			return nil, err
		}
	}
	return func() (sample, error) {
		took, used, out, err := does.run(ctx, h.dir, kind, from, to)
		if err == nil {
			err = h.done(ctx, kind, from, to, out)
		}
		return sample{figure: units / took.Seconds(), cost: used.Seconds() / units, took: took}, err
	}, nil
}

// done tells whether a client did what it was asked for, and did not only say so.
func (h *house) done(ctx context.Context, kind, from, to string, out []byte) error {
	has := func(place string, want int) error {
		_, prefix, _ := strings.Cut(place, "/")
		return h.once(ctx, func(c *conn) error { return list(c, clientSpace, prefix+"/", "", want) })
	}
	switch kind {
	case "up", "sync":
		return has(to, h.z.files)
	case "midup":
		return has(to, h.z.mid)
	case "move":
		if err := has(from, 0); err != nil {
			return err
		}
		return has(to, h.z.files)
	case "delete":
		return has(from, 0)
	case "list":
		if n := bytes.Count(out, []byte("\n")); n < h.z.keys {
			return fmt.Errorf("%d lines of %d keys", n, h.z.keys)
		}
		return nil
	case "largeup":
		return h.once(ctx, func(c *conn) error {
			_, key, _ := strings.Cut(to, "/")
			a, err := c.do(call{method: "HEAD", space: clientSpace, key: key})
			if err == nil && a.size != h.z.large/2 {
				err = fmt.Errorf("%d bytes came of %d", a.size, h.z.large/2)
			}
			return err
		})
	}
	files, bytes := 0, int64(0)
	err := filepath.WalkDir(filepath.Join(h.dir, "down"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			info, e := d.Info()
			if err = e; err == nil {
				files, bytes = files+1, bytes+info.Size()
			}
		}
		return err
	})
	want := map[string][2]int64{"down": {int64(h.z.files), int64(h.z.files) * small}, "largedown": {1, h.z.large / 2},
		"middown": {int64(h.z.mid), int64(h.z.mid) * 5 << 20}}[kind]
	if err == nil && want != [2]int64{int64(files), bytes} {
		err = fmt.Errorf("%d files of %d bytes came of %d of %d", files, bytes, want[0], want[1])
	}
	return err
}

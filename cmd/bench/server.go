package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// server is a process that serves S3 on loopback.
type server struct {
	host   string // and its port
	pid    int
	next   atomic.Int64 // numbers keys that nobody had before
	filled map[string]bool
	end    func()
}

// serving gives the command of a server, which keeps its data in dir.
type serving func(ctx context.Context, address, dir string) *exec.Cmd

func serveSpaces(program string) serving {
	return func(ctx context.Context, address, dir string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, program, "serve", "--data", filepath.Join(dir, "data"), "--listen", address)
		cmd.Env = append(apart(dir), "SPACES_ACCESS_KEY_ID="+accessKey, "SPACES_SECRET_ACCESS_KEY="+secretKey)
		return cmd
	}
}

func serveVersity(program string) serving {
	return func(ctx context.Context, address, dir string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, program, "--port", address, "--keep-alive", "posix", dir)
		cmd.Env = append(apart(dir), "ROOT_ACCESS_KEY="+accessKey, "ROOT_SECRET_KEY="+secretKey)
		return cmd
	}
}

func serveMinIO(program string) serving {
	return func(ctx context.Context, address, dir string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, program, "server", "--address", address, dir)
		cmd.Env = append(apart(dir), "MINIO_ROOT_USER="+accessKey, "MINIO_ROOT_PASSWORD="+secretKey, "MINIO_UPDATE=off", "MINIO_BROWSER=off")
		return cmd
	}
}

// apart is the environment without the user's own settings of S3, and with other places for what programs keep.
func apart(dir string) (env []string) {
	for _, e := range os.Environ() {
		switch name, _, _ := strings.Cut(e, "_"); name {
		case "AWS", "RCLONE", "SPACES", "XDG", "MC", "S3", "MINIO":
		default:
			env = append(env, e)
		}
	}
	for _, name := range []string{"CONFIG", "DATA", "STATE", "CACHE"} {
		env = append(env, "XDG_"+name+"_HOME="+filepath.Join(dir, "home", strings.ToLower(name)))
	}
	return env
}

// start starts a server, and waits until it answers. Where somebody took the port meanwhile it takes another. It runs until
// end is called, or ctx ends.
func start(ctx context.Context, dir string, command serving) (*server, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var err error
	for range 3 {
		var s *server
		if s, err = startOnce(ctx, dir, command); err == nil {
			err = s.once(ctx, func(c *conn) error {
				_, err := c.do(call{method: "PUT", space: space})
				return err
			})
			if err == nil {
				return s, nil
			}
			s.end()
		}
	}
	return nil, err
}

func startOnce(ctx context.Context, dir string, command serving) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	l.Close()
	ctx, cancel := context.WithCancel(ctx)
	cmd := command(ctx, address, dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second // then it is killed
	log, err := os.Create(filepath.Join(dir, "..", filepath.Base(dir)+".log"))
	if err == nil {
		defer log.Close()
		cmd.Stdout, cmd.Stderr = log, log
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	gone := make(chan struct{})
	go func() { defer close(gone); _ = cmd.Wait() }()
	s := &server{host: address, pid: cmd.Process.Pid, filled: map[string]bool{}, end: func() { cancel(); <-gone }}
	for deadline := time.Now().Add(time.Minute); ; {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
			return s, nil
		}
		select {
		case <-gone:
			text, _ := os.ReadFile(log.Name())
			return nil, fmt.Errorf("%s ended: %.500s", cmd.Path, text)
		case <-ctx.Done():
			s.end()
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			s.end()
			return nil, errors.New(cmd.Path + " did not answer within a minute")
		}
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// built is a state of this repository: its tree, its program, and the test binaries of panelWork.
type built struct{ tree, dir, program string }

func (b built) test(pkg string) string {
	return filepath.Join(b.dir, strings.ReplaceAll(pkg, "/", "-")+".test")
}

// build builds a tree into dir, with the tests of some benchmarks. Which of these cannot be built is left out, and its row is.
func build(ctx context.Context, tree, dir string, of []bench) (built, error) {
	b := built{tree: tree, dir: dir, program: filepath.Join(dir, "spaces")}
	if err := command(ctx, tree, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.program, "./cmd/spaces"); err != nil {
		return b, err
	}
	for _, w := range of {
		if err := command(ctx, tree, "go", "test", "-c", "-trimpath", "-o", b.test(w.pkg), "./"+w.pkg); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", w.name, err)
		}
	}
	return b, ctx.Err()
}

// recordedBuild builds the recorded commit in the cache, where its tree stays.
func recordedBuild(ctx context.Context, root, cache, commit string, of []bench) (built, error) {
	if commit == "" {
		return built{}, errors.New("nothing is recorded yet")
	}
	dir := filepath.Join(cache, "recorded-"+commit)
	tree := filepath.Join(dir, "tree")
	if _, err := os.Stat(tree); err != nil {
		fresh, archive := filepath.Join(dir, "fresh"), filepath.Join(dir, "tree.tar")
		if err := os.MkdirAll(fresh, 0o700); err != nil {
			return built{}, err
		}
		defer os.Remove(archive)
		if err := command(ctx, root, "git", "archive", "--format=tar", "-o", archive, commit); err != nil {
			return built{}, fmt.Errorf("the recorded commit %.12s is not in this clone: %w", commit, err)
		}
		if err := command(ctx, root, "tar", "-xf", archive, "-C", fresh); err != nil {
			return built{}, err
		}
		if err := os.Rename(fresh, tree); err != nil { // whole, or not there
			return built{}, err
		}
	}
	return build(ctx, tree, dir, of)
}

// peer is a server that Go can build from its module.
type peer struct {
	name, module string
	serve        func(program string) serving
}

var peers = []peer{
	{"versitygw", "github.com/versity/versitygw/cmd/versitygw@v1.8.0", serveVersity},
	{"minio", "github.com/minio/minio@v0.0.0-20250907161309-07c3a429bfed", serveMinIO}, // RELEASE.2025-09-07T16-13-09Z
}

// find gives the program of a peer: that in the PATH, or what Go makes of its module, once, into the cache. That it could not is
// kept there as well, because to try takes minutes.
func (p peer) find(ctx context.Context, cache string) (string, error) {
	if path, err := exec.LookPath(p.name); err == nil {
		return path, nil
	}
	_, version, _ := strings.Cut(p.module, "@")
	dir := filepath.Join(cache, p.name+"-"+version)
	program := filepath.Join(dir, p.name)
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	failed := filepath.Join(dir, "failed")
	if why, err := os.ReadFile(failed); err == nil {
		return "", fmt.Errorf("%s (remove %s to try again)", why, failed)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	fmt.Fprintf(os.Stderr, "go install %s (once; it takes some minutes)\n", p.module)
	most, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(most, "go", "install", "-trimpath", p.module)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOBIN="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		err = fmt.Errorf("%s cannot be installed: %w %s", p.name, err, last(out))
		if ctx.Err() == nil {
			_ = os.WriteFile(failed, []byte(err.Error()), 0o600) // else it is tried again
		}
		return "", err
	}
	return program, nil
}

func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env, cmd.Dir = append(os.Environ(), "CGO_ENABLED=0"), dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w %s", name, args[0], err, last(out))
	}
	return nil
}

// last is the last line of what a program said.
func last(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

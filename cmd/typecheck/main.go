// Command typecheck says whether the packages of this module, with their tests, compile on other platforms, without compiling
// anything.
//
//	typecheck OS/ARCH …
//
// To build for a platform is to compile a thousand packages of others before the few of ours, some minutes with nothing
// cached. What can be wrong is a name, a type or a file that one platform has and another has not, and that takes their
// declarations alone. Not found: what only a linker, or vet, would find. `make cross` builds.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run checks the platforms, two at a time: each takes some hundred megabytes.
func run(platforms []string) error {
	if len(platforms) == 0 {
		return errors.New("usage: typecheck OS/ARCH …")
	}
	var wait sync.WaitGroup
	room, errs := make(chan struct{}, 2), make([]error, len(platforms))
	for i, platform := range platforms {
		room <- struct{}{}
		wait.Go(func() {
			defer func() { <-room }()
			n, err := check(platform)
			if errs[i] = err; err == nil {
				fmt.Printf("typecheck %s: %d packages of ours\n", platform, n)
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// check checks one platform, and gives how many packages of this module it has.
func check(platform string) (int, error) {
	system, arch, ok := strings.Cut(platform, "/")
	if !ok {
		return 0, fmt.Errorf("%q is no platform: linux/amd64 is one", platform)
	}
	packages, err := list(system, arch)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", platform, err)
	}
	c := newChecker(arch)
	ours := 0
	for _, p := range packages {
		if strings.HasSuffix(p.ImportPath, ".test") {
			continue // the main package of a test, which is written when it is built
		}
		if p.ours() {
			ours++
		}
		c.check(p)
	}
	switch {
	case len(c.errs) > 0:
		return 0, fmt.Errorf("%s:\n%w", platform, errors.Join(c.errs...))
	case ours == 0:
		return 0, fmt.Errorf("%s: go list names no package of ours", platform)
	}
	return ours, nil
}

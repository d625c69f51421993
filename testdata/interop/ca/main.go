// Command ca is a CA for checks, until its standard input ends: it looks every name up as this machine and comes to the
// ports 443 and 80. It prints the URL of its directory, and writes what its server and its certificates are known by to a file.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"slices"
	"time"

	"spaces/server/certs/certstest"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: ca ROOTS.pem")
	}
	p := &program{}
	defer p.end()
	ca := certstest.Start(p, 90*24*time.Hour)
	ca.At(&net.TCPAddr{Port: 443}, &net.TCPAddr{Port: 80})
	if err := os.WriteFile(os.Args[1], slices.Concat(ca.Root, ca.Issuer), 0o644); err != nil {
		p.Fatal(err)
	}
	fmt.Println(ca.Directory)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// program is a certstest.Test that ends when it is told to.
type program struct{ cleanup []func() }

func (p *program) Helper() {}

func (p *program) Setenv(name, value string) {
	if err := os.Setenv(name, value); err != nil {
		p.Fatal(err)
	}
}

func (p *program) Cleanup(do func()) { p.cleanup = append(p.cleanup, do) }

func (p *program) Fatal(args ...any) {
	p.end()
	log.Fatal(args...)
}

func (p *program) end() {
	for _, do := range slices.Backward(p.cleanup) {
		do()
	}
	p.cleanup = nil
}

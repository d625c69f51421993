// Command mutate takes out of the program, one at a time, each call that makes something durable and each verification,
// and expects a test to fail: so it is known that the tests would notice. What there is to take out it finds in the source
// (find.go); which test has to notice is in a table (table.go), which names everything found, so that nothing new is forgotten.
//
//	mutate                 take out all, and print by name what noticed
//	mutate PATTERN         only what a regular expression finds in "file func text"
//	mutate list            what there is, and what of it the table does not have
//	mutate learn PATTERN [PACKAGE[:TESTS]]…   what the table may have for what it finds: which tests notice
//
// A mutant is chosen when its test runs (write.go): each package's tests are built once for all of them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"regexp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	sites, err := find(".", table)
	if err != nil {
		return err
	}
	missing := assign(sites, table)
	switch {
	case len(args) > 0 && args[0] == "list":
		for _, s := range sites {
			fmt.Printf("%s\t%s\n", s, s.row.how())
		}
		return errors.Join(missing...)
	case len(args) > 1 && args[0] == "learn":
		only, err := regexp.Compile(args[1])
		if err != nil {
			return err
		}
		return learn(ctx, sites, only, args[2:])
	case len(missing) > 0:
		return errors.Join(missing...)
	}
	only := regexp.MustCompile("")
	if len(args) > 0 {
		if only, err = regexp.Compile(args[0]); err != nil {
			return err
		}
	}
	return takeOut(ctx, sites, only)
}

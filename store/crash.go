package store

import (
	"context"
	"runtime/debug"
)

type crashKey struct{}

// OnCrash returns a context under which a panic of a goroutine that this package, or a job, has started is told of, with
// the stack of where it happened, instead of ending the process on the spot: who owns the terminal can restore it first.
// told must end the program; the work that panicked is not done.
func OnCrash(ctx context.Context, told func(value any, stack []byte)) context.Context {
	return context.WithValue(ctx, crashKey{}, told)
}

// Caught is deferred first in a goroutine whose work is under ctx. Without OnCrash it lets the panic go on.
func Caught(ctx context.Context) {
	told, ok := ctx.Value(crashKey{}).(func(any, []byte))
	if !ok {
		return
	}
	if v := recover(); v != nil {
		told(v, debug.Stack())
	}
}

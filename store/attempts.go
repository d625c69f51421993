package store

import (
	"context"
	"net/http"
	"sync/atomic"
)

// Attempts counts what is sent for a write. An answer may get lost after the endpoint did what it was asked for: to a second
// attempt it says what the first has made of it.
type Attempts struct{ puts atomic.Int32 }

type attemptsKey struct{}

// WithAttempts has PUTs under ctx counted in a, those that are sent again as well.
func WithAttempts(ctx context.Context, a *Attempts) context.Context {
	return context.WithValue(ctx, attemptsKey{}, a)
}

// Puts are the PUTs that were sent.
func (a *Attempts) Puts() int { return int(a.puts.Load()) }

// counting counts what goes out.
func counting(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		if a, is := r.Context().Value(attemptsKey{}).(*Attempts); is && r.Method == http.MethodPut {
			a.puts.Add(1)
		}
		return do(r)
	}
}

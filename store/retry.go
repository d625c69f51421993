package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

const (
	maxAttempts = 8
	maxBackoff  = 10 * time.Second
	firstWait   = 100 * time.Millisecond
)

// retryer is the SDK's standard one without its quota: jobs of 100,000 requests against an endpoint that throttles a
// third of them are ordinary here, and the limiter sends fewer when it does.
func (s *Store) retryer() aws.Retryer {
	return retryer{retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.RateLimiter = ratelimit.None
		o.Backoff = retry.BackoffDelayerFunc(s.backoff)
		o.Retryables = append([]retry.IsErrorRetryable{
			retry.NoRetryCanceledError{},
			retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{429: {}}},
			retry.IsErrorRetryableFunc(byAnswer),
		}, o.Retryables...)
	})}
}

type retryer struct{ aws.RetryerV2 }

// GetRetryToken implements aws.Retryer: there is none under Once.
func (r retryer) GetRetryToken(ctx context.Context, err error) (func(error) error, error) {
	if ctx.Value(onceKey{}) != nil {
		return nil, err
	}
	return r.RetryerV2.GetRetryToken(ctx, err)
}

// byAnswer knows errors that no second attempt changes although their status suggests it, and answers that broke off.
func byAnswer(err error) aws.Ternary {
	var other *stranger
	var known *cause
	if errors.As(err, &other) || errors.As(err, &known) {
		return aws.FalseTernary
	}
	if brokenOff(err) {
		return aws.TrueTernary
	}
	var answer interface{ HTTPStatusCode() int }
	if errors.As(err, &answer) && (answer.HTTPStatusCode() == http.StatusNotImplemented || answer.HTTPStatusCode() == http.StatusInsufficientStorage) {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}

// backoff doubles from 100 ms with jitter and honours Retry-After. An endpoint that cannot even be dialled gets one
// more chance, and so does one that stays silent: people wait for the answer that it is down.
func (s *Store) backoff(attempt int, err error) (time.Duration, error) {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" && (attempt > 1 || dial.Timeout()) {
		return 0, err
	}
	var silent net.Error
	if errors.As(err, &silent) && silent.Timeout() && attempt > 1 {
		return 0, err
	}
	wait := min(firstWait<<(attempt-1), maxBackoff)
	wait = wait/2 + rand.N(wait/2)
	if after := retryAfter(err, s.c.Now()); after > 0 {
		wait = min(after, 3*maxBackoff) + rand.N(firstWait)
	}
	return wait, nil
}

// retryAfter reads the Retry-After header of the answer in err: seconds or a date (RFC 9110, 10.2.3).
func retryAfter(err error, now time.Time) time.Duration {
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) || answer.Response == nil {
		return 0
	}
	value := answer.Response.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return date.Sub(now)
	}
	return 0
}

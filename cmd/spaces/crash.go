package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"spaces/tui"
)

// crashed is the end of a panel that panicked.
type crashed struct {
	trace string // the file with it
	err   error  // why there is no such file
}

func (c *crashed) Error() string {
	if c.err != nil {
		return fmt.Sprintf("it crashed, and the trace could not be kept: %v", c.err)
	}
	return "it crashed; the trace is in " + c.trace
}

// keepTrace writes what is known of a crash into a file of its own that only the user can read. A stack has addresses
// where arguments were, so that no key or name gets into it by that way.
func keepTrace(dir string, now time.Time, c tui.Crash) *crashed {
	var text bytes.Buffer
	fmt.Fprintf(&text, "spaces %s, %s %s/%s, %s\npanic: %s\n\n%s", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH,
		now.UTC().Format(time.RFC3339), panicText(c.Value), c.Stack)
	path := filepath.Join(dir, "crash-"+now.UTC().Format("20060102-150405.000")+".txt")
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = os.WriteFile(path, text.Bytes(), 0o600)
	}
	return &crashed{path, err}
}

// panicText is the value of a panic without URLs, which may be presigned.
func panicText(value any) string {
	var u *url.Error
	if err, is := value.(error); is && errors.As(err, &u) {
		value = fmt.Sprintf("%T: %s: %v", err, u.Op, u.Err)
	}
	return fmt.Sprint(value)
}

package server_test

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"spaces/server"
)

// answered counts the requests of all tests but the matrices, which send every
// row what is refused.
var answered = server.NewMetrics()

// uncounted is for the fixture of a matrix.
func uncounted(c *server.Config) { c.Metrics = server.NewMetrics() }

// TestMain fails the package when anything of it still runs after the tests,
// and when a row of the table of operations has no test: of its success, and of
// input that it refuses.
func TestMain(m *testing.M) {
	code := m.Run()
	if bare := untested(); code == 0 && len(bare) > 0 {
		fmt.Fprintln(os.Stderr, "operations without a test of success or of a refusal:", strings.Join(bare, ", "))
		code = 1
	}
	if left := leaked(10 * time.Second); code == 0 && left != "" {
		fmt.Fprintln(os.Stderr, "goroutines are left over:\n"+left)
		code = 1
	}
	os.Exit(code)
}

// untested names the rows that no test sent a request that succeeded, or none
// that was refused. It knows nothing when not all tests were run.
func untested() (names []string) {
	if flag.Lookup("test.run").Value.String()+flag.Lookup("test.skip").Value.String()+flag.Lookup("test.list").Value.String() != "" {
		return nil
	}
	for _, r := range server.Rows() {
		succeeded, refused := answered.Answered(r.Name)
		if r.Name == "GetBucketReplication" { // there never is one, which S3 answers with an error
			succeeded = refused
		}
		if succeeded == 0 || refused == 0 {
			names = append(names, fmt.Sprintf("%s (%d succeeded, %d refused)", r.Name, succeeded, refused))
		}
	}
	return names
}

// leaked waits until no goroutine of this module or of an HTTP connection
// runs, and gives the stacks of those that still do.
func leaked(patience time.Duration) string {
	end := time.Now().Add(patience)
	for {
		var left []string
		buf := make([]byte, 4<<20)
		buf = buf[:runtime.Stack(buf, true)]
		for _, g := range strings.Split(string(buf), "\n\n") {
			if strings.Contains(g, "TestMain") {
				continue
			}
			if strings.Contains(g, "spaces/server") || strings.Contains(g, "net/http.(*conn)") {
				left = append(left, g)
			}
		}
		if len(left) == 0 {
			return ""
		}
		if time.Now().After(end) {
			return strings.Join(left, "\n\n")
		}
		runtime.Gosched()
	}
}

package local

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"
)

// A process that joins the owner of a data directory finds its addresses in the directory. The owner may have ended since,
// and anybody's program may have its port now. So each connection is proven before anything is sent on it: when it
// stands, the control listener is asked for proof that it knows the admin token, which only who may read the directory
// does, and that it listens at the address that was dialled. Whoever proves that after the connection stood was listening
// there when it was made.

// proveWithin bounds the proof, which is on loopback.
const proveWithin = 5 * time.Second

// proofOf is what the owner answers to a nonce.
func proofOf(token, nonce, addr string) string {
	h := hmac.New(sha256.New, []byte(token))
	fmt.Fprintf(h, "owner of the data directory\n%s\n%s", nonce, addr)
	return hex.EncodeToString(h.Sum(nil))
}

// prove answers whoever asks, until the process is told to stop: from then on its port may be another's.
func (c *control) prove(w http.ResponseWriter, r *http.Request) {
	nonce := r.URL.Query().Get("nonce")
	if r.Context().Err() != nil || len(nonce) < 20 || len(nonce) > 100 {
		http.Error(w, "no proof", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, proofOf(c.token, nonce, c.addr))
}

// strangerError says that something else than the owner of a directory has its address.
type strangerError struct{ dir, addr string }

func (e *strangerError) Error() string {
	return fmt.Sprintf("what answers at %s is not the process that owns %s, or it is of an older version; nothing was sent to it", e.addr, e.dir)
}

// other is the process that owns dir, as another one sees it.
type other struct {
	dir string
	Owner
}

// inUse is what keeps this process from the directory.
func (o other) inUse() error { return &InUseError{Dir: o.dir, Owner: o.Owner} }

// dial connects to addr, one of the addresses of the owner, and proves that it is the owner's.
func (o other) dial(ctx context.Context, addr string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := o.proven(ctx); err != nil {
		defer conn.Close()
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: conn.RemoteAddr(), Err: err} // as if nobody were there
	}
	return conn, nil
}

// proven asks the control listener for its proof.
func (o other) proven(ctx context.Context) error {
	stranger := &strangerError{o.dir, o.Address}
	if o.Control == "" {
		return stranger
	}
	token, err := readAdminToken(filepath.Join(o.dir, tokenFile))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, proveWithin)
	defer cancel()
	nonce := rand.Text()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+o.Control+"/owner?nonce="+url.QueryEscape(nonce), nil)
	if err != nil {
		return stranger
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req) // no proxy of the environment
	if err != nil {
		return fmt.Errorf("ask for the owner of %s: %w", o.dir, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1000))
	if err != nil || res.StatusCode != http.StatusOK || !hmac.Equal(answer, []byte(proofOf(token.Text, nonce, o.Address))) {
		return stranger
	}
	return nil
}

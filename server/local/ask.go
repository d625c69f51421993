package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
)

// errBusy says that the owner does the same for somebody else.
var errBusy = errors.New("another command of this kind is under way already")

// ask has the owner do something, and gives what it says last. said is called with all before, unless it is nil; its
// error ends the request.
func (o other) ask(ctx context.Context, what string, q controlRequest, said func(controlReply) error) (controlReply, error) {
	if o.Control == "" {
		return controlReply{}, o.inUse()
	}
	token, err := readAdminToken(filepath.Join(o.dir, tokenFile))
	if err != nil {
		return controlReply{}, err
	}
	body, err := json.Marshal(q)
	if err != nil {
		return controlReply{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+o.Control+"/"+what, strings.NewReader(string(body)))
	if err != nil {
		return controlReply{}, err
	}
	req.Header.Set("Authorization", "Bearer "+token.Text)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return o.dial(ctx, o.Control)
	}
	res, err := (&http.Transport{DisableKeepAlives: true, DialContext: dial}).RoundTrip(req) // no proxy of the environment
	if err != nil {
		return controlReply{}, fmt.Errorf("ask the server that owns %s: %w", o.dir, err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusConflict {
		return controlReply{}, fmt.Errorf("the server that owns %s: %w", o.dir, errBusy)
	}
	if res.StatusCode != http.StatusOK {
		return controlReply{}, fmt.Errorf("the server that owns %s refused: %s", o.dir, res.Status)
	}
	for lines := json.NewDecoder(res.Body); ; {
		var a controlReply
		switch err := lines.Decode(&a); {
		case err != nil:
			return a, fmt.Errorf("the server that owns %s stopped answering: %w", o.dir, err)
		case a.Error != "":
			return a, errors.New(a.Error)
		case a.Scrub != nil || a.Backup != nil || a.Planned != nil || a.Checks != nil || a.Certificates != nil:
			return a, nil
		case said != nil:
			if err := said(a); err != nil {
				return a, err
			}
		}
	}
}

package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"spaces/store"
)

// operand is what an argument of a command names: something at an endpoint, a path of this machine, or with "-" standard
// input or output.
type operand struct {
	text  string
	conn  store.Conn
	ref   store.Ref // its key is as it was written: nothing in it is special
	local string    // a path of this machine; "": it is remote or standard
	std   bool
}

// remote says whether it is at an endpoint.
func (x operand) remote() bool { return x.local == "" && !x.std }

// folder says whether it is written as one: a whole Space, or a key that ends in a slash.
func (x operand) folder() bool { return x.ref.Key == "" || strings.HasSuffix(x.ref.Key, "/") }

// operand reads an argument and opens its connection; no request is sent. s3://SPACE/KEY is on the connection that
// --profile or --endpoint chose, else on this machine; PROFILE:SPACE/KEY and ENDPOINT#KEY:SPACE/KEY are on another,
// :SPACE/KEY on this machine. Anything else is a path, as is what begins with "./" or "/".
func (s *session) operand(text string) (x operand, err error) {
	x.text = text
	if text == "-" {
		x.std = true
		return x, nil
	}
	conn, rest, remote, err := s.split(text)
	if err != nil {
		return x, err
	}
	if !remote {
		if text == "" {
			return x, errors.New("an empty argument names nothing")
		}
		x.local = text
		return x, nil
	}
	open, err := s.Get(conn)
	if err != nil {
		return x, err
	}
	x.conn = open.Conn()
	x.ref.Space, x.ref.Key, _ = strings.Cut(rest, "/")
	if x.ref.Space == "" && x.ref.Key != "" {
		return x, fmt.Errorf("%q names no Space", text)
	}
	return x, nil
}

// split says what connection a text names, and what follows it; remote is false for a path of this machine.
func (cs *connections) split(text string) (conn store.Conn, rest string, remote bool, err error) {
	if rest, ok := strings.CutPrefix(text, "s3://"); ok {
		conn, err = cs.start("")
		return conn, rest, true, err
	}
	first := text
	if scheme := strings.Index(text, "://"); scheme >= 0 { // ENDPOINT#KEY:SPACE/KEY
		key := strings.IndexByte(text, '#')
		if key < 0 {
			return "", "", false, nil
		}
		first = text[key:]
	}
	name, rest, ok := strings.Cut(first, ":")
	switch {
	case !ok || rest == "" && name == "":
		return "", "", false, nil
	case len(first) < len(text):
		name = text[:len(text)-len(first)] + name
	case strings.ContainsAny(name, `/\.`) || runtime.GOOS == "windows" && len(name) == 1:
		return "", "", false, nil
	}
	return store.Conn(name), strings.TrimPrefix(rest, "/"), true, nil
}

package server

import (
	"io"
	"time"
)

// CheckForm reads a form and compares it with the policy in it, as the server
// does it after it checked the signature.
func CheckForm(contentType string, body io.Reader, bucket string, now time.Time) (key string, file []byte, err error) {
	f, err := readForm(contentType, body)
	if err != nil {
		return "", nil, err
	}
	p, err := parseFormPolicy(f.get("policy"))
	if err == nil {
		err = p.check(f, bucket, now)
	}
	if err != nil {
		return "", nil, err
	}
	if file, err = io.ReadAll(newFileReader(f.file, p.max)); err == nil {
		err = f.finish()
	}
	return f.get("key"), file, err
}

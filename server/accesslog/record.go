package accesslog

import (
	"strconv"
	"time"

	"spaces/server/s3xml"
)

// recordTime is how the log writes the time of a request, in UTC.
const recordTime = "[02/Jan/2006:15:04:05 +0000]"

// Record is a record of a server access log (user guide, "Amazon S3 server
// access log format"). An empty text, and a number below 0, are unknown.
type Record struct {
	Owner, Space   string
	At             time.Time
	Client, Caller string
	ID, Operation  string
	Key            string
	Once           bool   // the key is encoded once, not twice
	URI            string // the first line of the request
	Status         int
	Code           string
	Sent, Size     int64
	Total, Turn    time.Duration
	Referer, Agent string
	Version        string
	Host           string // x-amz-id-2
	Signature      string
	Cipher         string
	Auth           string
	Endpoint       string // the Host header
	TLS            string
	ByACL          bool
}

// WithoutRequest takes out what only requests of clients have.
func (l *Record) WithoutRequest() {
	l.URI, l.Referer, l.Agent = "", "", ""
	l.Sent, l.Size, l.Total, l.Turn = 0, -1, -1, -1
}

// append writes the record with all its fields, in the order of the user guide.
func (l *Record) append(b []byte) []byte {
	b = appendField(b, l.Owner)
	b = appendField(b, l.Space)
	b = append(l.At.UTC().AppendFormat(b, recordTime), ' ')
	b = appendField(b, l.Client)
	b = appendField(b, l.Caller)
	b = appendField(b, l.ID)
	b = appendField(b, l.Operation)
	b = appendField(b, l.loggedKey())
	b = appendQuoted(b, l.URI, l.URI != "")
	b = appendCount(b, int64(l.Status), l.Status > 0)
	b = appendField(b, l.Code)
	b = appendCount(b, l.Sent, l.Sent > 0)
	b = appendCount(b, l.Size, l.Size >= 0)
	b = appendCount(b, l.Total.Milliseconds(), l.Total >= 0)
	b = appendCount(b, l.Turn.Milliseconds(), l.Turn >= 0)
	b = appendQuoted(b, l.Referer, l.URI != "")
	b = appendQuoted(b, l.Agent, l.URI != "")
	b = appendField(b, l.Version)
	b = appendField(b, l.Host)
	b = appendField(b, l.Signature)
	b = appendField(b, l.Cipher)
	b = appendField(b, l.Auth)
	b = appendField(b, l.Endpoint)
	b = appendField(b, l.TLS)
	b = append(b, "- "...) // access point
	if l.ByACL {
		b = append(b, "Yes "...)
	} else {
		b = append(b, "- "...)
	}
	return append(b, "-\n"...) // region that the request came from
}

// loggedKey is the key, percent-encoded twice, and once in the lines of
// deletions that were no requests of their own.
func (l *Record) loggedKey() string {
	key := string(s3xml.AppendURL(nil, l.Key))
	if l.Once {
		return key
	}
	return string(s3xml.AppendURL(nil, key))
}

// appendField writes a field that has no quotes around it.
func appendField(b []byte, s string) []byte {
	if s == "" {
		return append(b, "- "...)
	}
	return append(appendWord(b, s, ' '), ' ')
}

// appendQuoted writes a field in quotes; where there was no request there are none.
func appendQuoted(b []byte, s string, request bool) []byte {
	switch {
	case !request:
		return append(b, "- "...)
	case s == "":
		return append(b, `"-" `...)
	}
	return append(appendWord(append(b, '"'), s, ' '-1), `" `...)
}

// appendWord percent-encodes quotes, what is no ASCII, and all up to a byte, so
// that nobody writes fields and lines of his own.
func appendWord(b []byte, s string, upTo byte) []byte {
	const hexDigits = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; c <= upTo || c == '"' || c >= 0x7f {
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, c)
		}
	}
	return b
}

// Word is a text in the form of a field.
func Word(s string) string { return string(appendWord(nil, s, ' ')) }

func appendCount(b []byte, n int64, known bool) []byte {
	if !known {
		return append(b, "- "...)
	}
	return append(strconv.AppendInt(b, n, 10), ' ')
}

package accesslog

import (
	"net/netip"
	"strconv"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// lineTime is RFC 3339 with the same number of digits in every line.
const lineTime = "2006-01-02T15:04:05.000000Z07:00"

// maxAgent is how much of a User-Agent is kept, in bytes.
const maxAgent = 256

// Line is what a request leaves in a Log. What is empty is left out.
type Line struct {
	At            time.Time
	Took          time.Duration
	ID, Operation string
	Method        string
	Space, Key    string
	Path          string // where neither Space nor key could be read
	AccessKey     string // whose signature was right
	Agent, Code   string
	Reason        string     // of a Code, where that does not say all
	Client        netip.Addr // the zero Addr: a caller within the process
	Status        int
	In, Out       int64 // bytes of bodies
	TLS           bool
	Kept          bool // it must not be dropped
}

func (l *Line) appendJSON(b []byte) []byte {
	b = append(b, `{"time":"`...)
	b = l.At.UTC().AppendFormat(b, lineTime)
	b = append(b, `","id":"`...)
	b = append(b, l.ID...)
	b = append(b, `","remote":"`...)
	if l.Client.IsValid() {
		b = l.Client.AppendTo(b)
	} else {
		b = append(b, "local"...)
	}
	b = append(b, '"')
	b = appendMember(b, "method", l.Method)
	b = appendMember(b, "operation", l.Operation)
	b = appendMember(b, "space", l.Space)
	b = appendMember(b, "key", l.Key)
	b = appendMember(b, "path", l.Path)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(l.Status), 10)
	b = appendMember(b, "code", l.Code)
	b = appendMember(b, "reason", l.Reason)
	b = strconv.AppendInt(append(b, `,"in":`...), l.In, 10)
	b = strconv.AppendInt(append(b, `,"out":`...), l.Out, 10)
	b = strconv.AppendFloat(append(b, `,"ms":`...), float64(l.Took.Microseconds())/1000, 'f', 3, 64)
	b = appendMember(b, "access_key", l.AccessKey)
	b = appendMember(b, "agent", l.Agent)
	if l.TLS {
		b = append(b, `,"tls":true`...)
	}
	return append(b, "}\n"...)
}

// appendMember appends a string, and nothing when it is empty.
func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":`...)
	return appendJSONString(b, value)
}

// appendJSONString quotes a string (RFC 8259, section 7). What a terminal might
// act on, and what is no text, is escaped: the log is read by people as well.
func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < utf8.RuneSelf && r >= ' ' && r != 0x7f:
			b = append(b, byte(r))
		case r == utf8.RuneError && n == 1:
			b = append(b, `\ufffd`...)
		case unicode.IsPrint(r):
			b = append(b, s[i:i+n]...)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			b = appendUnit(appendUnit(b, hi), lo)
		default:
			b = appendUnit(b, r)
		}
		i += n
	}
	return append(b, '"')
}

func appendUnit(b []byte, r rune) []byte {
	const digits = "0123456789abcdef"
	return append(b, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}

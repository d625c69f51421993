package server

import (
	"strconv"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// accessTime is RFC 3339 with the same number of digits in every line.
const accessTime = "2006-01-02T15:04:05.000000Z07:00"

// maxAgent is how much of a User-Agent is kept, in bytes.
const maxAgent = 256

// accessLine makes the line of a request that has ended. Neither the query nor
// the Authorization header is anywhere in it, and the access key is one whose
// signature was right.
func (c *call) accessLine() accessLine {
	l := accessLine{
		at: c.began, took: c.took, id: c.id, method: c.in.Method, space: c.target.space, key: c.target.key,
		client: c.client(), status: c.status, in: c.received, out: c.sent, agent: c.in.Header.Get("User-Agent"), code: c.code,
		tls: c.secure(),
	}
	if c.op != nil {
		l.operation = c.op.name
	}
	if c.who != nil {
		l.accessKey = c.who.AccessKey
	}
	if l.space == "" {
		l.path = c.in.RawPath
	}
	if len(l.agent) > maxAgent {
		l.agent = l.agent[:maxAgent]
	}
	return l
}

func (l *accessLine) appendJSON(b []byte) []byte {
	b = append(b, `{"time":"`...)
	b = l.at.UTC().AppendFormat(b, accessTime)
	b = append(b, `","id":"`...)
	b = append(b, l.id...)
	b = append(b, `","remote":"`...)
	if l.client.IsValid() {
		b = l.client.AppendTo(b)
	} else {
		b = append(b, "local"...)
	}
	b = append(b, '"')
	b = appendMember(b, "method", l.method)
	b = appendMember(b, "operation", l.operation)
	b = appendMember(b, "space", l.space)
	b = appendMember(b, "key", l.key)
	b = appendMember(b, "path", l.path)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(l.status), 10)
	b = appendMember(b, "code", l.code)
	b = strconv.AppendInt(append(b, `,"in":`...), l.in, 10)
	b = strconv.AppendInt(append(b, `,"out":`...), l.out, 10)
	b = strconv.AppendFloat(append(b, `,"ms":`...), float64(l.took.Microseconds())/1000, 'f', 3, 64)
	b = appendMember(b, "access_key", l.accessKey)
	b = appendMember(b, "agent", l.agent)
	if l.tls {
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

package policy

import (
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// operator is a condition operator without quantifier and IfExists.
type operator struct {
	negated  bool // holds when match finds nothing
	presence bool // Null
	kind     operandKind
	parse    func(text string, vars bool) (operand, bool)
	match    func(o *operand, v string, values lookup) bool
}

// operandKind tells Public apart what limits access to fixed values.
type operandKind uint8

const (
	otherOperand operandKind = iota
	textOperand              // StringEquals…, StringLike, Arn…
	addressOperand
)

// operand is a value of the policy, in the form that its operator compares.
type operand struct {
	pattern pattern   // strings
	arn     []pattern // ARNs: field by field
	text    string    // Bool, Binary
	number  float64
	time    time.Time
	prefix  netip.Prefix
}

var operators = func() map[string]*operator {
	m := map[string]*operator{
		"StringEquals":           {kind: textOperand, parse: parseText, match: matchText},
		"StringEqualsIgnoreCase": {kind: textOperand, parse: parseText, match: matchFold},
		"StringLike":             {kind: textOperand, parse: parseLike, match: matchText},
		"ArnEquals":              {kind: textOperand, parse: parseARN, match: matchARN},
		"ArnLike":                {kind: textOperand, parse: parseARN, match: matchARN},
		"IpAddress":              {kind: addressOperand, parse: parseAddress, match: matchAddress},
		"NumericEquals":          numeric(func(v, o float64) bool { return v == o }),
		"DateEquals":             dated(func(order int) bool { return order == 0 }),
		"Bool":                   {parse: parseBool, match: matchBool},
		"BinaryEquals":           {parse: parseBinary, match: matchBinary},
		"Null":                   {parse: parseBool, match: matchBool, presence: true},

		"NumericLessThan":          numeric(func(v, o float64) bool { return v < o }),
		"NumericLessThanEquals":    numeric(func(v, o float64) bool { return v <= o }),
		"NumericGreaterThan":       numeric(func(v, o float64) bool { return v > o }),
		"NumericGreaterThanEquals": numeric(func(v, o float64) bool { return v >= o }),
		"DateLessThan":             dated(func(order int) bool { return order < 0 }),
		"DateLessThanEquals":       dated(func(order int) bool { return order <= 0 }),
		"DateGreaterThan":          dated(func(order int) bool { return order > 0 }),
		"DateGreaterThanEquals":    dated(func(order int) bool { return order >= 0 }),
	}
	for not, of := range map[string]string{
		"StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
		"StringNotLike": "StringLike", "ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike",
		"NotIpAddress": "IpAddress", "NumericNotEquals": "NumericEquals", "DateNotEquals": "DateEquals",
	} {
		negated := *m[of]
		negated.negated = true
		m[not] = &negated
	}
	return m
}()

func parseText(t string, vars bool) (operand, bool) {
	return operand{pattern: compile(t, false, vars)}, true
}

func parseLike(t string, vars bool) (operand, bool) {
	return operand{pattern: compile(t, true, vars)}, true
}

func matchText(o *operand, v string, values lookup) bool { return o.pattern.match(v, values) }

func matchFold(o *operand, v string, values lookup) bool {
	tokens, ok := o.pattern.expand(values)
	if !ok {
		return false
	}
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(t.text)
	}
	return strings.EqualFold(b.String(), v)
}

// parseARN compiles the six fields of an ARN one by one: no wildcard reaches
// over a colon.
func parseARN(t string, vars bool) (operand, bool) {
	var o operand
	for len(o.arn) < 5 {
		i := fieldEnd(t)
		if i < 0 {
			return o, t == "*" && len(o.arn) == 0 && o.any()
		}
		o.arn = append(o.arn, compile(t[:i], true, vars))
		t = t[i+1:]
	}
	o.arn = append(o.arn, compile(t, true, vars))
	return o, true
}

// any makes the operand mean every ARN.
func (o *operand) any() bool {
	for range 6 {
		o.arn = append(o.arn, compile("*", true, false))
	}
	return true
}

// fieldEnd finds the first colon outside of ${…}.
func fieldEnd(t string) int {
	depth := 0
	for i := range len(t) {
		switch {
		case strings.HasPrefix(t[i:], "${"):
			depth++
		case t[i] == '}' && depth > 0:
			depth--
		case t[i] == ':' && depth == 0:
			return i
		}
	}
	return -1
}

func matchARN(o *operand, v string, values lookup) bool {
	fields := strings.SplitN(v, ":", 6)
	if len(fields) != len(o.arn) {
		return false
	}
	for i, f := range fields {
		if !o.arn[i].match(f, values) {
			return false
		}
	}
	return true
}

// parseAddress reads an address or a range in CIDR notation (RFC 4632).
func parseAddress(t string, _ bool) (operand, bool) {
	if !strings.Contains(t, "/") {
		a, err := netip.ParseAddr(t)
		if err != nil || a.Zone() != "" {
			return operand{}, false
		}
		a = a.Unmap()
		return operand{prefix: netip.PrefixFrom(a, a.BitLen())}, true
	}
	p, err := netip.ParsePrefix(t)
	if err != nil || p.Addr().Is4In6() {
		return operand{}, false
	}
	return operand{prefix: p.Masked()}, true
}

func isAddress(t string) bool {
	_, ok := parseAddress(t, false)
	return ok
}

func matchAddress(o *operand, v string, _ lookup) bool {
	a, err := netip.ParseAddr(v)
	return err == nil && o.prefix.Contains(a.Unmap().WithZone(""))
}

func parseBool(t string, _ bool) (operand, bool) {
	t = lower(t)
	return operand{text: t}, t == "true" || t == "false"
}

func matchBool(o *operand, v string, _ lookup) bool { return o.text == lower(v) }

func parseBinary(t string, _ bool) (operand, bool) {
	_, err := base64.StdEncoding.DecodeString(t)
	return operand{text: t}, err == nil
}

func matchBinary(o *operand, v string, _ lookup) bool { return o.text == v }

func numeric(compare func(v, o float64) bool) *operator {
	return &operator{
		parse: func(t string, _ bool) (operand, bool) {
			n, ok := parseNumber(t)
			return operand{number: n}, ok
		},
		match: func(o *operand, v string, _ lookup) bool {
			n, ok := parseNumber(v)
			return ok && compare(n, o.number)
		},
	}
}

// parseNumber takes integers and decimals, not the other forms of Go.
func parseNumber(t string) (float64, bool) {
	if t == "" || strings.Trim(t, "0123456789.eE+-") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(t, 64)
	return n, err == nil
}

func dated(compare func(order int) bool) *operator {
	return &operator{
		parse: func(t string, _ bool) (operand, bool) {
			at, ok := parseTime(t)
			return operand{time: at}, ok
		},
		match: func(o *operand, v string, _ lookup) bool {
			at, ok := parseTime(v)
			return ok && compare(at.Compare(o.time))
		},
	}
}

// parseTime takes the forms of ISO 8601 that W3C's note lists, its basic form
// as in x-amz-date, and seconds since 1970.
func parseTime(t string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02", "20060102T150405Z", "2006-01", "2006"} {
		if at, err := time.Parse(layout, t); err == nil {
			return at, true
		}
	}
	n, err := strconv.ParseInt(t, 10, 64)
	return time.Unix(n, 0), err == nil && n >= 0 && n < 1<<40
}

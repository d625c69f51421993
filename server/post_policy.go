package server

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// formPolicy is what the policy of a form allows (S3 API, "POST policy").
type formPolicy struct {
	expires    time.Time
	conditions []formCondition
	min, max   int64 // size of the file, in bytes
}

// formCondition is about one field, whose name is in lower case.
type formCondition struct {
	field, value string
	prefix       bool // starts-with
}

func errFormPolicy(why string) *Error {
	return refusef("InvalidPolicyDocument", "Invalid Policy: %s", why)
}

// errFormDenied says which condition did not hold.
func errFormDenied(why string) *Error {
	return refusef("AccessDenied", "Invalid according to Policy: %s", why)
}

// parseFormPolicy reads a policy in base64. Its names are case-sensitive, those
// of fields and operators in it are not.
func parseFormPolicy(encoded string) (p formPolicy, err error) {
	p.max = math.MaxInt64
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return p, errFormPolicy("it is not base64.")
	}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(lenientJSON(text), &doc); err != nil || doc == nil {
		return p, errFormPolicy("Invalid JSON.")
	}
	for name := range doc {
		if name != "expiration" && name != "conditions" {
			return p, errFormPolicy("Unexpected: '" + printable(name) + "'.")
		}
	}
	var expiration string
	if json.Unmarshal(doc["expiration"], &expiration) != nil || expiration == "" {
		return p, errFormPolicy("Policy missing expiration.")
	}
	if p.expires, err = time.Parse(time.RFC3339, expiration); err != nil || !strings.HasSuffix(expiration, "Z") {
		return p, errFormPolicy("Invalid 'expiration' value: '" + printable(expiration) + "'")
	}
	var list []json.RawMessage
	if json.Unmarshal(doc["conditions"], &list) != nil || list == nil {
		return p, errFormPolicy("Policy missing conditions.")
	}
	for _, c := range list {
		if err := p.add(c); err != nil {
			return p, err
		}
	}
	return p, nil
}

// add reads a condition: {"field": "value"}, ["eq" or "starts-with", "$field",
// "value"], or ["content-length-range", min, max].
func (p *formPolicy) add(text json.RawMessage) error {
	var exact map[string]string
	if json.Unmarshal(text, &exact) == nil {
		if len(exact) == 0 {
			return errFormPolicy("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
		}
		for name, value := range exact {
			p.conditions = append(p.conditions, formCondition{field: strings.ToLower(name), value: value})
		}
		return nil
	}
	var list []any
	if json.Unmarshal(text, &list) != nil || len(list) == 0 {
		return errFormPolicy("Invalid Condition: neither a property nor a list.")
	}
	operator, _ := list[0].(string)
	operator = strings.ToLower(operator)
	switch {
	case operator == "content-length-range":
		return p.addRange(list[1:])
	case operator != "eq" && operator != "starts-with":
		return errFormPolicy("Invalid Condition: unknown operation.")
	case len(list) != 3:
		return errFormPolicy("Invalid " + operator + ": wrong number of arguments.")
	}
	field, ok1 := list[1].(string)
	value, ok2 := list[2].(string)
	name, dollar := strings.CutPrefix(field, "$")
	if !ok1 || !ok2 || !dollar {
		return errFormPolicy("Invalid " + operator + ": a field with $ before it and a value were expected.")
	}
	p.conditions = append(p.conditions, formCondition{strings.ToLower(name), value, operator == "starts-with"})
	return nil
}

func (p *formPolicy) addRange(bounds []any) error {
	if len(bounds) != 2 {
		return errFormPolicy("Invalid content-length-range: wrong number of arguments.")
	}
	low, ok1 := bound(bounds[0])
	high, ok2 := bound(bounds[1])
	if !ok1 || !ok2 {
		return errFormPolicy("Invalid content-length-range: a bound is not a number of bytes.")
	}
	p.min, p.max = max(p.min, low), min(p.max, high)
	return nil
}

// bound reads a number, which some write as a string.
func bound(v any) (int64, bool) {
	switch v := v.(type) {
	case float64:
		return int64(v), v >= 0 && v == math.Trunc(v) && v < 1<<53
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil && n >= 0
	}
	return 0, false
}

// check compares the fields of a form with the policy: every condition holds,
// and every field is in a condition but those that no condition can know.
func (p *formPolicy) check(f *form, bucket string, now time.Time) error {
	if !now.Before(p.expires) {
		return errFormDenied("Policy expired.")
	}
	covered := map[string]bool{}
	for _, c := range p.conditions {
		value := f.get(c.field)
		if c.field == "bucket" {
			value = bucket
		}
		if !c.holds(value) {
			return errFormDenied(`Policy Condition failed: ["` + map[bool]string{true: "starts-with", false: "eq"}[c.prefix] + `", "$` + printable(c.field) + `", "` + printable(c.value) + `"]`)
		}
		covered[c.field] = true
	}
	names := []string{"bucket"}
	for _, field := range f.fields {
		names = append(names, field.name)
	}
	for _, name := range names {
		if !covered[name] && !slices.Contains(uncovered, name) && !strings.HasPrefix(name, "x-ignore-") {
			return errFormDenied("Extra input fields: " + printable(name))
		}
	}
	return nil
}

// uncovered are the fields that need not be in the conditions.
var uncovered = []string{"x-amz-signature", "signature", "awsaccesskeyid", "policy", "file"}

// holds compares a value. The types of a list of them must all begin as the
// condition says ("Condition matching").
func (c *formCondition) holds(value string) bool {
	switch {
	case !c.prefix:
		return value == c.value
	case c.field != "content-type":
		return strings.HasPrefix(value, c.value)
	}
	for one := range strings.SplitSeq(value, ",") {
		if !strings.HasPrefix(strings.TrimSpace(one), c.value) {
			return false
		}
	}
	return true
}

// lenientJSON makes JSON of what the documentation writes in policies: \$ for a
// dollar in a string ("Character escaping"), and a comma after the last
// element of a list, as in its first example.
func lenientJSON(text []byte) []byte {
	out := make([]byte, 0, len(text))
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\' && i+1 < len(text):
			if i++; text[i] != '$' {
				out = append(out, '\\')
			}
			out = append(out, text[i])
			continue
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted && closes(text[i+1:]):
			continue
		}
		out = append(out, text[i])
	}
	return out
}

// closes says whether the next thing in JSON is the end of a list or object.
func closes(rest []byte) bool {
	for _, c := range rest {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c == ']' || c == '}'
		}
	}
	return false
}

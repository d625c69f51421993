package server

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"spaces/server/s3xml"
)

// formPolicy is what the policy of a form allows (S3 API, "POST policy").
type formPolicy struct {
	expires    time.Time
	conditions []formCondition
	min, max   int64 // size of the file, in bytes
}

// formCondition is about one field, whose name is in lower case; "" is none,
// and such a condition never holds.
type formCondition struct {
	field, value string
	prefix       bool   // starts-with
	text         string // as it is told to who does not meet it
}

func errFormPolicy(why string) *Error {
	return refusef("InvalidPolicyDocument", "Invalid Policy: %s", why)
}

func errFormJSON() *Error { return errFormPolicy("Invalid JSON.") }

// parseFormPolicy reads a policy in base64. Its names are case-sensitive, those
// of fields and operators in it are not.
func parseFormPolicy(encoded string) (p formPolicy, err error) {
	p.max = math.MaxInt64
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return p, errFormPolicy("invalid Base64 encoding.")
	}
	if len(text) == 0 {
		return p, errFormPolicy("Expecting '{' but found End-of-Input")
	}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(lenientJSON(text), &doc); err != nil || doc == nil {
		return p, errFormJSON()
	}
	for name := range doc {
		if name != "expiration" && name != "conditions" {
			return p, errFormPolicy(`Unexpected: "` + s3xml.Printable(name) + `"`)
		}
	}
	if err := p.readExpiration(doc["expiration"]); err != nil {
		return p, err
	}
	return p, p.readConditions(doc["conditions"])
}

func (p *formPolicy) readExpiration(text json.RawMessage) (err error) {
	var expiration string
	switch {
	case text == nil:
		return errFormPolicy("Policy missing expiration.")
	case json.Unmarshal(text, &expiration) != nil || text[0] != '"':
		return errFormJSON()
	}
	if p.expires, err = time.Parse(time.RFC3339, expiration); err != nil || !strings.HasSuffix(expiration, "Z") {
		return errFormPolicy("Invalid 'expiration' value: '" + s3xml.Printable(expiration) + "'")
	}
	return nil
}

func (p *formPolicy) readConditions(text json.RawMessage) error {
	if text == nil {
		return errFormPolicy("Policy missing conditions.")
	}
	var list []json.RawMessage
	if json.Unmarshal(text, &list) != nil || list == nil {
		return errFormPolicy("Invalid 'conditions' value: must be a List.")
	}
	for _, c := range list {
		if err := p.add(c); err != nil {
			return err
		}
	}
	return nil
}

// add reads a condition: {"field": "value"}, ["eq" or "starts-with", "$field",
// "value"], or ["content-length-range", min, max].
func (p *formPolicy) add(text json.RawMessage) error {
	switch text[0] {
	case '{':
		return p.addSimple(text)
	case '[':
		return p.addList(text)
	}
	return errFormPolicy("Invalid condition test: must be a List or Object.")
}

func (p *formPolicy) addSimple(text json.RawMessage) error {
	var exact map[string]any
	if json.Unmarshal(text, &exact) != nil || len(exact) != 1 {
		return errFormPolicy("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
	}
	for name, v := range exact {
		value, ok := v.(string)
		if !ok {
			return errFormPolicy("Invalid Simple-Condition: value must be a string.")
		}
		p.conditions = append(p.conditions, formCondition{
			field: strings.ToLower(name), value: value, text: `["eq", "$` + s3xml.Printable(name) + `", "` + s3xml.Printable(value) + `"]`,
		})
	}
	return nil
}

func (p *formPolicy) addList(text json.RawMessage) error {
	var list []any
	if json.Unmarshal(text, &list) != nil {
		return errFormJSON()
	}
	if len(list) == 0 {
		return errFormPolicy("Invalid Condition: missing operation identifier.")
	}
	written, ok := list[0].(string)
	if !ok {
		return errFormJSON()
	}
	operator := strings.ToLower(written)
	switch {
	case operator != "eq" && operator != "starts-with" && operator != "content-length-range":
		return errFormPolicy("Invalid Condition: unknown operation '" + s3xml.Printable(written) + "'.")
	case len(list) != 3:
		return errFormPolicy("Invalid " + operator + ": wrong number of arguments.")
	case operator == "content-length-range":
		return p.addRange(list[1], list[2])
	}
	field, ok1 := list[1].(string)
	value, ok2 := list[2].(string)
	if !ok1 || !ok2 {
		return errFormJSON()
	}
	name, dollar := strings.CutPrefix(field, "$")
	if !dollar {
		name = ""
	}
	p.conditions = append(p.conditions, formCondition{strings.ToLower(name), value, operator == "starts-with", printableLines(string(text))})
	return nil
}

func (p *formPolicy) addRange(from, to any) error {
	low, ok1 := bound(from)
	high, ok2 := bound(to)
	if !ok1 || !ok2 {
		return errFormJSON()
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

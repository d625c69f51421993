package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// MaxPolicy is the size of a bucket policy, in bytes (S3 user guide, "Bucket policies").
const MaxPolicy = 20 << 10

// Statement is what a policy says about some requests, as far as this program reads it.
type Statement struct {
	Sid, Effect        string
	Everybody          bool // the principal is *
	Actions, Resources []string
	Not                bool // it has NotAction or NotResource
	Conditions         bool // it holds under conditions only
}

// statement is a statement as it is written: a value may be a text or a list of them.
type statement struct {
	Sid, Effect             string
	Principal, NotPrincipal json.RawMessage
	Action, NotAction       json.RawMessage
	Resource, NotResource   json.RawMessage
	Condition               map[string]any
}

// ReadPolicy reads the statements of a policy. The error says what of the form is wrong, with the line where that is known.
// Whether actions, resources and conditions mean anything only the endpoint knows.
func ReadPolicy(text string) ([]Statement, error) {
	var doc struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	if err := decodePolicy(text, &doc); err != nil {
		return nil, err
	}
	switch {
	case len(text) > MaxPolicy:
		return nil, fmt.Errorf("it has %s bytes: the most is %s", Count(len(text)), Count(MaxPolicy))
	case doc.Version != "2012-10-17" && doc.Version != "2008-10-17":
		return nil, errors.New(`"Version" has to be "2012-10-17"`)
	case len(doc.Statement) == 0:
		return nil, errors.New(`there is no "Statement"`)
	}
	var raw []statement
	if doc.Statement[0] == '{' {
		raw = make([]statement, 1)
		if err := json.Unmarshal(doc.Statement, &raw[0]); err != nil {
			return nil, fmt.Errorf("the statement: %w", err)
		}
	} else if err := json.Unmarshal(doc.Statement, &raw); err != nil {
		return nil, fmt.Errorf(`"Statement" has to be a list of statements: %w`, err)
	}
	if len(raw) == 0 {
		return nil, errors.New("there is no statement in it: a policy without any is removed")
	}
	list := make([]Statement, len(raw))
	for i, r := range raw {
		var err error
		if list[i], err = r.read(); err != nil {
			return nil, fmt.Errorf("statement %d: %w", i+1, err)
		}
	}
	return list, nil
}

// decodePolicy tells the line and column of what is no JSON.
func decodePolicy(text string, into any) error {
	err := json.Unmarshal([]byte(text), into)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := int64(-1)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	}
	if at < 0 || at > int64(len(text)) {
		return err
	}
	before := text[:at]
	line := strings.Count(before, "\n") + 1
	column := len(before) - strings.LastIndexByte(before, '\n') - 1
	if syntax == nil {
		return fmt.Errorf("line %d, column %d: %q cannot be a %s", line, column, kind.Field, kind.Value)
	}
	return fmt.Errorf("line %d, column %d: %s", line, column, syntax.Error())
}

func (r statement) read() (s Statement, err error) {
	s = Statement{Sid: r.Sid, Effect: r.Effect, Conditions: len(r.Condition) > 0}
	if s.Effect != "Allow" && s.Effect != "Deny" {
		return s, errors.New(`"Effect" has to be "Allow" or "Deny"`)
	}
	for _, pair := range []struct {
		name     string
		yes, not json.RawMessage
	}{{"Principal", r.Principal, r.NotPrincipal}, {"Action", r.Action, r.NotAction}, {"Resource", r.Resource, r.NotResource}} {
		if (len(pair.yes) == 0) == (len(pair.not) == 0) {
			return s, fmt.Errorf("it needs %q or %q, and not both", pair.name, "Not"+pair.name)
		}
	}
	s.Not = len(r.NotAction) > 0 || len(r.NotResource) > 0
	if s.Everybody, err = everyone(r.Principal); err != nil {
		return s, err
	}
	if s.Actions, err = texts("Action", r.Action); err != nil {
		return s, err
	}
	s.Resources, err = texts("Resource", r.Resource)
	return s, err
}

// texts are the values of a text or a list of them; nil of what is not there.
func texts(name string, raw json.RawMessage) (list []string, err error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}, nil
	}
	if json.Unmarshal(raw, &list) != nil || len(list) == 0 {
		return nil, fmt.Errorf("%q has to be a text or a list of texts", name)
	}
	return list, nil
}

// everyone says whether a principal is everybody: "*", or {"AWS": "*"}.
func everyone(raw json.RawMessage) (bool, error) {
	if len(raw) == 0 {
		return false, nil
	}
	if list, err := texts("Principal", raw); err == nil {
		if len(list) != 1 || list[0] != "*" {
			return false, errors.New(`"Principal" has to be "*" or an object like {"AWS": "…"}`)
		}
		return true, nil
	}
	var kinds map[string]json.RawMessage
	if json.Unmarshal(raw, &kinds) != nil || len(kinds) == 0 {
		return false, errors.New(`"Principal" has to be "*" or an object like {"AWS": "…"}`)
	}
	for kind, raw := range kinds {
		list, err := texts(kind, raw)
		if err != nil {
			return false, err
		}
		if kind == "AWS" && slices.Contains(list, "*") {
			return true, nil
		}
	}
	return false, nil
}

// About says whether a statement is about a Space or what is in it, as far as its resources tell: of NotResource, and of the
// beginnings of patterns, it takes that for true.
func (s Statement) About(space string) bool {
	if len(s.Resources) == 0 {
		return true
	}
	return slices.ContainsFunc(s.Resources, func(r string) bool {
		if parts := strings.SplitN(r, ":", 6); parts[0] == "arn" && len(parts) == 6 { // arn:aws:s3::TENANT:SPACE/KEY
			r = parts[5]
		}
		if r, _, _ = strings.Cut(r, "/"); r == space {
			return true
		}
		open := strings.IndexAny(r, "*?$") // $ begins a variable
		return open >= 0 && strings.HasPrefix(space, r[:open])
	})
}

// Opens says which of two things a statement lets everybody do in a Space: list it, and read objects of it. It is said of
// Allow with actions and resources; conditions may still keep people out, see Conditions.
func (s Statement) Opens(space string) (list, read bool) {
	if s.Effect != "Allow" || !s.Everybody {
		return false, false
	}
	whole, inside := s.Not, s.Not // what is not excluded is taken for meant: nobody shall overlook it
	for _, r := range s.Resources {
		_, path, _ := strings.Cut(r, ":::")
		bucket, key, slash := strings.Cut(path, "/")
		if r == "*" || path == "*" {
			whole, inside = true, true
		}
		if glob(bucket, space) {
			whole = whole || !slash
			inside = inside || slash && key != "" || strings.HasSuffix(bucket, "*")
		}
	}
	allows := func(action string) bool {
		return s.Not && len(s.Actions) == 0 || slices.ContainsFunc(s.Actions, func(a string) bool {
			return glob(strings.ToLower(a), strings.ToLower(action))
		})
	}
	return whole && (allows("s3:ListBucket") || allows("s3:ListBucketVersions")), inside && (allows("s3:GetObject") || allows("s3:GetObjectVersion"))
}

// Covers says whether a statement is about an object.
func (s Statement) Covers(r Ref) bool {
	if s.Not && len(s.Resources) == 0 {
		return true
	}
	return slices.ContainsFunc(s.Resources, func(pattern string) bool {
		_, path, _ := strings.Cut(pattern, ":::")
		return pattern == "*" || glob(path, r.Space+"/"+r.Key)
	})
}

// glob matches a pattern of a policy: * is anything, ? one character. It takes no longer than both are long, multiplied:
// patterns come from outside.
func glob(pattern, text string) bool {
	p, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

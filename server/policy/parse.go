package policy

import (
	"fmt"
	"strings"
)

// The sentences are S3's own where it has one.
var (
	errFirstByte     = &Error{"Policies must be valid JSON and the first byte must be '{'"}
	errJSON          = &Error{"This policy contains invalid Json"}
	errTooLarge      = &Error{"Policy exceeds the maximum allowed document size."}
	errVersion       = &Error{"The policy must contain a valid version string"}
	errEmpty         = &Error{"Could not parse the policy: Statement is empty!"}
	errPrincipal     = &Error{"Invalid principal in policy"}
	errNotPrincipal  = &Error{"Allow with NotPrincipal is not allowed."}
	errAction        = &Error{"Policy has invalid action"}
	errResource      = &Error{"Policy has invalid resource"}
	errNotApplicable = &Error{"Action does not apply to any resource(s) in statement"}
	errConditionKey  = &Error{"Policy has an invalid condition key"}
	errAddress       = &Error{"Invalid IP address in Conditions"}
	errNotConditions = &Error{"Conditions do not apply to combination of actions and resources in statement"}
)

func refusef(format string, args ...any) error {
	return &Error{fmt.Sprintf(format, args...)}
}

func missing(field string) error { return refusef("Missing required field %s", field) }

// document is what parsing needs to know of the whole.
type document struct {
	space string
	vars  bool // policy variables are known
	sids  map[string]bool
}

// Parse reads the policy of a Space. It refuses what it does not understand:
// unknown elements, actions, condition keys and operators, resources that are
// not of the Space. Every error is an *Error.
func Parse(space string, doc []byte) (*Policy, error) {
	if len(doc) > MaxSize {
		return nil, errTooLarge
	}
	root, err := parseJSON(doc)
	if err != nil {
		return nil, err
	}
	p := &Policy{Version: Version2008}
	var statements *value
	for i := range root.members {
		m := &root.members[i]
		switch m.name {
		case "Version":
			if m.value.kind != text || m.value.text != Version2008 && m.value.text != Version2012 {
				return nil, errVersion
			}
			p.Version = m.value.text
		case "Id":
			if m.value.kind != text {
				return nil, refusef("The Id of the policy must be a string.")
			}
			p.ID = m.value.text
		case "Statement":
			statements = &m.value
		default:
			return nil, refusef("Unknown field %.40q in the policy.", m.name)
		}
	}
	if statements == nil {
		return nil, missing("Statement")
	}
	d := &document{space: space, vars: p.Version == Version2012, sids: map[string]bool{}}
	p.statements, err = d.statements(statements)
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (d *document) statements(v *value) ([]statement, error) {
	items := []value{*v}
	if v.kind == list {
		items = v.items
	}
	if len(items) == 0 {
		return nil, errEmpty
	}
	all := make([]statement, len(items))
	for i := range items {
		if items[i].kind != object {
			return nil, refusef("A Statement of the policy must be an object or a list of objects.")
		}
		if err := d.statement(&items[i], &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (d *document) statement(v *value, s *statement) error {
	seen := map[string]bool{}
	for i := range v.members {
		m := &v.members[i]
		// Principal and NotPrincipal and the like exclude each other.
		field := strings.TrimPrefix(m.name, "Not")
		if seen[field] {
			return refusef("A statement cannot have both %s and Not%s.", field, field)
		}
		seen[field] = true
		if err := d.member(m, s); err != nil {
			return err
		}
	}
	for _, field := range []string{"Effect", "Principal", "Action", "Resource"} {
		if !seen[field] {
			return missing(field)
		}
	}
	if s.principals.not && !s.deny { // it would let everybody else in, strangers too (IAM user guide, "NotPrincipal")
		return errNotPrincipal
	}
	if !s.conditionsApply() {
		return errNotConditions
	}
	return d.applicable(s)
}

func (d *document) member(m *member, s *statement) (err error) {
	not := strings.HasPrefix(m.name, "Not")
	switch m.name {
	case "Sid":
		return d.sid(&m.value, s)
	case "Effect":
		if m.value.kind != text || m.value.text != "Allow" && m.value.text != "Deny" {
			return refusef("Invalid effect: %.40s", m.value.text)
		}
		s.deny = m.value.text == "Deny"
	case "Principal", "NotPrincipal":
		s.principals, err = parsePrincipals(&m.value, not)
	case "Action", "NotAction":
		s.actions, err = d.parseActions(&m.value, not)
	case "Resource", "NotResource":
		s.resources, err = d.parseResources(&m.value, not)
	case "Condition":
		s.conditions, err = d.parseConditions(&m.value)
	default:
		return refusef("Unknown field %.40q in a statement of the policy.", m.name)
	}
	return err
}

func (d *document) sid(v *value, s *statement) error {
	if v.kind != text {
		return refusef("The Sid of a statement must be a string.")
	}
	if v.text != "" && d.sids[v.text] {
		return refusef("Statement IDs (SID) in a single policy must be unique.")
	}
	d.sids[v.text] = true
	s.sid = v.text
	return nil
}

// parseResources reads Resource or NotResource. A resource is the Space, its
// objects by a pattern, or "*" for all of these; it must be able to mean
// something of the Space.
func (d *document) parseResources(v *value, not bool) (set, error) {
	texts, err := v.strings()
	if err != nil || len(texts) == 0 {
		return set{}, errResource
	}
	s := set{not: not}
	for _, t := range texts {
		name, ok := strings.CutPrefix(t, arnPrefix)
		if !ok && t != "*" || name == "" {
			return set{}, errResource
		}
		p := compile(name, true, d.vars)
		if !p.reaches(d.space, true) && !p.reaches(d.space+"/", false) {
			return set{}, errResource
		}
		s.patterns = append(s.patterns, p)
	}
	return s, nil
}

// resourceName cuts off what all ARNs of S3 begin with.
func resourceName(arn string) string { return strings.TrimPrefix(arn, arnPrefix) }

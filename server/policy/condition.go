package policy

import "strings"

// quantifier says how a key with several values is compared.
type quantifier uint8

const (
	plainly      quantifier = iota
	forAnyValue             // some value; false without values
	forAllValues            // every value; true without values
)

// condition is one operator on one key.
type condition struct {
	operator   *operator
	quantifier quantifier
	ifExists   bool
	key        string // canonical
	operands   []operand
}

// parseConditions reads Condition: operators, of keys, of values.
func (d *document) parseConditions(v *value) ([]condition, error) {
	if v.kind != object {
		return nil, refusef("The Condition of a statement must be an object.")
	}
	var all []condition
	for i := range v.members {
		m := &v.members[i]
		proto, ok := parseOperator(m.name)
		if !ok {
			return nil, refusef("Invalid Condition type : %.60s", m.name)
		}
		if m.value.kind != object {
			return nil, refusef("The condition %s must be an object of condition keys.", m.name)
		}
		for j := range m.value.members {
			c, err := d.condition(proto, &m.value.members[j])
			if err != nil {
				return nil, err
			}
			all = append(all, c)
		}
	}
	return all, nil
}

// parseOperator reads [ForAnyValue:|ForAllValues:]Operator[IfExists].
func parseOperator(name string) (c condition, ok bool) {
	rest := name
	if r, ok := strings.CutPrefix(rest, "ForAnyValue:"); ok {
		c.quantifier, rest = forAnyValue, r
	} else if r, ok := strings.CutPrefix(rest, "ForAllValues:"); ok {
		c.quantifier, rest = forAllValues, r
	}
	rest, c.ifExists = strings.CutSuffix(rest, "IfExists")
	c.operator = operators[rest]
	if c.operator == nil || c.operator.presence && (c.ifExists || c.quantifier != plainly) {
		return c, false
	}
	return c, true
}

func (d *document) condition(c condition, m *member) (condition, error) {
	if c.key = canonicalKey(m.name); c.key == "" {
		return c, errConditionKey
	}
	texts, err := m.value.scalars()
	if err != nil || len(texts) == 0 {
		return c, refusef("The condition key %s needs a value or a list of values.", c.key)
	}
	for _, t := range texts {
		if addressKeys[c.key] && !isAddress(t) {
			return c, errAddress // whatever the operator is
		}
		o, ok := c.operator.parse(t, d.vars)
		if !ok {
			return c, refusef("Invalid value %.60q in Conditions for %s.", t, c.key)
		}
		c.operands = append(c.operands, o)
	}
	return c, nil
}

// holds follows "Condition operators" and "Single-valued vs. multivalued
// context keys" of the IAM User Guide: values of the policy are alternatives,
// under a negated operator none of them may match. A key that the request
// lacks matches nothing.
func (c *condition) holds(values lookup) bool {
	found, present := values.get(c.key)
	switch {
	case c.operator.presence:
		return c.matches(presence(present), values)
	case c.quantifier == forAllValues:
		for _, v := range found {
			if !c.matches(v, values) {
				return false
			}
		}
		return true
	case c.quantifier == forAnyValue: // IfExists does not change it
		for _, v := range found {
			if c.matches(v, values) {
				return true
			}
		}
		return false
	case !present:
		return c.ifExists || c.operator.negated
	}
	for _, v := range found {
		if c.matches(v, values) != c.operator.negated {
			return !c.operator.negated
		}
	}
	return c.operator.negated
}

// presence is what Null compares: whether the key is absent.
func presence(present bool) string {
	if present {
		return "false"
	}
	return "true"
}

// matches compares one value of the request with all values of the policy.
func (c *condition) matches(v string, values lookup) bool {
	for i := range c.operands {
		if c.operator.match(&c.operands[i], v, values) {
			return !c.operator.negated
		}
	}
	return c.operator.negated
}

package policy

import "strings"

// Keys that keep a policy from being public when they are limited to fixed
// values (S3 User Guide, "Blocking public access", "The meaning of public").
var limitingKeys = map[string]bool{
	"aws:SourceArn": true, "aws:SourceVpc": true, "aws:SourceVpce": true, "aws:SourceOwner": true,
	"aws:SourceAccount": true, "aws:userid": true, "s3:DataAccessPointArn": true, "s3:DataAccessPointAccount": true,
}

// Ranges broader than these are public, whatever is in them.
const (
	minBits4 = 8
	minBits6 = 32
)

// Public says whether the policy is public as GetBucketPolicyStatus means it:
// it is unless every Allow grants access to fixed principals only, or under a
// condition that limits where requests come from to fixed values. What Deny
// takes away again does not count.
func (p *Policy) Public() bool {
	for i := range p.statements {
		if s := &p.statements[i]; !s.deny && s.public() {
			return true
		}
	}
	return false
}

func (s *statement) public() bool {
	if s.principals.all == s.principals.not { // some, or nobody
		return false
	}
	for i := range s.conditions {
		if s.conditions[i].limits() {
			return false
		}
	}
	return true
}

// limits says whether the condition holds for fixed values of a limiting key
// only. IfExists and ForAllValues hold without any value.
func (c *condition) limits() bool {
	if c.operator.negated || c.ifExists || c.quantifier == forAllValues {
		return false
	}
	switch c.operator.kind {
	case addressOperand:
		return c.key == "aws:SourceIp" && c.narrow()
	case textOperand:
		return limitingKeys[c.key] && c.fixed()
	}
	return false
}

func (c *condition) narrow() bool {
	for _, o := range c.operands {
		least := minBits6
		if o.prefix.Addr().Is4() {
			least = minBits4
		}
		if o.prefix.Bits() < least {
			return false
		}
	}
	return true
}

func (c *condition) fixed() bool {
	for _, o := range c.operands {
		if o.pattern.wild() {
			return false
		}
		for _, field := range o.arn {
			if field.wild() {
				return false
			}
		}
		if c.key == "aws:userid" && len(o.pattern.tokens) > 0 && strings.HasPrefix(o.pattern.tokens[0].text, "AROLEID:") {
			return false
		}
	}
	return true
}

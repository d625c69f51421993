package policy

import "strings"

// principals is the Principal or NotPrincipal of a statement.
type principals struct {
	not bool
	all bool // "*" or {"AWS": "*"}
	ids []principalID
}

type principalKind uint8

const (
	accountID principalKind = iota
	userName
	accessKey
	canonicalID
	serviceName
	foreign // roles, federated users: nobody that this server knows
)

type principalID struct {
	kind    principalKind
	account string // of a user: "" for any
	name    string
}

func (p *principals) has(who Principal) bool {
	if p.all {
		return !p.not
	}
	for i := range p.ids {
		if p.ids[i].is(who) {
			return !p.not
		}
	}
	return p.not
}

// is never finds an anonymous principal, nor by a field that is empty.
func (id *principalID) is(who Principal) bool {
	if who.Anonymous || id.name == "" {
		return false
	}
	switch id.kind {
	case accountID:
		return id.name == who.Account && !who.Limited
	case userName:
		return (id.account == "" || id.account == who.Account) && (id.name == who.User || id.name == who.AccessKey)
	case accessKey:
		return id.name == who.AccessKey
	case canonicalID:
		return id.name == who.Canonical && !who.Limited
	case serviceName:
		return id.name == who.Service
	}
	return false
}

// parsePrincipals reads "*" or an object of lists by kind. Wildcards are
// taken only as the whole of a principal (IAM User Guide, "Principal": a
// wildcard cannot be part of a name or ARN).
func parsePrincipals(v *value, not bool) (principals, error) {
	p := principals{not: not}
	if v.everybody() {
		p.all = true
		return p, nil
	}
	if v.kind != object || len(v.members) == 0 {
		return p, errPrincipal
	}
	for i := range v.members {
		m := &v.members[i]
		names, err := m.value.strings()
		if err != nil || len(names) == 0 {
			return p, errPrincipal
		}
		for _, name := range names {
			if m.name == "AWS" && name == "*" {
				p.all = true
				continue
			}
			id, ok := parsePrincipal(m.name, name)
			if !ok {
				return p, errPrincipal
			}
			p.ids = append(p.ids, id)
		}
	}
	return p, nil
}

// everybody says whether the value is "*", alone or in a list of its own.
func (v *value) everybody() bool {
	names, err := v.strings()
	return err == nil && len(names) == 1 && names[0] == "*"
}

func parsePrincipal(kind, name string) (principalID, bool) {
	if name == "" || len(name) > 2048 || strings.ContainsAny(name, "*?$\t\r\n") {
		return principalID{}, false
	}
	if kind != "AWS" && strings.Contains(name, " ") {
		return principalID{}, false
	}
	switch kind {
	case "CanonicalUser":
		return principalID{kind: canonicalID, name: name}, true
	case "Service":
		return principalID{kind: serviceName, name: name}, true
	case "Federated":
		return principalID{kind: foreign, name: name}, true
	case "AWS":
		return parseAWS(name)
	}
	return principalID{}, false
}

// parseAWS reads an account id, an access key id or an ARN, in which there may
// be spaces ("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity …").
func parseAWS(name string) (principalID, bool) {
	if !strings.HasPrefix(name, "arn:") {
		if strings.ContainsAny(name, ":/ ") {
			return principalID{}, false
		}
		if len(name) == 12 && strings.Trim(name, "0123456789") == "" {
			return principalID{kind: accountID, name: name}, true
		}
		return principalID{kind: accessKey, name: name}, true
	}
	f := strings.SplitN(name, ":", 6)
	if len(f) != 6 || f[1] != "aws" || f[3] != "" || f[5] == "" {
		return principalID{}, false
	}
	kind, rest, _ := strings.Cut(f[5], "/")
	switch {
	case f[2] == "iam" && f[5] == "root" && f[4] != "":
		return principalID{kind: accountID, name: f[4]}, true
	case f[2] == "iam" && kind == "user" && rest != "":
		return principalID{kind: userName, account: f[4], name: rest}, true
	case f[2] == "iam" && kind == "role" && rest != "",
		f[2] == "sts" && (kind == "assumed-role" || kind == "federated-user") && rest != "":
		return principalID{kind: foreign, name: f[5]}, true
	}
	return principalID{}, false
}
